import type { BytesVector, ColumnVector, NumberVector, Validity } from "./column-vector.ts";

const NUMBERS: Readonly<
  Record<string, new (b: ArrayBuffer, at: number, n: number) => NumberVector["values"]>
> = {
  c: Int8Array,
  C: Uint8Array,
  s: Int16Array,
  S: Uint16Array,
  i: Int32Array,
  I: Uint32Array,
  f: Float32Array,
  g: Float64Array,
};

/**
 * Views of the columns of one record batch in a WebAssembly memory, through the Arrow C data interface
 * (arrow.apache.org/docs/format/CDataInterface, structs of 32-bit pointers). Nothing is copied but 64-bit
 * offsets: the views die when the memory grows or the batch is freed.
 */
export function readBatch(
  memory: ArrayBuffer,
  arrayAddress: number,
  schemaAddress: number,
): Map<string, ColumnVector> {
  const view = new DataView(memory);
  const columns = new Map<string, ColumnVector>();
  const children = view.getUint32(schemaAddress + 32, true);
  const arrays = view.getUint32(arrayAddress + 44, true);
  const count = Number(view.getBigInt64(schemaAddress + 24, true));
  for (let i = 0; i < count; i++) {
    const schema = view.getUint32(children + 4 * i, true);
    const array = view.getUint32(arrays + 4 * i, true);
    columns.set(cString(view, view.getUint32(schema + 4, true)), readVector(view, array, schema));
  }
  return columns;
}

function cString(view: DataView, at: number): string {
  let end = at;
  while (view.getUint8(end) !== 0) end++;
  return new TextDecoder().decode(new Uint8Array(view.buffer, at, end - at).slice());
}

function readVector(view: DataView, array: number, schema: number): ColumnVector {
  const memory = view.buffer as ArrayBuffer;
  const format = cString(view, view.getUint32(schema, true));
  const length = Number(view.getBigInt64(array, true));
  const nulls = Number(view.getBigInt64(array + 8, true));
  const offset = Number(view.getBigInt64(array + 16, true));
  const buffers = view.getUint32(array + 40, true);
  const buffer = (i: number) => view.getUint32(buffers + 4 * i, true);
  const bits = buffers !== 0 && nulls !== 0 ? buffer(0) : 0;
  const valid: Validity =
    bits === 0 ? null : { bits: new Uint8Array(memory, bits, Math.ceil((offset + length) / 8)), offset };
  const dictionarySchema = view.getUint32(schema + 36, true);
  const NumberArray = NUMBERS[format];
  if (dictionarySchema !== 0) {
    const values = readVector(view, view.getUint32(array + 48, true), dictionarySchema);
    if (!NumberArray || values.kind !== "bytes") return { kind: "other", length, format: "dictionary" };
    const codes = new NumberArray(memory, buffer(1) + offset * width(format), length);
    return {
      kind: "dictionary",
      length,
      codes: { kind: "number", length, values: codes, valid },
      values,
      valid,
    };
  }
  if (NumberArray) {
    return {
      kind: "number",
      length,
      values: new NumberArray(memory, buffer(1) + offset * width(format), length),
      valid,
    };
  }
  if (format === "l" || format === "L") {
    const Long = format === "l" ? BigInt64Array : BigUint64Array;
    return { kind: "long", length, values: new Long(memory, buffer(1) + offset * 8, length), valid };
  }
  if (format === "u" || format === "z") {
    const offsets = new Int32Array(memory, buffer(1) + offset * 4, length + 1);
    return bytesVector(length, new Uint8Array(memory, buffer(2)), offsets, valid);
  }
  if (format === "U" || format === "Z") {
    const wide = new BigInt64Array(memory, buffer(1) + offset * 8, length + 1);
    return bytesVector(length, new Uint8Array(memory, buffer(2)), Float64Array.from(wide, Number), valid);
  }
  return { kind: "other", length, format };
}

/** The engine has checked that text is UTF-8. */
function bytesVector(
  length: number,
  data: Uint8Array,
  offsets: BytesVector["offsets"],
  valid: Validity,
): BytesVector {
  return { kind: "bytes", length, data, offsets, gap: 0, unchecked: false, valid };
}

function width(format: string): number {
  return NUMBERS[format]?.prototype.BYTES_PER_ELEMENT ?? 1;
}
