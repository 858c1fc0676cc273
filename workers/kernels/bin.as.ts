// AssemblyScript: the binning kernels as WebAssembly SIMD. Their twins in plain TypeScript are in src/core (bin-square,
// bin-hex, bin-accumulate); `wasm-kernels.ts` drives these. A kernel works on one run of rows of one tile. Pointers are
// byte addresses; loops handle eight or four rows at a time and may read and write up to 32 bytes past the end, so
// every array is followed by as much.
//
// This file adds counts to bins whose indices are known, and picks the rows of some genes. An index is
// 1 + row · cols + col in the window, or 0 for a row outside it.

export { countHex, countSquare, LOCAL } from "./bin-count.as";
export { indexHex, indexLinear, indexSquare, place } from "./bin-index.as";

/**
 * Adds counts to `local`: four uint32 per bin, taken in turn, so that rows of one bin do not wait for each
 * other's store. The caller adds the four and clears them before they can overflow.
 */
export function addLocal(index: usize, count: usize, rows: i32, local: usize): void {
  let i: usize = 0;
  const whole = <usize>(rows & ~3);
  for (; i < whole; i += 4) {
    const a = local + ((<usize>load<u32>(index + (i << 2))) << 4);
    const b = local + ((<usize>load<u32>(index + (i << 2), 4)) << 4);
    const c = local + ((<usize>load<u32>(index + (i << 2), 8)) << 4);
    const d = local + ((<usize>load<u32>(index + (i << 2), 12)) << 4);
    store<u32>(a, load<u32>(a) + load<u16>(count + (i << 1)));
    store<u32>(b, load<u32>(b, 4) + load<u16>(count + (i << 1), 2), 4);
    store<u32>(c, load<u32>(c, 8) + load<u16>(count + (i << 1), 4), 8);
    store<u32>(d, load<u32>(d, 12) + load<u16>(count + (i << 1), 6), 12);
  }
  for (; i < <usize>rows; i++) {
    const a = local + ((<usize>load<u32>(index + (i << 2))) << 4);
    store<u32>(a, load<u32>(a) + load<u16>(count + (i << 1)));
  }
}

/** Adds counts to `grid`, float64 per index; returns the molecules that fell in the window. */
export function addGrid(index: usize, count: usize, rows: i32, grid: usize): f64 {
  let molecules: u64 = 0;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const at = load<u32>(index + (i << 2));
    const c = <u32>load<u16>(count + (i << 1));
    const bin = grid + ((<usize>at) << 3);
    store<f64>(bin, load<f64>(bin) + <f64>c);
    molecules += at == 0 ? 0 : c;
  }
  return <f64>molecules;
}

/** Adds `count · weights[gene]` in row order. */
export function addWeighted(
  index: usize,
  count: usize,
  gene: usize,
  weights: usize,
  rows: i32,
  grid: usize,
): f64 {
  let molecules: u64 = 0;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const at = load<u32>(index + (i << 2));
    const c = <u32>load<u16>(count + (i << 1));
    const weight = load<f64>(weights + ((<usize>load<u16>(gene + (i << 1))) << 3));
    const bin = grid + ((<usize>at) << 3);
    store<f64>(bin, load<f64>(bin) + <f64>c * weight);
    molecules += (at == 0) | (weight == 0) ? 0 : c;
  }
  return <f64>molecules;
}

/**
 * Numbers of the rows, of `rows` from `gene`, whose gene is `wanted`; stops when fewer than eight places are left
 * of `room`. The rows looked at go to `looked`. Returns how many were found.
 */
export function findGene(gene: usize, rows: i32, wanted: i32, out: usize, room: i32, looked: usize): i32 {
  const same = i16x8.splat(<i16>wanted);
  let found: i32 = 0;
  let i: i32 = 0;
  for (; i < rows && found <= room - 8; i += 8) {
    let bits = i16x8.bitmask(i16x8.eq(v128.load(gene + ((<usize>i) << 1)), same));
    if (rows - i < 8) bits &= (1 << (rows - i)) - 1;
    while (bits) {
      store<i32>(out + ((<usize>found) << 2), i + ctz(bits));
      found++;
      bits &= bits - 1;
    }
  }
  store<i32>(looked, min(i, rows));
  return found;
}

/** As `findGene`, for every gene whose byte in `mask` is 1. */
export function findGenes(gene: usize, rows: i32, mask: usize, out: usize, room: i32, looked: usize): i32 {
  let found: i32 = 0;
  let i: i32 = 0;
  for (; i < rows && found < room; i++) {
    store<i32>(out + ((<usize>found) << 2), i);
    found += <i32>load<u8>(mask + <usize>load<u16>(gene + ((<usize>i) << 1)));
  }
  store<i32>(looked, i);
  return found;
}

/** `out[i] = column[rows[i]]` for a uint16 column. */
export function take16(column: usize, rows: usize, n: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<u16>(out + (i << 1), load<u16>(column + ((<usize>load<u32>(rows + (i << 2))) << 1)));
  }
}

/** `out[i] = column[rows[i]]` for a float64 column. */
export function take64(column: usize, rows: usize, n: i32, out: usize): void {
  for (let i: usize = 0; i < <usize>n; i++) {
    store<f64>(out + (i << 3), load<f64>(column + ((<usize>load<u32>(rows + (i << 2))) << 3)));
  }
}

/** The sum of a uint16 array, eight at a time: the bound that memory sets to any pass over it. */
export function sum16(column: usize, rows: i32): u32 {
  let sums = i32x4.splat(0);
  let more = i32x4.splat(0);
  for (let i: usize = 0; i < <usize>rows; i += 16) {
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(v128.load(column + (i << 1))));
    more = i32x4.add(more, i32x4.extadd_pairwise_i16x8_u(v128.load(column + (i << 1), 16)));
  }
  const total = i32x4.add(sums, more);
  return (
    i32x4.extract_lane(total, 0) +
    i32x4.extract_lane(total, 1) +
    i32x4.extract_lane(total, 2) +
    i32x4.extract_lane(total, 3)
  );
}
