import { Deck, type Layer } from "@deck.gl/core";
import { ScatterplotLayer } from "@deck.gl/layers";
import createScatterplot, { createRenderer } from "regl-scatterplot";
import type { PointTile } from "../../src/core/expression.ts";
import { glyphShapes } from "../../src/core/glyph.ts";
import { um } from "../../src/core/space.ts";
import { type GenePalette, genePalette } from "../../src/layers/gene-palette.ts";
import { SlideView } from "../../src/layers/slide-viewport.ts";
import { TranscriptLayer } from "../../src/layers/transcript-layer.ts";
import { randomFrom } from "./bench.ts";

/** What one library took for one number of points. Times in ms, the GPU waited for. */
export interface PointsMeasured {
  /** From data in typed arrays to the first picture, shaders warm. */
  readonly first: number;
  readonly frames: number[];
  /** Every gene's colour changed, to the picture that shows it. */
  readonly recolored: number[];
  /** Pixels that are not background: nothing drawn would be fastest. */
  readonly lit: number;
}

const WIDTH = 800;
const HEIGHT = 600;
const DIAMETER_PX = 3;
const GENES = 25_000;
const TILES = 4;

/** Uniform positions over 800 × 600 µm, genes 1/rank abundant; tile-relative u16 as in the product. */
function makeTiles(seed: number, rows: number): PointTile[] {
  const random = randomFrom(seed);
  return Array.from({ length: TILES * TILES }, (_, tile): PointTile => {
    const share = Math.floor(((tile + 1) * rows) / TILES ** 2) - Math.floor((tile * rows) / TILES ** 2);
    const data = new Uint16Array(4 * share);
    for (let i = 0; i < data.length; i += 4) {
      data[i] = random() * 65_536;
      data[i + 1] = random() * 65_536 * (HEIGHT / WIDTH);
      data[i + 2] = Math.min(GENES - 1, GENES ** random() - 1);
      data[i + 3] = 1;
    }
    const side = WIDTH / TILES;
    const originUm = um((tile % TILES) * side, Math.floor(tile / TILES) * (HEIGHT / TILES));
    return { key: `${rows}/${tile}`, originUm, quantumUm: side / 65_536, rows: share, data };
  });
}

/** The same rows as flat columns, µm. */
function flatten(tiles: readonly PointTile[], rows: number) {
  const xy = new Float32Array(2 * rows);
  const gene = new Uint16Array(rows);
  let out = 0;
  for (const { originUm, quantumUm, data } of tiles) {
    for (let i = 0; i < data.length; i += 4, out++) {
      xy[2 * out] = originUm[0] + quantumUm * data[i]!;
      xy[2 * out + 1] = originUm[1] + quantumUm * data[i + 1]!;
      gene[out] = data[i + 2]!;
    }
  }
  return { xy, gene };
}

const hues = ["#e69f00", "#56b4e9", "#009e73", "#f0e442"];
const color = (gene: number, turn: number) => hues[(gene + turn) % hues.length] ?? "#ffffff";
function paletteOf(turn: number): GenePalette {
  return genePalette(
    GENES,
    null,
    Array.from({ length: GENES }, (_, gene) => ({ gene, color: color(gene, turn), shape: glyphShapes[0] })),
  );
}

/** Waits for the GPU: reading a pixel cannot return before everything is drawn. */
function wait(gl: WebGL2RenderingContext | WebGLRenderingContext): void {
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

function litPixels(canvas: HTMLCanvasElement): number {
  const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  if (!context) return 0;
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let lit = 0;
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3]! > 0 && data[i]! + data[i + 1]! + data[i + 2]! > 30) lit++;
  return lit;
}

function makeCanvas(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  Object.assign(canvas.style, { width: `${WIDTH}px`, height: `${HEIGHT}px`, display: "block" });
  document.body.replaceChildren(canvas);
  return canvas;
}

/** deck.gl with one layer, drawn synchronously; `layer(turn)` makes the layer in the given colours. */
async function measureDeck(
  layer: (turn: number) => Layer,
  warm: Layer,
  frames: number,
): Promise<PointsMeasured> {
  const canvas = makeCanvas();
  const deck = await new Promise<Deck<SlideView[]>>((resolve) => {
    const made: Deck<SlideView[]> = new Deck<SlideView[]>({
      canvas,
      width: WIDTH,
      height: HEIGHT,
      views: [new SlideView({ id: "slide" })],
      viewState: { slide: { centerUm: [WIDTH / 2, HEIGHT / 2], linear: [1, 0, 0, 1] } },
      layers: [],
      useDevicePixels: false,
      _pickable: false,
      deviceProps: { type: "webgl", webgl: { antialias: false, preserveDrawingBuffer: false } },
      onLoad: () => resolve(made),
    });
  });
  const gl = canvas.getContext("webgl2");
  if (!gl) throw new Error("no WebGL 2");
  const draw = (layers: Layer[] | null): number => {
    const start = performance.now();
    if (layers) {
      deck.setProps({ layers });
      (deck as unknown as { layerManager: { updateLayers(): void } }).layerManager.updateLayers();
    }
    deck.redraw("measured");
    wait(gl);
    return performance.now() - start;
  };
  draw([warm]);
  const first = draw([layer(0)]);
  const plain = Array.from({ length: frames }, () => draw(null));
  const recolored = Array.from({ length: Math.min(3, frames) }, (_, turn) => draw([layer(turn + 1)]));
  const lit = litPixels(canvas);
  deck.finalize();
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return { first, frames: plain, recolored, lit };
}

