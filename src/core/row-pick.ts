import { rowXUm, rowYUm, tileBox } from "./row-area.ts";
import type { GeneMask } from "./row-query.ts";
import type { Point } from "./space.ts";
import { bounds } from "./space.ts";
import type { TableShard } from "./table.ts";

/** A row that a pick found; `cell` is the cell's code + 1, 0 = none, null = the table has no cells. */
export interface FoundRow {
  readonly gene: number;
  readonly count: number;
  readonly xUm: number;
  readonly yUm: number;
  readonly qv: number | null;
  readonly cell: number | null;
  readonly distanceUm: number;
}

/** Tiles looked at between two yields. */
const TILES = 64;

/** The active row nearest to `at` within `radiusUm` (inclusive); of equally near ones the last, which is drawn on top. */
export function* pickSteps(
  shard: TableShard,
  at: Point<"um">,
  radiusUm: number,
  mask: GeneMask,
): Generator<void, FoundRow | undefined> {
  const [x, y] = at;
  let best = radiusUm;
  let bestRow = -1;
  let bestTile = -1;
  for (let tile = 0; tile < shard.tileActive.length; tile++) {
    if (tile % TILES === TILES - 1) yield;
    const box = tileBox(shard, tile);
    const near = bounds<"um">(x - best, y - best, x + best, y + best);
    if (box.minX > near.maxX || box.maxX < near.minX || box.minY > near.maxY || box.maxY < near.minY) {
      continue;
    }
    const first = shard.tileOffset[tile]!;
    const end = first + shard.tileActive[tile]!;
    for (let i = first; i < end; i++) {
      if (mask !== null && mask[shard.gene[i]!] === 0) continue;
      const dx = rowXUm(shard, tile, i) - x;
      const dy = rowYUm(shard, tile, i) - y;
      if (Math.abs(dx) > best || Math.abs(dy) > best) continue;
      // Not the root of the sum of squares: squares of tiny differences underflow to a distance of 0.
      const distance = Math.hypot(dx, dy);
      if (distance > best) continue;
      best = distance;
      bestRow = i;
      bestTile = tile;
    }
  }
  if (bestRow < 0) return undefined;
  return {
    gene: shard.gene[bestRow]!,
    count: shard.count[bestRow]!,
    xUm: rowXUm(shard, bestTile, bestRow),
    yUm: rowYUm(shard, bestTile, bestRow),
    qv: shard.qv ? shard.qv[bestRow]! : null,
    cell: shard.cell ? shard.cell[bestRow]! : null,
    distanceUm: best,
  };
}
