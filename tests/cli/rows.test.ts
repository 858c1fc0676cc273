import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, describe, expect, test } from "vitest";
import { openRows, type RowOptions } from "../../src/cli/rows/open-rows.ts";
import { closeFiles, type SourceFiles, sourceFiles } from "../../src/cli/source-files.ts";
import { identify } from "../../src/formats/registry.ts";
import { type Expected, FIXTURES, hasShared, SHARED } from "../formats/files.ts";
import { footerOf } from "../formats/parquet-decoders.ts";
import { streamFigures } from "./stream-figures.ts";

const json = (name: string) => JSON.parse(readFileSync(`tests/fixtures/expected/${name}.json`, "utf8"));
const expected: Readonly<Record<string, Expected>> = json("tables");
const depths: Readonly<Record<string, number>> = json("depths");
const gefs: Readonly<Record<string, { rows: number; countSum: number; x: number[]; y: number[] }>> =
  json("gef");
const signal = new AbortController().signal;

const opened: SourceFiles[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(closeFiles));
});

async function open(path: string, options: Partial<RowOptions> = {}) {
  const files = await sourceFiles(path, signal);
  opened.push(files);
  return openRows(await identify(files.files, signal), { signal, ...options });
}

/** A file of its own with this content. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), "centiscope-")), name);
  writeFileSync(path, content);
  return path;
}

/** DuckDB writes these many rows as one row group each, as parts of one table. */
async function parquetParts(rows: readonly number[]): Promise<string> {
  const folder = join(mkdtempSync(join(tmpdir(), "centiscope-")), "t.parquet");
  mkdirSync(folder);
  const duck = await (await DuckDBInstance.create()).connect();
  await duck.run("SET threads = 1");
  for (const [part, count] of rows.entries()) {
    await duck.run(`COPY (SELECT (i % 1000)::FLOAT AS x, (i // 1000)::FLOAT AS y, 'G' || (i % 3) AS gene
      FROM range(${count}) t(i)) TO '${join(folder, `part.${part}.parquet`)}'
      (FORMAT parquet, ROW_GROUP_SIZE 2000000)`);
  }
  duck.closeSync();
  return folder;
}

const near = (found: number, value: number) => Math.abs(found - value) <= 1e-9 * Math.abs(value);

describe("a stream of rows equals an independent reading (pandas, pyarrow)", () => {
  for (const [key, figures] of Object.entries(expected)) {
    const fixture = key.startsWith("fixture:");
    const path = fixture ? `${FIXTURES}/${key.slice(8)}` : `${SHARED}/${key}`;
    test.skipIf(!fixture && !hasShared)(key, async () => {
      const { source } = await open(path);
      const found = await streamFigures(source);
      const { xSum, ySum, qvSum, topGenes, cells, cellRows, ...exact } = figures;
      expect(found).toMatchObject(exact);
      for (const [name, pair] of Object.entries(topGenes))
        expect(found.perGene.get(name), name).toEqual(pair);
      if (cells !== undefined) expect(found).toMatchObject({ cells, cellRows });
      expect([near(found.xSum, xSum), near(found.ySum, ySum)]).toEqual([true, true]);
      if (qvSum !== undefined) expect(near(found.qvSum, qvSum)).toBe(true);
      if (key in depths) expect(near(found.zSum, depths[key]!), `z ${found.zSum}`).toBe(true);
      if (source.rowsExpected !== null) expect(source.rowsExpected).toBe(found.rows);
      expect(source.lattice).toBe(source.platform === "stereo-seq");
    });
  }

  for (const [key, figures] of Object.entries(gefs)) {
    const fixture = key.startsWith("fixture:");
    const path = fixture ? `tests/fixtures/gef/${key.slice(8)}` : `${SHARED}/${key}`;
    test.skipIf(!fixture && !hasShared)(key, async () => {
      const { source, warnings } = await open(path);
      const found = await streamFigures(source);
      const zeros = warnings().find((one) => one.code === "warn-zero-counts")?.params.rows ?? 0;
      const { rows, countSum, x, y } = figures;
      expect(found).toMatchObject({ rows: rows - Number(zeros), countSum, x, y });
      expect(source.rowsExpected).toBe(rows);
      // Exons of the fixture: 1000 × (0 + … + 63).
      if (key.includes("exon")) expect(found.exonSum).toBe(2_016_000);
    });
  }
});