function measureOurs(tiles: PointTile[], frames: number): Promise<PointsMeasured> {
  const layer = (id: string, rows: PointTile[], turn: number) =>
    new TranscriptLayer({ id, tiles: rows, palette: paletteOf(turn), sizeUm: DIAMETER_PX, minPx: 1 });
  return measureDeck((turn) => layer("ours", tiles, turn), layer("warm", makeTiles(1, 100), 0), frames);
}

function measureScatterplot(tiles: PointTile[], rows: number, frames: number): Promise<PointsMeasured> {
  const { xy, gene } = flatten(tiles, rows);
  const layer = (id: string, positions: Float32Array, genes: Uint16Array, turn: number) => {
    const lookup = Array.from({ length: GENES }, (_, g) => Number.parseInt(color(g, turn).slice(1), 16));
    const rgba = new Uint8Array(4 * genes.length);
    for (let i = 0; i < genes.length; i++) {
      const rgb = lookup[genes[i]!]!;
      rgba[4 * i] = rgb >> 16;
      rgba[4 * i + 1] = (rgb >> 8) & 255;
      rgba[4 * i + 2] = rgb & 255;
      rgba[4 * i + 3] = 255;
    }
    return new ScatterplotLayer({
      id,
      data: {
        length: genes.length,
        attributes: { getPosition: { value: positions, size: 2 }, getFillColor: { value: rgba, size: 4 } },
      },
      getRadius: DIAMETER_PX / 2,
      radiusUnits: "pixels",
      stroked: false,
    });
  };
  return measureDeck(
    (turn) => layer("scatterplot", xy, gene, turn),
    layer("warm", xy.slice(0, 200), gene.slice(0, 100), 0),
    frames,
  );
}

/** regl-scatterplot colours by at most 256 categories: genes modulo 4, as there are 4 colours. */
async function measureRegl(tiles: PointTile[], rows: number, frames: number): Promise<PointsMeasured> {
  const { xy, gene } = flatten(tiles, rows);
  const x = new Float32Array(rows);
  const y = new Float32Array(rows);
  const category = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    x[i] = xy[2 * i]! / (WIDTH / 2) - 1;
    y[i] = 1 - xy[2 * i + 1]! / (HEIGHT / 2);
    category[i] = gene[i]! % hues.length;
  }
  const canvas = makeCanvas();
  const renderer = createRenderer();
  const gl = renderer.regl._gl as WebGLRenderingContext;
  const times: number[] = [];
  const { render } = renderer;
  renderer.render = (...args: Parameters<typeof render>) => {
    const start = performance.now();
    render(...args);
    wait(gl);
    times.push(performance.now() - start);
  };
  const plot = createScatterplot({
    renderer,
    canvas,
    width: WIDTH,
    height: HEIGHT,
    aspectRatio: WIDTH / HEIGHT,
    pointSize: DIAMETER_PX,
    opacity: 1,
    colorBy: "category",
    pointColor: hues,
  });
  await plot.draw({ x: x.slice(0, 100), y: y.slice(0, 100), category: category.slice(0, 100) });
  const start = performance.now();
  await plot.draw({ x, y, category });
  const first = performance.now() - start;
  times.length = 0;
  const until = async (count: number) => {
    while (times.length < count) {
      plot.redraw();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return times.splice(0).slice(0, count);
  };
  const plain = await until(frames);
  const recolored: number[] = [];
  for (let turn = 1; turn <= Math.min(3, frames); turn++) {
    const before = performance.now();
    await plot.set({ pointColor: hues.map((_, i) => color(i, turn)) });
    const cpu =
      times.length > 0 ? performance.now() - before : performance.now() - before + (await until(1))[0]!;
    times.length = 0;
    recolored.push(cpu);
  }
  const lit = litPixels(canvas);
  plot.destroy();
  renderer.destroy();
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return { first, frames: plain, recolored, lit };
}

export type PointsLibrary = "ours" | "scatterplot" | "regl";

/** One measurement, for `page.evaluate`. */
export function measurePoints(
  library: PointsLibrary,
  seed: number,
  rows: number,
  frames: number,
): Promise<PointsMeasured> {
  const tiles = makeTiles(seed, rows);
  if (library === "ours") return measureOurs(tiles, frames);
  return library === "regl" ? measureRegl(tiles, rows, frames) : measureScatterplot(tiles, rows, frames);
}
