import Blosc from "numcodecs/blosc";
import Zstd from "numcodecs/zstd";
import { decodePlanes } from "./blosc-decode.ts";
import { crc32c } from "./crc32c.ts";
import { huffmanFrame } from "./huffman-frame.ts";

/** How the bytes of an array's chunks are grouped before compression (SPEC §4). */
export interface ChunkForm {
  /** Bytes of one element: 1, 2, 4 or 8. */
  readonly typesize: number;
  /** Bytes that are shuffled and compressed together; divides the chunk. One column of a chunk of rows. */
  readonly blockBytes: number;
}

/** Level 1 packs these streams as well as level 5 (2.0 B/row either way) and four times as fast. */
const ZSTD_LEVEL = 1;
const HEADER_BYTES = 16;
/** Blosc's own bound: streams shorter than this are not worth splitting. */
const MIN_STREAM_BYTES = 128;
/** Longest RLE block: the greatest that every zstd decoder takes. */
const RLE_BYTES = 1 << 17;
const FLAG_SHUFFLE = 0x01;
const FLAG_ONE_STREAM = 0x10;
const FLAG_ZSTD = 4 << 5;
const CRC_BYTES = 4;
/** Above this share of one byte, zstd's runs are shorter than codes of at least a bit. */
const CODED_SHARE = 7 / 8;
/** What a Huffman-coded frame may take beyond its content while it is written. */
const FRAME_ROOM = 1024;

const zstd = Zstd.fromConfig({ id: "zstd", level: ZSTD_LEVEL });
const blosc = Blosc.fromConfig({ id: "blosc" });

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
function constantFrame(value: number, length: number): Uint8Array {
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

/** A stream in zstd, or as it is when that is no longer. */
async function zstdOf(stream: Uint8Array): Promise<Uint8Array> {
  const short = (await zstd.encode(stream)) as Uint8Array;
  return short.length < stream.length ? short : stream;
}

/** The streams of a block as they are kept. */
async function packedBlock(
  raw: Uint8Array,
  from: number,
  { typesize, blockBytes }: ChunkForm,
  streams: number,
) {
  const streamBytes = blockBytes / streams;
  const short = streamBytes <= RLE_BYTES;
  const kept: Uint8Array[] = [];
  if (typesize === 2 && streams === 2 && short && (raw.byteOffset + from) % 2 === 0) {
    const planes = shuffled16(raw, from, blockBytes);
    for (const [k, plane] of planes.entries()) {
      kept.push(plane ? (coded(plane) ?? (await zstdOf(plane))) : constantFrame(raw[from + k]!, streamBytes));
    }
    return kept;
  }
  const bytes =
    typesize === 1 ? raw.subarray(from, from + blockBytes) : shuffled(raw, from, blockBytes, typesize);
  for (let k = 0; k < streams; k++) {
    const stream = bytes.subarray(k * streamBytes, (k + 1) * streamBytes);
    const constant = short && streamBytes >= MIN_STREAM_BYTES && isConstant(stream);
    kept.push(constant ? constantFrame(stream[0]!, streamBytes) : await zstdOf(stream));
  }
  return kept;
}

/**
 * A chunk's bytes as they lie in a shard: a Blosc 1 frame of zstd streams, then its CRC32C. Written by hand
 * because one stream per byte of each column packs 6 % tighter than what blosc does by itself, and any blosc
 * reads it. Streams of 16-bit numbers have Huffman codes of their own, unless one byte is so frequent that fractions of
 * a bit count. The same bytes give the same chunk on any machine. `raw` is a whole number of blocks.
 */
export async function encodeChunk(raw: Uint8Array, form: ChunkForm): Promise<Uint8Array> {
  const { typesize, blockBytes } = form;
  const blocks = raw.length / blockBytes;
  const split = blockBytes / typesize >= MIN_STREAM_BYTES;
  const streams = split ? typesize : 1;
  const kept: Uint8Array[] = [];
  for (let block = 0; block < blocks; block++) {
    kept.push(...(await packedBlock(raw, block * blockBytes, form, streams)));
  }
  const bytes = kept.reduce((sum, stream) => sum + 4 + stream.length, HEADER_BYTES + 4 * blocks);
  const out = new Uint8Array(bytes + CRC_BYTES);
  const view = new DataView(out.buffer);
  out.set([2, 1, FLAG_SHUFFLE | FLAG_ZSTD | (split ? 0 : FLAG_ONE_STREAM), typesize]);
  view.setUint32(4, raw.length, true);
  view.setUint32(8, blockBytes, true);
  view.setUint32(12, bytes, true);
  let at = HEADER_BYTES + 4 * blocks;
  kept.forEach((stream, k) => {
    if (k % streams === 0) view.setUint32(HEADER_BYTES + (4 * k) / streams, at, true);
    view.setUint32(at, stream.length, true);
    out.set(stream, at + 4);
    at += 4 + stream.length;
  });
  view.setUint32(bytes, crc32c(out.subarray(0, bytes)), true);
  return out;
}

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
