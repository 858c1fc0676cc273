import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { corruptParquet } from "../../src/formats/parquet-error.ts";
import { openParquet } from "../../src/formats/parquet-file.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { hasShared, SHARED } from "./files.ts";
import { bothWays, footerOf } from "./parquet-decoders.ts";

let folder = "";
let duck: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "parquet-"));
  duck = await (await DuckDBInstance.create()).connect();
});
afterAll(() => {
  duck.closeSync();
  rmSync(folder, { recursive: true });
});

/** Names of the columns that our decoder read, each proven to be what the engine makes of it. */
async function agreed(file: Uint8Array): Promise<string[]> {
  const footer = footerOf(file);
  const read = new Set<string>();
  for (const group of footer.groups.filter(({ rows }) => rows > 0)) {
    for (const name of group.columns.keys()) {
      const { own, engine } = await bothWays(file, footer, group, name);
      if (!own) continue;
      expect(own, name).toEqual(engine);
      expect(own.length).toBe(group.rows);
      read.add(name);
    }
  }
  return [...read];
}

const COLUMNS = ["f32", "f64", "i8", "u16", "i32", "u32", "i64", "u64", "few", "many", "raw"];

/** Every type we read, some values missing, and some that only the engine reads. */
function select(rows: number, salt: number, gaps: number): string {
  const gap = (k: number, value: string) =>
    `CASE WHEN hash(i + ${salt + k}) % 100 < ${gaps} THEN NULL ELSE ${value} END`;
  const hash = (k: number) => `hash(i * 31 + ${salt + k})`;
  return `SELECT ${gap(1, `((${hash(1)} % 100000) / 7 - 5000)::FLOAT`)} AS f32,
    ${gap(2, `((${hash(2)} % 1000000) / 7 - 5000)::DOUBLE`)} AS f64,
    ${gap(3, `(${hash(3)} % 256)::INTEGER - 128`)}::TINYINT AS i8, (${hash(4)} % 65536)::USMALLINT AS u16,
    ${gap(5, `((${hash(5)} % 4294967296)::BIGINT - 2147483648)::INTEGER`)} AS i32,
    (${hash(6)} % 4294967296)::UINTEGER AS u32, ${gap(7, `(${hash(7)} // 2)::BIGINT - 4611686018427387904`)} AS i64,
    ${gap(8, hash(8))} AS u64, ${gap(9, `'gène' || (${hash(9)} % 40)`)} AS few,
    ${gap(10, `repeat('c' || ${hash(10)} % ${rows}, (${hash(11)} % 4)::INTEGER)`)} AS many,
    ${gap(12, `encode('b' || ${hash(12)} % 9)`)} AS raw, ${hash(13)} % 2 = 0 AS flag, DATE '2026-01-01' AS day
    FROM range(${rows}) t(i)`;
}

test("what DuckDB writes: ours and the engine's columns are the same, whatever codec, version and gaps", async () => {
  let covered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        rows: fc.integer({ min: 1, max: 5000 }),
        salt: fc.nat({ max: 1e6 }),
        gaps: fc.constantFrom(0, 0, 3, 50, 100),
        codec: fc.constantFrom("uncompressed", "snappy", "zstd", "gzip", "lz4_raw", "brotli"),
        version: fc.constantFrom("V1", "V2"),
        dictionary: fc.constantFrom(0, 10, 100_000),
        groupRows: fc.constantFrom(2048, 10_000),
      }),
      async ({ rows, salt, gaps, codec, version, dictionary, groupRows }) => {
        const path = join(folder, "duck.parquet");
        await duck.run(`COPY (${select(rows, salt, gaps)}) TO '${path}' (FORMAT PARQUET, COMPRESSION ${codec},
          PARQUET_VERSION ${version}, ROW_GROUP_SIZE ${groupRows}, DICTIONARY_SIZE_LIMIT ${dictionary})`);
        const read = await agreed(new Uint8Array(readFileSync(path)));
        const isKnown = codec === "uncompressed" || codec === "snappy" || codec === "zstd";
        if (isKnown && version === "V1") expect(read).toEqual(COLUMNS);
        if (!isKnown) expect(read).toEqual([]);
        covered += read.length;
      },
    ),
    { numRuns: 40, seed: 7 },
  );
  expect(covered).toBeGreaterThan(100);
});

/** Every Parquet file below a folder. */
function parquetFiles(at: string): string[] {
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".parquet"))
    .map((entry) => join(entry.parentPath, entry.name));
}

describe("what others wrote", () => {
  test("samples and fixtures are read without the engine", async () => {
    for (const path of [...parquetFiles("public/samples"), ...parquetFiles("tests/fixtures")]) {
      const read = await agreed(new Uint8Array(readFileSync(path)));
      const names = footerOf(new Uint8Array(readFileSync(path))).names;
      expect(read, path).toEqual(names);
    }
  });

  test("pyarrow's pages of both versions: levels apart, checksums, dictionaries that overflow", async () => {
    const kinds = new Set<string>();
    for (const path of parquetFiles("tests/fixtures/parquet")) {
      const file = new Uint8Array(readFileSync(path));
      const footer = footerOf(file);
      for (const name of footer.names) {
        const { pages } = await bothWays(file, footer, footer.groups[0]!, name);
        for (const { kind, levelBytes, packed, crc } of pages) {
          kinds.add(
            `${kind}${levelBytes === null ? "" : " v2"}${packed ? "" : " bare"}${crc === null ? "" : " crc"}`,
          );
        }
      }
      expect(await agreed(file), path).toEqual(footer.names);
    }
    const bare = ["codes v2 bare", "codes v2 bare crc", "plain v2 bare", "plain v2 bare crc"];
    const first = ["codes", "codes crc", "dictionary", "dictionary crc", "plain", "plain crc"];
    expect([...kinds].sort()).toEqual([...bare, ...first, "plain v2", "plain v2 crc"].sort());
  });

  test.skipIf(!hasShared)("shared files: the same columns as by the engine", async () => {
    for (const path of [...parquetFiles(`${SHARED}/xenium`), ...parquetFiles(`${SHARED}/spatialdata`)]) {
      await agreed(new Uint8Array(readFileSync(path)));
    }
  });
});

/** A file of ten row groups whose columns lie close together, and how it is read. */
async function tenGroups() {
  const path = join(folder, "ten.parquet");
  await duck.run(`COPY (SELECT i::FLOAT AS x, hash(i) AS y, i::DOUBLE AS z FROM range(20480) t(i))
    TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  const bytes = new Uint8Array(readFileSync(path));
  const reads: { start: number; end: number; aborted: boolean }[] = [];
  const memory = new MemorySource("ten.parquet", bytes);
  const source = {
    name: memory.name,
    size: () => memory.size(),
    stream: () => memory.stream(),
    read: (start: number, end: number, signal?: AbortSignal) => {
      const read = { start, end, aborted: false };
      reads.push(read);
      // The first row group and the footer come; the others are on their way until they are aborted.
      if (start < second || end > dataEnd) return memory.read(start, end, signal);
      return new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => {
          read.aborted = true;
          reject(signal.reason);
        });
      });
    },
  };
  const { groups } = footerOf(bytes);
  const second = Math.min(...[...groups[1]!.columns.values()].map(({ start }) => start));
  const dataEnd = Math.max(...[...groups.at(-1)!.columns.values()].map(({ end }) => end));
  return { source, reads, groups, dataEnd };
}

