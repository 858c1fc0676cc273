// AssemblyScript: counts the rows of one lattice tile that lies in the window, in one pass: the indices never leave
// the registers. The bins stand at `LOCAL`, 2^shift bytes each: one uint32 or, from 8 bytes on, two that are taken in
// turn, so that rows of one bin wait less for each other's store. The caller adds them up, and clears them before they
// can overflow.
// Squares stand from that of the tile's first quanta on; hexagons have `first`, the index, row · cols + col, of the one
// that their fixed point counts from.

import { hexAt } from "./hex-at.as";
import { keep } from "./keep.as";

export const LOCAL: usize = 1024;
/** Eight rows' x, y and counts: the last rows of a run, filled up with counts of 0. */
const TAIL: usize = 512;
const TAIL_BYTES: usize = 16;
/** Four offsets of bins on their way to `settle`. */
const SETTLED: usize = 640;
/** Fraction bits of the hexagons' fixed point: `COUNTED_HEX_BITS` of hex-fit.ts. */
const HEX_BITS: i32 = 23;

/** Byte offsets of four rows' counters within a bin. */
function turns(shift: i32): v128 {
  return shift >= 3 ? i32x4(0, 4, 0, 4) : i32x4(0, 0, 0, 0);
}

/** Moves the last `rows` (1 … 7) rows to `TAIL`, with counts of 0 behind them. */
function moveTail(x: usize, y: usize, count: usize, rows: i32): void {
  memory.fill(TAIL, 0, 3 * TAIL_BYTES);
  memory.copy(TAIL, x, rows << 1);
  memory.copy(TAIL + TAIL_BYTES, y, rows << 1);
  memory.copy(TAIL + 2 * TAIL_BYTES, count, rows << 1);
}

/** Adds the counts of four rows, `step` rows apart, to the bins at four byte offsets. */
function addFour(at: v128, count: usize, step: usize): void {
  const a = <usize>i32x4.extract_lane(at, 0);
  store<u32>(a, load<u32>(a, LOCAL) + <u32>load<u16>(count), LOCAL);
  const b = <usize>i32x4.extract_lane(at, 1);
  store<u32>(b, load<u32>(b, LOCAL) + <u32>load<u16>(count + 2 * step), LOCAL);
  const c = <usize>i32x4.extract_lane(at, 2);
  store<u32>(c, load<u32>(c, LOCAL) + <u32>load<u16>(count + 4 * step), LOCAL);
  const d = <usize>i32x4.extract_lane(at, 3);
  store<u32>(d, load<u32>(d, LOCAL) + <u32>load<u16>(count + 6 * step), LOCAL);
}

/** `(q · m + a >>> 16 + shift) << shift` of four quanta, the even or the odd ones of eight, as `m` stands. */
function shifted(quanta: v128, m: v128, a: v128, mask: v128): v128 {
  return v128.and(i32x4.shr_u(i32x4.add(i32x4.dot_i16x8_s(quanta, m), a), 16), mask);
}

/**
 * Squares: column `q · mX + aX >>> 16 + shift`, row likewise, proven by the caller for every quantum of the tile.
 * Quanta and multipliers are below 2¹⁵, and a column shifted left by `shift` below 2¹⁶.
 */
export function countSquare(
  x: usize,
  y: usize,
  count: usize,
  rows: i32,
  mX: i32,
  aX: i32,
  mY: i32,
  aY: i32,
  cols: i32,
  shift: i32,
): void {
  squares(x, y, count, rows & ~7, mX, aX, mY, aY, cols, shift);
  const done = (<usize>(rows & ~7)) << 1;
  if ((rows & 7) === 0) return;
  moveTail(x + done, y + done, count + done, rows & 7);
  squares(TAIL, TAIL + TAIL_BYTES, TAIL + 2 * TAIL_BYTES, 8, mX, aX, mY, aY, cols, shift);
}

function squares(
  x: usize,
  y: usize,
  count: usize,
  rows: i32,
  mX: i32,
  aX: i32,
  mY: i32,
  aY: i32,
  cols: i32,
  shift: i32,
): void {
  const evenX = keep(i32x4.splat(mX), 0);
  const oddX = keep(i32x4.splat(mX << 16), 1);
  const evenY = keep(i32x4.splat(mY), 2);
  const oddY = keep(i32x4.splat(mY << 16), 3);
  const ax = keep(i32x4.splat(aX), 4);
  const ay = keep(i32x4.splat(aY), 5);
  const mask = keep(i32x4.splat((0xffff << shift) & 0xffff), 6);
  const nCols = keep(i32x4.splat(cols), 7);
  const turn = keep(turns(shift), 8);
  for (let i: usize = 0; i < (<usize>rows) << 1; i += 16) {
    const xs = v128.load(x + i);
    const ys = v128.load(y + i);
    const even = i32x4.mul(shifted(ys, evenY, ay, mask), nCols);
    const odd = i32x4.mul(shifted(ys, oddY, ay, mask), nCols);
    addFour(i32x4.add(i32x4.add(even, shifted(xs, evenX, ax, mask)), turn), count + i, 2);
    addFour(i32x4.add(i32x4.add(odd, shifted(xs, oddX, ax, mask)), turn), count + i + 2, 2);
  }
}

