import type { Quality, QualityBound, StoreFeatures } from "../../store/features.ts";
import type { StoreColumn } from "../../store/row-blocks.ts";
import { shardChunks } from "../../store/rows-writer.ts";
import { planStore, type StorePlan, superIndex, superLog2, type TileChoice } from "../../store/store-plan.ts";
import type { RowSource } from "../row-source.ts";
import type { Buckets } from "./buckets.ts";
import { HEAD_WORDS, Partitioner } from "./partition.ts";
import { boundOf, rankFeatures } from "./quality-division.ts";
import { wordsOf } from "./record-layout.ts";

/** A super-tile that has rows: its bucket, its place from the grid's origin, and its Morton index. */
export interface Super {
  readonly bucket: number;
  readonly col: number;
  readonly row: number;
  readonly index: number;
  readonly rows: number;
}

/** All that is known once every row was read: what the stages that write need beside the rows themselves. */
export interface Prepared {
  readonly plan: StorePlan;
  /** Further columns as records hold them, and as the store will. */
  readonly columns: readonly StoreColumn[];
  readonly stored: readonly StoreColumn[];
  readonly genes: StoreFeatures;
  /** (G,) rank of each of the source's genes; with a quality bound (2·G,), as `featuresOf` numbers its features. */
  readonly rank: Uint32Array;
  /** What divides the genes into features; null where each is one. */
  readonly quality: Quality | null;
  /** In Morton order. */
  readonly supers: readonly Super[];
  readonly dictionaries: ReadonlyMap<string, readonly string[]>;
  /** Chunks of a shard of rows. */
  readonly shardChunks: number;
  /** Most rows that are sorted at once. */
  readonly mostRows: number;
}

export interface PrepareOptions {
  /** The table's name, for messages. */
  readonly file: string;
  /** What the conversion may hold at once, about. */
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  readonly onRows?: (rows: number) => void;
  readonly mostRows?: number | undefined;
  readonly tile?: TileChoice | undefined;
  readonly shardChunks?: number | undefined;
  /** As in `BuildOptions`. */
  readonly bound?: QualityBound | null | undefined;
}

/** Columns whose values a gene's own rows carry too: what a view of one gene needs. */
const BY_GENE = new Set(["x", "y", "qv"]);
/** Bytes that a string of a dictionary may take on average, for the bound of their number. */
const STRING_BYTES = 128;

/** The columns of the store of a source, exact positions first where quanta are not exact. */
export function storeColumns(source: RowSource): StoreColumn[] {
  const positions = source.lattice ? [] : (["x", "y"] as const);
  return [
    ...positions.map((name) => ({ name, dtype: "float64" as const, byGene: true })),
    ...source.extraColumns.map(({ name, dtype }) => ({
      name,
      dtype: dtype === "string" ? ("uint32" as const) : dtype,
      byGene: BY_GENE.has(name),
    })),
  ];
}

/** Words of a row's record. */
export function recordWords(columns: readonly StoreColumn[]): number {
  return columns.reduce((sum, { dtype }) => sum + wordsOf(dtype), HEAD_WORDS);
}

/** Reads all rows of a source, deals them by place into buckets, and decides how the store is laid out. */
export async function prepare(
  source: RowSource,
  buckets: Buckets,
  options: PrepareOptions,
): Promise<Prepared> {
  const { file, memoryBytes, signal } = options;
  const columns = storeColumns(source);
  const mostStrings = Math.floor(memoryBytes / 4 / STRING_BYTES);
  const bound = options.bound === undefined ? boundOf(source) : options.bound;
  const partitioner = new Partitioner(source, buckets, columns, { file, mostStrings, bound });
  let read = 0;
  for await (const batch of source.batches(signal)) {
    signal.throwIfAborted();
    partitioner.add(batch);
    read += batch.rows;
    options.onRows?.(read);
  }
  const parts = partitioner.finish();
  const { genes, rank, quality } = rankFeatures(source.genes(), parts, bound);
  const { lattice, unitUm } = source;
  const plan = planStore({ ...parts, lattice, unitUm, geneTotals: genes.totals }, file, options.tile);
  const side = 2 ** superLog2(plan.lattice);
  const supers = parts.superTiles
    .map((tile, bucket) => ({
      bucket,
      col: tile.col - plan.originX / side,
      row: tile.row - plan.originY / side,
      index: superIndex(plan, tile),
      rows: tile.rows,
    }))
    .sort((a, b) => a.index - b.index);
  const stored = columns.map((column) =>
    !lattice && parts.singlePrecision && (column.name === "x" || column.name === "y")
      ? { ...column, dtype: "float32" as const }
      : column,
  );
  // Records while they are sorted: twice their words, the keys, and the columns they become.
  const sortedAtOnce = Math.floor(memoryBytes / 3 / (12 * recordWords(columns) + 40));
  return {
    plan,
    columns,
    stored,
    genes,
    rank,
    quality,
    supers,
    dictionaries: parts.dictionaries,
    shardChunks: options.shardChunks ?? shardChunks(plan.rows),
    mostRows: options.mostRows ?? Math.max(1, sortedAtOnce),
  };
}
