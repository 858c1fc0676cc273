import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DuckDBDataChunk, DuckDBInstance, INTEGER, USMALLINT } from "@duckdb/node-api";
import { convertStore } from "../../src/cli/convert/convert-store.ts";
import type { Region } from "../../src/core/region.ts";
import { HttpTree } from "../../src/io/http-tree.ts";
import { StoreReader, type UmBox } from "../../src/store/store-reader.ts";
import { type Bench, type BenchContext, type BenchSection, median } from "./bench.ts";
import { convertFiles } from "./store-convert.ts";
import { chipSource } from "./store-data.ts";

const FOLDER = ".bench";
const STORE = `${FOLDER}/chip.centiscope.zarr`;

function folderBytes(path: string): number {
  return readdirSync(path, { withFileTypes: true }).reduce((sum, entry) => {
    const inside = join(path, entry.name);
    return sum + (entry.isDirectory() ? folderBytes(inside) : statSync(inside).size);
  }, 0);
}

/** A static server that counts what is asked of it. */
async function serve() {
  const counts = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const file = readFileSync(join(FOLDER, decodeURIComponent(request.url ?? "")));
    const end = Math.min(file.length, Number(last) + 1);
    counts.requests += 1;
    counts.bytes += end - Number(start);
    response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${file.length}` });
    response.end(file.subarray(Number(start), end));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { counts, url: `http://127.0.0.1:${port}/chip.centiscope.zarr`, close: () => server.close() };
}

/** The same rows in DuckDB, sorted by tile and by gene, as two Parquet files. */
async function parquetPeer(rowCount: number, seed: number) {
  // On disk: the rows of a whole chip do not fit into what a small machine has.
  rmSync(`${FOLDER}/peer.duckdb`, { force: true });
  const instance = await DuckDBInstance.create(`${FOLDER}/peer.duckdb`, {
    threads: "1",
    memory_limit: "3GB",
    temp_directory: `${FOLDER}/duckdb-temp`,
  });
  const connection = await instance.connect();
  await connection.run("CREATE TABLE rows (x INTEGER, y INTEGER, gene USMALLINT, count USMALLINT)");
  const appender = await connection.createAppender("rows");
  for await (const { rows, x, y, gene, count } of chipSource(rowCount, seed).batches(
    new AbortController().signal,
  )) {
    for (let from = 0; from < rows; from += 2048) {
      const to = Math.min(rows, from + 2048);
      const chunk = DuckDBDataChunk.create([INTEGER, INTEGER, USMALLINT, USMALLINT]);
      chunk.setColumns([x, y, gene, count].map((values) => [...values.subarray(from, to)]));
      appender.appendDataChunk(chunk);
    }
  }
  appender.closeSync();
  const options = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)";
  const start = performance.now();
  await connection.run(
    `COPY (FROM rows ORDER BY y // 128, x // 128, y, x) TO '${FOLDER}/tile.parquet' ${options}`,
  );
  await connection.run(`COPY (FROM rows ORDER BY gene, y, x) TO '${FOLDER}/gene.parquet' ${options}`);
  const sortMs = performance.now() - start;
  await connection.run("DROP TABLE rows");
  const bytes = ["tile", "gene"].reduce((sum, name) => sum + statSync(`${FOLDER}/${name}.parquet`).size, 0);
  const one = async (sql: string): Promise<number> => {
    const rows = await (await connection.runAndReadAll(sql)).getRows();
    return Number(rows[0]?.[0] ?? 0);
  };
  return { one, bytes, sortMs };
}

