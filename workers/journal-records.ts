import { fromExactJson, toExactJson } from "../src/core/exact-json.ts";
import { crc32 } from "../src/formats/crc32.ts";

/** Length and CRC-32 of what follows, both 32 bits, little-endian. */
const HEAD = 8;

/** One record: its head, then the value as JSON in UTF-8. */
export function encodeRecord(value: unknown): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(toExactJson(withPacked(value, textOf)));
  const record = new Uint8Array(HEAD + text.length);
  const head = new DataView(record.buffer);
  head.setUint32(0, text.length, true);
  head.setUint32(4, crc32(0, text) >>> 0, true);
  record.set(text, HEAD);
  return record;
}

/** The records in order, up to the first that is cut off or damaged: a crash leaves such a one at the end. */
export function decodeRecords(bytes: Uint8Array): unknown[] {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: unknown[] = [];
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const end = at + HEAD + head.getUint32(at, true);
    const text = bytes.subarray(at + HEAD, end);
    if (end > bytes.length || crc32(0, text) >>> 0 !== head.getUint32(at + 4, true)) break;
    values.push(withPacked(fromExactJson(new TextDecoder().decode(text)), bytesOf));
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
