import type { RowFilter } from "./expression.ts";
import type { TableShard } from "./table.ts";

/** What passes the filter in one shard. */
export interface FilteredShard {
  readonly rows: number;
  readonly count: number;
  /** (G,) molecules per gene that pass. */
  readonly totals: Float64Array;
  /** (T,) molecules per tile that pass. */
  readonly tileCounts: Float64Array;
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Applies a filter to a shard **in place**: the rows that pass move to the front of their tile, each group in
 * its order, and `tileActive` counts them. A filter that keeps all moves nothing, so filters can be
 * changed and taken back at will. Must run to its end before anything else reads the shard.
 *
 * `isControl` is (G,). A table without quality values passes every `minQv`. Yields between tiles.
 */
export function* filterSteps(
  shard: TableShard,
  isControl: Uint8Array,
  filter: RowFilter,
): Generator<void, FilteredShard> {
  const tiles = shard.tileActive.length;
  const totals = new Float64Array(isControl.length);
  const tileCounts = new Float64Array(tiles);
  const columns = columnsOf(shard);
  const minQv = shard.qv ? filter.minQv : null;
  const selective = minQv !== null || (filter.hideControls && isControl.includes(1));
  const order = new Uint32Array(selective ? largestTile(shard) : 0);
  let rows = 0;
  let count = 0;
  for (let tile = 0; tile < tiles; tile++) {
    const from = shard.tileOffset[tile]!;
    const to = shard.tileOffset[tile + 1]!;
    const passing = selective
      ? partition(shard, isControl, { ...filter, minQv }, from, to, order, columns)
      : to - from;
    shard.tileActive[tile] = passing;
    const molecules = addTotals(shard, from, from + passing, totals);
    tileCounts[tile] = molecules;
    rows += passing;
    count += molecules;
    yield;
  }
  return { rows, count, totals, tileCounts };
}

function columnsOf(shard: TableShard): Column[] {
  const { x, y, xExact, yExact, gene, count, qv, cell } = shard;
  return [x, y, xExact, yExact, gene, count, qv, cell].filter((column) => column !== null);
}

function largestTile(shard: TableShard): number {
  let largest = 0;
  for (let t = 0; t < shard.tileActive.length; t++) {
    largest = Math.max(largest, shard.tileOffset[t + 1]! - shard.tileOffset[t]!);
  }
  return largest;
}

/** Moves passing rows of `from … to` to the front; returns their number. `order` is scratch. */
function partition(
  shard: TableShard,
  isControl: Uint8Array,
  filter: RowFilter,
  from: number,
  to: number,
  order: Uint32Array,
  outColumns: readonly Column[],
): number {
  const { gene, qv } = shard;
  const minQv = filter.minQv ?? 0;
  const passes = (i: number) =>
    !(filter.hideControls && isControl[gene[i]!] === 1) && (qv === null || qv[i]! >= minQv);
  let passing = 0;
  for (let i = from; i < to; i++) if (passes(i)) order[passing++] = i - from;
  if (passing === 0 || order[passing - 1] === passing - 1) return passing;
  let at = passing;
  for (let i = from; i < to; i++) if (!passes(i)) order[at++] = i - from;
  for (const column of outColumns) permute(column, from, order.subarray(0, to - from));
  return passing;
}

function permute(outColumn: Column, from: number, order: Uint32Array): void {
  const before = outColumn.slice(from, from + order.length);
  for (let j = 0; j < order.length; j++) outColumn[from + j] = before[order[j]!]!;
}

function addTotals(shard: TableShard, from: number, to: number, outTotals: Float64Array): number {
  const { gene, count } = shard;
  let molecules = 0;
  for (let i = from; i < to; i++) {
    const c = count[i]!;
    outTotals[gene[i]!]! += c;
    molecules += c;
  }
  return molecules;
}
