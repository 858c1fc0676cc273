import type { Device, RenderPass, Texture } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import type { ShaderModule } from "@luma.gl/shadertools";
import type { BinRaster } from "../core/expression.ts";
import type { Bounds } from "../core/space.ts";
import { type DrawnFrame, flatParameters } from "./slide-layer.ts";
import { valueColorModule, valueColorUniforms } from "./value-color.ts";
import { ValueLayer, type ValueLayerProps } from "./value-layer.ts";

/** The raster is of square bins; 4 bytes a bin are uploaded. */
export interface BinLayerProps extends ValueLayerProps {
  /** Nothing is drawn inside this box: a finer raster lies there. */
  readonly clipUm?: Bounds<"um"> | null;
}

/** A part of the raster that fits one texture. */
interface Part {
  readonly texture: Texture;
  /** Window column and row of its first bin. */
  readonly col: number;
  readonly row: number;
}

const uniformBlock = /* glsl */ `
layout(std140) uniform binsUniforms {
  vec4 box;
  vec4 umPerPx;
  vec4 hole;
  vec2 middlePx;
  vec2 fraction;
  highp ivec2 reference;
  highp ivec2 size;
  float cssPerDevice;
  float bufferHeight;
  float binUm;
} bins;
`;

const binUniforms = {
  name: "bins",
  vs: uniformBlock,
  fs: uniformBlock,
  uniformTypes: {
    box: "vec4<f32>",
    umPerPx: "vec4<f32>",
    hole: "vec4<f32>",
    middlePx: "vec2<f32>",
    fraction: "vec2<f32>",
    reference: "vec2<i32>",
    size: "vec2<i32>",
    cssPerDevice: "f32",
    bufferHeight: "f32",
    binUm: "f32",
  },
} as const satisfies ShaderModule;

const vertex = /* glsl */ `#version 300 es
#define SHADER_NAME bin-vertex
precision highp float;
precision highp int;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  gl_Position = vec4(mix(bins.box.xy, bins.box.zw, corner), 0.0, 1.0);
}
`;

/** Which bin a pixel lies in is counted in whole bins from the one in the screen's middle: exact at any slide size. */
const fragment = /* glsl */ `#version 300 es
#define SHADER_NAME bin-fragment
precision highp float;
precision highp int;
uniform highp sampler2D values;
out vec4 fragColor;
void main() {
  vec2 px = vec2(gl_FragCoord.x, bins.bufferHeight - gl_FragCoord.y) * bins.cssPerDevice - bins.middlePx;
  vec2 um = mat2(bins.umPerPx) * px;
  if (all(greaterThanEqual(um, bins.hole.xy)) && all(lessThan(um, bins.hole.zw))) discard;
  ivec2 cell = bins.reference + ivec2(floor(bins.fraction + um / bins.binUm));
  if (any(lessThan(cell, ivec2(0))) || any(greaterThanEqual(cell, bins.size))) discard;
  fragColor = value_color(texelFetch(values, cell, 0).r);
  if (fragColor.a == 0.0) discard;
}
`;

/** Square bins as R32F textures, each pixel coloured by the bin it lies in; no resampling of values or colours. */
export class BinLayer extends ValueLayer<BinLayerProps, readonly Part[]> {
  static override layerName = "BinLayer";

  protected override createModel(device: Device): Model {
    return binModel(device, this.id);
  }

  protected override upload(raster: BinRaster): readonly Part[] {
    return createParts(this.context.device, raster);
  }

  protected override free(parts: readonly Part[]): void {
    for (const part of parts) part.texture.destroy();
  }

