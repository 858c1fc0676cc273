import { windowOf } from "../../src/core/bin-window.ts";
import type { BinShape } from "../../src/core/expression.ts";
import type { TableShard } from "../../src/core/table.ts";
import { createKernels, type Kernels, plainKernels } from "../../workers/kernels/kernels.ts";
import { adoptShard, compileBinKernels } from "../../workers/kernels/wasm-memory.ts";
import { type Bench, type BenchContext, type BenchSection, median } from "./bench.ts";
import { benchShard, continuous, GENES, SIDE_UM, TILES } from "./binning-data.ts";
import type { Measured } from "./binning-page.ts";
import { d3Peer, duckPeers } from "./binning-peers.ts";
import type { DeckMeasured } from "./deck-page.ts";
import { deckPeer, type Peer } from "./deck-peer.ts";

const ROWS = 20_000_000;
/** deck.gl and d3 keep an array of row numbers per bin: more rows only slow them down. */
const PEER_ROWS = 5_000_000;

interface Case {
  readonly name: string;
  readonly rows: number;
  /** Returns what must equal `sum`, when that is known. */
  readonly run: () => number | Promise<number>;
  readonly sum?: number;
}

/** Medians in milliseconds of cases run in turn, after one round to warm up. */
async function interleaved(cases: readonly Case[], rounds: number): Promise<number[][]> {
  const times: number[][] = cases.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { name, run, sum }] of cases.entries()) {
      const start = performance.now();
      const found = await run();
      if (round > 0) times[i]!.push(performance.now() - start);
      if (sum !== undefined && found !== sum) throw new Error(`${name}: ${found}, not ${sum}`);
    }
  }
  return times;
}

const spread = (ms: readonly number[]) => `${Math.min(...ms).toFixed(1)}–${Math.max(...ms).toFixed(1)}`;

/** Molecules of the first rows. */
function countSum(shard: TableShard, rows: number): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += shard.count[i]!;
  return sum;
}

function binner(kernels: Kernels, shard: TableShard, shape: BinShape, binUm: number, w: Float64Array | null) {
  const window = windowOf({ shape, binUm }, { minX: 0, minY: 0, maxX: SIDE_UM, maxY: SIDE_UM });
  const out = new Float64Array(window.cols * window.rows);
  return () => {
    out.fill(0);
    return kernels.accumulate(shard, 0, shard.tileCol.length, w, window, out);
  };
}

