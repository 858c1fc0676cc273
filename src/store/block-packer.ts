import type { ChunkForm } from "./chunk-codec.ts";
import { huffmanFrame } from "./huffman-frame.ts";

/** A stream of a block: as it is kept, or as zstd is to shorten it. */
export interface PackedStream {
  readonly bytes: Uint8Array;
  readonly forZstd: boolean;
}

/**
 * Packs the block of a chunk that begins at `from` as one or `typesize` streams. One of the same byte throughout, and
 * those of 16-bit numbers, need no zstd. Views of `raw` may be among what is returned.
 */
export type BlockPacker = (raw: Uint8Array, from: number, form: ChunkForm, streams: number) => PackedStream[];

/** Blosc's own bound: streams shorter than this are not worth splitting. */
export const MIN_STREAM_BYTES = 128;
/** Longest RLE block: the greatest that every zstd decoder takes. */
export const RLE_BYTES = 1 << 17;
/** Above this share of one byte, zstd's runs are shorter than codes of at least a bit. */
const CODED_SHARE = 7 / 8;
/** What a Huffman-coded frame may take beyond its content while it is written. */
const FRAME_ROOM = 1024;

/** Reused from call to call: a frame being written, and how often each byte occurs, counted four at a time. */
let frame = new Uint8Array(1 << 14);
const counts = new Uint32Array(256);
const quarters = new Uint32Array(4 * 256);

/** The bytes of a block by significance: first every element's lowest byte, last every highest. */
function shuffled(raw: Uint8Array, from: number, bytes: number, typesize: number): Uint8Array {
  const planes = new Uint8Array(bytes);
  const elements = bytes / typesize;
  for (let byte = 0; byte < typesize; byte++) {
    const at = byte * elements;
    for (let i = 0, source = from + byte; i < elements; i++, source += typesize)
      planes[at + i] = raw[source]!;
  }
  return planes;
}

/**
 * The two planes of a block of 16-bit numbers; one that is the same byte over and over, as the upper plane of small
 * numbers is, comes as undefined, seen on the way.
 */
function shuffled16(
  raw: Uint8Array,
  from: number,
  bytes: number,
): [Uint8Array | undefined, Uint8Array | undefined] {
  const words = new Uint16Array(raw.buffer, raw.byteOffset + from, bytes / 2);
  const first = words[0]!;
  const low = new Uint8Array(words.length);
  let differing = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    low[i] = word;
    differing |= word ^ first;
  }
  const high = differing >>> 8 === 0 ? undefined : new Uint8Array(words.length);
  if (high) for (let i = 0; i < words.length; i++) high[i] = words[i]! >>> 8;
  return [(differing & 255) === 0 ? undefined : low, high];
}

/** True when a stream is one byte over and over. */
function isConstant(stream: Uint8Array): boolean {
  const value = stream[0]!;
  for (let i = 1; i < stream.length; i++) if (stream[i] !== value) return false;
  return true;
}

/**
 * A stream of one byte over and over as a zstd frame of one RLE block (RFC 8878 §3.1.1). Half of all streams are
 * such – high bytes of small numbers – and zstd need not be called for them.
 */
export function constantFrame(value: number, length: number): Uint8Array {
  // Magic number; one segment, content size in 4 bytes; a last block of type 1 and its size in 21 bits; the byte.
  const block = (length << 3) | (1 << 1) | 1;
  const size = [length, length >> 8, length >> 16, length >> 24];
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size, block, block >> 8, block >> 16, value);
}

/** Counts the bytes of a stream into `counts`: in four tables, or equal bytes on end wait for each other. */
function countBytes(stream: Uint8Array): void {
  quarters.fill(0);
  const { length } = stream;
  let i = 0;
  for (const end = length - 3; i < end; i += 4) {
    const [a, b] = [stream[i]!, 256 + stream[i + 1]!];
    const [c, d] = [512 + stream[i + 2]!, 768 + stream[i + 3]!];
    quarters[a] = quarters[a]! + 1;
    quarters[b] = quarters[b]! + 1;
    quarters[c] = quarters[c]! + 1;
    quarters[d] = quarters[d]! + 1;
  }
  for (; i < length; i++) quarters[stream[i]!] = quarters[stream[i]!]! + 1;
  for (let k = 0; k < 256; k++) {
    counts[k] = quarters[k]! + quarters[256 + k]! + quarters[512 + k]! + quarters[768 + k]!;
  }
}

/** A plane of 16-bit numbers' bytes in codes of its own; undefined when zstd's runs will be shorter. */
function coded(plane: Uint8Array): Uint8Array | undefined {
  const { length } = plane;
  countBytes(plane);
  let most = 0;
  for (let symbol = 0; symbol < 256; symbol++) if (counts[symbol]! > most) most = counts[symbol]!;
  if (most >= CODED_SHARE * length) return undefined;
  if (frame.length < length + FRAME_ROOM) frame = new Uint8Array(length + FRAME_ROOM);
  const end = huffmanFrame(plane, counts, frame, 0);
  return end > 0 ? frame.slice(0, end) : plane;
}

/** The packer in plain TypeScript. */
export const packBlock: BlockPacker = (raw, from, { typesize, blockBytes }, streams) => {
  const streamBytes = blockBytes / streams;
  const short = streamBytes <= RLE_BYTES;
  if (typesize === 2 && streams === 2 && short && (raw.byteOffset + from) % 2 === 0) {
    return shuffled16(raw, from, blockBytes).map((plane, k) => {
      if (!plane) return { bytes: constantFrame(raw[from + k]!, streamBytes), forZstd: false };
      const bytes = coded(plane);
      return { bytes: bytes ?? plane, forZstd: !bytes };
    });
  }
  const bytes =
    typesize === 1 ? raw.subarray(from, from + blockBytes) : shuffled(raw, from, blockBytes, typesize);
  return Array.from({ length: streams }, (_, k) => {
    const stream = bytes.subarray(k * streamBytes, (k + 1) * streamBytes);
    return streamBytes >= MIN_STREAM_BYTES && short && isConstant(stream)
      ? { bytes: constantFrame(stream[0]!, streamBytes), forZstd: false }
      : { bytes: stream, forZstd: true };
  });
};
