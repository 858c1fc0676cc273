import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerOffset: number;
}

/** A directory of a million entries has some 80 MB. */
const MAX_DIRECTORY = 256 * 2 ** 20;
const MAX_COMMENT = 65_535 + 22 + 20;

/** True for the first bytes of a zip archive. */
export function isZip(head: Uint8Array): boolean {
  return (
    head[0] === 0x50 &&
    head[1] === 0x4b &&
    (head[2] === 3 || head[2] === 5) &&
    (head[3] === 4 || head[3] === 6)
  );
}

/**
 * The central directory of a zip archive, zip64 included (PKWARE APPNOTE 6.3 §4.3.12–16), by two reads at its end.
 * Throws `zip-corrupt`.
 */
export async function readZipDirectory(source: ByteSource, signal?: AbortSignal): Promise<ZipEntry[]> {
  const file = source.name;
  const corrupt = (detail: string) => new CentiscopeError("zip-corrupt", { file, detail });
  const size = await source.size(signal);
  const tailStart = Math.max(0, size - MAX_COMMENT);
  const tail = await source.read(tailStart, size, signal);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  let at = tail.length - 22;
  while (at >= 0 && view.getUint32(at, true) !== 0x06054b50) at--;
  if (at < 0) throw corrupt("no directory at its end");
  let entries = view.getUint16(at + 10, true);
  let length = view.getUint32(at + 12, true);
  let start = view.getUint32(at + 16, true);
  if (entries === 0xffff || length === 0xffffffff || start === 0xffffffff) {
    const locator = at - 20;
    if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) throw corrupt("no zip64 locator");
    const recordAt = Number(view.getBigUint64(locator + 8, true));
    if (recordAt + 56 > size) throw corrupt("the zip64 record lies outside the file");
    const record = await source.read(recordAt, recordAt + 56, signal);
    const fields = new DataView(record.buffer, record.byteOffset, record.byteLength);
    if (fields.getUint32(0, true) !== 0x06064b50) throw corrupt("no zip64 record");
    entries = Number(fields.getBigUint64(32, true));
    length = Number(fields.getBigUint64(40, true));
    start = Number(fields.getBigUint64(48, true));
  }
  if (start + length > size) throw corrupt("the directory lies outside the file");
  if (length > MAX_DIRECTORY) throw corrupt(`a directory of ${length} bytes`);
  const bytes = await source.read(start, start + length, signal);
  return parseEntries(bytes, entries, corrupt);
}

function parseEntries(
  bytes: Uint8Array,
  count: number,
  corrupt: (detail: string) => CentiscopeError,
): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const entries: ZipEntry[] = [];
  let p = 0;
  for (let i = 0; i < count; i++) {
    if (p + 46 > bytes.length || view.getUint32(p, true) !== 0x02014b50) {
      throw corrupt(`entry ${i + 1} of ${count} is not there`);
    }
    const method = view.getUint16(p + 10, true);
    let packed = view.getUint32(p + 20, true);
    let unpacked = view.getUint32(p + 24, true);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((k) => view.getUint16(p + k, true));
    let headerOffset = view.getUint32(p + 42, true);
    const nameEnd = p + 46 + nameLength!;
    const end = nameEnd + extraLength! + commentLength!;
    if (end > bytes.length) throw corrupt(`entry ${i + 1} of ${count} ends too early`);
    // The zip64 field holds, in this order, only what did not fit.
    for (let q = nameEnd; q + 4 <= nameEnd + extraLength!; ) {
      const [tag, length] = [view.getUint16(q, true), view.getUint16(q + 2, true)];
      if (tag === 1) {
        let from = q + 4;
        const next = () => {
          if (from + 8 > q + 4 + length || from + 8 > end) throw corrupt(`entry ${i + 1}: zip64 sizes`);
          from += 8;
          return Number(view.getBigUint64(from - 8, true));
        };
        if (unpacked === 0xffffffff) unpacked = next();
        if (packed === 0xffffffff) packed = next();
        if (headerOffset === 0xffffffff) headerOffset = next();
      }
      q += 4 + length;
    }
    const name = decoder.decode(bytes.subarray(p + 46, nameEnd));
    entries.push({ name, method, packedBytes: packed, bytes: unpacked, headerOffset });
    p = end;
  }
  return entries;
}

/** Local header: 30 bytes, then name and extra field, whose length may differ from the directory's. */
const LOCAL = 30;

/** A STORED entry as a file of its own: its bytes are a range of the archive's. */
export async function storedEntry(
  source: ByteSource,
  entry: ZipEntry,
  signal?: AbortSignal,
): Promise<ByteSource> {
  const file = source.name;
  const corrupt = (detail: string) => new CentiscopeError("zip-corrupt", { file, detail });
  if (entry.method !== 0) throw corrupt(`${entry.name} is compressed`);
  const head = await source.read(entry.headerOffset, entry.headerOffset + LOCAL, signal);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < LOCAL || view.getUint32(0, true) !== 0x04034b50)
    throw corrupt(`${entry.name}: no header`);
  const start = entry.headerOffset + LOCAL + view.getUint16(26, true) + view.getUint16(28, true);
  const size = entry.bytes;
  if (start + size > (await source.size(signal))) throw corrupt(`${entry.name} lies outside the file`);
  const read = (from: number, to: number, abort?: AbortSignal) =>
    source.read(start + Math.min(from, size), start + Math.min(to, size), abort);
  return {
    name: entry.name.split("/").at(-1) ?? entry.name,
    size: async () => size,
    read,
    stream: (abort) => {
      let at = 0;
      return new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          const piece = await read(at, at + (1 << 20), abort);
          at += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          if (at >= size) controller.close();
        },
      });
    },
  };
}
