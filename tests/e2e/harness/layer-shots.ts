import { affine } from "../../../src/core/affine.ts";
import type { Camera } from "../../../src/core/camera.ts";
import type { BinRaster, BinShape, PointTile } from "../../../src/core/expression.ts";
import type { GlyphShape } from "../../../src/core/glyph.ts";
import { type Bounds, bounds, um } from "../../../src/core/space.ts";
import { BinLayer } from "../../../src/layers/bin-layer.ts";
import { genePalette } from "../../../src/layers/gene-palette.ts";
import { HexLayer } from "../../../src/layers/hex-layer.ts";
import { type MarkerOutline, TranscriptLayer } from "../../../src/layers/transcript-layer.ts";
import type { ValueScale } from "../../../src/layers/value-color.ts";
import { createPicture } from "../../../src/viewer/picture.ts";

const element = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
};
const stage = element("stage");
const picture = createPicture(stage, element("minimap"));
const errors: string[] = [];
picture.onError((facts) => errors.push(JSON.stringify(facts)));

const deckCanvas = (): HTMLCanvasElement => {
  const canvas = stage.querySelector<HTMLCanvasElement>("canvas[aria-hidden]");
  if (!canvas) throw new Error("deck.gl's canvas is missing");
  return canvas;
};

/** Entry i of the test's colour map is (i, 255 − i, 7). */
const colormap = Uint8Array.from({ length: 1024 }, (_, i) => {
  const entry = i >> 2;
  return [entry, 255 - entry, 7, 255][i & 3] ?? 0;
});

export interface BinShot {
  readonly shape: BinShape;
  readonly binUm: number;
  readonly col0: number;
  readonly row0: number;
  readonly cols: number;
  readonly rows: number;
  /** NaN is written as null in what a test passes. */
  readonly values: readonly (number | null)[];
  readonly low: number;
  readonly high: number;
  readonly scale: ValueScale;
  readonly zero: "empty" | "value";
  readonly clipUm?: Bounds<"um"> | null;
}

function raster(shot: BinShot): BinRaster {
  return {
    window: shot,
    values: Float32Array.from(shot.values, (value) => value ?? Number.NaN),
    count: 0,
    nonEmpty: 0,
    max: 0,
    histogram: { edges: new Float64Array(), counts: new Uint32Array(), percentiles: new Float64Array() },
  };
}

let layers = 0;
const harness = {
  errors,
  picture,
  /** A slide without an image, 400 × 300 µm from the given corner; 1 µm is a CSS pixel, unturned. */
  async open(x = 0, y = 0): Promise<void> {
    await picture.show({
      image: null,
      umToImagePx: affine(1, 0, 0, 1, 0, 0),
      boundsUm: bounds(x, y, x + 400, y + 300),
      overview: null,
    });
    await harness.look({ centerUm: [x + 200, y + 150], umPerPx: 1, rotationDeg: 0, flipped: false });
  },
  async look(camera: Partial<Camera>): Promise<void> {
    picture.setCamera(camera, { animate: false });
    await picture.settled();
  },
  async bins(shots: readonly BinShot[]): Promise<void> {
    picture.setLayers(
      shots.map((shot) => {
        const props = {
          id: `bins-${layers++}`,
          raster: raster(shot),
          colormap,
          low: shot.low,
          high: shot.high,
          scale: shot.scale,
          zero: shot.zero,
        };
        return shot.shape === "hex"
          ? new HexLayer(props)
          : new BinLayer({ ...props, clipUm: shot.clipUm ?? null });
      }),
    );
    await picture.settled();
  },
  /** Points of genes 0, 1, … at whole quanta; gene g looks as `styles[g]`, or is hidden where that is null. */
  async points(
    tiles: readonly {
      readonly origin: [number, number];
      readonly quantumUm: number;
      readonly rows: number[][];
    }[],
    styles: readonly ({ readonly color: string; readonly shape: GlyphShape } | null)[],
    sizeUm: number,
    outline: MarkerOutline | null = null,
    id = `points-${layers++}`,
  ): Promise<void> {
    picture.setLayers([
      new TranscriptLayer({
        id,
        tiles: tiles.map(
          ({ origin, quantumUm, rows }, i): PointTile => ({
            key: `${id}/${i}`,
            originUm: um(origin[0], origin[1]),
            quantumUm,
            rows: rows.length,
            data: Uint16Array.from(rows.flat()),
          }),
        ),
        palette: genePalette(
          70_000,
          null,
          styles.flatMap((style, gene) => (style ? [{ ...style, gene }] : [])),
        ),
        sizeUm,
        minPx: 1,
        maxPx: 200,
        outline,
      }),
    ]);
    await picture.settled();
  },
  /** deck.gl's canvas now: RGBA of the given device pixels, and the sum of all alpha in units of one pixel. */
  read(at: readonly (readonly [number, number])[]): { pixels: number[][]; coverage: number } {
    const canvas = deckCanvas();
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("no 2D canvas");
    picture.redraw();
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, copy.width, copy.height);
    let coverage = 0;
    for (let i = 3; i < data.length; i += 4) coverage += data[i]! / 255;
    const pixels = at.map(([x, y]) => [
      ...data.slice(4 * (y * copy.width + x), 4 * (y * copy.width + x) + 4),
    ]);
    return { pixels, coverage };
  },
  /** Takes the graphics card away, as a browser under memory pressure does. */
  loseContext(): void {
    deckCanvas().getContext("webgl2")?.getExtension("WEBGL_lose_context")?.loseContext();
  },
};

export type LayerHarness = typeof harness;
declare global {
  interface Window {
    shots: LayerHarness;
  }
}
window.shots = harness;
