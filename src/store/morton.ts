/** Bits of each coordinate that Morton codes hold: codes stay below 2^52, exact in float64. */
export const MORTON_BITS = 26;

const HALF = 2 ** 16;
const WORD = 2 ** 32;

/** The 16 low bits of `v`, one in every second place. */
function spread(v: number): number {
  let x = v & 0xffff;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

/** The bits of `v` in even places, together. */
function gather(v: number): number {
  let x = v & 0x55555555;
  x = (x | (x >>> 1)) & 0x33333333;
  x = (x | (x >>> 2)) & 0x0f0f0f0f;
  x = (x | (x >>> 4)) & 0x00ff00ff;
  return (x | (x >>> 8)) & 0xffff;
}

/** Morton code of whole numbers below 2^16: bits of x in even places, of y in odd ones; uint32. */
export function morton32(x: number, y: number): number {
  return (spread(x) | (spread(y) << 1)) >>> 0;
}

const spreads = new Map<number, Uint32Array>();

/**
 * The bits of every number below `2^log2`, one in every second place: the Morton code of (x, y) is
 * `table[x] | (table[y] << 1)`. For codes by the million; `log2` is at most 16.
 */
export function mortonSpread(log2: number): Uint32Array {
  let table = spreads.get(log2);
  if (!table) {
    table = Uint32Array.from({ length: 2 ** log2 }, (_, v) => spread(v));
    spreads.set(log2, table);
  }
  return table;
}

/** Morton code of whole numbers below 2^26: the same order of bits, below 2^52. */
export function mortonOf(x: number, y: number): number {
  if (x < HALF && y < HALF) return morton32(x, y);
  return morton32(x >>> 16, y >>> 16) * WORD + morton32(x, y);
}

/** x of a Morton code; y is `mortonY`. */
export function mortonX(code: number): number {
  if (code < WORD) return gather(code);
  return gather(Math.floor(code / WORD)) * HALF + gather(code >>> 0);
}

export function mortonY(code: number): number {
  if (code < WORD) return gather(code >>> 1);
  return gather(Math.floor(code / WORD) >>> 1) * HALF + gather((code >>> 0) >>> 1);
}

/** For every 16-bit Morton code: x in the low byte, y in the high one. */
export const MORTON_BYTES: Uint16Array = Uint16Array.from(
  { length: 65_536 },
  (_, code) => gather(code) | (gather(code >>> 1) << 8),
);
