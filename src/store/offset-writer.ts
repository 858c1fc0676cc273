import { ArrayWriter, type ChunkEncoder, type WrittenArray } from "./array-writer.ts";
import type { StoreSink } from "./store-sink.ts";
import type { ArrayShape, Json } from "./zarr-metadata.ts";

/** Most entries of a chunk of offsets, and chunks of a shard. */
const CHUNK_OFFSETS = 16_384;
const SHARD_CHUNKS = 64;

/** The shape of an array of uint64 offsets (or keys): no chunk or shard is larger than the array asks for. */
export function offsetsShape(length: number): ArrayShape {
  const chunk = Math.min(CHUNK_OFFSETS, Math.max(1, length));
  const chunks = Math.min(SHARD_CHUNKS, Math.max(1, Math.ceil(length / chunk)));
  return {
    dtype: "uint64",
    shape: [length],
    chunk: [chunk],
    shard: [chunk * chunks],
    blockBytes: 0,
    dimensions: ["index"],
  };
}

/** Writes uint64 numbers below 2^53 in order: offsets of segments, keys of chunks. */
export class OffsetWriter {
  length = 0;
  private readonly path: string;
  private readonly writer: ArrayWriter;
  private readonly shape: ArrayShape;
  private readonly chunkLength: number;
  private chunk: Uint32Array;

  /** `total`: how many numbers there will be. */
  constructor(sink: StoreSink, path: string, total: number, encoder: ChunkEncoder) {
    this.path = path;
    this.shape = offsetsShape(total);
    this.chunkLength = this.shape.chunk[0]!;
    this.chunk = new Uint32Array(2 * this.chunkLength);
    this.writer = new ArrayWriter(sink, path, this.shape, encoder);
  }

  push(value: number): void {
    const at = 2 * (this.length % this.chunkLength);
    this.chunk[at] = value >>> 0;
    this.chunk[at + 1] = Math.floor(value / 2 ** 32);
    this.length += 1;
    if (at + 2 === this.chunk.length) this.flush();
  }

  /** Pushes `value` until the array holds `length` numbers: the offsets of segments without rows. */
  fillTo(length: number, value: number): void {
    while (this.length < length) this.push(value);
  }

  drain(): Promise<void> {
    return this.writer.drain();
  }

  async finish(attributes: { readonly [key: string]: Json } = {}): Promise<WrittenArray> {
    if (this.length % this.chunkLength > 0) this.flush();
    await this.writer.finish();
    return { path: this.path, array: this.shape, shards: this.writer.shards, attributes };
  }

  private flush(): void {
    this.writer.add(new Uint8Array(this.chunk.buffer));
    this.chunk = new Uint32Array(2 * this.chunkLength);
  }
}
