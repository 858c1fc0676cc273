import { open } from "node:fs/promises";
import { deflateSync } from "node:zlib";
import { BLOCK_PX, UM_PER_PX } from "./tissue.ts";

const TILE = 256;
/** The smallest level fits in a window. */
const SMALLEST = 512;

interface Level {
  readonly widthPx: number;
  readonly heightPx: number;
  /** (rows × columns) where each tile's bytes begin, and how many they are. */
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
}

/**
 * Writes a pyramidal BigTIFF (RGB, deflate, tiles of 256) that shows one block of tissue mirrored over and over: the
 * pattern's period is a whole number of tiles, so each different tile is stored once and its address repeated. A
 * gigapixel takes some tens of megabytes and memory for one period.
 */
export async function writeMosaic(
  path: string,
  rgb: Uint8Array,
  sizePx: number,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, "wx");
  try {
    let end = 16;
    const put = async (bytes: Uint8Array): Promise<number> => {
      signal.throwIfAborted();
      const at = end;
      for (let done = 0; done < bytes.length; ) {
        done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
      }
      end = Math.ceil((at + bytes.length) / 8) * 8;
      return at;
    };
    const levels: Level[] = [];
    let period = 2 * BLOCK_PX;
    let pixels = mirrored(rgb);
    for (let side = sizePx; ; side = Math.ceil(side / 2)) {
      levels.push(await writeLevel(pixels, period, side, put));
      if (side <= SMALLEST || period === 1) break;
      pixels = halved(pixels, period);
      period /= 2;
    }
    const first = await writeDirectories(levels, put, () => end);
    const head = new DataView(new ArrayBuffer(16));
    head.setUint32(0, 0x002b4949, true);
    head.setUint32(4, 8, true);
    head.setBigUint64(8, BigInt(first), true);
    await file.write(new Uint8Array(head.buffer), 0, 16, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Two blocks by two: as it is, mirrored right, mirrored down, and both. */
function mirrored(rgb: Uint8Array): Uint8Array {
  const period = 2 * BLOCK_PX;
  const out = new Uint8Array(period * period * 3);
  for (let y = 0; y < period; y++) {
    const fromY = y < BLOCK_PX ? y : period - 1 - y;
    for (let x = 0; x < period; x++) {
      const fromX = x < BLOCK_PX ? x : period - 1 - x;
      const from = (fromY * BLOCK_PX + fromX) * 3;
      const to = (y * period + x) * 3;
      out[to] = rgb[from]!;
      out[to + 1] = rgb[from + 1]!;
      out[to + 2] = rgb[from + 2]!;
    }
  }
  return out;
}

/** Means of two by two pixels, rounded. */
function halved(pixels: Uint8Array, period: number): Uint8Array {
  const half = period / 2;
  const out = new Uint8Array(half * half * 3);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (2 * y * period + 2 * x) * 3 + c;
        const below = at + period * 3;
        out[(y * half + x) * 3 + c] =
          (pixels[at]! + pixels[at + 3]! + pixels[below]! + pixels[below + 3]! + 2) >> 2;
      }
    }
  }
  return out;
}

async function writeLevel(
  pixels: Uint8Array,
  period: number,
  side: number,
  put: (bytes: Uint8Array) => Promise<number>,
): Promise<Level> {
  const tiles = Math.ceil(side / TILE);
  // Tiles of this many columns and rows are all different; then they begin again.
  const different = Math.max(1, period / TILE);
  const at = new Map<number, { readonly offset: number; readonly size: number }>();
  const offsets = new Float64Array(tiles * tiles);
  const sizes = new Uint32Array(tiles * tiles);
  for (let row = 0; row < tiles; row++) {
    for (let col = 0; col < tiles; col++) {
      const key = (row % different) * different + (col % different);
      let stored = at.get(key);
      if (!stored) {
        const bytes = deflateSync(tilePixels(pixels, period, col % different, row % different), { level: 6 });
        stored = { offset: await put(bytes), size: bytes.length };
        at.set(key, stored);
      }
      offsets[row * tiles + col] = stored.offset;
      sizes[row * tiles + col] = stored.size;
    }
  }
  return { widthPx: side, heightPx: side, offsets, sizes };
}

