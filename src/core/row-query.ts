import type { ViewArea, ViewCount } from "./expression.ts";
import { overlapOf, type RowArea, rowArea, rowsInside, tileBox } from "./row-area.ts";
import type { TableShard } from "./table.ts";

/** Rows handled between two yields: about a millisecond of work. */
const CHUNK_ROWS = 65_536;
/** What visiting a tile costs, in rows. */
const TILE_COST = 32;

/** (G,) 1 for the genes asked for; null asks for all. */
export type GeneMask = Uint8Array | null;

export function geneMask(codes: readonly number[] | null, genes: number): GeneMask {
  if (codes === null) return null;
  const mask = new Uint8Array(genes);
  for (const code of codes) mask[code] = 1;
  return mask;
}

/** Rows `from … to` of a tile of which all are inside an area, or those listed in `hits`. */
interface Run {
  readonly tile: number;
  readonly from: number;
  readonly to: number;
  /** Rows inside, when not all of the run are; overwritten by the next run. */
  readonly hits: Uint32Array | null;
}

/** The active rows of a shard that lie in an area, in runs; `undefined` in between invites to stop or go on. */
function* runsIn(shard: TableShard, area: RowArea): Generator<Run | undefined, void> {
  const scratch = new Uint32Array(CHUNK_ROWS);
  let work = 0;
  for (let tile = 0; tile < shard.tileActive.length; tile++) {
    work += TILE_COST;
    const first = shard.tileOffset[tile]!;
    const end = first + shard.tileActive[tile]!;
    const overlap = first === end ? "outside" : overlapOf(area, tileBox(shard, tile));
    if (overlap !== "outside") {
      for (let from = first; from < end; from += CHUNK_ROWS) {
        const to = Math.min(end, from + CHUNK_ROWS);
        const hits =
          overlap === "partial"
            ? scratch.subarray(0, rowsInside(shard, tile, from, to, area, scratch))
            : null;
        yield { tile, from, to, hits };
        work += to - from;
        if (work >= CHUNK_ROWS) {
          work = 0;
          yield undefined;
        }
      }
    } else if (work >= CHUNK_ROWS) {
      work = 0;
      yield undefined;
    }
  }
}

/**
 * Rows and molecules in the area, exact. `tileCounts` are the molecules of each tile's active rows: tiles wholly
 * inside need no look at their rows when every gene is asked for.
 */
export function* countSteps(
  shard: TableShard,
  area: ViewArea,
  mask: GeneMask,
  tileCounts: Float64Array,
): Generator<void, ViewCount> {
  let rows = 0;
  let molecules = 0;
  const { gene, count } = shard;
  const inside = rowArea(area);
  for (const run of runsIn(shard, inside)) {
    if (run === undefined) {
      yield;
      continue;
    }
    const { from, to, hits, tile } = run;
    if (hits) {
      for (let h = 0; h < hits.length; h++) {
        const i = hits[h]!;
        if (mask !== null && mask[gene[i]!] === 0) continue;
        rows++;
        molecules += count[i]!;
      }
    } else if (mask === null) {
      rows += to - from;
      if (from === shard.tileOffset[tile]) molecules += tileCounts[tile]!;
    } else {
      for (let i = from; i < to; i++) {
        if (mask[gene[i]!] === 0) continue;
        rows++;
        molecules += count[i]!;
      }
    }
  }
  return { rows, count: molecules };
}

/** Molecules per gene in the area, exact: (G,). */
export function* geneCountSteps(
  shard: TableShard,
  area: ViewArea,
  genes: number,
): Generator<void, Float64Array> {
  const totals = new Float64Array(genes);
  const { gene, count } = shard;
  for (const run of runsIn(shard, rowArea(area))) {
    if (run === undefined) yield;
    else if (run.hits) {
      const { hits } = run;
      for (let h = 0; h < hits.length; h++) totals[gene[hits[h]!]!]! += count[hits[h]!]!;
    } else {
      for (let i = run.from; i < run.to; i++) totals[gene[i]!]! += count[i]!;
    }
  }
  return totals;
}
