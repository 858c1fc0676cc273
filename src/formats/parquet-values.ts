import type { BytesVector, LongVector, NumberVector, Validity } from "./column-vector.ts";
import type { ParquetColumn } from "./parquet-column.ts";
import { ParquetError } from "./parquet-error.ts";
import type { PageMemory } from "./parquet-memory.ts";

/** Bytes before each text: its length. */
const LENGTH_BYTES = 4;

/** Distinct numbers of a column chunk, as words of 32 bits: two for each of 64 bits. */
export interface NumberDictionary {
  readonly kind: "words";
  readonly length: number;
  readonly words: Int32Array;
}

/** Throws {@link ParquetError} unless `bytes` are `left`. */
export function need(bytes: number, left: number): void {
  if (bytes > left) throw new ParquetError("a page ends too early");
}

/** The little-endian number at `at`. */
export function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Bytes of a number. */
export function widthOf({ values }: ParquetColumn): 4 | 8 {
  return values.endsWith("64") ? 8 : 4;
}

/** Texts that stand one after another from `start` on, each behind its length; none for those that are missing. */
export function textsOf(
  { text }: ParquetColumn,
  data: Uint8Array,
  start: number,
  count: number,
  valid: Validity,
  memory: PageMemory,
): BytesVector {
  if (valid === null) need(count * LENGTH_BYTES, data.length - start);
  const offsets = memory.offsets(count + 1);
  let at = start;
  for (let i = 0; i < count; i++) {
    offsets[i] = at + LENGTH_BYTES;
    if (valid !== null && ((valid.bits[i >> 3]! >> (i & 7)) & 1) === 0) continue;
    need(LENGTH_BYTES, data.length - at);
    const size = uint32(data, at);
    at += LENGTH_BYTES;
    need(size, data.length - at);
    at += size;
  }
  offsets[count] = at + LENGTH_BYTES;
  return { kind: "bytes", length: count, data, offsets, gap: LENGTH_BYTES, unchecked: text, valid };
}

/** The words of a buffer as the numbers that they are. */
export function numbersOf(
  { values }: ParquetColumn,
  words: Int32Array,
  length: number,
  valid: Validity,
): NumberVector | LongVector {
  const [buffer, at] = [words.buffer as ArrayBuffer, words.byteOffset];
  switch (values) {
    case "int64":
      return { kind: "long", length, values: new BigInt64Array(buffer, at, length), valid };
    case "uint64":
      return { kind: "long", length, values: new BigUint64Array(buffer, at, length), valid };
    case "float32":
      return { kind: "number", length, values: new Float32Array(buffer, at, length), valid };
    case "float64":
      return { kind: "number", length, values: new Float64Array(buffer, at, length), valid };
    case "uint32":
      return { kind: "number", length, values: new Uint32Array(buffer, at, length), valid };
    default:
      return { kind: "number", length, values: new Int32Array(buffer, at, length), valid };
  }
}

/** Moves values of `size` words each to the rows in which they are present, the last first; the others become 0. */
export function spread(
  words: Int32Array,
  size: number,
  count: number,
  present: number,
  valid: Exclude<Validity, null>,
): void {
  let from = present;
  for (let i = count - 1; i >= 0; i--) {
    const there = (valid.bits[i >> 3]! >> (i & 7)) & 1;
    from -= there;
    for (let k = 0; k < size; k++) words[i * size + k] = there ? words[from * size + k]! : 0;
  }
}

/** Throws {@link ParquetError} unless the codes point into a dictionary of `length` values. */
export function checkCodes(codes: Int32Array, length: number): void {
  let signs = 0;
  for (let i = 0; i < codes.length; i++) signs |= codes[i]! | (length - 1 - codes[i]!);
  if (signs < 0) throw new ParquetError("a page points outside its dictionary");
}

/** Looks numbers up; the words stay as they are, whatever NaN they spell. */
export function gather({ words }: NumberDictionary, width: 4 | 8, codes: Int32Array, out: Int32Array): void {
  if (width === 4) {
    for (let i = 0; i < codes.length; i++) out[i] = words[codes[i]!]!;
    return;
  }
  for (let i = 0; i < codes.length; i++) {
    const at = 2 * codes[i]!;
    out[2 * i] = words[at]!;
    out[2 * i + 1] = words[at + 1]!;
  }
}
