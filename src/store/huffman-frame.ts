import { packWeights } from "./huffman-weights.ts";

/** Longest code: what zstd's decoders take at most (RFC 8878 §4.2.1). */
const MAX_BITS = 11;
const SYMBOLS = 256;
/** Longest content of one block. */
const MOST_BYTES = 1 << 17;
/** Streams shorter than this are not worth a table. */
const LEAST_BYTES = 256;

const sorted = new Uint32Array(SYMBOLS);
const weight = new Uint32Array(2 * SYMBOLS);
const parent = new Uint16Array(2 * SYMBOLS);
const depth = new Uint8Array(2 * SYMBOLS);
const lengths = new Uint8Array(SYMBOLS);
const ofLength = new Uint16Array(MAX_BITS + 2);
const next = new Uint16Array(MAX_BITS + 2);
/** Of each byte: its code, and its length in the upper half. */
const codes = new Uint32Array(SYMBOLS);

/**
 * Code lengths of a Huffman code of at most `MAX_BITS` bits, in `lengths`; the longest one. At least two symbols occur.
 * Two queues (van Leeuwen), then lengths that are too long are cut and the code is made complete again as zlib does
 * (trees.c, gen_bitlen).
 */
function codeLengths(counts: Uint32Array): number {
  let n = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    lengths[symbol] = 0;
    if (counts[symbol]! > 0) sorted[n++] = counts[symbol]! * SYMBOLS + symbol;
  }
  const order = sorted.subarray(0, n).sort();
  for (let i = 0; i < n; i++) weight[i] = order[i]! >>> 8;
  let [leaf, made] = [0, n];
  const last = 2 * n - 2;
  for (let node = n; node <= last; node++) {
    let sum = 0;
    for (let child = 0; child < 2; child++) {
      const takesLeaf = leaf < n && (made >= node || weight[leaf]! <= weight[made]!);
      const taken = takesLeaf ? leaf++ : made++;
      parent[taken] = node;
      sum += weight[taken]!;
    }
    weight[node] = sum;
  }
  ofLength.fill(0);
  depth[last] = 0;
  let overflow = 0;
  for (let node = last - 1; node >= 0; node--) {
    let bits = depth[parent[node]!]! + 1;
    depth[node] = bits;
    if (node >= n) continue;
    if (bits > MAX_BITS) {
      bits = MAX_BITS;
      overflow += 1;
    }
    ofLength[bits] = ofLength[bits]! + 1;
  }
  if (overflow > 0) completeLengths(n);
  let longest = MAX_BITS;
  while (ofLength[longest] === 0) longest -= 1;
  // The rarest get the longest codes.
  let at = 0;
  for (let bits = longest; bits > 0; bits--) {
    for (let k = ofLength[bits]!; k > 0; k--) lengths[order[at++]! & 255] = bits;
  }
  return longest;
}

/** Lengthens short codes until those that were cut fit: the sum of 2^−length becomes one again. */
function completeLengths(n: number): void {
  const whole = 2 ** MAX_BITS;
  let used = 0;
  for (let bits = 1; bits <= MAX_BITS; bits++) used += ofLength[bits]! * 2 ** (MAX_BITS - bits);
  for (; used > whole; used -= 1) {
    let bits = MAX_BITS - 1;
    while (ofLength[bits] === 0) bits -= 1;
    // One code moves down a level and takes one of the longest beside it.
    ofLength[bits] = ofLength[bits]! - 1;
    ofLength[bits + 1] = ofLength[bits + 1]! + 2;
    ofLength[MAX_BITS] = ofLength[MAX_BITS]! - 1;
  }
  if (used !== whole || n < 2) throw new Error("a Huffman code is not complete");
}

