import type { BinShape, BinWindow, ExpressionInfo } from "./expression.ts";
import { type Bounds, boundsContain, boundsGrow } from "./space.ts";

/** Most rows of chosen genes that are drawn one by one; beyond it they are shown as exact bins. */
export const MAX_GENE_POINTS = 1_000_000;
/** The same for all genes at once. */
export const MAX_ALL_POINTS = 2_000_000;
/** Over bins of the same genes, transcripts are added only when so few are in view that each can be seen. */
export const MAX_POINTS_OVER_OWN_BINS = 20_000;
/** Largest number of bins in one raster; a finer one is computed for the view only. */
export const MAX_RASTER_BINS = 4_000_000;

/**
 * The side of the bins to draw: the one asked for, or its smallest doubling that is at least `minPx` CSS
 * pixels wide. Doublings nest, so zooming out merges whole bins and no count changes its neighbours.
 */
export function drawnBinUm(askedUm: number, umPerPx: number, shape: BinShape): number {
  const minPx = shape === "hex" ? 2 : 1;
  const least = umPerPx * minPx;
  if (askedUm >= least) return askedUm;
  return askedUm * 2 ** Math.ceil(Math.log2(least / askedUm) - 1e-9);
}

/**
 * The smallest side that is at least one CSS pixel wide, for automatic bins: of the series 1, 2, 5, 10 … µm, or of
 * the sizes that a store has ready.
 */
export function automaticBinUm(umPerPx: number, readyUm: readonly number[] | null): number {
  if (readyUm) return readyBinUm(umPerPx * (1 - 1e-9), readyUm);
  const power = 10 ** Math.floor(Math.log10(umPerPx));
  for (const step of [1, 2, 5, 10]) {
    if (step * power >= umPerPx * (1 - 1e-9)) return step * power;
  }
  return 10 * power;
}

/** The smallest size that a store has ready, of at least `leastUm`, at which a box is of at most so many bins. */
export function readyWithin(
  box: Bounds<"um">,
  leastUm: number,
  mostBins: number,
  readyUm: readonly number[],
): number {
  let binUm = readyBinUm(leastUm, readyUm);
  while (binsIn(box, binUm) > mostBins) binUm = readyBinUm(binUm * (1 + 1e-9), readyUm);
  return binUm;
}

/** The smallest ready size of at least `leastUm`; beyond the largest, that one doubled as often as needed. */
function readyBinUm(leastUm: number, readyUm: readonly number[]): number {
  const found = readyUm.find((size) => size >= leastUm);
  if (found !== undefined) return found;
  const largest = readyUm.at(-1) ?? leastUm;
  return largest * 2 ** Math.ceil(Math.log2(leastUm / largest));
}

/**
 * A start value that shows a slide of this size in about 250 bins across: a stop of the series, 0.5–200 µm, or one
 * of the sizes that a store has ready.
 */
export function startBinUm(bounds: Bounds<"um">, readyUm: readonly number[] | null): number {
  const side = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY);
  const ideal = side / 250;
  const stops = readyUm ?? [0.5, 1, 2, 5, 10, 20, 50, 100, 200];
  return stops.reduce((best, stop) =>
    Math.abs(Math.log(stop / ideal)) < Math.abs(Math.log(best / ideal)) ? stop : best,
  );
}

/**
 * The side of about `bins` bins across a box: on a lattice a whole number of spots, or neighbouring bins would
 * hold different numbers of them and draw a pattern that is not in the tissue. Of a store: a size it has ready.
 */
export function overviewBinUm(
  bounds: Bounds<"um">,
  { pitchUm, readyBinsUm }: Pick<ExpressionInfo, "pitchUm" | "readyBinsUm">,
  bins: number,
): number {
  const ideal = Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY) / bins;
  if (readyBinsUm) return readyBinUm(ideal, readyBinsUm);
  return pitchUm === null ? ideal : Math.max(1, Math.ceil(ideal / pitchUm)) * pitchUm;
}

/** Number of bins in a box. */
export function binsIn(box: Bounds<"um">, binUm: number): number {
  return (Math.ceil((box.maxX - box.minX) / binUm) + 1) * (Math.ceil((box.maxY - box.minY) / binUm) + 1);
}

/**
 * The box to compute bins for: the whole slide when that is at most `MAX_RASTER_BINS`, so that panning asks for
 * nothing; else the view grown by half its size on each side, cut to the slide.
 */
export function rasterBounds(slide: Bounds<"um">, view: Bounds<"um">, binUm: number): Bounds<"um"> {
  if (binsIn(slide, binUm) <= MAX_RASTER_BINS) return slide;
  return partBounds(slide, view, binUm, 1 / 2);
}

/** The view grown by this part of its size on each side, cut to the slide; not grown where that were too many bins. */
export function partBounds(
  slide: Bounds<"um">,
  view: Bounds<"um">,
  binUm: number,
  margin: number,
): Bounds<"um"> {
  const side = Math.max(view.maxX - view.minX, view.maxY - view.minY);
  const grown = intersectBounds(boundsGrow(view, margin * side), slide);
  if (grown && binsIn(grown, binUm) <= MAX_RASTER_BINS) return grown;
  return intersectBounds(view, slide) ?? slide;
}

/** Common part of two boxes; undefined when they do not meet. */
export function intersectBounds(a: Bounds<"um">, b: Bounds<"um">): Bounds<"um"> | undefined {
  const minX = Math.max(a.minX, b.minX);
  const minY = Math.max(a.minY, b.minY);
  const maxX = Math.min(a.maxX, b.maxX);
  const maxY = Math.min(a.maxY, b.maxY);
  return minX < maxX && minY < maxY ? { minX, minY, maxX, maxY } : undefined;
}

/** True when a raster computed for `computed` shows all that a view of the slide needs. */
export function coversView(computed: Bounds<"um">, slide: Bounds<"um">, view: Bounds<"um">): boolean {
  const needed = intersectBounds(view, slide);
  return needed === undefined || boundsContain(computed, needed);
}

/** Slide µm spanned by a square window: its columns and rows times the side. */
export function squareWindowBounds(window: BinWindow): Bounds<"um"> {
  return {
    minX: window.col0 * window.binUm,
    minY: window.row0 * window.binUm,
    maxX: (window.col0 + window.cols) * window.binUm,
    maxY: (window.row0 + window.rows) * window.binUm,
  };
}
