import { unpackedLimit } from "./parquet-codecs.ts";
import type { ParquetColumn } from "./parquet-column.ts";
import { ParquetError } from "./parquet-error.ts";
import { readThrift, type ThriftStruct, thriftInt, thriftStruct } from "./thrift-compact.ts";

/** One page of a column chunk, and where its bytes lie in the chunk's. */
export interface Page {
  readonly kind: "dictionary" | "plain" | "codes";
  /** Values, nulls included. */
  readonly values: number;
  readonly start: number;
  readonly end: number;
  readonly unpackedBytes: number;
  /** Definition levels: before the packed bytes, this long (version 2), or null: in them, after their length. */
  readonly levelBytes: number | null;
  readonly packed: boolean;
  readonly crc: number | null;
}

/** Unpacked bytes of a column chunk. Zstandard can make a bomb of very few bytes, so what pages announce is summed. */
const MAX_UNPACKED = 3 * 2 ** 29;
const DATA = 0;
const INDEX = 1;
const DICTIONARY = 2;
const DATA_V2 = 3;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const RLE_DICTIONARY = 8;

/**
 * The pages of a column chunk of a flat column with `rows` rows, by their headers (parquet.thrift, PageHeader): every
 * page lies within `bytes`, and their values add up. Null when one is encoded in a way that `decodeChunk` does not
 * know. Throws {@link ParquetError} or `ThriftError` when the chunk is damaged.
 */
export function scanPages(
  bytes: Uint8Array,
  rows: number,
  { codec, optional }: ParquetColumn,
): readonly Page[] | null {
  const pages: Page[] = [];
  let at = 0;
  let seen = 0;
  let unpacked = 0;
  while (seen < rows) {
    if (at >= bytes.length) throw new ParquetError(`a row group holds ${seen} of ${rows} rows`);
    const { fields, end } = readThrift(bytes, at);
    const size = thriftInt(fields, 3) ?? -1;
    const unpackedBytes = thriftInt(fields, 2) ?? -1;
    if (size < 0 || unpackedBytes < 0 || size > bytes.length - end) {
      throw new ParquetError("a page lies outside its column");
    }
    unpacked += unpackedBytes;
    if (unpackedBytes > unpackedLimit(codec, size) || unpacked > MAX_UNPACKED) {
      throw new ParquetError(`a page of ${size} bytes announces ${unpackedBytes}`);
    }
    at = end + size;
    const type = thriftInt(fields, 1);
    if (type === INDEX) continue;
    const page = pageOf(fields, type, optional);
    if (page === null) return null;
    if (page.values < 0) throw new ParquetError("a page does not say how much it holds");
    const first = pages[0]?.kind;
    if (page.kind === "dictionary" ? first : page.kind === "codes" && first !== "dictionary") {
      throw new ParquetError("a dictionary is missing, or not where it belongs");
    }
    if (page.kind !== "dictionary") seen += page.values;
    if ((page.levelBytes ?? 0) > Math.min(size, unpackedBytes)) {
      throw new ParquetError("a page lies outside its column");
    }
    if (page.kind !== "dictionary" && page.values === 0) continue;
    pages.push({ ...page, start: end, end: at, unpackedBytes, crc: thriftInt(fields, 4) ?? null });
  }
  if (seen > rows) throw new ParquetError(`a row group holds ${seen} of ${rows} rows`);
  return pages;
}

function pageOf(
  fields: ThriftStruct,
  type: number | undefined,
  optional: boolean,
): Pick<Page, "kind" | "values" | "levelBytes" | "packed"> | null {
  const header = thriftStruct(fields, type === DATA ? 5 : type === DICTIONARY ? 7 : type === DATA_V2 ? 8 : 0);
  if (!header) return null;
  const values = thriftInt(header, 1) ?? -1;
  if (type === DICTIONARY) {
    const encoding = thriftInt(header, 2);
    const known = encoding === PLAIN || encoding === PLAIN_DICTIONARY;
    return known ? { kind: "dictionary", values, levelBytes: null, packed: true } : null;
  }
  const kind = kindOf(thriftInt(header, type === DATA ? 2 : 4));
  if (kind === null) return null;
  if (type === DATA) {
    const readable = !optional || thriftInt(header, 3) === RLE;
    return readable ? { kind, values, levelBytes: null, packed: true } : null;
  }
  const levelBytes = thriftInt(header, 5);
  const repetitionBytes = thriftInt(header, 6);
  if (levelBytes === undefined || levelBytes < 0 || repetitionBytes !== 0) return null;
  const flag = header.get(7);
  return { kind, values, levelBytes, packed: !(flag?.type === "bool" && !flag.value) };
}

function kindOf(encoding: number | undefined): "plain" | "codes" | null {
  if (encoding === PLAIN) return "plain";
  return encoding === PLAIN_DICTIONARY || encoding === RLE_DICTIONARY ? "codes" : null;
}
