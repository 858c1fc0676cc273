import { closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { FolderTree } from "../../src/cli/convert/node-folder.ts";
import type { PointTile } from "../../src/core/expression.ts";
import type { Region } from "../../src/core/region.ts";
import { bounds } from "../../src/core/space.ts";
import { HttpTree } from "../../src/io/http-tree.ts";
import type { UmBox } from "../../src/store/grid-rect.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { allTiles } from "../../src/store/view-tiles.ts";
import { type Bench, type BenchContext, type BenchSection, median } from "./bench.ts";
import { convertFiles } from "./store-convert.ts";
import { convertDrawn } from "./store-drawn.ts";
import type { parquetPeer } from "./store-peer.ts";

const FOLDER = ".bench";
const STORE = `${FOLDER}/chip.centiscope.zarr`;

type Peer = Awaited<ReturnType<typeof parquetPeer>>;

/** A static server that counts what is asked of it. */
async function serve() {
  const counts = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    const descriptor = openSync(join(FOLDER, decodeURIComponent(request.url ?? "")), "r");
    const { size } = fstatSync(descriptor);
    const end = Math.min(size, Number(last) + 1);
    const body = new Uint8Array(end - Number(start));
    readSync(descriptor, body, 0, body.length, Number(start));
    closeSync(descriptor);
    counts.requests += 1;
    counts.bytes += body.length;
    response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${size}` });
    response.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { counts, url: `http://127.0.0.1:${port}/chip.centiscope.zarr`, close: () => server.close() };
}

interface Pattern {
  readonly name: string;
  /** The answer, as a way to count its molecules once the clock has stopped; the peer must find as many. */
  readonly store: (reader: StoreReader) => Promise<() => number>;
  readonly sql: (gene: number) => string;
}

const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
};

const counted =
  (values: ArrayLike<number>): (() => number) =>
  () =>
    sum(values);

/** Molecules of drawn tiles within a box of spots: whole tiles are drawn. */
function drawnIn(tiles: readonly PointTile[], box: UmBox): number {
  let total = 0;
  for (const { originUm, quantumUm, data } of tiles) {
    const [left, top] = originUm.map((um) => Math.floor(um / quantumUm)) as [number, number];
    for (let at = 0; at < data.length; at += 4) {
      const [x, y] = [left + data[at]!, top + data[at + 1]!];
      if (x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1) total += data[at + 3]!;
    }
  }
  return total;
}

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
      store: async (store) => counted((await store.genePoints([0], null)).count),
      sql: (gene) => `SELECT sum(count) FROM (SELECT x, y, count FROM 'gene' WHERE gene = ${gene})`,
    },
    {
      name: "top gene, 10 µm bins of the chip",
      store: async (store) => counted((await store.geneBins([0], [1], 10, null)).values),
      sql: (gene) =>
        `SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'gene' WHERE gene = ${gene} GROUP BY x // 20, y // 20)`,
    },
    {
      name: "all genes in a 1920 × 1080 spot view",
      store: async (store) => counted((await store.points(um(view))).count),
      sql: () => `SELECT sum(count) FROM (SELECT x, y, gene, count FROM 'tile' WHERE ${within(view)})`,
    },
    {
      name: "the same view as the viewer draws it: whole tiles, 8 bytes a row",
      store: async (store) => {
        const { x0, y0, x1, y1 } = um(view);
        const boundsUm = bounds<"um">(x0, y0, x1, y1);
        const tiles = await allTiles(store, { boundsUm, have: new Set(), keyPrefix: "", hidden: null });
        return () => drawnIn(tiles, view);
      },
      sql: () => `SELECT sum(count) FROM (SELECT x, y, gene, count FROM 'tile' WHERE ${within(view)})`,
    },
    {
      name: "total, 50 µm bins of the chip",
      store: async (store) => counted((await store.totals(50, null)).values),
      sql: () => "SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'tile' GROUP BY x // 100, y // 100)",
    },
    {
      name: "every gene in a quarter of the chip",
      store: async (store) => counted([(await store.countRegion(region(quarter))).count]),
      sql: () =>
        `SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'tile' WHERE ${within(quarter)} GROUP BY gene)`,
    },
    {
      name: "genes",
      store: async (store) => counted((await store.genes()).totals),
      sql: () => "SELECT sum(n) FROM (SELECT sum(count) AS n FROM 'gene' GROUP BY gene)",
    },
  ];
}

