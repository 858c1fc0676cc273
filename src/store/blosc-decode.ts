import type { ZSTDDecoder } from "zstddec";

/** Fields of a Blosc 1 frame's header (c-blosc, README_CHUNK_FORMAT). */
const HEADER_BYTES = 16;
const FLAG_SHUFFLE = 0x01;
const FLAG_COPIED = 0x02;
const FLAG_BITS = 0x04;
const FLAG_ONE_STREAM = 0x10;
const CODEC_ZSTD = 4;
/** A zstd frame of one RLE block and nothing else (RFC 8878 §3.1.1): a plane of the same byte throughout. */
const RLE_FRAME_BYTES = 13;

/** A plane of bytes, or the one byte that all of it is. */
type Plane = Uint8Array | number;

let decoder: Promise<ZSTDDecoder> | undefined;

async function zstd(): Promise<ZSTDDecoder> {
  const { ZSTDDecoder: Decoder } = await import("zstddec");
  const made = new Decoder();
  await made.init();
  return made;
}

/**
 * Unpacks a Blosc frame of zstd streams, one for each byte of significance, as stores have them. Most upper planes are
 * the same byte throughout: they are never written out, and that is what makes this faster than blosc itself.
 * Undefined for any other frame, which blosc is to unpack. Throws for one that does not add up.
 */
export async function decodePlanes(frame: Uint8Array): Promise<Uint8Array | undefined> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const flags = frame[2]!;
  const typesize = frame[3]!;
  const bytes = view.getUint32(4, true);
  const blockBytes = view.getUint32(8, true);
  const isOurs =
    flags >> 5 === CODEC_ZSTD &&
    (flags & (FLAG_COPIED | FLAG_BITS | FLAG_ONE_STREAM)) === 0 &&
    (flags & FLAG_SHUFFLE) !== 0 &&
    (typesize === 2 || typesize === 4 || typesize === 8) &&
    blockBytes > 0 &&
    bytes % blockBytes === 0 &&
    blockBytes % typesize === 0;
  if (!isOurs) return undefined;
  decoder ??= zstd();
  const unpack = await decoder;
  const out = new Uint8Array(bytes);
  const blocks = bytes / blockBytes;
  const planeBytes = blockBytes / typesize;
  const planes: Plane[] = [];
  for (let block = 0; block < blocks; block++) {
    let at = HEADER_BYTES + 4 * blocks;
    if (at > frame.length) throw new Error("its blocks lie past its end");
    at = view.getUint32(HEADER_BYTES + 4 * block, true);
    for (let k = 0; k < typesize; k++) {
      if (at + 4 > frame.length) throw new Error("a stream lies past its end");
      const length = view.getUint32(at, true);
      const stream = frame.subarray(at + 4, at + 4 + length);
      if (stream.length !== length) throw new Error("a stream lies past its end");
      planes[k] = planeOf(stream, planeBytes, unpack);
      at += 4 + length;
    }
    weave(planes, out, block * blockBytes, planeBytes);
  }
  return out;
}

function planeOf(stream: Uint8Array, planeBytes: number, unpack: ZSTDDecoder): Plane {
  if (stream.length === planeBytes) return stream;
  const isRun =
    stream.length === RLE_FRAME_BYTES &&
    stream[0] === 0x28 &&
    stream[1] === 0xb5 &&
    stream[2] === 0x2f &&
    stream[3] === 0xfd &&
    stream[4] === 0xa0 &&
    (stream[9]! & 7) === 3;
  if (isRun) {
    const size = (stream[5]! | (stream[6]! << 8) | (stream[7]! << 16) | (stream[8]! << 24)) >>> 0;
    if (size !== planeBytes) throw new Error(`a stream of ${size} bytes instead of ${planeBytes}`);
    return stream[12]!;
  }
  const plane = unpack.decode(stream, planeBytes);
  if (plane.length !== planeBytes)
    throw new Error(`a stream of ${plane.length} bytes instead of ${planeBytes}`);
  return plane;
}

/** Puts planes together: byte k of every element from plane k. */
function weave(planes: readonly Plane[], out: Uint8Array, from: number, elements: number): void {
  const typesize = planes.length;
  if (typesize === 2 && from % 2 === 0) {
    weave16(planes[0]!, planes[1]!, new Uint16Array(out.buffer, from, elements));
    return;
  }
  const [low] = planes;
  if (typesize === 4 && from % 4 === 0 && typeof low !== "number" && areRuns(planes)) {
    const above = (Number(planes[1]) << 8) | (Number(planes[2]) << 16) | (Number(planes[3]) << 24);
    const words = new Uint32Array(out.buffer, from, elements);
    for (let i = 0; i < elements; i++) words[i] = low![i]! | above;
    return;
  }
  planes.forEach((plane, k) => {
    // A new array is zero.
    if (plane === 0) return;
    if (typeof plane === "number") {
      for (let i = 0, at = from + k; i < elements; i++, at += typesize) out[at] = plane;
    } else {
      for (let i = 0, at = from + k; i < elements; i++, at += typesize) out[at] = plane[i]!;
    }
  });
}

/** True when every plane but the lowest is one byte throughout, as of small numbers. */
function areRuns([, ...upper]: readonly Plane[]): boolean {
  return upper.every((plane) => typeof plane === "number");
}

function weave16(low: Plane, high: Plane, out: Uint16Array): void {
  const n = out.length;
  if (typeof low === "number") {
    if (typeof high === "number") out.fill(low | (high << 8));
    else for (let i = 0; i < n; i++) out[i] = low | (high[i]! << 8);
  } else if (typeof high === "number") {
    const above = high << 8;
    for (let i = 0; i < n; i++) out[i] = low[i]! | above;
  } else {
    for (let i = 0; i < n; i++) out[i] = low[i]! | (high[i]! << 8);
  }
}
