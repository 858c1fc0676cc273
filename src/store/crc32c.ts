/** Castagnoli's polynomial, reflected (RFC 3720 §12.1), as Zarr's `crc32c` codec uses it. */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256: table `k` advances a byte that stands `k` places before the end of a word. */
const tables: readonly Uint32Array[] = makeTables();

function makeTables(): Uint32Array[] {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    first[byte] = crc;
  }
  const all = [first];
  for (let k = 1; k < 8; k++) {
    const before = all[k - 1]!;
    all.push(Uint32Array.from(before, (crc) => (crc >>> 8) ^ first[crc & 255]!));
  }
  return all;
}

/** CRC32C of `bytes`; `seed` is the value of the bytes before them, so that pieces may be summed in turn. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as readonly [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let crc = ~seed;
  let i = 0;
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= view.getInt32(i, true);
    const high = view.getInt32(i + 4, true);
    crc =
      t7[crc & 255]! ^
      t6[(crc >>> 8) & 255]! ^
      t5[(crc >>> 16) & 255]! ^
      t4[crc >>> 24]! ^
      t3[high & 255]! ^
      t2[(high >>> 8) & 255]! ^
      t1[(high >>> 16) & 255]! ^
      t0[high >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** `a · b` of polynomials modulo Castagnoli's, reflected: bit 31 is 1, bit 30 is x. */
function multiplied(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product;
}

/** x to the power of 8·2^k. */
const powers = new Int32Array(32);
powers[0] = 1 << 23;
for (let k = 1; k < powers.length; k++) powers[k] = multiplied(powers[k - 1]!, powers[k - 1]!);

/**
 * CRC32C of two pieces one after the other, of their own; the second has `bytes` bytes, below 2^32. As zlib's
 * `crc32_combine`: the first is multiplied by x for every bit that comes after it.
 */
export function joinCrc32c(first: number, second: number, bytes: number): number {
  let shifted = first;
  for (let k = 0, rest = bytes; rest !== 0; k++, rest >>>= 1) {
    if (rest & 1) shifted = multiplied(powers[k]!, shifted);
  }
  return (shifted ^ second) >>> 0;
}

/** CRC32C of any bytes that end with their own CRC32C, little-endian, as chunks do. */
export const SEALED_CRC32C = 0x48674bc7;
