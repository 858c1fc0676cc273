import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { parquetRead } from "hyparquet";
import Papa from "papaparse";
import { readGem } from "../../src/formats/gem.ts";
import { parquetEngine } from "../../src/formats/parquet-engine.ts";
import { readXenium } from "../../src/formats/xenium.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { type Bench, type BenchContext, type BenchSection, median } from "./bench.ts";
import { molecules } from "./molecules.ts";
import type { Reading, ReadingRequest } from "./readers.worker.ts";
import { writeGem, writeXenium } from "./readers-data.ts";
import { XENIUM } from "./xenium-columns.ts";

const ROWS = 5_000_000;
/** papaparse makes a string per cell: a tenth is enough to know its rate. */
const PAPA_ROWS = 500_000;
const FOLDER = ".bench";
const GEM = `${FOLDER}/readers-gem.bin`;
const PARQUET = `${FOLDER}/readers-transcripts.parquet`;

const ENGINE = "parquet-wasm alone (Arrow left in its memory)";

interface Case {
  readonly reader: string;
  readonly where: string;
  readonly rows: number;
  /** Reads once and returns the rows found. */
  readonly run: () => Promise<number> | number;
}

/** Medians of cases run in turn, after one round to warm up. */
async function interleaved(cases: readonly Case[], rounds: number): Promise<number[][]> {
  const times: number[][] = cases.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { reader, run, rows }] of cases.entries()) {
      const start = performance.now();
      const found = await run();
      if (round > 0) times[i]!.push(performance.now() - start);
      if (found !== rows) throw new Error(`${reader}: ${found} rows, not ${rows}`);
    }
  }
  return times;
}

function rowOf(reader: string, where: string, rows: number, ms: readonly number[]) {
  return {
    reader,
    where,
    "M rows/s": rows / median(ms) / 1000,
    "median ms": median(ms),
    spread: `${Math.min(...ms).toFixed(0)}–${Math.max(...ms).toFixed(0)}`,
    rows,
  };
}

async function inChromium(
  { browser, serverUrl, rounds }: BenchContext,
  kind: ReadingRequest["kind"],
  path: string,
): Promise<Reading> {
  const base = await serverUrl();
  const page = await (await browser()).newPage();
  try {
    await page.goto(new URL("readers-blank", base).href);
    // As text: the runner's module loader rewrites `import` in functions.
    const url = new URL("tests/bench/readers-page.ts", base).href;
    const given = JSON.stringify([kind, new URL(path, base).href, rounds]);
    return await page.evaluate<Reading>(
      `import(${JSON.stringify(url)}).then((m) => m.measureReading(...${given}))`,
    );
  } finally {
    await page.close();
  }
}

/** DuckDB reads into a table of typed columns, which is what our readers yield. */
async function duck(threads: number, select: string): Promise<number> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: String(threads) })).connect();
  try {
    await connection.run(`CREATE TABLE columns AS ${select}`);
    const answer = await connection.runAndReadAll("SELECT count(*)::INTEGER FROM columns");
    return Number(answer.getRows()[0]?.[0]);
  } finally {
    connection.closeSync();
  }
}