describe("a stream", () => {
  const repeated = (rows: number) => {
    const lines = [
      "#FileFormat=GEMv0.2",
      "#OffsetX=10",
      "geneID\tgeneName\tx\ty\tMIDCount\tExonCount\tCellID",
    ];
    for (let i = 0; i < rows; i++)
      lines.push(`E${i % 7}\tG${i % 5}\t${i % 100}\t${i % 9}\t3\t${i % 4}\t${i % 3}`);
    return `${lines.join("\n")}\n`;
  };

  test("comes in batches of bounded size, whose sum is the file", async () => {
    const { source } = await open(file("SS200000001_A1.gem.gz", gzipSync(repeated(700_000))));
    const found = await streamFigures(source);
    expect(found.rows).toBe(700_000);
    expect(found.batches).toBeGreaterThan(3);
    expect(found.largestBatch).toBeLessThan(300_000);
    // Exons 0 + 1 + 2 + 3 in every four rows; cells 1 and 2 of three (0 is none).
    expect(found).toMatchObject({ exonSum: 1_050_000, cells: 2, countSum: 2_100_000, x: [10, 109] });
    expect(found.cellRows).toBe(466_666);
    expect(source).toMatchObject({ unitUm: 0.5, formatVersion: "GEMv0.2", lattice: true });
    expect(source.genes().ids).toEqual(["E0", "E1", "E2", "E3", "E4", "E5", "E6"]);
    // The name that an id was first seen with; G0 and G1 come twice (E0, E5 and E1, E6).
    expect(source.genes().names).toEqual(["G0 (E0)", "G1 (E1)", "G2", "G3", "G4", "G0 (E5)", "G1 (E6)"]);
  });

  test("may be read twice, with the same rows", async () => {
    for (const path of [`${FIXTURES}/mouse-brain.gem.gz`, `${FIXTURES}/transcripts.parquet`]) {
      const { source } = await open(path);
      expect(await streamFigures(source)).toEqual(await streamFigures(source));
    }
  });

  test("ends with the reason of an abort", async () => {
    const { source } = await open(file("a.gem", repeated(400_000)));
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of source.batches(stop.signal)) stop.abort(new Error("enough"));
    })();
    await expect(reading).rejects.toThrow("enough");
  });

  test("of an unknown unit says so by NaN, and takes the unit that is given", async () => {
    const path = file("points.csv", "x,y,gene\n1,2,A\n3,4,B\n");
    expect((await open(path)).source.unitUm).toBeNaN();
    expect((await open(path, { unitUm: 0.2 })).source.unitUm).toBe(0.2);
  });

  test("keeps an exon count that is none from passing", async () => {
    const text = repeated(3).replace("\t3\t1\t", "\t3\t1.5\t");
    const { source } = await open(file("a.gem", text));
    await expect(streamFigures(source)).rejects.toMatchObject({
      facts: { code: "count-invalid", params: { column: "ExonCount", line: 5 } },
    });
  });

  test("of the same file, packed and unpacked, is the same", async () => {
    const packed = `${FIXTURES}/mouse-brain.gem.gz`;
    const plain = file("mouse-brain.gem", gunzipSync(readFileSync(packed)));
    const [a, b] = [await open(packed), await open(plain)];
    expect(await streamFigures(a.source)).toEqual(await streamFigures(b.source));
  });
});

test("a path that is not there is named", async () => {
  await expect(sourceFiles("/nowhere/chip.gef", signal)).rejects.toMatchObject({
    facts: { code: "path-missing", params: { file: "/nowhere/chip.gef" } },
  });
});

test("row groups of any size pass, one and many, after rows that were not yet drained", async () => {
  // 1 048 576 rows is what pyarrow writes; the part before it stays below a batch.
  const parts = [100_000, 1 << 20, 1_500_000];
  const folder = await parquetParts(parts);
  const last = readFileSync(join(folder, "part.2.parquet"));
  expect(footerOf(new Uint8Array(last)).groups.map(({ rows }) => rows)).toEqual([1_500_000]);
  const { source } = await open(folder, { unitUm: 1 });
  const { rows, xSum, perGene } = await streamFigures(source);
  const sum = (of: (count: number) => number) => parts.reduce((all, count) => all + of(count), 0);
  expect(rows).toBe(sum((count) => count));
  // i mod 1000 over whole thousands sums to 499 500 each; 1 048 576 ends in 576 more: 0 + … + 575.
  expect(xSum).toBe(sum((count) => Math.floor(count / 1000) * 499_500) + (575 * 576) / 2);
  expect(perGene.get("G0")?.[0]).toBe(sum((count) => Math.ceil(count / 3)));
});
