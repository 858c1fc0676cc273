import { CentiscopeError } from "./errors.ts";
import type { BinLattice, BinWindow } from "./expression.ts";
import { type Bounds, bounds, type Point, um } from "./space.ts";

/** Most bins of one window: 16.7 M, a bin per pixel of a 5K screen; 134 MB as float64. */
export const MAX_BINS = 2 ** 24;

/** Bin columns and rows beyond this are refused: they would not fit the int32 arithmetic of the kernels. */
export const MAX_BIN_INDEX = 2 ** 30;

/** Distance between hexagon rows, in units of the flat-to-flat width: √3/2. */
export const HEX_ROW_SPACING = Math.sqrt(3) / 2;

/**
 * Two hexagon centres whose squared distances differ by no more than this share of the squared width tie; so
 * that a spot in the middle of two is not decided by float noise.
 */
export const HEX_TIE = 2 ** -30;

/**
 * The bin of a position in slide µm: THE definition, which every kernel equals exactly.
 *
 * Square: `floor(x/binUm), floor(y/binUm)` in float64. Hexagon: the nearest centre, found by comparing every
 * centre nearby; ties (see `HEX_TIE`) go to the lowest row, then to the lowest column.
 */
export function binAt(lattice: BinLattice, xUm: number, yUm: number): [col: number, row: number] {
  const w = lattice.binUm;
  if (lattice.shape === "square") return [Math.floor(xUm / w) + 0, Math.floor(yUm / w) + 0];
  const h = w * HEX_ROW_SPACING;
  const midRow = Math.floor(yUm / h);
  const tie = HEX_TIE * w * w;
  let bestCol = 0;
  let bestRow = 0;
  let best = Number.POSITIVE_INFINITY;
  // Counted by offsets: beyond 2⁵³ adding 1 to a row changes nothing, and a loop over rows would not end.
  for (let below = -1; below <= 2; below++) {
    const row = midRow + below;
    const shift = oddRow(row) ? 0.5 : 0;
    const midCol = Math.floor(xUm / w - shift);
    for (let right = -1; right <= 2; right++) {
      const col = midCol + right;
      const dx = xUm - (col + shift) * w;
      const dy = yUm - row * h;
      const squared = dx * dx + dy * dy;
      if (squared < best - tie) {
        best = squared;
        bestCol = col;
        bestRow = row;
      }
    }
  }
  return [bestCol, bestRow];
}

/** Centre of a bin, slide µm. */
export function binCentreUm(lattice: BinLattice, col: number, row: number): Point<"um"> {
  const w = lattice.binUm;
  return lattice.shape === "square"
    ? um((col + 0.5) * w, (row + 0.5) * w)
    : um((col + (oddRow(row) ? 0.5 : 0)) * w, row * w * HEX_ROW_SPACING);
}

/** Area of one bin, µm². */
export function binAreaUm2(lattice: BinLattice): number {
  return lattice.binUm * lattice.binUm * (lattice.shape === "square" ? 1 : HEX_ROW_SPACING);
}

/** True for rows shifted right by half a hexagon, also below 0. Not `%`: on float64 it is a slow library call. */
export function oddRow(row: number): boolean {
  return (row & 1) !== 0;
}

/**
 * The smallest window that holds every bin which touches the half-open box; a box without area has the bins of
 * its corner. Throws `bins-too-many` when there would be more than `MAX_BINS`, or when the bins lie beyond
 * `MAX_BIN_INDEX`; `file` names the slide in that message.
 */
export function windowOf(lattice: BinLattice, boundsUm: Bounds<"um">, file = "expression"): BinWindow {
  const { shape, binUm } = lattice;
  const maxX = Math.max(boundsUm.minX, nextBelow(boundsUm.maxX));
  const maxY = Math.max(boundsUm.minY, nextBelow(boundsUm.maxY));
  let first: readonly number[];
  let last: readonly number[];
  if (shape === "square") {
    first = binAt(lattice, boundsUm.minX, boundsUm.minY);
    last = binAt(lattice, maxX, maxY);
  } else {
    const h = binUm * HEX_ROW_SPACING;
    const slack = 2 ** -20;
    first = [
      Math.ceil(boundsUm.minX / binUm - 1 - slack) + 0,
      Math.ceil(boundsUm.minY / h - 2 / 3 - slack) + 0,
    ];
    last = [Math.floor(maxX / binUm + 0.5 + slack), Math.floor(maxY / h + 2 / 3 + slack)];
  }
  const [col0 = Number.NaN, row0 = Number.NaN] = first;
  const [colN = Number.NaN, rowN = Number.NaN] = last;
  const cols = colN - col0 + 1;
  const rows = rowN - row0 + 1;
  const furthest = Math.max(Math.abs(col0), Math.abs(row0), Math.abs(colN), Math.abs(rowN));
  if (!(binUm > 0 && cols * rows <= MAX_BINS && furthest <= MAX_BIN_INDEX)) {
    throw new CentiscopeError("bins-too-many", { file, binUm, bins: cols * rows, limit: MAX_BINS });
  }
  return { shape, binUm, col0, row0, cols, rows };
}

/** A box that holds every point of the window's bins, grown by one bin so that rounding cannot exclude any. */
export function windowBoundsUm(window: BinWindow): Bounds<"um"> {
  const w = window.binUm;
  const h = window.shape === "square" ? w : w * HEX_ROW_SPACING;
  return bounds(
    (window.col0 - 2) * w,
    (window.row0 - 2) * h,
    (window.col0 + window.cols + 2) * w,
    (window.row0 + window.rows + 2) * h,
  );
}

/** The largest float64 below `value`. */
function nextBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  if (!Number.isFinite(value)) return value;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) - (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