/** Canonical codes in zstd's order: the longest first from zero, symbols of one length ascending (§4.2.1.3). */
function assignCodes(longest: number): void {
  let code = 0;
  for (let bits = longest; bits > 0; bits--) {
    next[bits] = code;
    code = (code + ofLength[bits]!) >> 1;
  }
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    const bits = lengths[symbol]!;
    if (bits === 0) continue;
    codes[symbol] = next[bits]! | (bits << 16);
    next[bits] = next[bits]! + 1;
  }
}

/** One stream of codes, from its last byte to its first, as it is read backwards; the place after it. */
function packStream(plane: Uint8Array, from: number, to: number, out: Uint8Array, start: number): number {
  let at = start;
  let held = 0;
  let bits = 0;
  for (let i = to - 1; i >= from; i--) {
    const entry = codes[plane[i]!]!;
    held |= (entry & 0xffff) << bits;
    bits += entry >>> 16;
    if (bits >= 16) {
      out[at] = held;
      out[at + 1] = held >>> 8;
      at += 2;
      held >>>= 16;
      bits -= 16;
    }
  }
  // The highest bit that is set ends the stream.
  held |= 1 << bits;
  for (bits += 1; bits > 0; bits -= 8) {
    out[at++] = held;
    held >>>= 8;
  }
  return at;
}

/**
 * Packs a plane of bytes as a zstd frame whose literals are Huffman-coded and which has no sequences (RFC 8878 §3.1.1):
 * planes of differences, genes and counts repeat nothing, so that nothing is lost by not looking for it, and codes of
 * their own are 10 % shorter than what zstd's fast levels make. Returns the place after the frame, or `at` when the
 * plane is not worth it.
 * @param counts (256,) how often each byte occurs; at least two do
 * @param out room for the plane and 512 bytes more at `at`
 */
export function huffmanFrame(plane: Uint8Array, counts: Uint32Array, out: Uint8Array, at: number): number {
  const n = plane.length;
  if (n < LEAST_BYTES || n > MOST_BYTES) return at;
  const longest = codeLengths(counts);
  let bits = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol++) bits += counts[symbol]! * lengths[symbol]!;
  // Reading it back costs time: not for the last thirty-second.
  if (bits / 8 > n - n / 32) return at;
  assignCodes(longest);
  const short = n < 65_536 + 256;
  // Magic number; one segment, the content's size in 2 bytes (less 256) or 4.
  out.set([0x28, 0xb5, 0x2f, 0xfd, short ? 0x60 : 0xa0], at);
  const size = short ? n - 256 : n;
  let to = at + 5;
  for (let k = 0; k < (short ? 2 : 4); k++) out[to++] = size >>> (8 * k);
  const block = to;
  // Sizes of literals take 10, 14 or 18 bits each, by the longer of the two: the plane's.
  const sizeBits = n < 1024 ? 10 : n < 16_384 ? 14 : 18;
  const literals = block + 3;
  const tree = literals + (4 + 2 * sizeBits) / 8;
  const streams = packWeights(lengths, longest, out, tree) + 6;
  if (streams === 6) return at;
  const part = Math.ceil(n / 4);
  to = streams;
  for (let k = 0; k < 4; k++) {
    const end = packStream(plane, k * part, Math.min(n, (k + 1) * part), out, to);
    if (k < 3) {
      out[streams - 6 + 2 * k] = end - to;
      out[streams - 5 + 2 * k] = (end - to) >>> 8;
    }
    to = end;
  }
  if (to + 1 - at > n - n / 32) return at;
  const packed = to - tree;
  const format = sizeBits === 10 ? 1 : sizeBits === 14 ? 2 : 3;
  // Type 2 (its own table), four streams, size of the content, size as packed.
  let head = 2 + 4 * format + 16 * n + 2 ** (4 + sizeBits) * packed;
  for (let k = literals; k < tree; k++) {
    out[k] = head % 256;
    head = Math.floor(head / 256);
  }
  out[to++] = 0;
  const length = to - literals;
  const word = (length << 3) | (2 << 1) | 1;
  for (let k = 0; k < 3; k++) out[block + k] = word >>> (8 * k);
  return to;
}
