import { Buffer, type Device, type RenderPass } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import type { ShaderModule } from "@luma.gl/shadertools";
import type { BinRaster } from "../core/expression.ts";
import { type DrawnFrame, flatParameters } from "./slide-layer.ts";
import { type ValueColorProps, valueColorModule, valueColorUniforms } from "./value-color.ts";
import { ValueLayer, type ValueLayerProps } from "./value-layer.ts";

const uniformBlock = /* glsl */ `
layout(std140) uniform hexUniforms {
  vec4 pxPerUm;
  vec2 clipPerPx;
  vec2 originPx;
  highp ivec2 reference;
  highp int oddRow;
  float binUm;
} hex;
`;

const hexUniforms = {
  name: "hex",
  vs: uniformBlock,
  uniformTypes: {
    pxPerUm: "vec4<f32>",
    clipPerPx: "vec2<f32>",
    originPx: "vec2<f32>",
    reference: "vec2<i32>",
    oddRow: "i32",
    binUm: "f32",
  },
} as const satisfies ShaderModule;

/** Six corners in strip order; a pointy-top hexagon of flat-to-flat width w has corners at w/√3 from its centre. */
const vertex = /* glsl */ `#version 300 es
#define SHADER_NAME hex-vertex
precision highp float;
precision highp int;
in uvec2 cell;
in float value;
flat out vec4 color;
const vec2 CORNERS[6] = vec2[6](
  vec2(0.0, -0.57735027),
  vec2(0.5, -0.28867513),
  vec2(-0.5, -0.28867513),
  vec2(0.5, 0.28867513),
  vec2(-0.5, 0.28867513),
  vec2(0.0, 0.57735027)
);
void main() {
  ivec2 steps = ivec2(cell) - hex.reference;
  float shift = ((int(cell.y) ^ hex.oddRow) & 1) == 1 ? 0.5 : 0.0;
  vec2 bins = vec2(float(steps.x) + shift, float(steps.y) * 0.8660254) + CORNERS[gl_VertexID];
  vec2 px = hex.originPx + mat2(hex.pxPerUm) * (bins * hex.binUm);
  gl_Position = vec4(px * hex.clipPerPx, 0.0, 1.0);
  color = value_color(value);
  if (color.a == 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
`;

const fragment = /* glsl */ `#version 300 es
#define SHADER_NAME hex-fragment
precision highp float;
flat in vec4 color;
out vec4 fragColor;
void main() {
  fragColor = color;
}
`;

/**
 * Hexagonal bins as one instanced mesh: u16 column and row and a float32 value each, empty bins left out: 8 bytes a
 * bin that is drawn are uploaded.
 */
export class HexLayer extends ValueLayer<ValueLayerProps, Buffer | null> {
  static override layerName = "HexLayer";

  protected override createModel(device: Device): Model {
    return hexModel(device, this.id);
  }

  protected override upload(raster: BinRaster): Buffer | null {
    const data = new Uint8Array(hexInstances(raster, this.props.zero));
    if (data.byteLength === 0) return null;
    const cells = this.context.device.createBuffer({ usage: Buffer.VERTEX, data });
    this.state.model.setAttributes({ cells });
    return cells;
  }

  protected override free(cells: Buffer | null): void {
    cells?.destroy();
  }

  protected override drawFrame(renderPass: RenderPass, { viewport, clipPerPx }: DrawnFrame): void {
    const { model, uploaded: cells } = this.state;
    if (!cells) return;
    const { col0, row0, cols, rows, binUm } = this.props.raster.window;
    const rowUm = (binUm * Math.sqrt(3)) / 2;
    const [x, y] = viewport.centerUm;
    const reference = [
      Math.min(cols, Math.max(0, Math.round(x / binUm) - col0)),
      Math.min(rows, Math.max(0, Math.round(y / rowUm) - row0)),
    ] as const;
    model.shaderInputs.setProps({
      hex: {
        pxPerUm: [...viewport.linear],
        clipPerPx,
        originPx: viewport.offsetPx((col0 + reference[0]) * binUm, (row0 + reference[1]) * rowUm),
        reference: [...reference],
        oddRow: row0 & 1,
        binUm,
      },
      valueColor: valueColorUniforms(this.props, Number(this.props.opacity ?? 1)),
    });
    // At each draw: deck.gl sets its own count, that of the absent `data`, on `state.model` after every update.
    model.setInstanceCount(cells.byteLength / 8);
    model.draw(renderPass);
  }
}

export function hexModel(device: Device, id: string): Model {
  return new Model(device, {
    id,
    vs: vertex,
    fs: fragment,
    modules: [hexUniforms, valueColorModule("vs")],
    topology: "triangle-strip",
    isInstanced: true,
    vertexCount: 6,
    bufferLayout: [
      {
        name: "cells",
        byteStride: 8,
        stepMode: "instance",
        attributes: [
          { attribute: "cell", format: "uint16x2", byteOffset: 0 },
          { attribute: "value", format: "float32", byteOffset: 4 },
        ],
      },
    ],
    parameters: flatParameters,
  });
}

/** 8 bytes for each bin that is drawn: column and row in the window (uint16), value (float32). */
export function hexInstances(raster: BinRaster, zero: ValueColorProps["zero"]): ArrayBuffer {
  const { cols, rows } = raster.window;
  const { values } = raster;
  if (cols > 65_536 || rows > 65_536)
    throw new RangeError("A hexagonal raster has more than 65 536 columns or rows.");
  const isDrawn = (value: number): boolean => (value !== 0 || zero === "value") && !Number.isNaN(value);
  let drawn = 0;
  for (let i = 0; i < values.length; i++) if (isDrawn(values[i]!)) drawn++;
  const buffer = new ArrayBuffer(8 * drawn);
  const cells = new Uint16Array(buffer);
  const numbers = new Float32Array(buffer);
  let out = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, i++) {
      const value = values[i]!;
      if (!isDrawn(value)) continue;
      cells[4 * out] = col;
      cells[4 * out + 1] = row;
      numbers[2 * out + 1] = value;
      out++;
    }
  }
  return buffer;
}
