// AssemblyScript: the twin of ../plane-coder.ts and ../huffman-frame.ts, which say what is done here and why; the bytes
// that come out are the same. One chunk at a time stands at `INPUT`, its planes at `PLANES`, a frame at `FRAME`.

import { packWeights } from "./weights.as";

const LENGTHS: usize = 4096;
const CODES: usize = 8192;
const SORTED: usize = 10240;
const SPARE: usize = 12288;
const WEIGHT: usize = 14336;
const PARENT: usize = 16384;
const DEPTH: usize = 18432;
const OF_LENGTH: usize = 20480;
const NEXT: usize = 20608;
const DIGITS: usize = 20736;
const COUNTS: usize = 24576;

/** Longest chunk. */
export const INPUT_BYTES: i32 = 1 << 20;
export const INPUT: usize = 65536;
export const PLANES: usize = INPUT + INPUT_BYTES + 64;
export const FRAME: usize = PLANES + INPUT_BYTES + 64;

const MAX_BITS: i32 = 11;
const MOST_BYTES: i32 = 1 << 17;
const LEAST_BYTES: i32 = 256;

/** Puts the planes of `elements` numbers of `typesize` bytes side by side; bit k is set when plane k is not one byte. */
export function split(at: usize, elements: i32, typesize: i32): i32 {
  if (typesize === 2) return split2(at, elements);
  if (typesize === 4) return split4(at, elements);
  let varying = 0;
  for (let k = 0; k < typesize; k++) {
    const plane = PLANES + <usize>k * <usize>elements;
    const first = load<u8>(at + <usize>k);
    let differing: u8 = 0;
    for (let i = 0; i < elements; i++) {
      const byte = load<u8>(at + <usize>(i * typesize + k));
      store<u8>(plane + <usize>i, byte);
      differing |= byte ^ first;
    }
    if (differing) varying |= 1 << k;
  }
  return varying;
}

function split2(at: usize, elements: i32): i32 {
  const high = PLANES + <usize>elements;
  const first = i16x8.splat(load<u16>(at));
  const mask = i16x8.splat(255);
  let differing = i16x8.splat(0);
  let i = 0;
  for (; i + 16 <= elements; i += 16) {
    const a = v128.load(at + ((<usize>i) << 1));
    const b = v128.load(at + ((<usize>i) << 1), 16);
    differing = v128.or(differing, v128.or(v128.xor(a, first), v128.xor(b, first)));
    v128.store(PLANES + <usize>i, i8x16.narrow_i16x8_u(v128.and(a, mask), v128.and(b, mask)));
    v128.store(high + <usize>i, i8x16.narrow_i16x8_u(i16x8.shr_u(a, 8), i16x8.shr_u(b, 8)));
  }
  let rest = 0;
  const one = <i32>load<u16>(at);
  for (; i < elements; i++) {
    const word = <i32>load<u16>(at + ((<usize>i) << 1));
    rest |= word ^ one;
    store<u8>(PLANES + <usize>i, <u8>word);
    store<u8>(high + <usize>i, <u8>(word >> 8));
  }
  const low = v128.any_true(v128.and(differing, mask)) || (rest & 255) !== 0;
  const up = v128.any_true(i16x8.shr_u(differing, 8)) || rest >> 8 !== 0;
  return (low ? 1 : 0) | (up ? 2 : 0);
}