/** One tile's pixels, each row as differences from the pixel before (predictor 2). */
function tilePixels(pixels: Uint8Array, period: number, col: number, row: number): Uint8Array {
  const out = new Uint8Array(TILE * TILE * 3);
  for (let y = 0; y < TILE; y++) {
    const fromY = (row * TILE + y) % period;
    for (let x = 0; x < TILE; x++) {
      const from = (fromY * period + ((col * TILE + x) % period)) * 3;
      const to = (y * TILE + x) * 3;
      for (let c = 0; c < 3; c++) {
        const before = x === 0 ? 0 : pixels[(fromY * period + ((col * TILE + x - 1) % period)) * 3 + c]!;
        out[to + c] = pixels[from + c]! - before;
      }
    }
  }
  return out;
}

const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;
const ASCII = 2;
const LONG8 = 16;

/** One directory a level, the full one first, each pointing to the next. Returns the address of the first. */
async function writeDirectories(
  levels: readonly Level[],
  put: (bytes: Uint8Array) => Promise<number>,
  end: () => number,
): Promise<number> {
  const words =
    "Simulated chip: H&E pixels of CMU-1-Small-Region (CC0-1.0), one block mirrored over and over";
  const description = await put(new TextEncoder().encode(`${words}\0`));
  const bits = 8n | (8n << 16n) | (8n << 32n);
  const placed: { at: number; entries: readonly (readonly [number, number, number, bigint])[] }[] = [];
  for (const [index, level] of levels.entries()) {
    const count = level.offsets.length;
    const offsets = BigUint64Array.from(level.offsets, BigInt);
    const offsetsAt = await put(new Uint8Array(offsets.buffer));
    const sizesAt = await put(new Uint8Array(level.sizes.slice().buffer));
    // Pixels per centimetre of this level: the full one's, less by its reduction.
    const reduction = levels[0]!.widthPx / level.widthPx;
    const perCm = BigInt(Math.round((10_000 / UM_PER_PX / reduction) * 1000)) | (1000n << 32n);
    // A value of up to eight bytes stands in its entry.
    const inline = (values: number | bigint, many: number, bytes: number) =>
      many * bytes <= 8 ? values : null;
    const lone = (array: ArrayLike<number>, where: number, bytes: number) =>
      BigInt(inline(array[0]!, count, bytes) ?? where);
    placed.push({
      at: 0,
      entries: [
        [254, LONG, 1, BigInt(index === 0 ? 0 : 1)],
        [256, LONG, 1, BigInt(level.widthPx)],
        [257, LONG, 1, BigInt(level.heightPx)],
        [258, SHORT, 3, bits],
        [259, SHORT, 1, 8n],
        [262, SHORT, 1, 2n],
        ...(index === 0 ? [[270, ASCII, words.length + 1, BigInt(description)] as const] : []),
        [277, SHORT, 1, 3n],
        [282, RATIONAL, 1, perCm],
        [283, RATIONAL, 1, perCm],
        [284, SHORT, 1, 1n],
        [296, SHORT, 1, 3n],
        [317, SHORT, 1, 2n],
        [322, LONG, 1, BigInt(TILE)],
        [323, LONG, 1, BigInt(TILE)],
        [324, LONG8, count, lone(level.offsets, offsetsAt, 8)],
        [325, LONG, count, count === 2 ? twoLongs(level.sizes) : lone(level.sizes, sizesAt, 4)],
      ],
    });
  }
  let next = end();
  for (const directory of placed) {
    directory.at = next;
    next = Math.ceil((next + 8 + directory.entries.length * 20 + 8) / 8) * 8;
  }
  for (const [index, { entries }] of placed.entries()) {
    const bytes = new DataView(new ArrayBuffer(8 + entries.length * 20 + 8));
    bytes.setBigUint64(0, BigInt(entries.length), true);
    entries.forEach(([tag, type, count, value], i) => {
      const p = 8 + i * 20;
      bytes.setUint16(p, tag, true);
      bytes.setUint16(p + 2, type, true);
      bytes.setBigUint64(p + 4, BigInt(count), true);
      bytes.setBigUint64(p + 12, value, true);
    });
    bytes.setBigUint64(8 + entries.length * 20, BigInt(placed[index + 1]?.at ?? 0), true);
    await put(new Uint8Array(bytes.buffer));
  }
  return placed[0]!.at;
}

function twoLongs(sizes: Uint32Array): bigint {
  return BigInt(sizes[0]!) | (BigInt(sizes[1]!) << 32n);
}
