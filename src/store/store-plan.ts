import { CentiscopeError } from "../core/errors.ts";
import { mortonOf } from "./morton.ts";
import { limbsFor } from "./rows-writer.ts";

/** Cells along a super-tile's side in which rows are counted before the tile is chosen. */
export const SUPER_CELLS = 16;
/** Sides of super-tiles in quanta, as powers of two: spots of a lattice; 1/16 µm and the like otherwise. */
const SUPER_LOG2_LATTICE = 11;
const SUPER_LOG2_CONTINUOUS = 14;
/** Most super-tiles along a side of the grid: 2 m of tissue. */
const GRID_SUPERS_LOG2 = 11;
export const MOST_SUPERS = 2 ** GRID_SUPERS_LOG2;
/** Most tiles along a side: their offsets are dense arrays. */
const GRID_TILES_LOG2 = 11;
/** Rows that a tile holds on average, where there are any: fewer cost indices, more cost overread at edges. */
const TILE_ROWS = 8192;
const MIN_TILE_LOG2 = 4;
/** Bins of 1, 2, 5 … 200 times the first: every usual bin is a whole number of one of these. */
const LADDER = [1, 2, 5, 10, 20, 50, 100, 200] as const;
/** A continuous coordinate's quantum is at most this many µm. */
const QUANTUM_UM = 1 / 16;

/** Largest sum that is kept exactly: float64 and every reader's whole numbers. */
export const MAX_TOTAL = Number.MAX_SAFE_INTEGER;

/** Rows of a square of the grid, as counted when they are first seen. */
export interface SuperTile {
  /** Column and row of the super-tile, from the instrument's zero: `floor(quantum / side)`. */
  readonly col: number;
  readonly row: number;
  readonly rows: number;
  /** Molecules of these rows. */
  readonly total: number;
  /** (SUPER_CELLS²,) rows per cell, row-major. */
  readonly cells: Uint32Array;
}

/** What is known of a table once all its rows were seen. */
export interface TableStats {
  readonly lattice: boolean;
  /** µm per unit of x and y. */
  readonly unitUm: number;
  readonly rows: number;
  readonly total: number;
  /** Largest count of a row. */
  readonly maxCount: number;
  /** Inclusive, in quanta from the instrument's zero; ignored when there are no rows. */
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly superTiles: readonly SuperTile[];
  /** (G,) molecules of each gene, in the order of the store. */
  readonly geneTotals: Float64Array;
}

/** The geometry and widths of a store (SPEC §3): all that its writer and reader must agree on. */
export interface StorePlan {
  readonly lattice: boolean;
  readonly unitUm: number;
  /** Quanta per unit of x and y; a power of two, 1 on a lattice. */
  readonly quantaPerUnit: number;
  /** Position of the grid's (0,0), quanta from the instrument's zero. */
  readonly originX: number;
  readonly originY: number;
  /** log2 of the sides of the grid and of a tile, quanta. */
  readonly gridLog2: number;
  readonly tileLog2: number;
  /** Half-open box of the rows' quanta, from the instrument's zero. */
  readonly extent: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
  readonly rows: number;
  readonly total: number;
  readonly genes: number;
  /** Sides of the stored bins, quanta; ascending, each a multiple of the first. */
  readonly ladder: readonly number[];
  readonly limbs: {
    readonly position: number;
    readonly code: number;
    readonly gene: number;
    readonly count: number;
    readonly sum: number;
  };
  /** Integer type of the rasters of totals. */
  readonly rasterDtype: "uint32" | "uint64";
}

/** log2 of a super-tile's side in quanta. */
export function superLog2(lattice: boolean): number {
  return lattice ? SUPER_LOG2_LATTICE : SUPER_LOG2_CONTINUOUS;
}

/** Quanta per unit of continuous coordinates: the smallest power of two whose quantum is at most 1/16 µm. */
export function quantaPerUnit(lattice: boolean, unitUm: number): number {
  return lattice ? 1 : 2 ** Math.max(0, Math.ceil(Math.log2(unitUm / QUANTUM_UM)));
}

/** The smallest tile that holds enough rows on average, among the non-empty ones. */
function chooseTileLog2(stats: TableStats, superSide: number, tileRows: number): number {
  const cellLog2 = superSide - Math.log2(SUPER_CELLS);
  let occupied = 0;
  for (const tile of stats.superTiles) for (const rows of tile.cells) if (rows > 0) occupied += 1;
  let log2 = cellLog2;
  let rows = stats.rows / Math.max(1, occupied);
  if (rows >= tileRows) {
    // Finer than was counted: a cell's rows are taken as even.
    while (log2 > MIN_TILE_LOG2 && rows / 4 >= tileRows) {
      log2 -= 1;
      rows /= 4;
    }
    return log2;
  }
  for (let merged = 2; merged <= SUPER_CELLS && rows < tileRows; merged *= 2) {
    log2 += 1;
    rows = stats.rows / Math.max(1, occupiedSquares(stats.superTiles, merged));
  }
  return log2;
}