function split4(at: usize, elements: i32): i32 {
  const stride = <usize>elements;
  const one = load<u32>(at);
  const first = i32x4.splat(one);
  let differing = i32x4.splat(0);
  let i = 0;
  for (; i + 16 <= elements; i += 16) {
    const from = at + ((<usize>i) << 2);
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const ab = v128.or(v128.xor(a, first), v128.xor(b, first));
    const cd = v128.or(v128.xor(c, first), v128.xor(d, first));
    differing = v128.or(differing, v128.or(ab, cd));
    const a1 = v128.shuffle<u8>(a, b, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
    const c1 = v128.shuffle<u8>(c, d, 0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
    const a2 = v128.shuffle<u8>(a, b, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
    const c2 = v128.shuffle<u8>(c, d, 2, 6, 10, 14, 18, 22, 26, 30, 3, 7, 11, 15, 19, 23, 27, 31);
    const to = PLANES + <usize>i;
    v128.store(to, v128.shuffle<u64>(a1, c1, 0, 2));
    v128.store(to + stride, v128.shuffle<u64>(a1, c1, 1, 3));
    v128.store(to + 2 * stride, v128.shuffle<u64>(a2, c2, 0, 2));
    v128.store(to + 3 * stride, v128.shuffle<u64>(a2, c2, 1, 3));
  }
  let rest: u32 = 0;
  for (; i < elements; i++) {
    const word = load<u32>(at + ((<usize>i) << 2));
    rest |= word ^ one;
    for (let k: usize = 0; k < 4; k++)
      store<u8>(PLANES + <usize>i + k * stride, <u8>(word >> ((<u32>k) << 3)));
  }
  rest |= i32x4.extract_lane(differing, 0) | i32x4.extract_lane(differing, 1);
  rest |= i32x4.extract_lane(differing, 2) | i32x4.extract_lane(differing, 3);
  let varying = 0;
  for (let k: u32 = 0; k < 4; k++) if ((rest >> (k << 3)) & 255) varying |= 1 << k;
  return varying;
}

/** Counts the bytes of a plane into `COUNTS`; the largest count. */
function countBytes(plane: usize, n: i32): i32 {
  memory.fill(COUNTS, 0, 4096);
  let i: usize = 0;
  const end = <usize>(n & ~7);
  for (; i < end; i += 8) {
    const w = load<u64>(plane + i);
    bump(<usize>(w & 255));
    bump(<usize>((w >> 8) & 255) + 256);
    bump(<usize>((w >> 16) & 255) + 512);
    bump(<usize>((w >> 24) & 255) + 768);
    bump(<usize>((w >> 32) & 255));
    bump(<usize>((w >> 40) & 255) + 256);
    bump(<usize>((w >> 48) & 255) + 512);
    bump(<usize>(w >> 56) + 768);
  }
  for (; i < <usize>n; i++) bump(<usize>load<u8>(plane + i));
  let most: i32 = 0;
  for (let k: usize = 0; k < 1024; k += 4) {
    const sum =
      load<i32>(COUNTS + k) +
      load<i32>(COUNTS + k, 1024) +
      load<i32>(COUNTS + k, 2048) +
      load<i32>(COUNTS + k, 3072);
    store<i32>(COUNTS + k, sum);
    if (sum > most) most = sum;
  }
  return most;
}

function bump(slot: usize): void {
  const at = slot << 2;
  store<u32>(COUNTS + at, load<u32>(COUNTS + at) + 1);
}

/** Symbols that occur by ascending count, then symbol, as `count · 256 + symbol`; returns how many. */
function sortSymbols(most: i32): i32 {
  let n = 0;
  for (let symbol = 0; symbol < 256; symbol++) {
    const count = load<u32>(COUNTS + ((<usize>symbol) << 2));
    store<u8>(LENGTHS + <usize>symbol, 0);
    if (count === 0) continue;
    store<u32>(SORTED + ((<usize>n) << 2), (count << 8) | <u32>symbol);
    n += 1;
  }
  let from = SORTED;
  let to = SPARE;
  for (let shift = 8; shift === 8 || most >> (shift - 8) !== 0; shift += 8) {
    memory.fill(DIGITS, 0, 1024);
    for (let i = 0; i < n; i++) {
      const at = DIGITS + <usize>(((load<u32>(from + ((<usize>i) << 2)) >> shift) & 255) << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
    let place: u32 = 0;
    for (let at = DIGITS; at < DIGITS + 1024; at += 4) {
      const count = load<u32>(at);
      store<u32>(at, place);
      place += count;
    }
    for (let i = 0; i < n; i++) {
      const key = load<u32>(from + ((<usize>i) << 2));
      const at = DIGITS + <usize>(((key >> shift) & 255) << 2);
      const here = load<u32>(at);
      store<u32>(at, here + 1);
      store<u32>(to + <usize>(here << 2), key);
    }
    const swap = from;
    from = to;
    to = swap;
  }
  if (from !== SORTED) memory.copy(SORTED, from, (<usize>n) << 2);
  return n;
}

function weight(node: i32): u32 {
  return load<u32>(WEIGHT + ((<usize>node) << 2));
}

function ofLength(bits: i32): i32 {
  return load<i32>(OF_LENGTH + ((<usize>bits) << 2));
}

function setOfLength(bits: i32, count: i32): void {
  store<i32>(OF_LENGTH + ((<usize>bits) << 2), count);
}

/** Code lengths in `LENGTHS`; the longest one. */
function codeLengths(most: i32): i32 {
  const n = sortSymbols(most);
  for (let i = 0; i < n; i++) {
    store<u32>(WEIGHT + ((<usize>i) << 2), load<u32>(SORTED + ((<usize>i) << 2)) >> 8);
  }
  let leaf = 0;
  let made = n;
  const last = 2 * n - 2;
  for (let node = n; node <= last; node++) {
    let sum: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const takesLeaf = leaf < n && (made >= node || weight(leaf) <= weight(made));
      const taken = takesLeaf ? leaf++ : made++;
      store<u16>(PARENT + ((<usize>taken) << 1), <u16>node);
      sum += weight(taken);
    }
    store<u32>(WEIGHT + ((<usize>node) << 2), sum);
  }
  memory.fill(OF_LENGTH, 0, 64);
  store<u8>(DEPTH + <usize>last, 0);
  let overflow = false;
  for (let node = last - 1; node >= 0; node--) {
    let bits = <i32>load<u8>(DEPTH + <usize>load<u16>(PARENT + ((<usize>node) << 1))) + 1;
    store<u8>(DEPTH + <usize>node, <u8>bits);
    if (node >= n) continue;
    if (bits > MAX_BITS) {
      bits = MAX_BITS;
      overflow = true;
    }
    setOfLength(bits, ofLength(bits) + 1);
  }
  if (overflow) completeLengths();
  let longest = MAX_BITS;
  while (ofLength(longest) === 0) longest -= 1;
  let at = 0;
  for (let bits = longest; bits > 0; bits--) {
    for (let k = ofLength(bits); k > 0; k--) {
      const symbol = load<u32>(SORTED + ((<usize>at) << 2)) & 255;
      at += 1;
      store<u8>(LENGTHS + <usize>symbol, <u8>bits);
    }
  }
  return longest;
}

function completeLengths(): void {
  const whole = 1 << MAX_BITS;
  let used = 0;
  for (let bits = 1; bits <= MAX_BITS; bits++) used += ofLength(bits) << (MAX_BITS - bits);
  for (; used > whole; used -= 1) {
    let bits = MAX_BITS - 1;
    while (ofLength(bits) === 0) bits -= 1;
    setOfLength(bits, ofLength(bits) - 1);
    setOfLength(bits + 1, ofLength(bits + 1) + 2);
    setOfLength(MAX_BITS, ofLength(MAX_BITS) - 1);
  }
}

/** Canonical codes: of each byte its code, and its length in the upper half. */
function assignCodes(longest: i32): void {
  let code = 0;
  for (let bits = longest; bits > 0; bits--) {
    store<i32>(NEXT + ((<usize>bits) << 2), code);
    code = (code + ofLength(bits)) >> 1;
  }
  for (let symbol: usize = 0; symbol < 256; symbol++) {
    const bits = <i32>load<u8>(LENGTHS + symbol);
    if (bits === 0) continue;
    const at = NEXT + ((<usize>bits) << 2);
    const here = load<i32>(at);
    store<i32>(CODES + (symbol << 2), here | (bits << 16));
    store<i32>(at, here + 1);
  }
}

/** One stream of codes, from its last byte to its first; five codes are at most 55 bits. */
function packStream(first: usize, end: usize, out: usize): usize {
  let at = out;
  let held: u64 = 0;
  let bits: u64 = 0;
  let i = end;
  while (i >= first + 5) {
    for (let k: usize = 1; k <= 5; k++) {
      const entry = load<u32>(CODES + ((<usize>load<u8>(i - k)) << 2));
      held |= (<u64>(entry & 0xffff)) << bits;
      bits += <u64>(entry >> 16);
    }
    i -= 5;
    store<u64>(at, held);
    at += <usize>(bits >> 3);
    held >>= bits & 56;
    bits &= 7;
  }
  while (i > first) {
    i -= 1;
    const entry = load<u32>(CODES + ((<usize>load<u8>(i)) << 2));
    held |= (<u64>(entry & 0xffff)) << bits;
    bits += <u64>(entry >> 16);
  }
  held |= (<u64>1) << bits;
  bits += 1;
  store<u64>(at, held);
  return at + <usize>((bits + 7) >> 3);
}

/**
 * Packs a plane as a frame at `FRAME`: its bytes; 0 when the plane is to be kept as it is, -1 when zstd's runs will be
 * shorter.
 */
export function pack(plane: usize, n: i32): i32 {
  const most = countBytes(plane, n);
  if (8 * most >= 7 * n) return -1;
  if (n < LEAST_BYTES || n > MOST_BYTES) return 0;
  const longest = codeLengths(most);
  let bits = 0;
  for (let symbol: usize = 0; symbol < 256; symbol++) {
    bits += load<i32>(COUNTS + (symbol << 2)) * <i32>load<u8>(LENGTHS + symbol);
  }
  // In 32nds, so that all are whole numbers.
  if (4 * bits > 31 * n) return 0;
  assignCodes(longest);
  const short = n < 65_536 + 256;
  store<u32>(FRAME, 0xfd2fb528);
  store<u8>(FRAME, short ? 0x60 : 0xa0, 4);
  let to = FRAME + 5;
  if (short) {
    store<u16>(to, <u16>(n - 256));
    to += 2;
  } else {
    store<u32>(to, n);
    to += 4;
  }
  const block = to;
  const sizeBits = n < 1024 ? 10 : n < 16_384 ? 14 : 18;
  const literals = block + 3;
  const tree = literals + <usize>((4 + 2 * sizeBits) >> 3);
  const after = packWeights(LENGTHS, longest, tree);
  if (after === 0) return 0;
  const streams = after + 6;
  const part = (n + 3) >> 2;
  to = streams;
  for (let k = 0; k < 4; k++) {
    const end = packStream(plane + <usize>(k * part), plane + <usize>min(n, (k + 1) * part), to);
    if (k < 3) store<u16>(streams - 6 + <usize>(2 * k), <u16>(end - to));
    to = end;
  }
  if (32 * (<i32>(to - FRAME) + 1) > 31 * n) return 0;
  const packed = <u64>(to - tree);
  const format: u64 = sizeBits === 10 ? 1 : sizeBits === 14 ? 2 : 3;
  let head: u64 = 2 + 4 * format + 16 * <u64>n + (packed << (<u64>(4 + sizeBits)));
  for (let at = literals; at < tree; at++) {
    store<u8>(at, <u8>head);
    head >>= 8;
  }
  store<u8>(to++, 0);
  const word = ((<u32>(to - literals)) << 3) | (2 << 1) | 1;
  store<u8>(block, <u8>word);
  store<u8>(block, <u8>(word >> 8), 1);
  store<u8>(block, <u8>(word >> 16), 2);
  return <i32>(to - FRAME);
}
