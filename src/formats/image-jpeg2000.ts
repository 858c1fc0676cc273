import { convertYCbCr } from "./image-jpeg.ts";
import type { RawTile } from "./image-raw.ts";
import { nodeBuiltin } from "./node-builtin.ts";

type Engine = Awaited<ReturnType<typeof import("@cornerstonejs/codec-openjpeg/decodewasmjs")["default"]>>;

/** What the SIZ marker says of a codestream (ISO/IEC 15444-1 A.5.1). */
export interface Jpeg2000Frame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly components: number;
  readonly bits: number;
  readonly signed: boolean;
  /** True when a component has fewer samples than the image has pixels. */
  readonly subsampled: boolean;
}

/** SOC and SIZ lie at the front of a codestream; of a JP2 file within its first boxes. */
const SEARCHED = 4096;

/** Undefined when there is no SIZ marker, or what it says is no image. */
export function parseJpeg2000Frame(bytes: Uint8Array): Jpeg2000Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const last = Math.min(SEARCHED, bytes.length - 44);
  while (at < last && view.getUint32(at) !== 0xff4fff51) at++;
  if (at >= last) return undefined;
  const siz = at + 4;
  const components = view.getUint16(siz + 36);
  if (components === 0 || siz + 38 + 3 * components > bytes.length) return undefined;
  const ofComponents = Array.from({ length: components }, (_, k) => ({
    depth: view.getUint8(siz + 38 + 3 * k),
    apart: Math.max(view.getUint8(siz + 39 + 3 * k), view.getUint8(siz + 40 + 3 * k)),
  }));
  const depth = ofComponents[0]!.depth;
  if (ofComponents.some((one) => one.depth !== depth || one.apart === 0)) return undefined;
  return {
    widthPx: view.getUint32(siz + 4) - view.getUint32(siz + 12),
    heightPx: view.getUint32(siz + 8) - view.getUint32(siz + 16),
    components,
    bits: (depth & 0x7f) + 1,
    signed: (depth & 0x80) !== 0,
    subsampled: ofComponents.some(({ apart }) => apart > 1),
  };
}

/**
 * Decodes a codestream to values as stored, 8 bits of 9 to 16 in two bytes; of `ycc` to RGB (BT.601, full range).
 * Subsampled colours are YCbCr, which OpenJPEG itself makes RGB. Throws where the data are damaged, or more than
 * the frame that was checked.
 */
export async function decodeJpeg2000(
  bytes: Uint8Array,
  frame: Jpeg2000Frame,
  ycc: boolean,
): Promise<RawTile> {
  const { J2KDecoder } = await engine();
  const decoder = new J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    // What could not be decoded has no size.
    if (width !== frame.widthPx || height !== frame.heightPx || componentCount !== frame.components)
      throw new Error("damaged JPEG 2000 data");
    const decoded = decoder.getDecodedBuffer();
    const copy = new Uint8Array(decoded);
    const data = frame.bits > 8 ? new Uint16Array(copy.buffer) : copy;
    if (ycc && componentCount === 3 && !frame.subsampled && data instanceof Uint8Array) convertYCbCr(data);
    return { widthPx: width, heightPx: height, samples: componentCount, data };
  } finally {
    decoder.delete();
  }
}

let loading: Promise<Engine> | undefined;

/** OpenJPEG (320 kB), loaded for the first tile that needs it. */
function engine(): Promise<Engine> {
  loading ??= load().catch((thrown) => {
    loading = undefined;
    throw thrown;
  });
  return loading;
}

async function load(): Promise<Engine> {
  const { default: create } = await import("@cornerstonejs/codec-openjpeg/decodewasmjs");
  const quiet = { print: () => undefined, printErr: () => undefined };
  return create({ ...quiet, wasmBinary: await wasm() });
}

async function wasm(): Promise<Uint8Array> {
  const fs = nodeBuiltin<{ readFileSync(path: string): Uint8Array }>("node:fs");
  if (fs) {
    const node = nodeBuiltin<{ createRequire(from: string): { resolve(id: string): string } }>("node:module");
    return fs.readFileSync(
      node?.createRequire(import.meta.url).resolve("@cornerstonejs/codec-openjpeg/decodewasm") ?? "",
    );
  }
  const { default: url } = await import("@cornerstonejs/codec-openjpeg/decodewasm?url");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
