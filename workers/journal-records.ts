import { fromExactJson, toExactJson } from "../src/core/exact-json.ts";
import { crc32 } from "../src/formats/crc32.ts";

/** Length and CRC-32 of what follows, both 32 bits, little-endian. */
const HEAD = 8;
/** Before the corners, which JSON is no place for. JSON holds no such byte. */
const MARK = 0;

/**
 * One record: its head, then the value as JSON in UTF-8. Where its operation has corners they follow: a byte 0, then
 * float64, little-endian as every browser's arrays are.
 */
export function encodeRecord(value: unknown): Uint8Array<ArrayBuffer> {
  const { record: plain, corners } = withoutCorners(value);
  const text = new TextEncoder().encode(toExactJson(withPacked(plain, textOf)));
  const size = text.length + (corners ? 1 + corners.byteLength : 0);
  const record = new Uint8Array(HEAD + size);
  const body = record.subarray(HEAD);
  body.set(text);
  if (corners) {
    body[text.length] = MARK;
    body.set(new Uint8Array(corners.buffer, corners.byteOffset, corners.byteLength), text.length + 1);
  }
  const head = new DataView(record.buffer);
  head.setUint32(0, size, true);
  head.setUint32(4, crc32(0, body) >>> 0, true);
  return record;
}

/** The records in order, up to the first that is cut off or damaged: a crash leaves such a one at the end. */
export function decodeRecords(bytes: Uint8Array): unknown[] {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: unknown[] = [];
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const end = at + HEAD + head.getUint32(at, true);
    const body = bytes.subarray(at + HEAD, end);
    if (end > bytes.length || crc32(0, body) >>> 0 !== head.getUint32(at + 4, true)) break;
    const mark = body.indexOf(MARK);
    const text = mark < 0 ? body : body.subarray(0, mark);
    const value = withPacked(fromExactJson(new TextDecoder().decode(text)), bytesOf);
    values.push(mark < 0 ? value : withCorners(value, new Float64Array(body.slice(mark + 1).buffer)));
    at = end;
  }
  return values;
}

/** What is packed is JSON already, and stands in a record as text. */
function textOf(packed: unknown): unknown {
  return packed instanceof Uint8Array ? new TextDecoder().decode(packed) : packed;
}

function bytesOf(packed: unknown): unknown {
  return typeof packed === "string" ? new TextEncoder().encode(packed) : packed;
}

function withPacked(record: unknown, change: (packed: unknown) => unknown): unknown {
  const operation = isObject(record) ? record.operation : undefined;
  if (!isObject(record) || !isObject(operation) || !("packed" in operation)) return record;
  return { ...record, operation: { ...operation, packed: change(operation.packed) } };
}

function withoutCorners(value: unknown): { record: unknown; corners?: Float64Array } {
  const operation = isObject(value) ? value.operation : undefined;
  if (!isObject(value) || !isObject(operation) || !(operation.corners instanceof Float64Array))
    return { record: value };
  const { corners, ...others } = operation;
  return { record: { ...value, operation: others }, corners };
}

function withCorners(record: unknown, corners: Float64Array): unknown {
  return isObject(record) && isObject(record.operation)
    ? { ...record, operation: { ...record.operation, corners } }
    : record;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
