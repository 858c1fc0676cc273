import type { RegionBracket, RegionSums } from "../core/expression.ts";
import type { PreparedRegion } from "../core/region.ts";
import type { FeatureMap } from "./features.ts";
import { OffsetReader } from "./offset-reader.ts";
import type { PointRows } from "./point-rows.ts";
import { regionSquares } from "./region-quadtree.ts";
import { rowPlace } from "./row-place.ts";
import { RowsReader } from "./rows-reader.ts";
import type { StoreArrays } from "./store-arrays.ts";

export interface RegionOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears the bracket (squares wholly inside; those and all of the edge's tiles) before rows are read. */
  readonly onBracket?: ((bracket: RegionBracket) => void) | undefined;
}

/** Adds the sums of some squares of one level to `out`. */
async function addSums(
  arrays: StoreArrays,
  level: number,
  squares: readonly number[],
  out: Float64Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (squares.length === 0) return;
  const { plan } = arrays.manifest;
  const path = `sums/${2 ** (plan.tileLog2 + level)}`;
  const rows = new RowsReader(arrays, `${path}/rows`, [plan.limbs.gene, plan.limbs.sum], null);
  const all = 4 ** (plan.gridLog2 - plan.tileLog2 - level);
  const offsets = new OffsetReader(arrays, `${path}/offset`, all + 1);
  const segments = await offsets.segments(squares, rows.rows, signal);
  await rows.each(
    segments,
    ({ key, plain }) => {
      const counts = plain[0]!;
      for (let i = 0; i < key.length; i++) {
        const gene = key[i]!;
        if (gene >= plan.genes) throw arrays.values(`${path}/rows`, `gene ${gene} of ${plan.genes}`);
        out[gene] = out[gene]! + counts[i]!;
      }
    },
    signal,
  );
}

/** Rows in squares that lie wholly inside; `genes` are their molecules by gene. */
async function rowsInside(
  arrays: StoreArrays,
  points: PointRows,
  features: FeatureMap | null,
  { inside, genes }: { readonly inside: readonly (readonly number[])[]; readonly genes: Float64Array },
  signal: AbortSignal | undefined,
): Promise<number> {
  const { plan } = arrays.manifest;
  if (!features?.leftOut) {
    const within = await Promise.all(inside.map((squares, level) => points.rowsIn(level, squares, signal)));
    return within.reduce((sum, some) => sum + some, 0);
  }
  // Where every row is one molecule, as instruments that state a quality have it, what counts is counted already.
  if (arrays.manifest.quality?.maxCount === 1 && plan.total === plan.rows) {
    return genes.reduce((sum, count) => sum + count, 0);
  }
  const tiles = inside.flatMap((squares, level) =>
    squares.flatMap((square) => Array.from({ length: 4 ** level }, (_, k) => square * 4 ** level + k)),
  );
  tiles.sort((a, b) => a - b);
  let rows = 0;
  const segments = await points.segments(tiles, signal);
  await points.each(
    tiles,
    segments,
    ({ n }) => {
      rows += n;
    },
    signal,
  );
  return rows;
}

/** Counts a region: squares inside by their sums, tiles on the edge row by row. */
export async function regionCounts(
  arrays: StoreArrays,
  points: PointRows,
  region: PreparedRegion,
  features: FeatureMap | null,
  { signal, onBracket }: RegionOptions,
): Promise<RegionSums> {
  signal?.throwIfAborted();
  const { plan } = arrays.manifest;
  const { inside, edge } = regionSquares(plan, region);
  const sums = new Float64Array(plan.genes);
  await Promise.all(inside.map((squares, level) => addSums(arrays, level, squares, sums, signal)));
  const genes = features?.fold(sums) ?? sums;
  if (onBracket) {
    const upper = sums.slice();
    await addSums(arrays, 0, edge, upper, signal);
    onBracket({ lower: genes.slice(), upper: features?.fold(upper) ?? upper });
  }
  let rows = await rowsInside(arrays, points, features, { inside, genes }, signal);
  const segments = await points.segments(edge, signal);
  const place = rowPlace(plan);
  await points.each(
    edge,
    segments,
    ({ n, x, y, gene, count }) => {
      for (let i = 0; i < n; i++) {
        if (!region.contains(place(x[i]!), place(y[i]!))) continue;
        genes[gene[i]!] = genes[gene[i]!]! + count[i]!;
        rows += 1;
      }
    },
    signal,
  );
  return { rows, count: genes.reduce((sum, count) => sum + count, 0), genes };
}
