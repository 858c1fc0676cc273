import { expect, test } from "vitest";
import { CellCoder, GeneCoder } from "../../src/formats/column-codes.ts";
import { decodeChunk } from "../../src/formats/parquet-chunk.ts";
import { unpackOf } from "../../src/formats/parquet-codecs.ts";
import type { ParquetColumn } from "../../src/formats/parquet-column.ts";
import { ParquetError } from "../../src/formats/parquet-error.ts";
import { PageMemory } from "../../src/formats/parquet-memory.ts";
import { scanPages } from "../../src/formats/parquet-pages.ts";
import { encodeThrift, i32, type ThriftStruct } from "../../src/formats/thrift-compact.ts";
import { TranscriptBuilder } from "../../src/formats/transcript-builder.ts";
import { valuesOf } from "./parquet-decoders.ts";

const INT32: ParquetColumn = { values: "int32", text: false, optional: false, codec: 0 };
const TEXT: ParquetColumn = { values: "bytes", text: true, optional: false, codec: 0 };
const SNAPPY = 1;
const ZSTD = 6;

/** Numbers of parquet.thrift. */
const ENCODING = { plain: 0, codes: 8, delta: 5 };
const RLE = 3;

interface Sizes {
  readonly packed?: number;
  readonly unpacked?: number;
}

/** A page with its header, as parquet.thrift describes it. */
function page(type: number, header: ThriftStruct, body: readonly number[], sizes: Sizes = {}): number[] {
  const fields = encodeThrift(
    new Map([
      [1, i32(type)],
      [2, i32(sizes.unpacked ?? body.length)],
      [3, i32(sizes.packed ?? body.length)],
      [type === 3 ? 8 : type === 2 ? 7 : 5, { type: "struct", fields: header }],
    ]),
  );
  return [...fields, ...body];
}

const data = (values: number, encoding: number, body: readonly number[], sizes?: Sizes) =>
  page(0, new Map([1, 2, 3, 4].map((id) => [id, i32([values, encoding, RLE, RLE][id - 1]!)])), body, sizes);
const dictionary = (values: number, body: readonly number[]) =>
  page(2, new Map([1, 2].map((id) => [id, i32([values, ENCODING.plain][id - 1]!)])), body);
/** Version 2: values, nulls, rows, encoding, bytes of definition and repetition levels. */
const data2 = (numbers: readonly number[], body: readonly number[]) =>
  page(3, new Map(numbers.map((value, i) => [i + 1, i32(value)])), body);
/** An index page: to be passed over. */
const index = page(1, new Map(), [9, 9, 9]);
const int32 = (...values: number[]) => [...new Uint8Array(Int32Array.from(values).buffer)];

async function read(bytes: readonly number[], rows: number, column = INT32) {
  const chunk = Uint8Array.from(bytes);
  const pages = scanPages(chunk, rows, column);
  const unpack = await unpackOf(column.codec);
  if (!pages || !unpack) return null;
  const values = [];
  for (const vector of decodeChunk(column, chunk, pages, unpack, new PageMemory())) {
    values.push(...valuesOf(vector));
  }
  return values;
}

/** Runs of codes of 1, 2 and 1 in one byte each, after their width. */
const CODES = [8, 2, 1, 2, 2, 2, 1];

test("numbers and codes, with pages in between that hold nothing", async () => {
  const plain = data(2, ENCODING.plain, int32(7, -8));
  expect(await read([...plain, ...index, ...data(0, ENCODING.plain, []), ...plain], 4)).toEqual([
    7, -8, 7, -8,
  ]);
  const coded = [...dictionary(3, int32(10, 11, 12)), ...data(3, ENCODING.codes, CODES)];
  expect(await read(coded, 3)).toEqual([11, 12, 11]);
  // The writer went over to plain pages; what follows the last row is nobody's concern.
  expect(await read([...coded, ...plain, 1, 2, 3], 5)).toEqual([11, 12, 11, 7, -8]);
  expect(await read(data2([2, 0, 2, ENCODING.plain, 0, 0], int32(5, 6)), 2)).toEqual([5, 6]);
});

test("a missing value takes no space, in plain pages and in codes", async () => {
  // Levels: their length, then eight bits in one byte: rows 0, 2 and 3 are there.
  const levels = [2, 0, 0, 0, 0b11, 0b1101];
  const column = { ...INT32, optional: true };
  const plain = data(4, ENCODING.plain, [...levels, ...int32(1, 2, 3)]);
  expect(await read(plain, 4, column)).toEqual([1, null, 2, 3]);
  const coded = [...dictionary(3, int32(10, 11, 12)), ...data(4, ENCODING.codes, [...levels, ...CODES])];
  expect(await read(coded, 4, column)).toEqual([11, null, 12, 11]);
});

