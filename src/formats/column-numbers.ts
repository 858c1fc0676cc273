import { CentiscopeError } from "../core/errors.ts";
import { type ColumnVector, isValid } from "./column-vector.ts";

const LARGEST_COORDINATE = 2_147_483_647;

/** Where a value stands, for messages: rows count from 1 over the whole table. */
export interface Place {
  readonly file: string;
  readonly column: string;
  readonly firstRow: number;
}

/** The failure of a column that is not what its role needs. */
export function wrongType(at: Place, vector: ColumnVector, expected: string): CentiscopeError {
  const isText = vector.kind === "bytes" || vector.kind === "dictionary";
  const found = vector.kind === "other" ? vector.format : isText ? "text" : vector.kind;
  return new CentiscopeError("column-type", { file: at.file, column: at.column, found, expected });
}

function fail(
  code: "value-not-number" | "coordinate-range" | "count-invalid",
  at: Place,
  i: number,
  found: string,
) {
  return new CentiscopeError(code, { file: at.file, line: at.firstRow + i + 1, column: at.column, found });
}

function numbersOf(vector: ColumnVector, at: Place) {
  if (vector.kind === "long") return { ...vector, values: nearestNumbers(vector.values) };
  if (vector.kind !== "number") throw wrongType(at, vector, "number");
  return vector;
}

/** What `Number` makes of each, without a BigInt for each: the sum of the halves is rounded once. */
function nearestNumbers(values: BigInt64Array | BigUint64Array): Float64Array {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const isSigned = values instanceof BigInt64Array;
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const high = words[2 * i + 1]!;
    out[i] = (isSigned ? high : high >>> 0) * 2 ** 32 + (words[2 * i]! >>> 0);
  }
  return out;
}

/** Copies positions to `out` from index `start` on. Each must be present, finite and within ±2^31. */
export function copyCoordinates(
  vector: ColumnVector,
  out: Float32Array | Float64Array | Int32Array,
  start: number,
  at: Place,
): void {
  const { values, valid, length } = numbersOf(vector, at);
  if (valid === null && values instanceof Float32Array && isWithin(values, COORDINATE_BITS)) {
    out.set(values, start);
    return;
  }
  for (let i = 0; i < length; i++) {
    if (valid !== null && !isValid(valid, i)) throw fail("value-not-number", at, i, "null");
    const value = values[i]!;
    if (!(Math.abs(value) <= LARGEST_COORDINATE)) {
      throw fail(Number.isFinite(value) ? "coordinate-range" : "value-not-number", at, i, String(value));
    }
    out[start + i] = value;
  }
}

/** Copies quality values or depths; a missing one becomes `absent`. Returns how many are missing. */
export function copyFloats(
  vector: ColumnVector,
  out: Float32Array,
  start: number,
  at: Place,
  absent: number,
): number {
  const { values, valid, length } = numbersOf(vector, at);
  if (valid === null && values instanceof Float32Array && isWithin(values, FINITE_BITS)) {
    out.set(values, start);
    return 0;
  }
  let missing = 0;
  for (let i = 0; i < length; i++) {
    const value = isValid(valid, i) ? values[i]! : Number.NaN;
    if (Number.isFinite(value)) out[start + i] = value;
    else {
      out[start + i] = absent;
      missing++;
    }
  }
  return missing;
}

/** Bits of the largest float32 below 2^31, and of the largest finite one. */
const COORDINATE_BITS = 0x4effffff;
const FINITE_BITS = 0x7f7fffff;

/**
 * True when the bits of no value, but for its sign, are above `limit`: floats are ordered as their bits are, with NaN
 * above all. It is told by the sign of a difference, without a branch for each value.
 */
function isWithin(values: Float32Array, limit: number): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let [a, b] = [0, 0];
  let i = 0;
  for (const stop = bits.length - 1; i < stop; i += 2) {
    a |= limit - (bits[i]! & 0x7fffffff);
    b |= limit - (bits[i + 1]! & 0x7fffffff);
  }
  if (i < bits.length) a |= limit - (bits[i]! & 0x7fffffff);
  return (a | b) >= 0;
}

/** Copies counts, zeros included. Each must be a whole number below 2^32. Returns the number of zeros. */
export function copyCounts(vector: ColumnVector, out: Uint32Array, start: number, at: Place): number {
  const { values, valid, length } = numbersOf(vector, at);
  let zeros = 0;
  for (let i = 0; i < length; i++) {
    const value = isValid(valid, i) ? values[i]! : Number.NaN;
    if (value >>> 0 !== value) throw fail("count-invalid", at, i, String(value));
    if (value === 0) zeros++;
    out[start + i] = value;
  }
  return zeros;
}