  protected override drawFrame(renderPass: RenderPass, frame: DrawnFrame): void {
    const { model, uploaded = [] } = this.state;
    const { viewport, ratio, clipPerPx, bufferHeight } = frame;
    const { col0, row0, binUm } = this.props.raster.window;
    const { clipUm, opacity } = this.props;
    const [x, y] = viewport.centerUm;
    const umPerPx = [...viewport.inverseLinear()];
    const hole = clipUm
      ? [clipUm.minX - x, clipUm.minY - y, clipUm.maxX - x, clipUm.maxY - y]
      : [1, 1, -1, -1];
    const middleCol = Math.floor(x / binUm);
    const middleRow = Math.floor(y / binUm);
    for (const { texture, col, row } of uploaded) {
      const firstCol = col0 + col;
      const firstRow = row0 + row;
      const box = screenBox(frame, binUm, firstCol, firstRow, texture.width, texture.height);
      if (!box) continue;
      model.shaderInputs.setProps({
        bins: {
          box: [box[0] * clipPerPx[0], box[1] * clipPerPx[1], box[2] * clipPerPx[0], box[3] * clipPerPx[1]],
          umPerPx,
          hole,
          middlePx: [viewport.width / 2, viewport.height / 2],
          fraction: [x / binUm - middleCol, y / binUm - middleRow],
          reference: [middleCol - firstCol, middleRow - firstRow],
          size: [texture.width, texture.height],
          cssPerDevice: 1 / ratio,
          bufferHeight,
          binUm,
          values: texture,
        },
        valueColor: valueColorUniforms(this.props, Number(opacity ?? 1)),
      });
      model.draw(renderPass);
    }
  }
}

export function binModel(device: Device, id: string): Model {
  return new Model(device, {
    id,
    vs: vertex,
    fs: fragment,
    modules: [binUniforms, valueColorModule("fs")],
    topology: "triangle-strip",
    vertexCount: 4,
    parameters: flatParameters,
  });
}

/** The part's screen box in CSS px from the middle, a pixel wider, cut at the view; undefined when out of view. */
function screenBox(
  { viewport }: DrawnFrame,
  binUm: number,
  col: number,
  row: number,
  cols: number,
  rows: number,
): [number, number, number, number] | undefined {
  const [a, b, c, d] = viewport.linear;
  const halfX = (cols * binUm) / 2;
  const halfY = (rows * binUm) / 2;
  const [midX, midY] = viewport.offsetPx(col * binUm + halfX, row * binUm + halfY);
  const reachX = Math.abs(a) * halfX + Math.abs(c) * halfY + 1;
  const reachY = Math.abs(b) * halfX + Math.abs(d) * halfY + 1;
  const minX = Math.max(-viewport.width / 2, midX - reachX);
  const maxX = Math.min(viewport.width / 2, midX + reachX);
  const minY = Math.max(-viewport.height / 2, midY - reachY);
  const maxY = Math.min(viewport.height / 2, midY + reachY);
  return minX < maxX && minY < maxY ? [minX, minY, maxX, maxY] : undefined;
}

function createParts(device: Device, raster: BinRaster): Part[] {
  const { cols, rows } = raster.window;
  const limit = device.limits.maxTextureDimension2D;
  const parts: Part[] = [];
  for (let row = 0; row < rows; row += limit) {
    for (let col = 0; col < cols; col += limit) {
      const width = Math.min(limit, cols - col);
      const height = Math.min(limit, rows - row);
      parts.push({
        col,
        row,
        texture: device.createTexture({
          format: "r32float",
          width,
          height,
          data: cut(raster.values, cols, col, row, width, height),
          sampler: { minFilter: "nearest", magFilter: "nearest" },
        }),
      });
    }
  }
  return parts;
}

/** A rectangle of a row-major raster; the raster itself when it is all of it. */
export function cut(
  values: Float32Array,
  cols: number,
  col: number,
  row: number,
  width: number,
  height: number,
): Float32Array {
  if (width === cols) return values.subarray(row * cols, (row + height) * cols);
  const part = new Float32Array(width * height);
  for (let r = 0; r < height; r++) {
    const from = (row + r) * cols + col;
    part.set(values.subarray(from, from + width), r * width);
  }
  return part;
}
