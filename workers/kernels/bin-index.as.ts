// AssemblyScript: indices of rows in a window. The reasons for the arithmetic are in src/core/bin-square.ts and
// bin-hex.ts; `wasm-kernels.ts` drives these. An index is 1 + row · cols + col in the window, or 0 outside it.

import { hexAt } from "./hex-at.as";
import { keep } from "./keep.as";

/** 2⁵²: added to a whole float64 below 2³², it leaves the number in the low 32 bits. */
const TO_INT: f64 = 4503599627370496.0;

/**
 * Square bins of lattice quanta by fixed point: column `dCol + (q · m + a >>> s)`, proven per tile by the caller.
 * Without `clipped` every row is known to lie in the window.
 */
export function indexLinear(
  x: usize,
  y: usize,
  rows: i32,
  mX: i32,
  aX: i32,
  sX: i32,
  dCol: i32,
  mY: i32,
  aY: i32,
  sY: i32,
  dRow: i32,
  cols: i32,
  rowsOfWindow: i32,
  clipped: i32,
  out: usize,
): void {
  const mx = keep(i32x4.splat(mX), 0);
  const ax = keep(i32x4.splat(aX), 1);
  const my = keep(i32x4.splat(mY), 2);
  const ay = keep(i32x4.splat(aY), 3);
  const nCols = keep(i32x4.splat(cols), 4);
  if (!clipped) {
    const first = keep(i32x4.splat(dRow * cols + dCol + 1), 5);
    for (let i: usize = 0; i < <usize>rows; i += 8) {
      const xs = v128.load(x + (i << 1));
      const ys = v128.load(y + (i << 1));
      const colA = i32x4.shr_u(i32x4.add(i32x4.mul(i32x4.extend_low_i16x8_u(xs), mx), ax), sX);
      const colB = i32x4.shr_u(i32x4.add(i32x4.mul(i32x4.extend_high_i16x8_u(xs), mx), ax), sX);
      const rowA = i32x4.shr_u(i32x4.add(i32x4.mul(i32x4.extend_low_i16x8_u(ys), my), ay), sY);
      const rowB = i32x4.shr_u(i32x4.add(i32x4.mul(i32x4.extend_high_i16x8_u(ys), my), ay), sY);
      v128.store(out + (i << 2), i32x4.add(i32x4.add(i32x4.mul(rowA, nCols), colA), first));
      v128.store(out + (i << 2), i32x4.add(i32x4.add(i32x4.mul(rowB, nCols), colB), first), 16);
    }
    return;
  }
  const dx = keep(i32x4.splat(dCol), 6);
  const dy = keep(i32x4.splat(dRow), 7);
  const nRows = keep(i32x4.splat(rowsOfWindow), 8);
  for (let i: usize = 0; i < <usize>rows; i += 4) {
    const qx = i32x4.extend_low_i16x8_u(v128.load64_zero(x + (i << 1)));
    const qy = i32x4.extend_low_i16x8_u(v128.load64_zero(y + (i << 1)));
    const col = i32x4.add(i32x4.shr_u(i32x4.add(i32x4.mul(qx, mx), ax), sX), dx);
    const row = i32x4.add(i32x4.shr_u(i32x4.add(i32x4.mul(qy, my), ay), sY), dy);
    v128.store(out + (i << 2), clippedIndex(col, row, nCols, nRows));
  }
}

/** Index of an int32 column and row of the window. */
function clippedIndex(col: v128, row: v128, cols: v128, rows: v128): v128 {
  const inside = v128.and(i32x4.lt_u(col, cols), i32x4.lt_u(row, rows));
  return v128.and(i32x4.add(i32x4.add(i32x4.mul(row, cols), col), i32x4.splat(1)), inside);
}

/** `position · scale + offset` of four float64 numbers as rounded uint32. */
function fixed(position: usize, scale: v128, offset: v128): v128 {
  const low = f64x2.add(f64x2.mul(v128.load(position), scale), offset);
  const high = f64x2.add(f64x2.mul(v128.load(position, 16), scale), offset);
  const toInt = f64x2.splat(TO_INT);
  return i32x4.shuffle(f64x2.add(low, toInt), f64x2.add(high, toInt), 0, 2, 4, 6);
}

