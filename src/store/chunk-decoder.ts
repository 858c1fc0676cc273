import { chunkFault, decodeChunk } from "./chunk-codec.ts";

/** A chunk's place in a range of bytes, and how many it unpacks to. */
export interface EncodedPart {
  readonly start: number;
  readonly end: number;
  readonly rawBytes: number;
}

/** Chunks that were fetched as one range. */
export interface EncodedChunks {
  readonly bytes: Uint8Array;
  readonly parts: readonly EncodedPart[];
}

/** A chunk's own bytes, which own their buffer; or, in the reader's words, what is wrong with it. */
export type DecodedChunk = Uint8Array<ArrayBuffer> | string;

/** Unpacks chunks, in their order. `bytes` stay the caller's. Rejects with the signal's reason. */
export type ChunkDecoder = (chunks: EncodedChunks, signal: AbortSignal) => Promise<readonly DecodedChunk[]>;

/** Unpacks in this thread. */
export const decodeHere: ChunkDecoder = async ({ bytes, parts }, signal) => {
  const made: DecodedChunk[] = [];
  for (const { start, end, rawBytes } of parts) {
    signal.throwIfAborted();
    made.push(await decodeOne(bytes.subarray(start, end), rawBytes));
  }
  return made;
};

async function decodeOne(encoded: Uint8Array, rawBytes: number): Promise<DecodedChunk> {
  const fault = chunkFault(encoded, rawBytes);
  if (fault) return fault;
  try {
    const raw = await decodeChunk(encoded, rawBytes);
    // A view of a larger buffer would keep more than the cache counts.
    return raw.byteLength === raw.buffer.byteLength ? (raw as Uint8Array<ArrayBuffer>) : raw.slice();
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
