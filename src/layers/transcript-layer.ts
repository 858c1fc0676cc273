import type { LayerProps, UpdateParameters } from "@deck.gl/core";
import type { Device, RenderPass, Texture } from "@luma.gl/core";
import { Model } from "@luma.gl/engine";
import type { ShaderModule } from "@luma.gl/shadertools";
import type { PointTile } from "../core/expression.ts";
import { type GenePalette, PALETTE_WIDTH } from "./gene-palette.ts";
import { type PointBuffer, PointBuffers } from "./point-buffers.ts";
import { type DrawnFrame, flatParameters, SlideLayer } from "./slide-layer.ts";
import { dotFragment, dotVertex, transcriptFragment, transcriptVertex } from "./transcript-shader.ts";

/** Each 0–255. */
type Rgba = readonly [r: number, g: number, b: number, a: number];

/** Around markers of light and of dark colours. */
export interface MarkerOutline {
  readonly light: Rgba;
  readonly dark: Rgba;
}

export interface TranscriptLayerProps {
  /** Every row of these is drawn. `data` must stay: a lost WebGL context is refilled from it. */
  readonly tiles: readonly PointTile[];
  /** Colour, shape and visibility by gene; a new object is uploaded, nothing else is. */
  readonly palette: GenePalette;
  /** Diameter on the slide of a circle; other shapes have its area. */
  readonly sizeUm: number;
  /** The diameter on the screen stays within these, CSS px. */
  readonly minPx?: number;
  readonly maxPx?: number;
  /** Around each marker, against what has its own colour; null = none. */
  readonly outline?: MarkerOutline | null;
  /** CSS px; thinner around small markers, none below `OUTLINE_FROM_PX`. */
  readonly outlinePx?: number;
  /** Buffers of tiles that are no longer drawn are kept up to this many bytes in all. */
  readonly cacheBytes?: number;
}

type State = {
  /** Any shape, outlines. */
  shapes: Model;
  /** Discs only, far cheaper. */
  dots: Model;
  texture: Texture;
  buffers: PointBuffers;
};

const defaults = {
  minPx: 2,
  maxPx: 48,
  outlinePx: 1,
  cacheBytes: 256 * 2 ** 20,
};

/**
 * Markers of this diameter, CSS px, have no outline; of twice it, a full one. On crowds of small markers outlines
 * would be all that is seen, and the last tile's would draw a line along its edge.
 */
const OUTLINE_FROM_PX = 3;

/** Up to this radius, device px, shapes cannot be told apart: all are drawn as dots. */
const DOT_RADIUS = 2;

const uniformBlock = /* glsl */ `
layout(std140) uniform transcriptUniforms {
  vec4 pxPerQuantum;
  vec2 clipPerPx;
  vec2 originPx;
  highp ivec2 reference;
  float radius;
  float outlineWidth;
  vec4 outlineOfLight;
  vec4 outlineOfDark;
  float opacity;
} transcript;
`;

const transcriptUniforms = {
  name: "transcript",
  vs: uniformBlock,
  fs: uniformBlock,
  uniformTypes: {
    pxPerQuantum: "vec4<f32>",
    clipPerPx: "vec2<f32>",
    originPx: "vec2<f32>",
    reference: "vec2<i32>",
    radius: "f32",
    outlineWidth: "f32",
    outlineOfLight: "vec4<f32>",
    outlineOfDark: "vec4<f32>",
    opacity: "f32",
  },
} as const satisfies ShaderModule;

/**
 * Transcripts as gl.POINTS, 8 bytes each, one buffer per tile. Positions are exact at any slide size: in the
 * shader they are whole quanta from the one nearest to the screen's middle, whose own place comes from float64.
 */
export class TranscriptLayer extends SlideLayer<TranscriptLayerProps> {
  static override layerName = "TranscriptLayer";
  declare state: State;

  override initializeState(): void {
    const { device } = this.context;
    this.state = {
      shapes: shapeModel(device, `${this.id}-shapes`),
      dots: dotModel(device, `${this.id}-dots`),
      texture: createTexture(device, this.props.palette),
      buffers: new PointBuffers(device, this.props.cacheBytes ?? defaults.cacheBytes),
    };
  }

  override updateState({ props, oldProps }: UpdateParameters<TranscriptLayer>): void {
    const { state } = this;
    if (props.palette !== oldProps.palette) {
      if (props.palette.rows !== state.texture.height) {
        state.texture.destroy();
        state.texture = createTexture(this.context.device, props.palette);
      } else state.texture.writeData(props.palette.texels);
    }
    if (props.tiles !== oldProps.tiles) state.buffers.sync(props.tiles);
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    this.state.shapes.destroy();
    this.state.dots.destroy();
    this.state.texture.destroy();
    this.state.buffers.destroy();
  }

