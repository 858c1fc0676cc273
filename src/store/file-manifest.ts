import { CentiscopeError, isMissing } from "../core/errors.ts";
import type { FileTree } from "../io/file-tree.ts";
import { crc32c } from "./crc32c.ts";
import { MANIFEST_FILE, STORE_VERSION } from "./store-manifest.ts";
import type { FileRecord } from "./store-sink.ts";

/**
 * The sizes and checksums of a store's files, from its manifest, whose own checksum is verified first.
 * @throws CentiscopeError `store-not` without a manifest, `store-newer`, `verify-file` when it is damaged
 */
export async function readFileManifest(
  tree: FileTree,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, FileRecord>> {
  const file = tree.name;
  let bytes: Uint8Array;
  try {
    bytes = await tree.open(MANIFEST_FILE).read(0, 2 ** 30, signal);
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    throw new CentiscopeError("store-not", { file, detail: MANIFEST_FILE }, { cause: thrown });
  }
  const wrong = (detail: string): CentiscopeError =>
    new CentiscopeError("verify-file", { file, part: MANIFEST_FILE, detail });
  const text = new TextDecoder().decode(bytes);
  const seal = /,"crc32c":(\d+)\}$/.exec(text);
  const sealed = seal ? new TextEncoder().encode(text.slice(0, seal.index)) : undefined;
  // Bytes that are not UTF-8 would be decoded to others: the text must be what was read.
  const same = sealed?.every((byte, i) => byte === bytes[i]);
  if (!seal || !sealed || !same || crc32c(sealed) !== Number(seal[1])) throw wrong("its checksum differs");
  let json: { readonly version?: unknown; readonly files?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw wrong(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const { version, files } = json ?? {};
  if (typeof version !== "number") throw wrong("version");
  if (version > STORE_VERSION)
    throw new CentiscopeError("store-newer", { file, found: version, known: STORE_VERSION });
  if (typeof files !== "object" || files === null) throw wrong("files");
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  return new Map(
    Object.entries(files).map(([path, record]: [string, unknown]) => {
      if (!isInside(path)) throw wrong(`${path} lies outside the store`);
      const [size, crc] = Array.isArray(record) ? (record as unknown[]) : [];
      if (!isCount(size) || !isCount(crc)) throw wrong(`files: ${path}`);
      return [path, { bytes: size, crc32c: crc }] as const;
    }),
  );
}

/** Whether a path, relative to a store, stays within it on any system. */
export function isInside(path: string): boolean {
  return !/[\\:]/.test(path) && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** Bytes read at once while a file is summed. */
const PIECE = 1 << 22;

/** Reads a whole file and holds it against its record. */
export async function checkFile(
  tree: FileTree,
  path: string,
  record: FileRecord,
  signal?: AbortSignal,
): Promise<void> {
  const wrong = (detail: string): CentiscopeError =>
    new CentiscopeError("verify-file", { file: tree.name, part: path, detail });
  let crc = 0;
  let at = 0;
  try {
    const source = tree.open(path);
    const size = await source.size(signal);
    if (size !== record.bytes) throw wrong(`${size} bytes instead of ${record.bytes}`);
    while (at < size) {
      const piece = await source.read(at, Math.min(size, at + PIECE), signal);
      if (piece.length === 0) throw wrong(`it ends at byte ${at}`);
      crc = crc32c(piece, crc);
      at += piece.length;
    }
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    throw wrong("it is missing");
  }
  if (crc !== record.crc32c) throw wrong("its checksum differs");
}