/** `q · m` of four uint16 quanta. */
function scaled(q: usize, m: v128): v128 {
  return i32x4.mul(i32x4.extend_low_i16x8_u(v128.load64_zero(q)), m);
}

/**
 * Hexagons by fixed point with `s` fraction bits; see bin-hex.ts for k, f, r, t. Of lattice quanta (`x16`, `y16`) the
 * half-column `k = (q · mX + aK) >>> s` is proven by the caller; of float64 positions (`x64`, `y64`, when `exact` is 0)
 * it is not within `unsureEdge` of an edge. Where f and t are within `unsure` of deciding the row, or k is not sure,
 * `hexAt` decides. k and r count from even numbers, which `dCol`, halved, and `dRow` carry.
 */
export function indexHex(
  exact: i32,
  x16: usize,
  y16: usize,
  x64: usize,
  y64: usize,
  rows: i32,
  s: i32,
  scaleX: f64,
  offsetX: f64,
  scaleY: f64,
  offsetY: f64,
  mX: i32,
  aK: i32,
  aF: i32,
  mY: i32,
  aY: i32,
  unsure: i32,
  unsureEdge: i32,
  dCol: i32,
  dRow: i32,
  cols: i32,
  rowsOfWindow: i32,
  clipped: i32,
  originX: f64,
  originY: f64,
  baseX: f64,
  baseY: f64,
  quantum: f64,
  binUm: f64,
  col0: f64,
  row0: f64,
  out: usize,
): void {
  const sx = keep(f64x2.splat(scaleX), 0);
  const ox = keep(f64x2.splat(offsetX), 1);
  const sy = keep(f64x2.splat(scaleY), 2);
  const oy = keep(f64x2.splat(offsetY), 3);
  const mx = keep(i32x4.splat(mX), 4);
  const ak = keep(i32x4.splat(aK), 5);
  const af = keep(i32x4.splat(aF), 6);
  const my = keep(i32x4.splat(mY), 7);
  const ay = keep(i32x4.splat(aY), 8);
  const fraction = keep(i32x4.splat((1 << s) - 1), 9);
  const mirror = keep(i32x4.splat((1 << s) + 1), 10);
  const two = keep(i32x4.splat(2 << s), 11);
  const one = keep(i32x4.splat(1), 12);
  const close = keep(i32x4.splat(unsure), 13);
  const edge = keep(i32x4.splat(unsureEdge), 14);
  const edgeTwice = keep(i32x4.splat(2 * unsureEdge), 15);
  const dx = keep(i32x4.splat(dCol), 16);
  const dy = keep(i32x4.splat(dRow), 17);
  const nCols = keep(i32x4.splat(cols), 18);
  const nRows = keep(i32x4.splat(rowsOfWindow), 19);
  const first = keep(i32x4.splat(dRow * cols + dCol + 1), 20);
  for (let i: usize = 0; i < <usize>rows; i += 4) {
    const across = exact ? scaled(x16 + (i << 1), mx) : fixed(x64 + (i << 3), sx, ox);
    const down = exact ? i32x4.add(scaled(y16 + (i << 1), my), ay) : fixed(y64 + (i << 3), sy, oy);
    const k = i32x4.shr_u(i32x4.add(across, ak), s);
    const f = i32x4.sub(i32x4.add(across, af), i32x4.shl(k, s));
    const r = i32x4.shr_u(down, s);
    const t = v128.and(down, fraction);
    const odd = i32x4.shr_s(i32x4.shl(i32x4.add(k, r), 31), 31);
    const g = i32x4.add(v128.xor(f, odd), v128.and(odd, mirror));
    const over = i32x4.sub(i32x4.add(g, i32x4.add(t, i32x4.shl(t, 1))), two);
    const chosen = i32x4.sub(r, i32x4.gt_s(over, i32x4.splat(0)));
    const col = i32x4.shr_s(i32x4.sub(i32x4.add(k, one), v128.and(chosen, one)), 1);
    v128.store(
      out + (i << 2),
      clipped
        ? clippedIndex(i32x4.add(col, dx), i32x4.add(chosen, dy), nCols, nRows)
        : i32x4.add(i32x4.add(i32x4.mul(chosen, nCols), col), first),
    );
    const atEdge = i32x4.lt_s(v128.and(i32x4.add(f, edge), fraction), edgeTwice);
    let doubtful = i32x4.bitmask(v128.or(atEdge, i32x4.lt_s(i32x4.abs(over), close)));
    if (i + 4 > <usize>rows) doubtful &= (1 << (rows & 3)) - 1;
    while (doubtful) {
      const j = i + ctz(doubtful);
      doubtful &= doubtful - 1;
      const x = exact
        ? originX + (baseX + <f64>load<u16>(x16 + (j << 1))) * quantum
        : load<f64>(x64 + (j << 3));
      const y = exact
        ? originY + (baseY + <f64>load<u16>(y16 + (j << 1))) * quantum
        : load<f64>(y64 + (j << 3));
      store<u32>(out + (j << 2), hexAt(x, y, binUm, col0, row0, <f64>cols, <f64>rowsOfWindow));
    }
  }
}

