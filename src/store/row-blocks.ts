import type { ColumnValues } from "./column-writer.ts";
import type { RowValues } from "./rows-writer.ts";
import type { StoreDtype } from "./zarr-metadata.ts";

/** A column that stands beside the rows; `byGene` when the rows of genes carry it too. */
export interface StoreColumn {
  readonly name: string;
  readonly dtype: Exclude<StoreDtype, "string" | "uint16" | "uint64">;
  readonly byGene: boolean;
}

/** Rows of one super-tile, or a part of it: sorted by code within the super-tile, then by gene. */
export interface SortedBlock {
  /** The super-tile's column and row from the grid's origin, and its Morton index. */
  readonly col: number;
  readonly row: number;
  readonly index: number;
  /** (n,) Morton codes within the super-tile. */
  readonly code: Uint32Array;
  /** (n,) genes by rank. */
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
  /** (n,) each, in the order of the store's columns. */
  readonly columns: readonly ColumnValues[];
}

/** Rows of one gene, or a part of them, by Morton code in the grid. */
export interface GeneBlock {
  readonly gene: number;
  readonly code: RowValues;
  readonly count: Uint32Array;
  /** (n,) each, in the order of the store's columns that are `byGene`. */
  readonly columns: readonly ColumnValues[];
}

/** Path of a column's array beside the rows of `points` or `gene`. */
export function columnPath(order: "points" | "gene", name: string): string {
  return `${order}/columns/${name}`;
}

/** Which rows of the store are written, and how long its shards are. */
export interface RowRange {
  /** Chunks of a shard of the arrays of rows. */
  readonly shardChunks: number;
  /** The first row written: the first of a shard. */
  readonly firstRow: number;
}
