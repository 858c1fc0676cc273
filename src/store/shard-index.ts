import { crc32c } from "./crc32c.ts";

/** Where a shard's chunks lie. */
export interface ChunkPlaces {
  /** (slots,) first byte of each chunk; -1 where there is none. */
  readonly starts: Float64Array;
  readonly lengths: Float64Array;
}

/**
 * Reads a shard's index (SPEC §2): two 64-bit words a slot, then their CRC32C. Chunks lie before byte `end`. What is
 * wrong with it, in the reader's words, when it is damaged.
 */
export function readShardIndex(bytes: Uint8Array, slots: number, end: number): ChunkPlaces | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = bytes.length - 4;
  if (view.getUint32(words, true) !== crc32c(bytes.subarray(0, words))) return "its checksum differs";
  const starts = new Float64Array(slots).fill(-1);
  const lengths = new Float64Array(slots);
  for (let slot = 0; slot < slots; slot++) {
    const word = (k: number): number => view.getUint32(16 * slot + 4 * k, true);
    const start = word(0) + 2 ** 32 * word(1);
    const length = word(2) + 2 ** 32 * word(3);
    if (word(0) === 0xffffffff && word(1) === 0xffffffff) continue;
    if (start + length > end) {
      return `chunk ${slot} is said to lie at bytes ${start}–${start + length} of ${end}`;
    }
    starts[slot] = start;
    lengths[slot] = length;
  }
  return { starts, lengths };
}