/** Non-empty squares of `merged`² cells. */
function occupiedSquares(tiles: readonly SuperTile[], merged: number): number {
  let occupied = 0;
  for (const { cells } of tiles) {
    const seen = new Set<number>();
    cells.forEach((rows, i) => {
      const x = Math.floor((i % SUPER_CELLS) / merged);
      const y = Math.floor(Math.floor(i / SUPER_CELLS) / merged);
      if (rows > 0) seen.add(y * SUPER_CELLS + x);
    });
    occupied += seen.size;
  }
  return occupied;
}

/** Most molecules that a bin no larger than a super-tile can hold: it touches at most four of them. */
function binBound(tiles: readonly SuperTile[]): number {
  return 4 * tiles.reduce((most, tile) => Math.max(most, tile.total), 0);
}

/** The size of tiles: by the rows that one should hold on average, or as a side's log2 in quanta. */
export interface TileChoice {
  readonly rows?: number;
  readonly log2?: number;
}

/**
 * How a table is laid out. The same for the same rows in any order.
 * @param file the table's name, for messages
 * @param tile how large tiles are to be, when not as usual
 * @throws CentiscopeError `convert-extent` when the rows lie too far apart, `convert-total` past 2^53 molecules
 */
export function planStore(stats: TableStats, file: string, tile: TileChoice = {}): StorePlan {
  const superSide = superLog2(stats.lattice);
  const cols = stats.superTiles.map((tile) => tile.col);
  const rows = stats.superTiles.map((tile) => tile.row);
  const smallest = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const col0 = stats.rows === 0 ? 0 : smallest(cols);
  const row0 = stats.rows === 0 ? 0 : smallest(rows);
  const side = stats.rows === 0 ? 1 : Math.max(largest(cols) - col0, largest(rows) - row0) + 1;
  const quanta = quantaPerUnit(stats.lattice, stats.unitUm);
  const supersLog2 = Math.ceil(Math.log2(side));
  if (supersLog2 > GRID_SUPERS_LOG2) {
    const most = 2 ** (GRID_SUPERS_LOG2 + superSide) / quanta;
    const found = Math.max(stats.maxX - stats.minX, stats.maxY - stats.minY) / quanta;
    throw new CentiscopeError("convert-extent", { file, found, most });
  }
  if (stats.total > MAX_TOTAL) throw new CentiscopeError("convert-total", { file, most: MAX_TOTAL });
  const gridLog2 = supersLog2 + superSide;
  const tileLog2 = Math.max(
    tile.log2 ?? chooseTileLog2(stats, superSide, tile.rows ?? TILE_ROWS),
    gridLog2 - GRID_TILES_LOG2,
  );
  const hasRows = stats.rows > 0;
  return {
    lattice: stats.lattice,
    unitUm: stats.unitUm,
    quantaPerUnit: quanta,
    originX: col0 * 2 ** superSide,
    originY: row0 * 2 ** superSide,
    gridLog2,
    tileLog2,
    extent: hasRows
      ? { x0: stats.minX, y0: stats.minY, x1: stats.maxX + 1, y1: stats.maxY + 1 }
      : { x0: 0, y0: 0, x1: 0, y1: 0 },
    rows: stats.rows,
    total: stats.total,
    genes: stats.geneTotals.length,
    ladder: LADDER.map((step) => step * (stats.lattice ? 1 : 16)),
    limbs: {
      position: limbsFor(2 ** (2 * tileLog2) - 1),
      code: limbsFor(2 ** (2 * gridLog2) - 1),
      gene: limbsFor(Math.max(0, stats.geneTotals.length - 1)),
      count: limbsFor(stats.maxCount),
      sum: limbsFor(stats.geneTotals.reduce((most, total) => Math.max(most, total), 0)),
    },
    rasterDtype: binBound(stats.superTiles) < 2 ** 32 ? "uint32" : "uint64",
  };
}

/** Morton index of a super-tile in the plan's grid. */
export function superIndex(plan: StorePlan, tile: { readonly col: number; readonly row: number }): number {
  const side = 2 ** superLog2(plan.lattice);
  return mortonOf(tile.col - plan.originX / side, tile.row - plan.originY / side);
}

/** The first bin column (or row) of a raster: bins count from the instrument's zero, so all stores agree. */
export function firstBin(origin: number, bin: number): number {
  return Math.floor(origin / bin);
}

/** Columns and rows of the raster of totals in bins of `bin` quanta. */
export function rasterSize(plan: StorePlan, bin: number): { readonly cols: number; readonly rows: number } {
  const span = (end: number, origin: number): number =>
    Math.max(0, Math.floor((end - 1) / bin) - firstBin(origin, bin) + 1);
  if (plan.rows === 0) return { cols: 0, rows: 0 };
  return { cols: span(plan.extent.x1, plan.originX), rows: span(plan.extent.y1, plan.originY) };
}
