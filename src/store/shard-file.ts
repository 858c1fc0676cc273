import { crc32c, SEALED_CRC32C } from "./crc32c.ts";
import type { SinkFile } from "./store-sink.ts";

/** Bytes of a shard's index: an offset and a length (uint64) per chunk, then a CRC32C. */
export function shardIndexBytes(slots: number): number {
  return 16 * slots + 4;
}

/** One shard being written: chunks in any order, each once, then the index (Zarr v3 sharding, index at the end). */
export class ShardFile {
  /** Bytes written so far; the file's size after `finish`. */
  bytes = 0;
  private readonly file: SinkFile;
  private readonly index: Uint32Array;

  constructor(file: SinkFile, slots: number) {
    this.file = file;
    // All ones mean "no such chunk".
    this.index = new Uint32Array(4 * slots).fill(0xffffffff);
  }

  /** `chunk` ends with its CRC32C. */
  async append(slot: number, chunk: Uint8Array): Promise<void> {
    const at = 4 * slot;
    this.index[at] = this.bytes >>> 0;
    this.index[at + 1] = Math.floor(this.bytes / 2 ** 32);
    this.index[at + 2] = chunk.length;
    this.index[at + 3] = 0;
    this.bytes += chunk.length;
    await this.file.write(chunk, SEALED_CRC32C);
  }

  async finish(): Promise<void> {
    const slots = this.index.length / 4;
    const out = new Uint8Array(shardIndexBytes(slots));
    const view = new DataView(out.buffer);
    this.index.forEach((word, i) => {
      view.setUint32(4 * i, word, true);
    });
    view.setUint32(16 * slots, crc32c(out.subarray(0, 16 * slots)), true);
    await this.file.write(out);
    await this.file.close();
    this.bytes += out.length;
  }
}
