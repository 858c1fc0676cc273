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

/** Columns of rows to write; all but the key are taken as they are. */
export type RowValues = Uint32Array | Float64Array;

/** Writes numbers in `limbs` 16-bit planes, `CHUNK_ROWS` apart, the lowest at `at`. */
function putNumbers(out: Uint16Array, at: number, limbs: number, values: RowValues): void {
  if (values instanceof Uint32Array) {
    putWords(out, at, limbs, values);
    return;
  }
  for (let i = 0; i < values.length; i++) {
    let rest = values[i]!;
    for (let k = 0, to = at + i; k < limbs; k++, to += CHUNK_ROWS) {
      out[to] = rest % 65_536;
      rest = Math.floor(rest / 65_536);
    }
  }
}

function putWords(out: Uint16Array, at: number, limbs: number, words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) out[at + i] = words[i]!;
  if (limbs < 2) return;
  const high = at + CHUNK_ROWS;
  for (let i = 0; i < words.length; i++) out[high + i] = words[i]! >>> 16;
}

/** Writes the differences of ascending numbers, the first from `before`; the last number. */
function putKeys(out: Uint16Array, at: number, limbs: number, keys: RowValues, before: number): number {
  if (keys instanceof Uint32Array) {
    putWordKeys(out, at, limbs, keys, before);
    return keys.at(-1)!;
  }
  let last = before;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    let rest = key - last;
    last = key;
    for (let k = 0, to = at + i; k < limbs; k++, to += CHUNK_ROWS) {
      out[to] = rest % 65_536;
      rest = Math.floor(rest / 65_536);
    }
  }
  return last;
}

function putWordKeys(out: Uint16Array, at: number, limbs: number, keys: Uint32Array, before: number): void {
  let last = before;
  for (let i = 0; i < keys.length; i++) {
    out[at + i] = keys[i]! - last;
    last = keys[i]!;
  }
  if (limbs < 2) return;
  const high = at + CHUNK_ROWS;
  last = before;
  for (let i = 0; i < keys.length; i++) {
    out[high + i] = (keys[i]! - last) >>> 16;
    last = keys[i]!;
  }
}

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
  private base = 0;

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

  /**
   * Rows `[from, to)` of the values; `newSegment` when the first of them begins one, whose keys count from `base`.
   */
  append(
    keys: RowValues,
    plain: readonly RowValues[],
    from: number,
    to: number,
    newSegment: boolean,
    base = 0,
  ): void {
    if (newSegment) this.key = base;
    this.base = base;
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
    this.chunk = new Uint16Array(this.writer.room(2 * this.limbs * CHUNK_ROWS));
    this.fill = 0;
    this.key = this.base;
    this.onChunk(firstKey);
  }

  private put(keys: RowValues, plain: readonly RowValues[], from: number, count: number): void {
    const out = this.chunk!;
    const to = from + count;
    let plane = this.fill;
    let column = 0;
    this.key = putKeys(out, plane, this.columns[0]!.limbs, keys.subarray(from, to), this.key);
    for (const values of plain) {
      plane += this.columns[column]!.limbs * CHUNK_ROWS;
      column += 1;
      putNumbers(out, plane, this.columns[column]!.limbs, values.subarray(from, to));
    }
    this.fill += count;
  }
}