/** The store that was made last, read from its folder. */
function openStore(): Promise<StoreReader> {
  return StoreReader.open(new FolderTree(STORE));
}

/** DuckDB with the same rows; undefined where it is not installed. */
async function peerOf(rows: number, seed: number, log: (line: string) => void): Promise<Peer | undefined> {
  const peers = await import("./store-peer.ts").catch(() => undefined);
  if (!peers) log("DuckDB is not installed: nothing to compare with");
  return peers?.parquetPeer(rows, seed, availableParallelism(), FOLDER);
}

async function run({
  seed,
  rounds,
  rows: wanted,
  fileRows,
  stages,
  log,
}: BenchContext): Promise<BenchSection[]> {
  mkdirSync(FOLDER, { recursive: true });
  const asked = (stage: string): boolean => stages === null || stages.includes(stage);
  const sections: BenchSection[] = [];
  if (asked("files")) {
    const files = await convertFiles(Math.min(wanted, fileRows), seed, FOLDER, log);
    sections.push({
      title: "Converting files, the command line",
      rows: files,
      notes: [
        "`centiscope generate` makes the GEF and the GEM, DuckDB the Parquet (x, y, gene, count; zstd) of the GEM. Rows per second of wall time and of processor time of all threads; reading, hashing and writing included. Peak is the process's largest resident set.",
      ],
    });
  }
  if (!["drawn", "peer", "questions"].some(asked)) return sections;
  // A store of an earlier run can be asked, and its peer made, in a run of their own.
  const { conversions, rows } = asked("drawn")
    ? await convertDrawn(wanted, seed, FOLDER, STORE, log)
    : { conversions: [], rows: (await openStore()).manifest.plan.rows };
  const size = rows.toLocaleString("en-GB");
  const peer = asked("peer") ? await peerOf(wanted, seed, log) : undefined;
  if (peer) {
    log(`DuckDB: ${(rows / peer.sortMs / 1000).toFixed(2)} M rows/s`);
    conversions.push({
      what: `DuckDB, two sorted Parquet, ${availableParallelism()} threads`,
      "M rows/s": rows / peer.sortMs / 1000,
      "M rows/s of CPU": rows / peer.cpuMs / 1000,
      "peak MB": "",
      "B/row": peer.bytes / rows,
    });
  }
  sections.unshift({
    title: `Converting ${size} drawn rows`,
    rows: conversions,
    notes: [
      "Simulated rows, drawn on the way; the time of drawing is taken off. Peak is the largest resident set of a process. Parquet holds no sums.",
    ],
  });
  if (asked("questions")) {
    sections.push({
      title: `Questions to ${size} rows`,
      rows: await ask(rounds, peer, log),
      notes: [
        "The store over HTTP on loopback, cold; DuckDB over local files with one thread. Every answer is held against DuckDB's.",
      ],
    });
  }
  peer?.close();
  return sections;
}

/** Asks the store and its peer, where there is one, in turn; one row of the table a question. */
async function ask(
  rounds: number,
  peer: Peer | undefined,
  log: (line: string) => void,
): Promise<Record<string, string | number>[]> {
  const server = await serve();
  const first = await StoreReader.open(new HttpTree(server.url));
  const gene = Number((await first.genes()).names[0]!.slice("Gene".length));
  const answers: Record<string, string | number>[] = [];
  // Questions of one SQL have one answer, with a peer to ask or without.
  const known = new Map<string, number>();
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
      const molecules = await pattern.store(reader);
      const time = performance.now() - from;
      const found = molecules();
      asked = {
        requests: server.counts.requests - before.requests,
        bytes: server.counts.bytes - before.bytes,
      };
      const peerFrom = performance.now();
      const expected = peer ? await peer.one(sql) : (known.get(sql) ?? found);
      known.set(sql, expected);
      if (found !== expected) throw new Error(`${pattern.name}: ${found} molecules, not ${expected}`);
      if (round === 0) continue;
      times.push(time);
      peerTimes.push(performance.now() - peerFrom);
    }
    answers.push({
      question: pattern.name,
      requests: asked.requests,
      MB: asked.bytes / 1e6,
      ms: median(times),
      ...(peer ? { "DuckDB ms": median(peerTimes) } : {}),
    });
    log(`${pattern.name}: ${Math.round(median(times))} ms, DuckDB ${Math.round(median(peerTimes))} ms`);
  }
  server.close();
  return answers;
}

export const bench: Bench = { name: "store", run };
