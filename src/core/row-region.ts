import type { RegionBracket, RegionSums } from "./expression.ts";
import type { PreparedRegion } from "./region.ts";
import { rowXUm, rowYUm, tileBox } from "./row-area.ts";
import type { Bounds } from "./space.ts";
import type { TableShard } from "./table.ts";

/** Rows handled between two yields: about a millisecond of work. */
const CHUNK_ROWS = 16_384;

/** How the tiles of a shard lie to a region: ascending numbers. */
export interface RegionTiles {
  readonly inside: readonly number[];
  readonly edge: readonly number[];
}

/**
 * Which tiles a region holds whole, and which its edges pass through. Tiles stand in Morton order, so neighbours in
 * the list are neighbours on the slide: halving the list halves the edges that are still near.
 */
export function* regionTiles(shard: TableShard, region: PreparedRegion): Generator<void, RegionTiles> {
  const inside: number[] = [];
  const edge: number[] = [];
  type Edges = ReturnType<PreparedRegion["touching"]>;
  let work = 0;
  function* descend(from: number, to: number, edges: Edges): Generator<void> {
    if (from === to) return;
    let box = tileBox(shard, from);
    for (let tile = from + 1; tile < to; tile++) box = joined(box, tileBox(shard, tile));
    const near = region.touching(
      {
        x0: widened(box.minX, -1),
        y0: widened(box.minY, -1),
        x1: widened(box.maxX, 1),
        y1: widened(box.maxY, 1),
      },
      edges,
    );
    work += to - from + edges.length;
    if (work > CHUNK_ROWS) {
      work = 0;
      yield;
    }
    if (near.length === 0) {
      if (region.contains(box.minX, box.minY)) for (let tile = from; tile < to; tile++) inside.push(tile);
      return;
    }
    if (to - from === 1) {
      edge.push(from);
      return;
    }
    const middle = (from + to) >> 1;
    yield* descend(from, middle, near);
    yield* descend(middle, to, near);
  }
  yield* descend(0, shard.tileActive.length, [...region.edges]);
  return { inside, edge };
}

function joined(a: Bounds<"um">, b: Bounds<"um">): Bounds<"um"> {
  return {
    minX: Math.min(a.minX, b.minX),
    minY: Math.min(a.minY, b.minY),
    maxX: Math.max(a.maxX, b.maxX),
    maxY: Math.max(a.maxY, b.maxY),
  } as Bounds<"um">;
}

/** A little further out than any rounding of a position. */
function widened(value: number, side: 1 | -1): number {
  return value + side * Math.abs(value) * 1e-12;
}

/** (G,) molecules of the active rows of whole tiles and how many rows they are. */
function* sumTiles(shard: TableShard, tiles: readonly number[], out: Float64Array): Generator<void, number> {
  const { gene, count } = shard;
  let rows = 0;
  let work = 0;
  for (const tile of tiles) {
    const first = shard.tileOffset[tile]!;
    const end = first + shard.tileActive[tile]!;
    for (let i = first; i < end; i++) out[gene[i]!]! += count[i]!;
    rows += end - first;
    work += end - first;
    if (work > CHUNK_ROWS) {
      work = 0;
      yield;
    }
  }
  return rows;
}

/**
 * What a region (rings in slide µm) holds of a shard's active rows, exact. `onBracket` hears bounds from whole tiles
 * first.
 */
export function* regionSteps(
  shard: TableShard,
  region: PreparedRegion,
  geneCount: number,
  onBracket: ((bracket: RegionBracket) => void) | null,
): Generator<void, RegionSums> {
  const { inside, edge } = yield* regionTiles(shard, region);
  const genes = new Float64Array(geneCount);
  let rows = yield* sumTiles(shard, inside, genes);
  if (onBracket) {
    const upper = genes.slice();
    yield* sumTiles(shard, edge, upper);
    onBracket({ lower: genes.slice(), upper });
  }
  const { gene, count } = shard;
  let work = 0;
  for (const tile of edge) {
    const first = shard.tileOffset[tile]!;
    const end = first + shard.tileActive[tile]!;
    for (let i = first; i < end; i++) {
      if (++work > CHUNK_ROWS) {
        work = 0;
        yield;
      }
      if (!region.contains(rowXUm(shard, tile, i), rowYUm(shard, tile, i))) continue;
      genes[gene[i]!]! += count[i]!;
      rows += 1;
    }
  }
  return { rows, count: genes.reduce((sum, molecules) => sum + molecules, 0), genes };
}
