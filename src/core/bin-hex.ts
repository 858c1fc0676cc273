import { accumulateBins } from "./bin-accumulate.ts";
import { binAt, HEX_ROW_SPACING, HEX_TIE } from "./bin-window.ts";
import type { BinWindow } from "./expression.ts";
import type { TableShard } from "./table.ts";

/**
 * Hexagonal bins: adds the active rows of tiles `tileFrom … tileTo` to `out`; see `accumulateBins` for what is
 * added and returned. A row's bin is `binAt` of its float64 position, exactly.
 *
 * In units of half a hexagon across (X = 2x/width) and of a row down (Y = y/spacing), let k < X ≤ k+1, f = X−k,
 * r = floor(Y), t = Y−r. Only rows r and r+1 can hold the nearest centre; each has one centre at the end of the
 * half-column k, at opposite ends. With g the distance along X to the centre in row r (f, or 1−f when k−r is
 * odd), row r is nearer exactly when g ≤ 2−3t. Where X is within rounding of an edge, or g of 2−3t, the
 * definition itself decides.
 */
export function accumulateHex(
  shard: TableShard,
  tileFrom: number,
  tileTo: number,
  weights: Float64Array | null,
  window: BinWindow,
  out: Float64Array,
): number {
  const indexer = shard.geometry.exact ? indexLattice : indexExact;
  return accumulateBins(indexer, shard, tileFrom, tileTo, weights, window, out);
}

// Copies, because outside a bundle every use of an imported constant is a getter call.
const rowSpacing = HEX_ROW_SPACING;
const tie = HEX_TIE;

/** Index in the window's accumulator of the hexagon that holds a position, −1 outside. */
export function hexIndex(xUm: number, yUm: number, window: BinWindow): number {
  const across = (2 * xUm) / window.binUm;
  const down = yUm / (window.binUm * rowSpacing);
  let col: number;
  let row = Math.floor(down);
  // A relative 2⁻⁴⁸ covers every rounding above and in the definition sixteen times.
  const noise = 2 ** -48 * (Math.abs(across) + Math.abs(down) + 1);
  const nearestEdge = Math.round(across);
  const toEdge = Math.abs(across - nearestEdge);
  let k = Math.ceil(across) - 1;
  let clear = toEdge > tie + noise;
  if (!clear && toEdge + noise < tie / 2) {
    k = nearestEdge - 1;
    clear = true;
  }
  const f = across - k;
  const g = ((k - row) & 1) === 1 ? 1 - f : f;
  const over = g - 2 + 3 * (down - row);
  if (clear && Math.abs(over) > 4 * (tie + noise)) {
    if (over > 0) row++;
    col = Math.floor((k + 1 - (row & 1)) / 2);
  } else {
    const bin = binAt(window, xUm, yUm);
    col = bin[0];
    row = bin[1];
  }
  col -= window.col0;
  row -= window.row0;
  return col >= 0 && row >= 0 && col < window.cols && row < window.rows ? row * window.cols + col : -1;
}

/** With fewer spots to a hexagon's half width its ends are not worth looking for. */
const FEW_SPOTS = 8;

/**
 * Adds a row of spots to the hexagons that hold them: spot `i` lies at `((col + i) · pitchUm, yUm)`. A hexagon holds
 * one stretch of a row, so only its end is looked for, by halving, and what lies between is added up.
 */
export function addHexRow(
  counts: Uint32Array | Float64Array,
  col: number,
  pitchUm: number,
  yUm: number,
  window: BinWindow,
  out: Float64Array,
): void {
  const n = counts.length;
  const stride = Math.floor(window.binUm / pitchUm / 2);
  const indexOf = (i: number): number => hexIndex((col + i) * pitchUm, yUm, window);
  for (let from = 0; from < n; ) {
    if (counts[from] === 0) {
      from++;
      continue;
    }
    const index = indexOf(from);
    // What lies outside the window is no one hexagon.
    if (index < 0 || stride < FEW_SPOTS) {
      if (index >= 0) out[index] = out[index]! + counts[from]!;
      from++;
      continue;
    }
    let last = from;
    let end = from + stride;
    while (end < n && indexOf(end) === index) {
      last = end;
      end += stride;
    }
    if (end > n) end = n;
    while (end - last > 1) {
      const middle = (last + end) >> 1;
      if (indexOf(middle) === index) last = middle;
      else end = middle;
    }
    let sum = 0;
    for (let i = from; i < end; i++) sum += counts[i]!;
    out[index] = out[index]! + sum;
    from = end;
  }
}

function indexLattice(
  shard: TableShard,
  tile: number,
  from: number,
  to: number,
  window: BinWindow,
  out: Int32Array,
): void {
  const { x, y } = shard;
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  const baseX = shard.tileCol[tile]! * span;
  const baseY = shard.tileRow[tile]! * span;
  for (let i = from; i < to; i++) {
    out[i - from] = hexIndex(
      originXUm + (baseX + x[i]!) * quantumUm,
      originYUm + (baseY + y[i]!) * quantumUm,
      window,
    );
  }
}

function indexExact(
  shard: TableShard,
  _tile: number,
  from: number,
  to: number,
  window: BinWindow,
  out: Int32Array,
): void {
  const x = shard.xExact!;
  const y = shard.yExact!;
  for (let i = from; i < to; i++) out[i - from] = hexIndex(x[i]!, y[i]!, window);
}