async function kernelSection({ seed, rounds, log }: BenchContext): Promise<BenchSection> {
  log(`${ROWS / 1e6} M rows, kernels`);
  const kernels = await createKernels();
  const module = await compileBinKernels();
  const source = benchShard(seed, ROWS);
  const total = countSum(source, ROWS);
  const bound = adoptShard(module, source);
  const lattice = kernels.adopt(source);
  const points = kernels.adopt(continuous(benchShard(seed, ROWS / 4)));
  const columns = ["x", "y", "count"] as const;
  const prototype = () => {
    for (const name of [...columns, "gene"] as const) {
      bound.memory.kernels.sum16(bound.shard[name].byteOffset, source.x.length);
    }
    bound.memory.kernels.sum16(bound.shard.x.byteOffset, source.x.length / 2);
    return 0;
  };
  const sumOf = (names: readonly ("x" | "y" | "gene" | "count")[]) => () => {
    for (const name of names) bound.memory.kernels.sum16(bound.shard[name].byteOffset, source.x.length);
    return 0;
  };
  const one = Float64Array.from({ length: GENES }, (_, gene) => (gene === 500 ? 1 : 0));
  const score = Float64Array.from({ length: GENES }, (_, gene) =>
    gene % 500 === 7 ? 0.5 + gene / GENES : 0,
  );
  const all = Float64Array.from({ length: GENES }, (_, gene) => 0.5 + gene / GENES);
  const cases: Case[] = [
    { name: "bound: SIMD sum of x, y, count (6 B/row)", rows: ROWS, run: sumOf(columns) },
    { name: "bound of the prototype: SIMD sum of 9 B/row", rows: ROWS, run: prototype },
  ];
  for (const shape of ["square", "hex"] as const) {
    for (const binUm of [10, 20, 100]) {
      cases.push({
        name: `${shape} ${binUm} µm, all genes`,
        rows: ROWS,
        run: binner(kernels, lattice, shape, binUm, null),
        sum: total,
      });
    }
    cases.push(
      { name: `${shape} 20 µm, one gene`, rows: ROWS, run: binner(kernels, lattice, shape, 20, one) },
      {
        name: `${shape} 20 µm, 50 weighted genes`,
        rows: ROWS,
        run: binner(kernels, lattice, shape, 20, score),
      },
      {
        name: `${shape} 20 µm, every gene weighted`,
        rows: ROWS,
        run: binner(kernels, lattice, shape, 20, all),
      },
      {
        name: `${shape} 20 µm, all genes, continuous positions`,
        rows: ROWS / 4,
        run: binner(kernels, points, shape, 20, null),
      },
      {
        name: `${shape} 20 µm, all genes, plain TypeScript`,
        rows: ROWS,
        run: binner(plainKernels, source, shape, 20, null),
        sum: total,
      },
    );
  }
  const times = await interleaved(cases, rounds);
  const boundMs = median(times[0]!) / ROWS;
  const prototypeMs = median(times[1]!) / ROWS;
  return {
    title: `Kernels, one core, Node: ${ROWS / 1e6} M rows of 25 000 genes on a 0.5 µm lattice`,
    rows: cases.map(({ name, rows }, i) => ({
      kernel: name,
      "median ms": median(times[i]!),
      "range ms": spread(times[i]!),
      "M rows/s": rows / median(times[i]!) / 1000,
      "× bound": median(times[i]!) / rows / boundMs,
      "× prototype's bound": median(times[i]!) / rows / prototypeMs,
    })),
    notes: [
      `Kernels: ${kernels.name}. Every sum of bins equals the sum of counts (${total.toLocaleString("en-GB")}).`,
      "× bound: time per row beside the SIMD sum of x, y and count, the columns that an unweighted pass reads. The prototype, whose figures are the goal (squares 2.3 ×, hexagons 9 ×), held int32 x, y and uint8 count: its bound reads 9 bytes a row.",
      "One gene: its rows are found eight at a time, and only they are binned.",
    ],
  };
}

/** DuckDB with two threads, M rows/s, for the pool of two workers. */
type PeerSection = { section: BenchSection; duckRate: number };

async function peerSection({ seed, rounds, log }: BenchContext): Promise<PeerSection> {
  log("peers");
  const kernels = await createKernels();
  const source = benchShard(seed, ROWS);
  const peers: Peer[] = [
    deckPeer(source, PEER_ROWS),
    d3Peer(source, PEER_ROWS),
    ...(await duckPeers(source, ROWS)),
  ];
  const ours = kernels.adopt(source);
  const cases: Case[] = [
    ...(["square", "hex"] as const).map((shape) => ({
      name: `Centiscope ${shape}`,
      rows: ROWS,
      run: binner(kernels, ours, shape, 20, null),
      sum: countSum(source, ROWS),
    })),
    ...peers.map((peer) => ({ ...peer, sum: countSum(source, peer.rows) })),
  ];
  const times = await interleaved(cases, rounds);
  const rate = (i: number) => cases[i]!.rows / median(times[i]!) / 1000;
  const section: BenchSection = {
    title: "Beside others, 20 µm bins of the same rows, Node",
    rows: cases.map(({ name, rows }, i) => {
      const own = i < 2 || peers[i - 2]!.shape === "square" ? 0 : 1;
      return {
        peer: name,
        rows,
        "median ms": median(times[i]!),
        "range ms": spread(times[i]!),
        "M rows/s": rate(i),
        "Centiscope is faster ×": i < 2 ? 1 : rate(own) / rate(i),
      };
    }),
    notes: [
      "One core each, except DuckDB with 2 threads. All sums of bins are equal.",
      "deck.gl: CPUAggregator with the arithmetic of GridLayer, binary attributes. d3-hexbin's hexagons are not nearest-centre.",
    ],
  };
  return { section, duckRate: rate(cases.length - 1) };
}

