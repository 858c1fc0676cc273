/**
 * JPEG as TIFF stores it: abbreviated streams without tables, and colour that the photometric tag tells but the
 * stream does not. Both are put right before a decoder sees the bytes (TIFF Technical Note 2; T.81 annex B).
 */

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

export interface JpegFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: number;
  readonly bits: number;
  /** True when a component has fewer samples than the image has pixels. */
  readonly subsampled: boolean;
}

interface Segment {
  readonly marker: number;
  /** Byte range of the segment with its marker. */
  readonly start: number;
  readonly end: number;
}

/** Marker segments from SOI up to the first scan; the scan's own segment is last. */
function segments(bytes: Uint8Array): Segment[] {
  const found: Segment[] = [];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === EOI) break;
    const bare = marker === SOI || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    const length = bare ? 2 : 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    found.push({ marker, start: at, end: Math.min(at + length, bytes.length) });
    if (marker === SOS) break;
    at += length;
  }
  return found;
}

const isFrame = (m: number): boolean => m >= 0xc0 && m <= 0xcf && m !== 0xc4 && m !== 0xc8 && m !== 0xcc;
const isApplication = (m: number): boolean => m >= 0xe0 && m <= 0xef;

/** The frame header (SOF0–SOF15); undefined when there is none before the first scan. */
export function parseJpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  const frame = segments(bytes).find((s) => isFrame(s.marker));
  if (!frame || frame.end - frame.start < 10) return undefined;
  const word = (i: number) => (bytes[frame.start + i]! << 8) | bytes[frame.start + i + 1]!;
  return {
    bits: bytes[frame.start + 4]!,
    heightPx: word(5),
    widthPx: word(7),
    components: bytes[frame.start + 9]!,
    subsampled: samplings(bytes.subarray(frame.start + 10, frame.end)).size > 1,
  };
}

/** The different sampling factors of a frame's components, three bytes each (T.81 B.2.2). */
function samplings(components: Uint8Array): Set<number> {
  return new Set(components.filter((_, i) => i % 3 === 1));
}

/**
 * One complete JPEG stream whose colour transform is the one that the TIFF's photometric tag states: 0 = RGB as
 * it is, 1 = YCbCr, as libtiff reads it. Said by an Adobe APP14 marker; the stream's own application segments
 * go, as a JFIF marker would overrule it. Without this, decoders assume YCbCr and shift Aperio's RGB tiles.
 */
export function completeJpeg(
  tile: Uint8Array,
  tables: Uint8Array | undefined,
  transform: 0 | 1,
): Uint8Array<ArrayBuffer> {
  const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];
  const parts: Uint8Array[] = [new Uint8Array([0xff, SOI, ...adobe])];
  if (tables && tables.length > 4) parts.push(tables.subarray(2, endOfTables(tables)));
  const own = segments(tile);
  for (const s of own) {
    if (!isApplication(s.marker) && s.marker !== SOI) parts.push(tile.subarray(s.start, s.end));
  }
  parts.push(tile.subarray(own.at(-1)?.end ?? 2));
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function endOfTables(tables: Uint8Array): number {
  const n = tables.length;
  return tables[n - 2] === 0xff && tables[n - 1] === EOI ? n - 2 : n;
}

/** True where the platform decodes pictures itself (browsers and their workers, not Node). */
export const hasNativeDecoder = (): boolean =>
  typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function";

/** Decodes with the browser, to RGBA as stored: no colour management, no premultiplying, no EXIF turning. */
export async function decodeNative(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<{ widthPx: number; heightPx: number; rgba: Uint8ClampedArray }> {
  const bitmap = await createImageBitmap(new Blob([bytes], { type }), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
    imageOrientation: "none" as ImageOrientation,
  });
  const { width: widthPx, height: heightPx } = bitmap;
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no 2D canvas");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { widthPx, heightPx, rgba: context.getImageData(0, 0, widthPx, heightPx).data };
}

/** Decodes without a browser, by geotiff's JavaScript decoder: interleaved components, colour not converted. */
export async function decodePortable(
  tile: Uint8Array,
  tables: Uint8Array | undefined,
  frame: JpegFrame,
): Promise<Uint8Array> {
  const { getDecoder } = await import("geotiff");
  const decoder = await getDecoder(7, {
    tileWidth: frame.widthPx,
    tileHeight: frame.heightPx,
    predictor: 1,
    bitsPerSample: 8,
    planarConfiguration: 1,
    ...(tables ? { JPEGTables: tables } : {}),
  });
  return new Uint8Array(await decoder.decode(new Uint8Array(tile).buffer));
}

/** JFIF YCbCr to RGB in place over interleaved triples (ITU-R BT.601 full range, JFIF 1.02). */
export function convertYCbCr(out: Uint8Array): void {
  for (let i = 0; i + 2 < out.length; i += 3) {
    const y = out[i]!;
    const cb = out[i + 1]! - 128;
    const cr = out[i + 2]! - 128;
    out[i] = clampByte(y + 1.402 * cr);
    out[i + 1] = clampByte(y - 0.344136 * cb - 0.714136 * cr);
    out[i + 2] = clampByte(y + 1.772 * cb);
  }
}

const clampByte = (v: number): number => (v <= 0 ? 0 : v >= 255 ? 255 : Math.round(v));
