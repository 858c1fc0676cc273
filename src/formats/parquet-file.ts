import { formatBytes } from "../core/byte-words.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type ColumnVector, isValid } from "./column-vector.ts";
import { parsedParquet } from "./parquet-error.ts";
import { fileMetadata, parseFooter } from "./parquet-footer.ts";
import { type ParquetGroup, readGroups } from "./parquet-groups.ts";
import { isParquet } from "./parquet-magic.ts";

/** A footer holds names and statistics; real ones stay far below. */
const MAX_FOOTER = 64 * 2 ** 20;

/** One Parquet file, open. */
export interface ParquetFile {
  readonly rows: number;
  /** Flat columns; nested ones are not table columns. */
  readonly names: readonly string[];
  /** What the file says of itself under this key ("geo" in GeoParquet); undefined where it says nothing. */
  metadata(key: string): string | undefined;
  /**
   * Row groups in file order, those without rows left out; only these columns' byte ranges are fetched. With `limit`
   * there is only the first, for its first rows.
   */
  groups(columns: readonly string[], limit?: number): AsyncGenerator<ParquetGroup>;
}

/**
 * Opens a Parquet file by its footer. Throws `parquet-corrupt` when it is damaged, `parquet-too-large` when it
 * announces more than fits. A file can still keep us busy for long: run it in a worker with a deadline.
 */
export async function openParquet(
  source: ByteSource,
  signal: AbortSignal | undefined,
  onRead: (bytes: number) => void = () => {},
): Promise<ParquetFile> {
  const { bytes, dataEnd } = await readFooter(source, signal);
  const footer = parsedParquet(source.name, () => parseFooter(bytes, dataEnd));
  return {
    rows: footer.rows,
    names: footer.names,
    metadata: (key) => fileMetadata(footer, key),
    groups: (columns, limit) => readGroups({ source, footer, signal, onRead }, columns, limit),
  };
}

/** The footer's bytes: magic bytes stand at both ends, and it lies inside the file. */
async function readFooter(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<{ bytes: Uint8Array; dataEnd: number }> {
  const file = source.name;
  const corrupt = (detail: string) => new CentiscopeError("parquet-corrupt", { file, detail });
  const size = await source.size(signal);
  if (size === 0) throw new CentiscopeError("file-empty", { file });
  if (size < 12) throw corrupt(`${size} bytes`);
  const head = await source.read(0, 4, signal);
  if (!isParquet(head)) throw corrupt("no magic bytes at the start");
  const tail = await source.read(Math.max(0, size - FOOTER_GUESS), size, signal);
  if (!isParquet(tail.subarray(tail.length - 4))) throw corrupt("no magic bytes at the end");
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(tail.length - 8, true);
  const dataEnd = size - 8 - length;
  if (dataEnd < 4) throw corrupt("the footer is longer than the file");
  if (length > MAX_FOOTER) {
    const params = { file, found: formatBytes(length), limit: formatBytes(MAX_FOOTER) };
    throw new CentiscopeError("parquet-too-large", params);
  }
  const bytes =
    length + 8 <= tail.length
      ? tail.subarray(tail.length - 8 - length, tail.length - 8)
      : await source.read(dataEnd, size - 8, signal);
  return { bytes, dataEnd };
}

/** Most footers fit in this many last bytes: one request for both. */
const FOOTER_GUESS = 1 << 16;

/** The first values of a vector as text, for previews; null is "". */
export function vectorTexts(vector: ColumnVector, limit: number): string[] {
  const decoder = new TextDecoder();
  return Array.from({ length: Math.min(limit, vector.length) }, (_, i) => {
    if (vector.kind === "other") return "…";
    if (!isValid(vector.valid, i)) return "";
    if (vector.kind === "number" || vector.kind === "long") return String(vector.values[i]);
    const { data, offsets, gap } = vector.kind === "bytes" ? vector : vector.values;
    const at = vector.kind === "bytes" ? i : Number(vector.codes.values[i]);
    return decoder.decode(data.slice(offsets[at]!, offsets[at + 1]! - gap));
  });
}
