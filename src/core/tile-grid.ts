import type { TileGeometry } from "./table.ts";

/** Rows that a tile holds at most on average: some megabyte, the piece that is drawn or skipped as one. */
export const ROWS_PER_TILE = 65_536;
/** Tile columns (and rows) of a table at most: the grid that finds a row's tile is dense. Few rows get fewer. */
const MAX_TILES_ACROSS = 2048;
/** Rows looked at to choose the tile's size. */
const SAMPLE_ROWS = 65_536;
/** Largest tile of continuous coordinates, µm: keeps the drawn position within 8 nm of the true one. */
const MAX_TILE_UM_LOG2 = 10;
/** Smallest tile of continuous coordinates, µm, as a power of two. */
const MIN_TILE_UM_LOG2 = -4;

/** Where the rows of a table lie in tile units: `tile = floor(position · 2^-log2Side)`. */
export interface TileGrid {
  /** Tile side as a power of two: lattice steps, or µm. */
  readonly log2Side: number;
  /** First tile column and row that hold rows, in absolute tile units. */
  readonly col0: number;
  readonly row0: number;
  readonly cols: number;
  readonly rows: number;
}

export interface Extent {
  readonly minX: number;
  readonly minY: number;
  /** Inclusive. */
  readonly maxX: number;
  readonly maxY: number;
}

/** The inclusive extent of positions; of no rows, a single point at the origin. */
export function extentOf(x: ArrayLike<number>, y: ArrayLike<number>): Extent {
  if (x.length === 0) return { minX: 0, minY: 0, maxX: 0, maxY: 0 };
  const [minX, maxX] = rangeOf(x);
  const [minY, maxY] = rangeOf(y);
  return { minX, minY, maxX, maxY };
}

function rangeOf(values: ArrayLike<number>): [min: number, max: number] {
  let min = values[0]!;
  let max = min;
  for (let i = 1; i < values.length; i++) {
    const v = values[i]!;
    if (v < min) min = v;
    else if (v > max) max = v;
  }
  return [min, max];
}

/**
 * Chooses the largest power-of-two tile side whose occupied tiles hold at most `rowsPerTile` rows on average, judged
 * on a strided sample: an outlier far away then cannot make one tile of all the tissue. Powers of two keep every
 * division of a float64 position exact, so that a quantised position is the true floor.
 */
export function chooseGrid(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  extent: Extent,
  limits: { readonly minLog2: number; readonly maxLog2: number },
  rowsPerTile: number,
): TileGrid {
  const widest = Math.max(extent.maxX - extent.minX, extent.maxY - extent.minY);
  const log2For = (tiles: number) =>
    Math.max(limits.minLog2, Math.ceil(Math.log2(Math.max(widest, 1e-300) / tiles)));
  const wished = Math.min(limits.maxLog2, log2For(Math.max(64, x.length / 64)));
  const floor = Math.max(wished, log2For(MAX_TILES_ACROSS));
  let log2Side = Math.max(limits.maxLog2, floor);
  while (log2Side > floor && x.length / occupiedTiles(x, y, extent, log2Side) > rowsPerTile) log2Side--;
  const inverse = 2 ** -log2Side;
  const col0 = Math.floor(extent.minX * inverse);
  const row0 = Math.floor(extent.minY * inverse);
  return {
    log2Side,
    col0,
    row0,
    cols: Math.floor(extent.maxX * inverse) - col0 + 1,
    rows: Math.floor(extent.maxY * inverse) - row0 + 1,
  };
}

function occupiedTiles(x: ArrayLike<number>, y: ArrayLike<number>, extent: Extent, log2Side: number): number {
  const inverse = 2 ** -log2Side;
  const col0 = Math.floor(extent.minX * inverse);
  const row0 = Math.floor(extent.minY * inverse);
  const step = Math.max(1, Math.floor(x.length / SAMPLE_ROWS));
  const seen = new Set<number>();
  for (let i = 0; i < x.length; i += step) {
    seen.add((Math.floor(x[i]! * inverse) - col0) * 2 ** 16 + Math.floor(y[i]! * inverse) - row0);
  }
  return seen.size;
}

/** Sides of a lattice's tiles, in spots. */
export const latticeLimits = { minLog2: 0, maxLog2: 16 } as const;
/** Sides of continuous tiles, in µm. */
export const continuousLimits = { minLog2: MIN_TILE_UM_LOG2, maxLog2: MAX_TILE_UM_LOG2 } as const;

/** Lattice extents beyond this many spots are no chip: such rows are tiled as continuous ones. */
export const MAX_LATTICE_SPOTS = MAX_TILES_ACROSS * 65_536;

/** The geometry of a lattice whose spot (x, y) has its centre at `(x + 0.5) · pitch + translation`. */
export function latticeGeometry(grid: TileGrid, pitchUm: number, xUm: number, yUm: number): TileGeometry {
  return {
    exact: true,
    originXUm: xUm + 0.5 * pitchUm,
    originYUm: yUm + 0.5 * pitchUm,
    quantumUm: pitchUm,
    span: 2 ** grid.log2Side,
  };
}

/** The geometry of continuous positions; tile columns count from `grid.col0`. */
export function continuousGeometry(grid: TileGrid): TileGeometry {
  const sideUm = 2 ** grid.log2Side;
  return {
    exact: false,
    originXUm: grid.col0 * sideUm,
    originYUm: grid.row0 * sideUm,
    quantumUm: sideUm / 65_536,
    span: 65_536,
  };
}

/** Bits of `v` spread to the even places: the x half of a Morton code of 12-bit coordinates. */
function spread(v: number): number {
  let s = v & 0xffff;
  s = (s | (s << 8)) & 0x00ff00ff;
  s = (s | (s << 4)) & 0x0f0f0f0f;
  s = (s | (s << 2)) & 0x33333333;
  return (s | (s << 1)) & 0x55555555;
}

/**
 * Indices of the non-empty cells of a dense (rows × cols) histogram, in Morton order of (col, row): neighbours in
 * space stand close in memory, so a view touches few runs.
 */
export function mortonCells(histogram: Uint32Array, cols: number): Uint32Array {
  const cells: number[] = [];
  for (let cell = 0; cell < histogram.length; cell++) if (histogram[cell]! > 0) cells.push(cell);
  const code = (cell: number) => spread(cell % cols) + 2 * spread(Math.floor(cell / cols));
  return Uint32Array.from(cells.sort((a, b) => code(a) - code(b)));
}