test("columns that lie close are read at once, and what was fetched ahead is aborted with the reading", async () => {
  const { source, reads, groups, dataEnd } = await tenGroups();
  expect(groups).toHaveLength(10);
  const opened = await openParquet(source, undefined);
  reads.length = 0;
  for await (const group of opened.groups(["x", "z"])) {
    expect(group.rows).toBe(2048);
    break;
  }
  const spans = groups.map(({ columns }) => [columns.get("x")!.start, columns.get("z")!.end]);
  expect(reads.filter(({ start }) => start < dataEnd).map(({ start, end }) => [start, end])).toEqual(spans);
  expect(reads.map(({ aborted }) => aborted)).toEqual(spans.map((_, i) => i > 0));
});

test("the caller's own signal ends what is fetched, with its reason", async () => {
  const { source, reads } = await tenGroups();
  const stop = new AbortController();
  const opened = await openParquet(source, stop.signal);
  reads.length = 0;
  const all = opened.groups(["x"]);
  await all.next();
  const next = all.next();
  stop.abort(new Error("enough"));
  await expect(next).rejects.toThrow("enough");
  expect(reads.slice(1).every(({ aborted }) => aborted)).toBe(true);
});

test("want of memory is no damage", () => {
  const codeOf = (thrown: Error) => corruptParquet("t.parquet", thrown).facts.code;
  expect(codeOf(new RangeError("Array buffer allocation failed"))).toBe("parquet-memory");
  expect(codeOf(new RangeError("Offset is outside the bounds of the DataView"))).toBe("parquet-corrupt");
});