  /** Bytes on the GPU and bytes sent so far, for benchmarks. */
  get memory(): { readonly bytes: number; readonly uploadedBytes: number } {
    return this.state.buffers;
  }

  protected override drawFrame(renderPass: RenderPass, frame: DrawnFrame): void {
    const { buffers, texture } = this.state;
    const { viewport, ratio, clipPerPx } = frame;
    const { sizeUm, tiles, opacity, outline } = this.props;
    const minPx = this.props.minPx ?? defaults.minPx;
    const maxPx = this.props.maxPx ?? defaults.maxPx;
    const outlinePx = outline ? (this.props.outlinePx ?? defaults.outlinePx) : 0;
    const radius = 0.5 * ratio * Math.min(maxPx, Math.max(minPx, sizeUm * viewport.scale));
    const grown = Math.min(1, Math.max(0, (2 * radius) / ratio / OUTLINE_FROM_PX - 1));
    const outlineWidth = Math.min(outlinePx * ratio, 0.5 * radius) * grown;
    const dotted = outlineWidth === 0 && (this.props.palette.onlyCircles || radius <= DOT_RADIUS);
    const model = dotted ? this.state.dots : this.state.shapes;
    const marginPx = (1.7 * radius + outlineWidth) / ratio + 1;
    const shared = {
      clipPerPx,
      radius,
      outlineWidth,
      outlineOfLight: shares(outline?.light),
      outlineOfDark: shares(outline?.dark),
      opacity: Number(opacity ?? 1),
      palette: texture,
    };
    for (const tile of tiles) {
      const points = buffers.get(tile.key);
      const placed = points && placeTile(tile, points, frame, marginPx);
      if (!points || !placed) continue;
      model.setAttributes({ row: points.buffer });
      model.setVertexCount(points.rows);
      model.shaderInputs.setProps({ transcript: { ...shared, ...placed } });
      model.draw(renderPass);
    }
  }
}

const shares = (rgba: Rgba = [0, 0, 0, 0]) =>
  rgba.map((value) => value / 255) as [number, number, number, number];

interface PlacedTile {
  readonly pxPerQuantum: [number, number, number, number];
  readonly originPx: [number, number];
  readonly reference: [number, number];
}

/** Where a tile's rows fall on the screen; undefined when none can be seen. */
function placeTile(
  { originUm, quantumUm }: PointTile,
  points: PointBuffer,
  { viewport }: DrawnFrame,
  marginPx: number,
): PlacedTile | undefined {
  const [a, b, c, d] = viewport.linear;
  const middleX = (points.minX + points.maxX) / 2;
  const middleY = (points.minY + points.maxY) / 2;
  const [midX, midY] = viewport.offsetPx(
    originUm[0] + quantumUm * middleX,
    originUm[1] + quantumUm * middleY,
  );
  const halfX = (quantumUm * (points.maxX - points.minX)) / 2;
  const halfY = (quantumUm * (points.maxY - points.minY)) / 2;
  const reachX = Math.abs(a) * halfX + Math.abs(c) * halfY + marginPx;
  const reachY = Math.abs(b) * halfX + Math.abs(d) * halfY + marginPx;
  if (Math.abs(midX) - reachX > viewport.width / 2 || Math.abs(midY) - reachY > viewport.height / 2)
    return undefined;
  const nearest = (centerUm: number, origin: number, low: number, high: number) =>
    Math.min(high, Math.max(low, Math.round((centerUm - origin) / quantumUm)));
  const reference: [number, number] = [
    nearest(viewport.centerUm[0], originUm[0], points.minX, points.maxX),
    nearest(viewport.centerUm[1], originUm[1], points.minY, points.maxY),
  ];
  return {
    pxPerQuantum: [a * quantumUm, b * quantumUm, c * quantumUm, d * quantumUm],
    originPx: viewport.offsetPx(
      originUm[0] + quantumUm * reference[0],
      originUm[1] + quantumUm * reference[1],
    ),
    reference,
  };
}

export function shapeModel(device: Device, id: string): Model {
  return createModel(device, id, transcriptVertex, transcriptFragment);
}

export function dotModel(device: Device, id: string): Model {
  return createModel(device, id, dotVertex, dotFragment);
}

function createModel(device: Device, id: string, vs: string, fs: string): Model {
  return new Model(device, {
    id,
    vs,
    fs,
    modules: [transcriptUniforms],
    topology: "point-list",
    bufferLayout: [{ name: "row", format: "uint16x4" }],
    parameters: flatParameters,
  });
}

function createTexture(device: Device, palette: GenePalette): Texture {
  return device.createTexture({
    format: "rgba8unorm",
    width: PALETTE_WIDTH,
    height: palette.rows,
    data: palette.texels,
    sampler: { minFilter: "nearest", magFilter: "nearest" },
  });
}

export type TranscriptLayerOptions = TranscriptLayerProps & LayerProps;
