/**
 * TIFF 6.0 block codecs whose output never exceeds `limit` bytes, so a hostile block costs no more than the
 * tile it claims to be. A block that ends early leaves the rest zero, as libtiff does.
 */

/** PackBits (TIFF 6.0 §9). */
export function decodePackBits(from: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(limit);
  let at = 0;
  let i = 0;
  while (i < from.length && at < limit) {
    const code = (from[i++]! << 24) >> 24;
    if (code >= 0) {
      const end = Math.min(i + code + 1, from.length, i + limit - at);
      out.set(from.subarray(i, end), at);
      at += end - i;
      i += code + 1;
    } else if (code !== -128) {
      const end = Math.min(at + 1 - code, limit);
      out.fill(from[i++] ?? 0, at, end);
      at = end;
    }
  }
  return out;
}

const CLEAR = 256;
const END = 257;

/** LZW with most significant bit first and early code growth (TIFF 6.0 §13). */
export function decodeLzw(from: Uint8Array, limit: number): Uint8Array {
  const out = new Uint8Array(limit);
  /** Each entry is `length` bytes that were written at `start`: a string is a slice of the output. */
  const start = new Uint32Array(4097);
  const length = new Uint32Array(4097);
  let next = 258;
  let width = 9;
  let at = 0;
  let bits = 0;
  let held = 0;
  let previousStart = 0;
  let previousLength = 0;
  for (let i = 0; at < limit; ) {
    while (held < width && i < from.length) {
      bits = ((bits << 8) | from[i++]!) & 0xffffff;
      held += 8;
    }
    if (held < width) break;
    const code = (bits >> (held - width)) & ((1 << width) - 1);
    held -= width;
    if (code === END) break;
    if (code === CLEAR) {
      next = 258;
      width = 9;
      previousLength = 0;
      continue;
    }
    const begin = at;
    if (code < 256) {
      out[at++] = code;
    } else if (code < next) {
      at = copyWithin(out, start[code]!, length[code]!, at, limit);
    } else if (code === next && previousLength > 0) {
      at = copyWithin(out, previousStart, previousLength, at, limit);
      if (at < limit) out[at++] = out[previousStart]!;
    } else {
      throw new Error("LZW code out of order");
    }
    if (previousLength > 0 && next < 4096) {
      start[next] = previousStart;
      length[next] = previousLength + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    previousStart = begin;
    previousLength = at - begin;
  }
  return out;
}

/** Byte by byte, as source and target may overlap. */
function copyWithin(out: Uint8Array, from: number, count: number, at: number, limit: number): number {
  const end = Math.min(at + count, limit);
  let source = from;
  let target = at;
  while (target < end) out[target++] = out[source++]!;
  return end;
}

/** zlib streams by the platform's decoder; stops when the tile is full. */
export async function decodeDeflate(from: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const out = new Uint8Array(limit);
  let at = 0;
  const reader = new Blob([from]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    while (at < limit) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, limit - at);
      out.set(part, at);
      at += part.length;
    }
  } catch (error) {
    if (at < limit) throw error;
  }
  reader.cancel().catch(() => undefined);
  return out;
}

/** Zstandard through geotiff's decoder, loaded when a file needs it. */
export async function decodeZstd(from: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const { getDecoder } = await import("geotiff");
  const decoder = await getDecoder(50000, {
    tileWidth: 1,
    tileHeight: 1,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
  });
  const decoded = new Uint8Array(await decoder.decode(new Uint8Array(from).buffer));
  const out = new Uint8Array(limit);
  out.set(decoded.subarray(0, limit));
  return out;
}
