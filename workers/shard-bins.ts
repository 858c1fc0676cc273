import { weightsOf, windowsOf } from "../src/core/bin-raster.ts";
import type { BinQuery, BinWindow, GeneSet } from "../src/core/expression.ts";
import type { TableShard } from "../src/core/table.ts";
import type { Kernels } from "./kernels/kernels.ts";
import type { ShardSums } from "./protocol.ts";

/** Rows binned between two yields: a millisecond with WebAssembly, ten without. */
const RUN_ROWS = 1 << 19;

/** One shard's share of a query's bins. */
export function* accumulateSteps(
  kernels: Kernels,
  shard: TableShard,
  query: BinQuery,
  geneCount: number,
  file: string,
): Generator<void, ShardSums> {
  const { shown, counted } = windowsOf(query, file);
  const sums = yield* sumsOf(kernels, shard, query.genes, counted, geneCount);
  // With smoothing the counted window is wider than the one that is answered for.
  const inShown = shown === counted ? sums : yield* sumsOf(kernels, shard, query.genes, shown, geneCount);
  const versus =
    query.statistic === "ratio"
      ? (yield* sumsOf(kernels, shard, query.versus, counted, geneCount)).values
      : null;
  return { genes: sums.values, versus, count: inShown.count };
}

function* sumsOf(
  kernels: Kernels,
  shard: TableShard,
  genes: GeneSet | null,
  window: BinWindow,
  geneCount: number,
): Generator<void, { values: Float64Array; count: number }> {
  const values = new Float64Array(window.cols * window.rows);
  const weights = weightsOf(genes, geneCount);
  const tiles = shard.tileActive.length;
  let count = 0;
  let from = 0;
  while (from < tiles) {
    let to = from;
    let rows = 0;
    while (to < tiles && rows < RUN_ROWS) rows += shard.tileActive[to++]!;
    count += kernels.accumulate(shard, from, to, weights, window, values);
    from = to;
    yield;
  }
  return { values, count };
}

/** Adds the shards' sums into the first one's arrays, which are then the table's. */
export function mergeSums(outParts: readonly ShardSums[]): ShardSums {
  const [first, ...others] = outParts;
  let count = first!.count;
  for (const part of others) {
    add(part.genes, first!.genes);
    if (part.versus && first!.versus) add(part.versus, first!.versus);
    count += part.count;
  }
  return { ...first!, count };
}

function add(values: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i]! += values[i]!;
}
