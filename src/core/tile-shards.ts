import type { TableShard, TileGeometry } from "./table.ts";
import type { TileGrid } from "./tile-grid.ts";

/** A run of tiles and the rows they hold, both half-open. */
export interface ShardRange {
  readonly tileFrom: number;
  readonly tileTo: number;
  readonly rowFrom: number;
  readonly rowTo: number;
}

/**
 * Cuts tiles into at most `shardCount` contiguous runs of about equal rows, none empty (but one run of nothing
 * for a table without tiles). `tileOffset` is (T+1,).
 */
export function splitTiles(tileOffset: Uint32Array, shardCount: number): ShardRange[] {
  const tiles = tileOffset.length - 1;
  const rows = tileOffset[tiles]!;
  const ranges: ShardRange[] = [];
  let tileFrom = 0;
  for (let s = 1; s <= shardCount; s++) {
    const goal = (rows * s) / shardCount;
    let tileTo = tileFrom;
    while (tileTo < tiles && (s === shardCount || (tileOffset[tileTo]! + tileOffset[tileTo + 1]!) / 2 < goal))
      tileTo++;
    if (tileTo > tileFrom || (s === shardCount && ranges.length === 0)) {
      ranges.push({ tileFrom, tileTo, rowFrom: tileOffset[tileFrom]!, rowTo: tileOffset[tileTo]! });
    }
    tileFrom = tileTo;
  }
  return ranges;
}

/** Tile columns and rows of a run: absolute on a lattice, counted from the grid's first when continuous. */
export function tilePlaces(
  cells: Uint32Array,
  grid: TileGrid,
  geometry: TileGeometry,
  range: ShardRange,
): Pick<TableShard, "tileCol" | "tileRow"> {
  const col0 = geometry.exact ? grid.col0 : 0;
  const row0 = geometry.exact ? grid.row0 : 0;
  const own = cells.subarray(range.tileFrom, range.tileTo);
  return {
    tileCol: Int32Array.from(own, (cell) => col0 + (cell % grid.cols)),
    tileRow: Int32Array.from(own, (cell) => row0 + Math.floor(cell / grid.cols)),
  };
}

/** The columns of a shard that exist. */
function columnsOf(shard: TableShard) {
  const { tileCol, tileRow, tileOffset, tileActive, x, y, xExact, yExact, gene, count, qv, cell } = shard;
  return [tileCol, tileRow, tileOffset, tileActive, x, y, xExact, yExact, gene, count, qv, cell].filter(
    (column) => column !== null,
  );
}

/** Bytes that a shard's columns take. */
export function shardBytes(shard: TableShard): number {
  return columnsOf(shard).reduce((sum, column) => sum + column.byteLength, 0);
}

/** The buffers of a shard, for a transfer that copies nothing. Each column must own its whole buffer. */
export function shardBuffers(shard: TableShard): ArrayBuffer[] {
  return columnsOf(shard).map((column) => column.buffer as ArrayBuffer);
}
