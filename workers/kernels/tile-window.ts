import { HEX_ROW_SPACING } from "../../src/core/bin-window.ts";
import type { BinLattice, BinWindow } from "../../src/core/expression.ts";
import type { TableShard } from "../../src/core/table.ts";

/** Bins of one tile; `clipped` when rows of the tile may lie outside. */
export interface TileWindow extends BinWindow {
  readonly clipped: boolean;
}

/** Every bin that a tile's rows can fall in, a bin too wide on every side so that rounding cannot exclude a row. */
export function tileBins(shard: TableShard, tile: number, lattice: BinLattice): BinWindow {
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  const { shape, binUm } = lattice;
  const side = span * quantumUm;
  const left = originXUm + shard.tileCol[tile]! * side - quantumUm;
  const top = originYUm + shard.tileRow[tile]! * side - quantumUm;
  const h = shape === "square" ? binUm : binUm * HEX_ROW_SPACING;
  const col0 = Math.floor(left / binUm) - 1;
  const row0 = Math.floor(top / h) - 1;
  const cols = Math.floor((left + side + 2 * quantumUm) / binUm) + 2 - col0;
  const rows = Math.floor((top + side + 2 * quantumUm) / h) + 3 - row0;
  return { shape, binUm, col0, row0, cols, rows };
}

/** The part of a window that a tile's rows can fall in; null when there is none. */
export function tileWindow(shard: TableShard, tile: number, window: BinWindow): TileWindow | null {
  const all = tileBins(shard, tile, window);
  const part = overlap(all, window);
  return part && { ...part, clipped: part.cols < all.cols || part.rows < all.rows };
}

/** The bins that two windows of one lattice share; null when there are none. */
export function overlap(a: BinWindow, b: BinWindow): BinWindow | null {
  const col0 = Math.max(a.col0, b.col0);
  const row0 = Math.max(a.row0, b.row0);
  const cols = Math.min(a.col0 + a.cols, b.col0 + b.cols) - col0;
  const rows = Math.min(a.row0 + a.rows, b.row0 + b.rows) - row0;
  return cols > 0 && rows > 0 ? { shape: a.shape, binUm: a.binUm, col0, row0, cols, rows } : null;
}