/**
 * Hexagons, by the fixed point that bin-index.as.ts explains, with `HEX_BITS` fraction bits. Where it is within
 * `unsure` of deciding the row, `hexAt` decides.
 */
export function countHex(
  x: usize,
  y: usize,
  count: usize,
  rows: i32,
  mX: i32,
  aK: i32,
  aF: i32,
  mY: i32,
  aY: i32,
  unsure: i32,
  cols: i32,
  first: i32,
  shift: i32,
  originX: f64,
  originY: f64,
  baseX: f64,
  baseY: f64,
  quantum: f64,
  binUm: f64,
  col0: f64,
  row0: f64,
  rowsOfWindow: f64,
): void {
  let xs = x;
  let ys = y;
  let counts = count;
  let part = rows & ~7;
  for (let turn = 0; turn < 2; turn++) {
    const mx = keep(i32x4.splat(mX), 0);
    const ak = keep(i32x4.splat(aK), 1);
    const fromK = keep(i32x4.splat(aF - aK), 2);
    const my = keep(i32x4.splat(mY), 3);
    const ay = keep(i32x4.splat(aY), 4);
    const fraction = keep(i32x4.splat((1 << HEX_BITS) - 1), 5);
    const mirror = keep(i32x4.splat((1 << HEX_BITS) + 1), 6);
    const two = keep(i32x4.splat(2 << HEX_BITS), 7);
    const one = keep(i32x4.splat(1), 8);
    const close = keep(i32x4.splat(unsure), 9);
    const across = keep(i32x4.splat(1 << shift), 10);
    const down = keep(i32x4.splat(cols << shift), 11);
    const base = keep(i32x4.add(turns(shift), i32x4.splat(first << shift)), 12);
    for (let i: usize = 0; i < (<usize>part) << 1; i += 8) {
      const qx = i32x4.add(i32x4.mul(v128.load_ext<u16>(xs + i), mx), ak);
      const qy = i32x4.add(i32x4.mul(v128.load_ext<u16>(ys + i), my), ay);
      const k = i32x4.shr_u(qx, HEX_BITS);
      const f = i32x4.add(v128.and(qx, fraction), fromK);
      const r = i32x4.shr_u(qy, HEX_BITS);
      const t = v128.and(qy, fraction);
      const odd = i32x4.shr_s(i32x4.shl(i32x4.add(k, r), 31), 31);
      const g = i32x4.add(v128.xor(f, odd), v128.and(odd, mirror));
      const over = i32x4.sub(i32x4.add(g, i32x4.add(t, i32x4.shl(t, 1))), two);
      const chosen = i32x4.sub(r, i32x4.gt_s(over, i32x4.splat(0)));
      const col = i32x4.shr_s(i32x4.sub(i32x4.add(k, one), v128.and(chosen, one)), 1);
      let at = i32x4.add(i32x4.add(i32x4.mul(chosen, down), i32x4.mul(col, across)), base);
      const doubtful = i32x4.bitmask(i32x4.lt_s(i32x4.abs(over), close));
      if (doubtful) {
        v128.store(SETTLED, at);
        for (let j: usize = 0; j < 4; j++) {
          if (!((doubtful >>> <i32>j) & 1)) continue;
          const px = originX + (baseX + <f64>load<u16>(xs + i + (j << 1))) * quantum;
          const py = originY + (baseY + <f64>load<u16>(ys + i + (j << 1))) * quantum;
          const index = hexAt(px, py, binUm, col0, row0, <f64>cols, rowsOfWindow) - 1;
          const turnOfRow = shift >= 3 ? (<u32>j & 1) << 2 : 0;
          store<u32>(SETTLED + (j << 2), (index << shift) + turnOfRow);
        }
        at = v128.load(SETTLED);
      }
      addFour(at, counts + i, 1);
    }
    if ((rows & 7) === 0) return;
    const done = (<usize>(rows & ~7)) << 1;
    if (turn === 0) moveTail(x + done, y + done, count + done, rows & 7);
    xs = TAIL;
    ys = TAIL + TAIL_BYTES;
    counts = TAIL + 2 * TAIL_BYTES;
    part = 8;
  }
}
