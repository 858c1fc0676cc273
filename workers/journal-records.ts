import { crc32 } from "../src/formats/crc32.ts";

/** Length and CRC-32 of what follows, both 32 bits, little-endian. */
const HEAD = 8;

/** Marks what JSON has no word for: numbers that are not finite, and −0. */
const MARK = "\u0000";

/** One record: its head, then the value as JSON in UTF-8. */
export function encodeRecord(value: unknown): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(value, marked));
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
    values.push(JSON.parse(new TextDecoder().decode(text), unmarked));
    at = end;
  }
  return values;
}

function marked(_key: string, value: unknown): unknown {
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) {
    return MARK + (Object.is(value, -0) ? "-0" : String(value));
  }
  return typeof value === "string" && value.startsWith(MARK) ? `${MARK}"${value}` : value;
}

function unmarked(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(MARK)) return value;
  return value.startsWith(`${MARK}"`) ? value.slice(2) : Number(value.slice(1));
}
