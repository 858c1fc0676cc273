import { ArrayWriter, type ChunkEncoder, type WrittenArray } from "./array-writer.ts";
import type { RowRange } from "./row-blocks.ts";
import { CHUNK_ROWS } from "./rows-writer.ts";
import type { StoreSink } from "./store-sink.ts";
import type { ArrayShape, StoreDtype } from "./zarr-metadata.ts";

/** The shape of a column that stands beside an array of rows, chunk for chunk. */
export function columnShape(dtype: StoreDtype, rows: number, chunks: number): ArrayShape {
  return {
    dtype,
    shape: [rows],
    chunk: [CHUNK_ROWS],
    shard: [CHUNK_ROWS * chunks],
    blockBytes: 0,
    dimensions: ["row"],
  };
}

export type ColumnValues = Uint8Array | Uint32Array | Int32Array | Float32Array | Float64Array;

function columnOver(dtype: StoreDtype, room: ArrayBuffer): ColumnValues {
  if (dtype === "uint8") return new Uint8Array(room);
  if (dtype === "uint32") return new Uint32Array(room);
  if (dtype === "int32") return new Int32Array(room);
  return dtype === "float32" ? new Float32Array(room) : new Float64Array(room);
}

const elementBytes = (dtype: StoreDtype): number => (dtype === "uint8" ? 1 : dtype === "float64" ? 8 : 4);

/** Writes a column beside rows; values are stored in `dtype`, which the caller knows to hold them. */
export class ColumnWriter {
  private readonly path: string;
  private readonly dtype: StoreDtype;
  private readonly range: RowRange;
  private readonly writer: ArrayWriter;
  private chunk: ColumnValues | undefined;
  private fill = 0;
  private rows = 0;

  /** `range`: as of the rows beside. */
  constructor(sink: StoreSink, path: string, dtype: StoreDtype, range: RowRange, encoder: ChunkEncoder) {
    this.range = range;
    this.path = path;
    this.dtype = dtype;
    const shape = columnShape(dtype, 0, range.shardChunks);
    this.writer = new ArrayWriter(sink, path, shape, encoder, range.firstRow / CHUNK_ROWS);
  }

  append(values: ColumnValues, from: number, to: number): void {
    for (let i = from; i < to; ) {
      if (!this.chunk || this.fill === CHUNK_ROWS) this.nextChunk();
      const take = Math.min(to - i, CHUNK_ROWS - this.fill);
      this.chunk!.set(values.subarray(i, i + take), this.fill);
      this.fill += take;
      i += take;
    }
    this.rows += to - from;
  }

  drain(): Promise<void> {
    return this.writer.drain();
  }

  async finish(): Promise<WrittenArray> {
    this.flush();
    await this.writer.finish();
    return {
      path: this.path,
      array: columnShape(this.dtype, this.range.firstRow + this.rows, this.range.shardChunks),
      shards: this.writer.shards,
      attributes: {},
    };
  }

  private nextChunk(): void {
    this.flush();
    this.chunk = columnOver(this.dtype, this.writer.room(CHUNK_ROWS * elementBytes(this.dtype)));
    this.fill = 0;
  }

  private flush(): void {
    const chunk = this.chunk;
    if (chunk) this.writer.add(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.chunk = undefined;
  }
}