/** Positions of lattice rows along one axis, float64 µm: `origin + (base + q) · quantum`. */
export function place(q: usize, rows: i32, origin: f64, base: f64, quantum: f64, out: usize): void {
  const o = keep(f64x2.splat(origin), 0);
  const b = keep(f64x2.splat(base), 1);
  const u = keep(f64x2.splat(quantum), 2);
  for (let i: usize = 0; i < <usize>rows; i += 4) {
    const four = i32x4.extend_low_i16x8_u(v128.load64_zero(q + (i << 1)));
    const low = f64x2.convert_low_i32x4_u(four);
    const high = f64x2.convert_low_i32x4_u(i32x4.shuffle(four, four, 2, 3, 2, 3));
    v128.store(out + (i << 3), f64x2.add(o, f64x2.mul(f64x2.add(b, low), u)));
    v128.store(out + (i << 3) + 16, f64x2.add(o, f64x2.mul(f64x2.add(b, high), u)));
  }
}

/** Index of a float64 column and row of the window. */
function indexOf(col: v128, row: v128, cols: v128, rows: v128): v128 {
  const zero = f64x2.splat(0);
  const inside = v128.and(
    v128.and(f64x2.ge(col, zero), f64x2.lt(col, cols)),
    v128.and(f64x2.ge(row, zero), f64x2.lt(row, rows)),
  );
  const index = f64x2.add(f64x2.add(f64x2.mul(row, cols), col), f64x2.splat(TO_INT + 1));
  return v128.and(index, inside);
}

/** Square bins of float64 positions: the definition itself, two rows at a time. */
export function indexSquare(
  x: usize,
  y: usize,
  rows: i32,
  binUm: f64,
  col0: f64,
  row0: f64,
  cols: f64,
  rowsOfWindow: f64,
  out: usize,
): void {
  const bin = keep(f64x2.splat(binUm), 0);
  const c0 = keep(f64x2.splat(col0), 1);
  const r0 = keep(f64x2.splat(row0), 2);
  const nCols = keep(f64x2.splat(cols), 3);
  const nRows = keep(f64x2.splat(rowsOfWindow), 4);
  for (let i: usize = 0; i < <usize>rows; i += 2) {
    const col = f64x2.sub(f64x2.floor(f64x2.div(v128.load(x + (i << 3)), bin)), c0);
    const row = f64x2.sub(f64x2.floor(f64x2.div(v128.load(y + (i << 3)), bin)), r0);
    const index = indexOf(col, row, nCols, nRows);
    v128.store64_lane(out + (i << 2), i32x4.shuffle(index, index, 0, 2, 0, 2), 0);
  }
}
