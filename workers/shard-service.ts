import { binRaster } from "../src/core/bin-raster.ts";
import type { RowFilter } from "../src/core/expression.ts";
import { unpackArea } from "../src/core/packed-area.ts";
import { PreparedRegion } from "../src/core/region.ts";
import { type FilteredShard, filterSteps } from "../src/core/row-filter.ts";
import { pickSteps } from "../src/core/row-pick.ts";
import { pointSteps } from "../src/core/row-points.ts";
import { countSteps, geneCountSteps, geneMask } from "../src/core/row-query.ts";
import { regionSteps } from "../src/core/row-region.ts";
import type { TableShard } from "../src/core/table.ts";
import { createKernels, type Kernels } from "./kernels/kernels.ts";
import type { ShardMethods } from "./protocol.ts";
import { type Service, type Wire, wireOf } from "./serve.ts";
import { accumulateSteps, mergeSums } from "./shard-bins.ts";
import { Turns } from "./shard-turns.ts";
import { runSteps } from "./steps.ts";

interface Held {
  readonly shard: TableShard;
  readonly kernels: Kernels;
  readonly isControl: Uint8Array;
  readonly file: string;
  filtered: FilteredShard;
}

/** A filter once begun is finished: a shard filtered in part would count neither the old rows nor the new. */
const never = new AbortController().signal;
const everything: RowFilter = { minQv: null, hideControls: false };

/** Holds one shard; see `ShardMethods`. Questions asked while a filter is applied wait for it. */
export function shardService(): Service<ShardMethods> {
  const turns = new Turns();
  // At once, so that a worker that waits for its shard has them.
  const created = createKernels();
  let held: Held | undefined;
  const mine = (): Held => {
    if (!held) throw new Error("no shard was handed over");
    return held;
  };
  /** Runs a question about the rows when its turn comes. */
  const ask = <T>(steps: (held: Held) => Generator<void, T>, signal: AbortSignal): Promise<T> =>
    turns.share(() => runSteps(steps(mine()), signal));

  return {
    adopt: ({ shard, isControl, file }) =>
      turns.alone(async () => {
        const kernels = await created;
        const own = kernels.adopt(shard);
        const filtered = await runSteps(filterSteps(own, isControl, everything), never);
        held = { shard: own, kernels, isControl, file, filtered };
        return filtered.rows;
      }),
    filter: (filter) =>
      turns.alone(async () => {
        const { shard, isControl } = mine();
        const filtered = await runSteps(filterSteps(shard, isControl, filter), never);
        mine().filtered = filtered;
        const { rows, count, totals } = filtered;
        return { rows, count, totals };
      }),
    accumulate: async (query, { signal, hand }) => {
      const sums = await ask(
        ({ kernels, shard, isControl, file }) =>
          accumulateSteps(kernels, shard, query, isControl.length, file),
        signal,
      );
      hand([sums.genes, sums.versus].flatMap((column) => (column ? [column.buffer as ArrayBuffer] : [])));
      return sums;
    },
    finish: ({ query, parts }, { hand }) => {
      const { isControl, file } = mine();
      const raster = binRaster(query, mergeSums(parts), isControl.length, file);
      hand([raster.values.buffer as ArrayBuffer]);
      return raster;
    },
    count: ({ area, genes }, { signal }) =>
      ask(
        ({ shard, isControl, filtered }) =>
          countSteps(shard, area, geneMask(genes, isControl.length), filtered.tileCounts),
        signal,
      ),
    geneCounts: async (area, { signal, hand }) => {
      const counts = await ask(
        ({ shard, isControl }) => geneCountSteps(shard, area, isControl.length),
        signal,
      );
      hand([counts.buffer as ArrayBuffer]);
      return counts;
    },
    region: async ({ area, bracket }, { signal, report, hand }) => {
      const prepared = new PreparedRegion(unpackArea(area));
      const sums = await ask(
        ({ shard, isControl }) => regionSteps(shard, prepared, isControl.length, bracket ? report : null),
        signal,
      );
      hand([sums.genes.buffer as ArrayBuffer]);
      return sums;
    },
    points: async ({ boundsUm, genes, keyPrefix, have }, { signal, hand }) => {
      const tiles = await ask(
        ({ shard, isControl }) =>
          pointSteps(shard, boundsUm, geneMask(genes, isControl.length), keyPrefix, have),
        signal,
      );
      hand(tiles.filter((tile) => tile.rows > 0).map((tile) => tile.data.buffer as ArrayBuffer));
      return tiles;
    },
    pick: async ({ at, radiusUm, genes }, { signal }) =>
      (await ask(
        ({ shard, isControl }) => pickSteps(shard, at, radiusUm, geneMask(genes, isControl.length)),
        signal,
      )) ?? null,
  };
}

export function shardWire(): Wire {
  return wireOf<ShardMethods>(shardService());
}
