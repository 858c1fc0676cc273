import { Inflate } from "fflate";
import { formatBytes } from "../../core/byte-words.ts";
import { CentiscopeError } from "../../core/errors.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import { inflated, isGzip } from "../gzip.ts";
import { isZip, readZipDirectory, storedEntry, type ZipEntry } from "../zip-directory.ts";

/** Most that one file of annotations may unpack to: 50 000 cells with outlines have some 100 MB. */
export const MOST_BYTES = 384 * 2 ** 20;
/** Most files in one archive that are looked at. */
const MOST_FILES = 1000;

/** One file's content, unpacked. */
export interface PlainFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * The file's content; of gzip what is packed in it, of a zip every file but hidden ones and folders. Throws
 * `annotations-too-large` before a bomb is unpacked further, and what damaged archives throw.
 */
export async function plainFiles(source: ByteSource, signal?: AbortSignal): Promise<PlainFile[]> {
  const head = await source.read(0, 18, signal);
  if (isZip(head)) return unzipped(source, signal);
  const tooLarge = () => largeError(source.name);
  if (isGzip(head)) {
    try {
      const bytes = await gather(inflated(source, { signal, budget: { bytes: MOST_BYTES } }), tooLarge);
      return [{ name: source.name.replace(/\.gz$/i, ""), bytes }];
    } catch (thrown) {
      if (thrown instanceof CentiscopeError && thrown.facts.code === "unpacked-too-large") throw tooLarge();
      throw thrown;
    }
  }
  const size = await source.size(signal);
  if (size > MOST_BYTES) throw tooLarge();
  return [{ name: source.name, bytes: await source.read(0, size, signal) }];
}

function largeError(file: string): CentiscopeError {
  return new CentiscopeError("annotations-too-large", { file, limit: formatBytes(MOST_BYTES) });
}

async function unzipped(source: ByteSource, signal: AbortSignal | undefined): Promise<PlainFile[]> {
  const entries = (await readZipDirectory(source, signal)).filter(
    ({ name }) => !name.endsWith("/") && !/(^|\/)(\.|__MACOSX)/.test(name),
  );
  const total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MOST_BYTES || entries.length > MOST_FILES) throw largeError(source.name);
  const files: PlainFile[] = [];
  for (const entry of entries) {
    files.push({
      name: entry.name.split("/").at(-1) ?? entry.name,
      bytes: await entryBytes(source, entry, signal),
    });
  }
  return files;
}

async function entryBytes(
  source: ByteSource,
  entry: ZipEntry,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const corrupt = (detail: string) => new CentiscopeError("zip-corrupt", { file: source.name, detail });
  const packed = await storedEntry(source, { ...entry, method: 0, bytes: entry.packedBytes }, signal);
  const bytes = await packed.read(0, entry.packedBytes, signal);
  if (entry.method === 0) return bytes;
  if (entry.method !== 8) throw corrupt(`${entry.name}: method ${entry.method}`);
  const pieces: Uint8Array[] = [];
  let size = 0;
  // The directory's size may lie: what comes out is counted, piece by piece.
  const inflate = new Inflate((piece) => {
    size += piece.length;
    if (size > entry.bytes) throw corrupt(`${entry.name} is longer than its directory says`);
    pieces.push(piece);
  });
  try {
    const step = 1 << 16;
    for (let at = 0; at < bytes.length; at += step) {
      inflate.push(bytes.subarray(at, at + step), at + step >= bytes.length);
    }
  } catch (thrown) {
    if (thrown instanceof CentiscopeError) throw thrown;
    throw corrupt(`${entry.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  if (size !== entry.bytes) throw corrupt(`${entry.name} ends too early`);
  return joined(pieces, size);
}

async function gather(chunks: AsyncIterable<Uint8Array>, tooLarge: () => Error): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of chunks) {
    size += piece.length;
    if (size > MOST_BYTES) throw tooLarge();
    pieces.push(piece);
  }
  return joined(pieces, size);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