test("what our decoder does not know is left to the engine", async () => {
  expect(await read(data(2, ENCODING.delta, [1, 2, 3]), 2)).toBeNull();
  expect(await read(data2([2, 0, 2, ENCODING.plain, 0, 4], [0, 0, 0, 0, ...int32(5, 6)]), 2)).toBeNull();
  expect(await unpackOf(2)).toBeNull();
});

const damages: readonly (readonly [string, number[], number, ParquetColumn?])[] = [
  ["no pages", [], 1],
  ["a header cut off", data(2, 0, int32(7, 8)).slice(0, 5), 2],
  ["a page cut off", data(2, 0, int32(7, 8)).slice(0, -1), 2],
  ["too few rows", data(2, 0, int32(7, 8)), 3],
  ["too many rows", data(2, 0, int32(7, 8)), 1],
  ["fewer values than rows", data(2, 0, int32(7)), 2],
  ["codes without a dictionary", data(3, ENCODING.codes, CODES), 3],
  ["two dictionaries", [...dictionary(1, int32(1)), ...dictionary(1, int32(1)), ...data(1, 0, int32(1))], 1],
  ["a dictionary with fewer entries than it says", [...dictionary(3, int32(1, 2)), ...data(3, 8, CODES)], 3],
  ["a code outside the dictionary", [...dictionary(2, int32(1, 2)), ...data(3, 8, CODES)], 3],
  ["codes of 33 bits", [...dictionary(3, int32(1, 2, 3)), ...data(3, 8, [33, ...CODES.slice(1)])], 3],
  ["fewer codes than rows", [...dictionary(3, int32(1, 2, 3)), ...data(3, 8, CODES.slice(0, -2))], 3],
  ["levels of 2", data(1, 0, [2, 0, 0, 0, 2, 2, ...int32(1)]), 1, { ...INT32, optional: true }],
  ["levels past the page", data(1, 0, [9, 0, 0, 0, 2, 1]), 1, { ...INT32, optional: true }],
  ["levels longer than the page", data2([1, 0, 1, 0, 99, 0], int32(1)), 1],
  ["a text past the page", data(1, 0, [200, 0, 0, 0, 65]), 1, TEXT],
  ["a text of 4 GB", data(1, 0, [255, 255, 255, 255, 65]), 1, TEXT],
  ["more texts than fit", data(3, 0, [0, 0, 0, 0, 0, 0, 0, 0]), 3, TEXT],
  ["a page of another size", data(1, 0, int32(1), { unpacked: 3 }), 1],
  ["a bomb of Snappy", data(1, 0, int32(1), { unpacked: 2 ** 30 }), 1, { ...INT32, codec: SNAPPY }],
  ["a bomb of Zstandard", data(1, 0, int32(1), { unpacked: 2 ** 30 }), 1, { ...INT32, codec: ZSTD }],
  ["no Zstandard", data(1, 0, int32(1)), 1, { ...INT32, codec: ZSTD }],
];

test.each(damages.map(([name, bytes, rows, column = INT32]) => [name, bytes, rows, column] as const))(
  "damage: %s",
  async (_, bytes, rows, column) => {
    await expect(read(bytes, rows, column)).rejects.toSatisfy(
      (thrown) => thrown instanceof ParquetError || (thrown as Error).message === "it ends too early",
    );
  },
);

test("many small bombs are one large one", () => {
  // Each may unpack to 2^29: it is as large as that needs. The fourth would pass 1.5 GiB.
  const bomb = data(1, 0, new Array<number>(2 ** 14).fill(0), { unpacked: 2 ** 29 });
  const column = { ...INT32, codec: ZSTD };
  expect(scanPages(Uint8Array.from([...bomb, ...bomb, ...bomb]), 3, column)).toHaveLength(3);
  const four = Uint8Array.from([...bomb, ...bomb, ...bomb, ...bomb]);
  expect(() => scanPages(four, 4, column)).toThrow(ParquetError);
});

test("a code outside a dictionary of text is told by whoever looks it up", async () => {
  const texts = [1, 0, 0, 0, 65, 1, 0, 0, 0, 66];
  const chunk = Uint8Array.from([...dictionary(2, texts), ...data(3, ENCODING.codes, CODES)]);
  const builder = new TranscriptBuilder({
    file: "a",
    coordinates: "float32",
    hasCount: false,
    hasQv: false,
    hasCell: true,
    geneColumn: "gene",
  });
  builder.reserve(3);
  const unpack = (await unpackOf(0))!;
  const [vector] = decodeChunk(TEXT, chunk, scanPages(chunk, 3, TEXT)!, unpack, new PageMemory());
  for (const coder of [new GeneCoder(builder), new CellCoder(builder, [])]) {
    expect(() => coder.copy(vector!, 0, { file: "a", column: "b", firstRow: 0 })).toThrow(
      "column b points outside its dictionary",
    );
  }
});
