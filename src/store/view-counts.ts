import type { ViewArea, ViewCount } from "../core/expression.ts";
import { PreparedRegion, type Region } from "../core/region.ts";
import type { UmBox } from "./grid-rect.ts";
import type { PlacedRows } from "./point-rows.ts";
import { regionSquares } from "./region-quadtree.ts";
import { rowPlace } from "./row-place.ts";
import type { StoreReader } from "./store-reader.ts";

/** Most rows that are read to count what a view holds: a few megabytes. */
const MOST_ROWS = 2 ** 20;
/** The same for single genes, whose rows are drawn from the same chunks. */
const MOST_GENE_ROWS = 2 ** 22;

/** A view's area as a region: a row on an edge is in by the rule of `core/region.ts`. */
export function areaRegion({ boundsUm, cornersUm }: ViewArea): Region {
  const { minX, minY, maxX, maxY } = boundsUm;
  return [
    [
      cornersUm ?? [
        [minX, minY],
        [maxX, minY],
        [maxX, maxY],
        [minX, maxY],
      ],
    ],
  ];
}

/** All rows and molecules in a region; null when its edge passes through more rows than are worth reading. */
export async function countAll(
  store: StoreReader,
  region: Region,
  signal?: AbortSignal,
): Promise<ViewCount | null> {
  const { edge } = regionSquares(store.manifest.plan, new PreparedRegion(region));
  const onEdge = await store.rowsIn(edge, signal);
  if (onEdge > MOST_ROWS) return null;
  const { rows, count } = await store.countRegion(region, { signal });
  return { rows, count };
}

/** Rows and molecules of some genes in a region; null when more than `mostRows` of theirs would be read for it. */
export async function countGenes(
  store: StoreReader,
  genes: readonly number[],
  region: Region,
  signal?: AbortSignal,
  mostRows = MOST_GENE_ROWS,
): Promise<ViewCount | null> {
  const prepared = new PreparedRegion(region);
  const found = await store.geneRanges(genes, boxAround(prepared), signal);
  const most = found.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  if (most > mostRows) return null;
  const place = rowPlace(store.manifest.plan);
  let rows = 0;
  let molecules = 0;
  const take = ({ n, x, y, count }: PlacedRows): void => {
    for (let i = 0; i < n; i++) {
      if (!prepared.contains(place(x[i]!), place(y[i]!))) continue;
      rows += 1;
      molecules += count[i]!;
    }
  };
  await store.eachGeneRows(found, take, {}, signal);
  return { rows, count: molecules };
}

/** The region's box, a hair wider: half-open boxes leave out their last edge. */
function boxAround({ bounds: { x0, y0, x1, y1 } }: PreparedRegion): UmBox {
  const past = (value: number): number => value + Math.max(1, Math.abs(value)) * 1e-12;
  return { x0, y0, x1: past(x1), y1: past(y1) };
}