interface Pattern {
  readonly name: string;
  /** Molecules found; the peer must find as many. */
  readonly store: (reader: StoreReader) => Promise<number>;
  readonly sql: (gene: number) => string;
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

function patterns(reader: StoreReader): Pattern[] {
  const { extent, unitUm } = reader.manifest.plan;
  const [cx, cy] = [Math.floor((extent.x0 + extent.x1) / 2), Math.floor((extent.y0 + extent.y1) / 2)];
  const view = { x0: cx - 960, y0: cy - 540, x1: cx + 960, y1: cy + 540 };
  const um = (box: UmBox): UmBox => ({
    x0: box.x0 * unitUm,
    y0: box.y0 * unitUm,
    x1: box.x1 * unitUm,
    y1: box.y1 * unitUm,
  });
  const quarter = { x0: extent.x0, y0: extent.y0, x1: cx, y1: cy };
  const region = (box: UmBox): Region => {
    const { x0, y0, x1, y1 } = um(box);
    return [
      [
        [
          [x0, y0],
          [x1, y0],
          [x1, y1],
          [x0, y1],
        ],
      ],
    ];
  };
  const within = (box: UmBox): string =>
    `x >= ${box.x0} AND x < ${box.x1} AND y >= ${box.y0} AND y < ${box.y1}`;
  return [
    {
      name: "top gene, every point",
      store: async (store) => sum((await store.genePoints([0], null)).count),
      sql: (gene) => `SELECT sum(count) FROM (SELECT x, y, count FROM 'gene' WHERE gene = ${gene})`,
    },
    {
      name: "top gene, 10 µm bins of the chip",
      store: async (store) => sum((await store.geneBins([0], [1], 10, null)).values),
      sql: (gene) =>
        `SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'gene' WHERE gene = ${gene} GROUP BY x // 20, y // 20)`,
    },
    {
      name: "all genes in a 1920 × 1080 spot view",
      store: async (store) => sum((await store.points(um(view))).count),
      sql: () => `SELECT sum(count) FROM (SELECT x, y, gene, count FROM 'tile' WHERE ${within(view)})`,
    },
    {
      name: "total, 50 µm bins of the chip",
      store: async (store) => sum((await store.totals(50, null)).values),
      sql: () => "SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'tile' GROUP BY x // 100, y // 100)",
    },
    {
      name: "every gene in a quarter of the chip",
      store: async (store) => (await store.countRegion(region(quarter))).count,
      sql: () =>
        `SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'tile' WHERE ${within(quarter)} GROUP BY gene)`,
    },
    {
      name: "genes",
      store: async (store) => sum((await store.genes()).totals),
      sql: () => "SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'gene' GROUP BY gene)",
    },
  ];
}

async function run({ seed, rounds, rows: wanted, log }: BenchContext): Promise<BenchSection[]> {
  mkdirSync(FOLDER, { recursive: true });
  rmSync(STORE, { recursive: true, force: true });
  const signal = new AbortController().signal;
  let start = performance.now();
  for await (const _ of chipSource(wanted, seed).batches(signal));
  const drawMs = performance.now() - start;
  start = performance.now();
  const manifest = await convertStore(chipSource(wanted, seed), STORE, {
    signal,
    provenance: {
      platform: "stereo-seq",
      source: { name: "simulated.gem", formatVersion: "simulated", bytes: 0, sha256: null },
      converter: "bench",
      simulated: true,
      toImagePx: null,
    },
  });
  const convertMs = performance.now() - start - drawMs;
  const { rows } = manifest.plan;
  log(`${rows} rows converted in ${Math.round(convertMs)} ms`);
  const bytes = folderBytes(STORE);
  const files = await convertFiles(wanted, seed, FOLDER, log);
  const peer = await parquetPeer(wanted, seed);
  const server = await serve();
  const first = await StoreReader.open(new HttpTree(server.url));
  const gene = Number((await first.genes()).names[0]!.slice("Gene".length));
  const answers: Record<string, string | number>[] = [];
  for (const pattern of patterns(first)) {
    const times: number[] = [];
    const peerTimes: number[] = [];
    let asked = { requests: 0, bytes: 0 };
    const sql = pattern.sql(gene).replaceAll(/'(tile|gene)'/g, `'${FOLDER}/$1.parquet'`);
    for (let round = 0; round <= rounds; round++) {
      // Cold: a reader of its own each time; opening it is not counted.
      const reader = await StoreReader.open(new HttpTree(server.url));
      if (pattern.name !== "genes") await reader.genes();
      const before = { ...server.counts };
      const from = performance.now();
      const found = await pattern.store(reader);
      const time = performance.now() - from;
      asked = {
        requests: server.counts.requests - before.requests,
        bytes: server.counts.bytes - before.bytes,
      };
      const peerFrom = performance.now();
      const expected = await peer.one(sql);
      if (found !== expected) throw new Error(`${pattern.name}: ${found} molecules, DuckDB ${expected}`);
      if (round === 0) continue;
      times.push(time);
      peerTimes.push(performance.now() - peerFrom);
    }
    answers.push({
      question: pattern.name,
      requests: asked.requests,
      MB: asked.bytes / 1e6,
      ms: median(times),
      "DuckDB ms": median(peerTimes),
    });
    log(`${pattern.name}: ${Math.round(median(times))} ms, DuckDB ${Math.round(median(peerTimes))} ms`);
  }
  server.close();
  const size = rows.toLocaleString("en-GB");
  return [
    {
      title: `Converting ${size} rows, one thread`,
      rows: [
        { what: "centiscope store", "M rows/s": rows / convertMs / 1000, "B/row": bytes / rows },
        {
          what: "DuckDB, two sorted Parquet",
          "M rows/s": rows / peer.sortMs / 1000,
          "B/row": peer.bytes / rows,
        },
      ],
      notes: ["Simulated rows, drawn on the way; the time of drawing is taken off. Parquet holds no sums."],
    },
    {
      title: "Converting files, the command line in one thread",
      rows: files,
      notes: [
        "`centiscope generate` makes the GEF and the GEM, DuckDB the Parquet (x, y, gene, count; zstd) of the GEM. Rows per second of processor time, reading, hashing and writing included; peak is the process's largest resident set.",
      ],
    },
    {
      title: `Questions to ${size} rows`,
      rows: answers,
      notes: [
        "The store over HTTP on loopback, cold; DuckDB over local files with one thread. Every answer is held against DuckDB's.",
      ],
    },
  ];
}

export const bench: Bench = { name: "store", run };