async function poolSection(
  { seed, rounds, log, browser, serverUrl }: BenchContext,
  duckRate: number,
): Promise<BenchSection> {
  log("workers in Chromium");
  const page = await (await browser()).newPage();
  try {
    await page.route("**/binning-blank", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>binning</title>" }),
    );
    const base = await serverUrl();
    await page.goto(new URL("binning-blank", base).href);
    // As text: the runner's module loader rewrites `import` in functions.
    const call = <T>(module: string, name: string, ...given: unknown[]) => {
      const url = JSON.stringify(new URL(`tests/bench/${module}.ts`, base).href);
      return page.evaluate<T>(`import(${url}).then((m) => m.${name}(...${JSON.stringify(given)}))`);
    };
    const table = { seed, rows: ROWS };
    const measured = await call<Measured[]>("binning-page", "measurePools", table, TILES * TILES, rounds);
    const deckTiles = (TILES * TILES * PEER_ROWS) / ROWS;
    const deck = await call<{ measured: DeckMeasured[]; sum: number }>(
      "deck-page",
      "measureDeck",
      table,
      deckTiles,
      rounds,
    );
    for (const { by, sum } of deck.measured) {
      if (sum !== deck.sum) throw new Error(`${by}: bins of ${sum} molecules, not ${deck.sum}`);
    }
    const rateOf = ({ rows, ms }: { readonly rows: number; readonly ms: readonly number[] }): number =>
      rows / median(ms) / 1000;
    const layerRate = (shape: "square" | "hex"): number =>
      rateOf(deck.measured.find((one) => one.shape === shape && one.by.endsWith("Layer"))!);
    const aloneRate = rateOf(deck.measured[0]!);
    const sums = new Set(measured.map(({ sum }) => sum));
    if (sums.size !== 1) throw new Error(`Pools disagree: ${[...sums].join(", ")}`);
    return {
      title: `Workers in Chromium: ${ROWS / 1e6} M rows, all genes, 20 µm, from message to merged raster`,
      rows: [
        ...measured.map(({ workers, shape, ms }) => ({
          by: `${workers} worker${workers > 1 ? "s" : ""}, ${shape}`,
          rows: ROWS,
          "median ms": median(ms),
          "range ms": spread(ms),
          "M rows/s": rateOf({ rows: ROWS, ms }),
          "× deck.gl's layer": rateOf({ rows: ROWS, ms }) / layerRate(shape),
          "× its aggregator alone": rateOf({ rows: ROWS, ms }) / aloneRate,
          "× DuckDB, 2 threads": ROWS / median(ms) / 1000 / duckRate,
        })),
        ...deck.measured.map(({ by, shape, rows, ms }) => ({
          by: `${by}, ${shape}`,
          rows,
          "median ms": median(ms),
          "range ms": spread(ms),
          "M rows/s": rateOf({ rows, ms }),
          "× deck.gl's layer": rateOf({ rows, ms }) / layerRate(shape),
          "× its aggregator alone": rateOf({ rows, ms }) / aloneRate,
          "× DuckDB, 2 threads": rateOf({ rows, ms }) / duckRate,
        })),
      ],
      notes: [
        "Rows are split by tiles; each worker holds its part in WebAssembly memory. No SharedArrayBuffer.",
        "deck.gl runs in the page, in the same browser, on the first of the same rows; DuckDB as in the table above, in Node.",
        "deck.gl's layers: GridLayer and HexagonLayer over binary attributes with `gpuAggregation: false`; only their aggregator's own time is taken, without attributes and drawing. Its aggregator alone: CPUAggregator with the arithmetic of squares in the plane in place of the layer's projection.",
      ],
    };
  } finally {
    await page.close();
  }
}

export const bench: Bench = {
  name: "binning",
  run: async (context) => {
    const kernels = await kernelSection(context);
    const { section, duckRate } = await peerSection(context);
    return [kernels, section, await poolSection(context, duckRate)];
  },
};
