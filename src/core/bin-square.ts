import { accumulateBins } from "./bin-accumulate.ts";
import type { BinWindow } from "./expression.ts";
import type { TableShard } from "./table.ts";

/**
 * Square bins: adds the active rows of tiles `tileFrom … tileTo` to `out`; see `accumulateBins` for what is
 * added and returned. A row's bin is `binAt` of its float64 position, exactly: on a lattice of
 * `origin + (tileCol·span + q)·quantum`, else of `xExact`, `yExact`.
 */
export function accumulateSquare(
  shard: TableShard,
  tileFrom: number,
  tileTo: number,
  weights: Float64Array | null,
  window: BinWindow,
  out: Float64Array,
): number {
  const indexer = shard.geometry.exact ? indexLattice : indexExact;
  return accumulateBins(indexer, shard, tileFrom, tileTo, weights, window, out);
}

function indexLattice(
  shard: TableShard,
  tile: number,
  from: number,
  to: number,
  window: BinWindow,
  out: Int32Array,
): void {
  const { x, y } = shard;
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  const { binUm, col0, row0, cols, rows } = window;
  const baseX = shard.tileCol[tile]! * span;
  const baseY = shard.tileRow[tile]! * span;
  for (let i = from; i < to; i++) {
    const col = Math.floor((originXUm + (baseX + x[i]!) * quantumUm) / binUm) - col0;
    const row = Math.floor((originYUm + (baseY + y[i]!) * quantumUm) / binUm) - row0;
    out[i - from] = col >= 0 && row >= 0 && col < cols && row < rows ? row * cols + col : -1;
  }
}

function indexExact(
  shard: TableShard,
  _tile: number,
  from: number,
  to: number,
  window: BinWindow,
  out: Int32Array,
): void {
  const x = shard.xExact!;
  const y = shard.yExact!;
  const { binUm, col0, row0, cols, rows } = window;
  for (let i = from; i < to; i++) {
    const col = Math.floor(x[i]! / binUm) - col0;
    const row = Math.floor(y[i]! / binUm) - row0;
    out[i - from] = col >= 0 && row >= 0 && col < cols && row < rows ? row * cols + col : -1;
  }
}
