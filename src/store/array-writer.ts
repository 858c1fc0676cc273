import type { ChunkForm } from "./chunk-codec.ts";
import { encodeChunk } from "./chunk-encode.ts";
import { ShardFile } from "./shard-file.ts";
import type { StoreSink } from "./store-sink.ts";
import { type ArrayShape, chunkForm, type Json } from "./zarr-metadata.ts";

/**
 * Encodes chunks, in order; in this thread, or spread over workers. Takes the buffers until it is done: it may transfer
 * them, and then they are of length 0.
 */
export type ChunkEncoder = (raws: readonly Uint8Array[], form: ChunkForm) => Promise<Uint8Array[]>;

/** Encodes in the calling thread. */
export const encodeHere: ChunkEncoder = async (raws, form) => {
  const encoded: Uint8Array[] = [];
  for (const raw of raws) encoded.push(await encodeChunk(raw, form));
  return encoded;
};

/** Chunks handed to the encoder at once: 1.5 MB of rows. */
const GROUP = 64;

/** What an array was written as: its shape and the sizes of its shards by chunk key (`"c/0/3"`). */
export interface WrittenArray {
  readonly path: string;
  readonly array: ArrayShape;
  readonly shards: Readonly<Record<string, number>>;
  readonly attributes: { readonly [key: string]: Json };
}

interface Group {
  readonly raws: readonly Uint8Array[];
  readonly encoded: Promise<Uint8Array[]>;
}

/**
 * Writes a sharded array whose chunks come in order along its last axis, which is its only divided one.
 * `add` queues; `drain` waits for what was queued before the last `drain`, so that workers encode while more is made:
 * the memory held is what was added since the last `drain` but one.
 */
export class ArrayWriter {
  readonly shards: Record<string, number> = {};
  private readonly sink: StoreSink;
  private readonly path: string;
  private readonly encoder: ChunkEncoder;
  private readonly form: ChunkForm;
  private readonly slots: number;
  private readonly axes: number;
  private pending: Uint8Array[] = [];
  private encoding: Group[] = [];
  /** Sent before the last drain. */
  private older: Group[] = [];
  /** Buffers of chunks that are encoded. */
  private readonly spare: ArrayBuffer[] = [];
  private chunks: number;
  private shard: ShardFile | undefined;
  private shardKey = "";

  /**
   * Of `array`, all but its last side need be known yet. `firstChunk` is the first that is written, and the first of
   * a shard: what comes before it is written by others.
   */
  constructor(sink: StoreSink, path: string, array: ArrayShape, encoder: ChunkEncoder, firstChunk = 0) {
    this.chunks = firstChunk;
    this.sink = sink;
    this.path = path;
    this.encoder = encoder;
    this.form = chunkForm(array);
    this.slots = (array.shard?.at(-1) ?? 0) / (array.chunk.at(-1) ?? 1);
    this.axes = array.shape.length;
  }

  /** An empty buffer for a chunk of so many bytes: one that was encoded is taken again. */
  room(bytes: number): ArrayBuffer {
    const held = this.spare.pop();
    if (held?.byteLength !== bytes) return new ArrayBuffer(bytes);
    new Uint8Array(held).fill(0);
    return held;
  }

  /** Queues the next chunk, whole; its buffer is the writer's from now on. */
  add(raw: Uint8Array): void {
    this.pending.push(raw);
    if (this.pending.length === GROUP) this.send();
  }

  async drain(): Promise<void> {
    this.send();
    const groups = this.older;
    this.older = this.encoding;
    this.encoding = [];
    // All are awaited even when one fails, so that no rejection is left alone.
    const settled = await Promise.allSettled(groups.map(({ encoded }) => encoded));
    for (const [k, group] of settled.entries()) {
      if (group.status === "rejected") throw group.reason;
      for (const chunk of group.value) await this.write(chunk);
      for (const { buffer } of groups[k]!.raws) {
        if (buffer.byteLength > 0) this.spare.push(buffer as ArrayBuffer);
      }
    }
  }

  async finish(): Promise<void> {
    await this.drain();
    await this.drain();
    await this.endShard();
  }

  private send(): void {
    if (this.pending.length === 0) return;
    const raws = this.pending;
    const encoded = this.encoder(raws, this.form);
    encoded.catch(() => {});
    this.encoding.push({ raws, encoded });
    this.pending = [];
  }

  private async write(chunk: Uint8Array): Promise<void> {
    const slot = this.chunks % this.slots;
    if (slot === 0) {
      await this.endShard();
      const index = this.chunks / this.slots;
      this.shardKey = ["c", ...new Array<number>(this.axes - 1).fill(0), index].join("/");
      this.shard = new ShardFile(await this.sink.create(`${this.path}/${this.shardKey}`), this.slots);
    }
    await this.shard!.append(slot, chunk);
    this.chunks += 1;
  }

  private async endShard(): Promise<void> {
    if (!this.shard) return;
    await this.shard.finish();
    this.shards[this.shardKey] = this.shard.bytes;
    this.shard = undefined;
  }
}
