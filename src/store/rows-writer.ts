import { ArrayWriter, type ChunkEncoder, type WrittenArray } from "./array-writer.ts";
import type { RowRange } from "./row-blocks.ts";
import type { StoreSink } from "./store-sink.ts";
import type { ArrayShape, Json } from "./zarr-metadata.ts";

/** Rows of an inner chunk: small, since what is read is seldom more than a few thousand rows of a place. */
export const CHUNK_ROWS = 4096;
/** Most chunks of a shard of rows: about 9 MB compressed, a file that every host serves well. */
const SHARD_CHUNKS = 1024;
/** Sums are written from their first row; their shards are short, since their indices are read often. */
export const SUMMARY_RANGE: RowRange = { shardChunks: 256, firstRow: 0 };

/** Chunks of a shard of an array of so many rows: no index has room for more chunks than there are. */
export function shardChunks(rows: number): number {
  return Math.min(SHARD_CHUNKS, Math.max(1, Math.ceil(rows / CHUNK_ROWS)));
}

/** One column of a rows array: so many 16-bit limbs, lowest first. The first column is the key, in differences. */
export interface RowColumn {
  readonly name: string;
  readonly limbs: number;
}

/** 16-bit limbs that hold every whole number up to `max`; at least one. */
export function limbsFor(max: number): number {
  let limbs = 1;
  for (let bound = 65_536; max >= bound; bound *= 65_536) limbs += 1;
  return limbs;
}

/** A rows array's shape: `(limbs, rows)`, a chunk's columns compressed one after the other. */
export function rowsShape(columns: readonly RowColumn[], rows: number, chunks: number): ArrayShape {
  const limbs = columns.reduce((sum, column) => sum + column.limbs, 0);
  return {
    dtype: "uint16",
    shape: [limbs, rows],
    chunk: [limbs, CHUNK_ROWS],
    shard: [limbs, CHUNK_ROWS * chunks],
    blockBytes: 2 * CHUNK_ROWS,
    dimensions: ["limb", "row"],
  };
}

/** Writes a number's limbs, one plane each, `CHUNK_ROWS` apart. */
function putLimbs(out: Uint16Array, at: number, limbs: number, value: number): void {
  if (limbs <= 2) {
    const word = value >>> 0;
    out[at] = word;
    if (limbs === 2) out[at + CHUNK_ROWS] = word >>> 16;
    return;
  }
  let rest = value;
  for (let k = 0; k < limbs; k++) {
    out[at + k * CHUNK_ROWS] = rest % 65_536;
    rest = Math.floor(rest / 65_536);
  }
}

/** Columns of rows to write; all but the key are taken as they are. */
export type RowValues = Uint32Array | Float64Array;

/**
 * Writes an array of rows: the key ascends within a segment (a tile, a gene) and is stored as differences that
 * restart at every segment and every chunk, so that any chunk decodes by itself (SPEC §5).
 */
export class RowsWriter {
  /** Rows written so far. */
  rows = 0;
  private readonly path: string;
  private readonly columns: readonly RowColumn[];
  private readonly onChunk: (firstKey: number) => void;
  private readonly limbs: number;
  private readonly range: RowRange;
  private readonly writer: ArrayWriter;
  private chunk: Uint16Array | undefined;
  private fill = 0;
  private key = 0;

  /** `onChunk` hears the key of each chunk's first row. */
  constructor(
    sink: StoreSink,
    path: string,
    columns: readonly RowColumn[],
    range: RowRange,
    encoder: ChunkEncoder,
    onChunk: (firstKey: number) => void = () => {},
  ) {
    this.path = path;
    this.columns = columns;
    this.onChunk = onChunk;
    this.range = range;
    const shape = rowsShape(columns, 0, range.shardChunks);
    this.limbs = shape.shape[0]!;
    this.writer = new ArrayWriter(sink, path, shape, encoder, range.firstRow / CHUNK_ROWS);
  }

  /** Rows `[from, to)` of the values; `newSegment` when the first of them begins one. */
  append(keys: RowValues, plain: readonly RowValues[], from: number, to: number, newSegment: boolean): void {
    if (newSegment) this.key = 0;
    for (let i = from; i < to; ) {
      if (!this.chunk || this.fill === CHUNK_ROWS) this.nextChunk(keys[i]!);
      const take = Math.min(to - i, CHUNK_ROWS - this.fill);
      this.put(keys, plain, i, take);
      i += take;
    }
    this.rows += to - from;
  }

  drain(): Promise<void> {
    return this.writer.drain();
  }

  async finish(attributes: { readonly [key: string]: Json } = {}): Promise<WrittenArray> {
    if (this.chunk) this.writer.add(new Uint8Array(this.chunk.buffer));
    this.chunk = undefined;
    await this.writer.finish();
    return {
      path: this.path,
      array: rowsShape(this.columns, this.range.firstRow + this.rows, this.range.shardChunks),
      shards: this.writer.shards,
      attributes: {
        columns: this.columns.map(({ name, limbs }, k) => ({ name, limbs, delta: k === 0 })),
        ...attributes,
      },
    };
  }

  private nextChunk(firstKey: number): void {
    if (this.chunk) this.writer.add(new Uint8Array(this.chunk.buffer));
    this.chunk = new Uint16Array(this.limbs * CHUNK_ROWS);
    this.fill = 0;
    this.key = 0;
    this.onChunk(firstKey);
  }

  private put(keys: RowValues, plain: readonly RowValues[], from: number, count: number): void {
    const out = this.chunk!;
    const keyLimbs = this.columns[0]!.limbs;
    let before = this.key;
    let at = this.fill;
    for (let i = from; i < from + count; i++, at++) {
      const key = keys[i]!;
      putLimbs(out, at, keyLimbs, key - before);
      before = key;
    }
    this.key = before;
    let plane = keyLimbs * CHUNK_ROWS;
    plain.forEach((values, k) => {
      const limbs = this.columns[k + 1]!.limbs;
      let to = plane + this.fill;
      for (let i = from; i < from + count; i++, to++) putLimbs(out, to, limbs, values[i]!);
      plane += limbs * CHUNK_ROWS;
    });
    this.fill += count;
  }
}
