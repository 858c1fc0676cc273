import type { ColumnValues } from "../../store/column-writer.ts";
import type { StoreColumn } from "../../store/row-blocks.ts";

type Dtype = StoreColumn["dtype"];

/** Words of a value in a record. */
export function wordsOf(dtype: Dtype): number {
  return dtype === "float64" ? 2 : 1;
}

/** An empty column of a type. */
export function emptyColumn(dtype: Dtype, rows: number): ColumnValues {
  if (dtype === "uint8") return new Uint8Array(rows);
  if (dtype === "uint32") return new Uint32Array(rows);
  if (dtype === "int32") return new Int32Array(rows);
  return dtype === "float32" ? new Float32Array(rows) : new Float64Array(rows);
}

const word = new Uint32Array(2);
const single = new Float32Array(word.buffer);
const double = new Float64Array(word.buffer);

/** Writes a value's words at `at`. */
export function putValue(words: Uint32Array, at: number, dtype: Dtype, value: number): void {
  if (dtype === "float64") {
    double[0] = value;
    words[at] = word[0]!;
    words[at + 1] = word[1]!;
  } else if (dtype === "float32") {
    single[0] = value;
    words[at] = word[0]!;
  } else words[at] = value;
}

/** The words of values, as records hold them: one each, two of float64. */
export function wordsOfColumn(values: ColumnValues): Uint32Array {
  if (values instanceof Uint8Array) return Uint32Array.from(values);
  return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}

/** A column of records: `at` is the value's place in a record, `order` the records in the order wanted. */
export function columnOf(
  words: Uint32Array,
  recordWords: number,
  at: number,
  dtype: Dtype,
  order: Uint32Array,
): ColumnValues {
  const out = emptyColumn(dtype, order.length);
  if (out instanceof Uint8Array) {
    for (let i = 0; i < out.length; i++) out[i] = words[order[i]! * recordWords + at]!;
    return out;
  }
  const to = wordsOfColumn(out);
  if (out instanceof Float64Array) {
    for (let i = 0; i < order.length; i++) {
      const from = order[i]! * recordWords + at;
      to[2 * i] = words[from]!;
      to[2 * i + 1] = words[from + 1]!;
    }
  } else for (let i = 0; i < order.length; i++) to[i] = words[order[i]! * recordWords + at]!;
  return out;
}
