import type { BytesVector, ColumnVector, NumberVector, Validity } from "./column-vector.ts";
import { crc32 } from "./crc32.ts";
import type { Unpack } from "./parquet-codecs.ts";
import type { ParquetColumn } from "./parquet-column.ts";
import { ParquetError } from "./parquet-error.ts";
import { PageMemory } from "./parquet-memory.ts";
import type { Page } from "./parquet-pages.ts";
import { decodeRuns, isOneRun } from "./parquet-runs.ts";
import {
  checkCodes,
  gather,
  type NumberDictionary,
  need,
  numbersOf,
  spread,
  textsOf,
  uint32,
  widthOf,
} from "./parquet-values.ts";

type Dictionary = BytesVector | NumberDictionary;

/**
 * The values of a column chunk (parquet-format, README.md, "Data Pages"), a vector a page, in order. A vector lives
 * until the next is asked for, or until `memory` is used for another chunk. Throws {@link ParquetError} when a page is
 * damaged.
 */
export function* decodeChunk(
  column: ParquetColumn,
  bytes: Uint8Array,
  pages: readonly Page[],
  unpack: Unpack,
  memory: PageMemory,
): Generator<ColumnVector> {
  let dictionary: Dictionary | null = null;
  for (const page of pages) {
    const data = unpackPage(page, bytes.subarray(page.start, page.end), unpack, memory);
    if (page.kind === "dictionary") dictionary = readDictionary(column, page.values, data, memory);
    else yield readPage(column, page, data, memory, dictionary);
  }
}

function unpackPage(page: Page, stored: Uint8Array, unpack: Unpack, memory: PageMemory): Uint8Array {
  if (page.crc !== null && (crc32(0, stored) ^ page.crc) !== 0) {
    throw new ParquetError("a page's checksum is wrong");
  }
  const data = memory.page(page.unpackedBytes);
  const bare = page.levelBytes ?? 0;
  data.set(stored.subarray(0, bare));
  const [from, to] = [stored.subarray(bare), data.subarray(bare)];
  if (!page.packed) {
    if (from.length !== to.length) throw new ParquetError("a page does not say how long it is");
    to.set(from);
    // Of a page that holds nothing but levels, some writers pack the nothing and some do not.
  } else if (from.length > 0 || to.length > 0) unpack(from, to);
  return data;
}

function readDictionary(
  column: ParquetColumn,
  count: number,
  data: Uint8Array,
  memory: PageMemory,
): Dictionary {
  if (column.values === "bytes") return textsOf(column, data.slice(), 0, count, null, new PageMemory());
  const size = count * widthOf(column);
  need(size, data.length);
  return { kind: "words", length: count, words: memory.numbers(data, 0, size, size).slice() };
}

function readPage(
  column: ParquetColumn,
  page: Page,
  data: Uint8Array,
  memory: PageMemory,
  dictionary: Dictionary | null,
): ColumnVector {
  const count = page.values;
  const { start, present, valid } = readLevels(column, page, data, memory);
  if (page.kind === "plain") {
    if (column.values === "bytes") return textsOf(column, data, start, count, valid, memory);
    const width = widthOf(column);
    need(present * width, data.length - start);
    const words = memory.numbers(data, start, present * width, count * width);
    if (valid !== null) spread(words, width >> 2, count, present, valid);
    return numbersOf(column, words, count, valid);
  }
  if (dictionary === null) throw new ParquetError("a dictionary is missing, or not where it belongs");
  const codes = memory.codes(count);
  if (present > 0) {
    need(1, data.length - start);
    const width = data[start]!;
    if (width > 32) throw new ParquetError("a page holds impossible codes");
    decodeRuns(data, memory.words, start + 1, data.length, width, codes, present);
  }
  if (dictionary.kind === "words") checkCodes(codes.subarray(0, present), dictionary.length);
  if (valid !== null) spread(codes, 1, count, present, valid);
  if (dictionary.kind === "bytes") {
    const vector: NumberVector = { kind: "number", length: count, values: codes, valid };
    return { kind: "dictionary", length: count, codes: vector, values: dictionary, valid };
  }
  const width = widthOf(column);
  const words = memory.values(count * width);
  gather(dictionary, width, codes, words);
  return numbersOf(column, words, count, valid);
}

/** Which of a page's values are present, and where they begin. */
function readLevels(
  column: ParquetColumn,
  page: Page,
  data: Uint8Array,
  memory: PageMemory,
): { readonly start: number; readonly present: number; readonly valid: Validity } {
  const { values: count, levelBytes } = page;
  if (!column.optional) return { start: levelBytes ?? 0, present: count, valid: null };
  let at = 0;
  if (levelBytes === null) {
    need(4, data.length);
    at = 4;
  }
  const size = levelBytes ?? uint32(data, 0);
  need(size, data.length - at);
  const start = at + size;
  if (isOneRun(data, at, start, 1, count)) return { start, present: count, valid: null };
  const levels = memory.codes(count);
  decodeRuns(data, memory.words, at, start, 1, levels, count);
  const bits = new Uint8Array((count + 7) >> 3);
  let present = 0;
  for (let i = 0; i < count; i++) {
    const level = levels[i]!;
    if (level >>> 0 > 1) throw new ParquetError("a page holds impossible levels");
    bits[i >> 3]! |= level << (i & 7);
    present += level;
  }
  return { start, present, valid: present === count ? null : { bits, offset: 0 } };
}
