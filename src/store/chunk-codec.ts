import Blosc from "numcodecs/blosc";
import { decodePlanes } from "./blosc-decode.ts";
import { crc32c } from "./crc32c.ts";

/** How the bytes of an array's chunks are grouped before compression (SPEC §4). */
export interface ChunkForm {
  /** Bytes of one element: 1, 2, 4 or 8. */
  readonly typesize: number;
  /** Bytes that are shuffled and compressed together; divides the chunk. One column of a chunk of rows. */
  readonly blockBytes: number;
}

/** Bytes of a frame's header, and of the checksum after the frame. */
export const HEADER_BYTES = 16;
export const CRC_BYTES = 4;

const blosc = Blosc.fromConfig({ id: "blosc" });

/** What is wrong with a chunk's bytes, in the reader's words; undefined when they may be decoded. */
export function chunkFault(encoded: Uint8Array, rawBytes: number): string | undefined {
  const bytes = encoded.length - CRC_BYTES;
  if (bytes < HEADER_BYTES) return `${encoded.length} bytes are too few`;
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.length);
  if (view.getUint32(bytes, true) !== crc32c(encoded.subarray(0, bytes))) return "its checksum differs";
  const found = view.getUint32(4, true);
  if (found !== rawBytes) return `it unpacks to ${found} bytes instead of ${rawBytes}`;
  return undefined;
}

/** The chunk's own bytes, `rawBytes` of them. Check with `chunkFault` first; throws when blosc cannot unpack. */
export async function decodeChunk(encoded: Uint8Array, rawBytes: number): Promise<Uint8Array> {
  const frame = encoded.subarray(0, encoded.length - CRC_BYTES);
  const raw = (await decodePlanes(frame)) ?? (await blosc.decode(frame));
  if (raw.length !== rawBytes) throw new Error(`${raw.length} bytes unpacked instead of ${rawBytes}`);
  return raw as Uint8Array;
}