async function gemSection(context: BenchContext): Promise<BenchSection> {
  context.log(`GEM.gz, ${ROWS / 1e6} M rows`);
  const written = await writeGem(GEM, ROWS, context.seed);
  const bytes = new Uint8Array(readFileSync(GEM));
  const { rows } = written;
  const text = gunzipSync(bytes)
    .toString()
    .split("\n")
    .slice(4, PAPA_ROWS + 5)
    .join("\n");
  const csv = `read_csv('${GEM}', compression='gzip', delim='\t', header=true, skip=4,
    columns={'geneID':'VARCHAR','x':'INTEGER','y':'INTEGER','MIDCount':'UINTEGER'})`;
  const select = `SELECT * FROM ${csv}`;
  const cases: Case[] = [
    {
      reader: "Centiscope",
      where: "Node",
      rows,
      run: async () => {
        const columns = await readGem(new MemorySource("x.gem.gz", bytes));
        const sum = molecules(columns);
        if (sum !== written.sum) throw new Error(`${sum} molecules, not ${written.sum}`);
        return columns.rows;
      },
    },
    { reader: "DuckDB read_csv", where: "Node, 1 thread", rows, run: () => duck(1, select) },
    { reader: "DuckDB read_csv", where: "Node, 2 threads", rows, run: () => duck(2, select) },
    {
      reader: "papaparse (text already unpacked)",
      where: "Node",
      rows: PAPA_ROWS,
      run: () => Papa.parse(text, { delimiter: "\t", header: true, skipEmptyLines: true }).data.length,
    },
  ];
  const times = await interleaved(cases, context.rounds);
  const chromium = await inChromium(context, "gem", GEM);
  if (chromium.sum !== written.sum) throw new Error(`${chromium.sum} molecules, not ${written.sum}`);
  return {
    title: "GEM.gz to columns",
    rows: [
      rowOf("Centiscope", "Chromium worker", chromium.rows, chromium.ms),
      ...cases.map(({ reader, where, rows: n }, i) => rowOf(reader, where, n, times[i]!)),
    ],
    notes: [
      `Synthetic GEM of ${rows.toLocaleString("en-GB")} rows, ${(bytes.length / 1e6).toFixed(1)} MB; molecules counted in each result of ours.`,
      "Ours and DuckDB's results are typed columns; papaparse's is an array of objects of strings.",
    ],
  };
}

async function parquetSection(context: BenchContext): Promise<BenchSection> {
  context.log(`Parquet, ${ROWS / 1e6} M rows`);
  await writeXenium(PARQUET, ROWS);
  const bytes = readFileSync(PARQUET);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { ParquetFile } = await parquetEngine();
  const cases: Case[] = [
    {
      reader: "Centiscope",
      where: "Node",
      rows: ROWS,
      run: async () =>
        (
          await readXenium(new MemorySource("transcripts.parquet", bytes), {
            experiment: null,
            alignment: null,
          })
        ).rows,
    },
    {
      reader: ENGINE,
      where: "Node",
      rows: ROWS,
      run: async () => {
        const file = await ParquetFile.fromFile(new Blob([bytes]));
        const table = await file.read({ columns: XENIUM, batchSize: 65_536 });
        const rows = table.recordBatches().reduce((sum, batch) => sum + batch.numRows, 0);
        table.free();
        file.free();
        return rows;
      },
    },
    {
      reader: "hyparquet",
      where: "Node",
      rows: ROWS,
      run: async () => {
        let rows = 0;
        await parquetRead({
          file: buffer,
          columns: XENIUM,
          onChunk: ({ columnName, columnData }) => {
            if (columnName === "qv") rows += columnData.length;
          },
        });
        return rows;
      },
    },
    {
      reader: "DuckDB read_parquet",
      where: "Node, 1 thread",
      rows: ROWS,
      run: () => duck(1, `SELECT ${XENIUM.join(", ")} FROM '${PARQUET}'`),
    },
  ];
  const times = await interleaved(cases, context.rounds);
  const chromium = await inChromium(context, "xenium", PARQUET);
  const engine = await inChromium(context, "parquet-wasm", PARQUET);
  return {
    title: "Xenium transcripts.parquet to columns",
    rows: [
      rowOf("Centiscope", "Chromium worker", chromium.rows, chromium.ms),
      rowOf(ENGINE, "Chromium worker", engine.rows, engine.ms),
      ...cases.map(({ reader, where, rows: n }, i) => rowOf(reader, where, n, times[i]!)),
    ],
    notes: [
      `${ROWS.toLocaleString("en-GB")} rows, ${(bytes.length / 1e6).toFixed(0)} MB, Snappy, written by DuckDB; x, y, gene, quality and cell are read, by ours without parquet-wasm.`,
      "Ours ends with typed arrays, gene and cell codes, and their names; parquet-wasm alone ends with Arrow strings.",
    ],
  };
}

export const bench: Bench = {
  name: "readers",
  run: async (context) => {
    mkdirSync(FOLDER, { recursive: true });
    try {
      return [await gemSection(context), await parquetSection(context)];
    } finally {
      for (const path of [GEM, PARQUET]) rmSync(path, { force: true });
    }
  },
};
