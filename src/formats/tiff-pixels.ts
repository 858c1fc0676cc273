import type { Samples } from "./image-raw.ts";
import type { TiffDirectory } from "./tiff-directory.ts";

/** Where a decoded block's values come from. */
export interface BlockShape {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Samples interleaved in this block (1 when the file keeps planes apart). */
  readonly samples: number;
}

/** Bytes of one row of a block; rows of packed bits are padded to a byte. */
export const rowBytes = (d: TiffDirectory, shape: BlockShape): number =>
  Math.ceil((shape.widthPx * shape.samples * d.bitsPerSample) / 8);

/** Decoded bytes to values: byte order, predictor, packed bits, inverted grey. */
export function toSamples(
  bytes: Uint8Array,
  d: TiffDirectory,
  shape: BlockShape,
  littleEndian: boolean,
): Samples {
  if (d.bitsPerSample % 8 !== 0) return unpackBits(bytes, d, shape);
  const values = view(bytes, d, shape, littleEndian);
  if (d.predictor === 2) undoDifferences(values, shape);
  if (d.photometric === 0) invertGrey(values, d.bitsPerSample);
  return values;
}

function view(bytes: Uint8Array, d: TiffDirectory, shape: BlockShape, littleEndian: boolean): Samples {
  const size = d.bitsPerSample >> 3;
  const count = shape.widthPx * shape.heightPx * shape.samples;
  const raw = new Uint8Array(count * size);
  if (d.predictor === 3) undoFloatDifferences(bytes, raw, shape, size);
  else {
    raw.set(bytes.subarray(0, raw.length));
    if (size > 1 && !littleEndian) swapBytes(raw, size);
  }
  const buffer = raw.buffer;
  if (d.sampleFormat === 3) return size === 8 ? new Float64Array(buffer) : new Float32Array(buffer);
  const signed = d.sampleFormat === 2;
  if (size === 1) return signed ? new Int8Array(buffer) : raw;
  if (size === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
}

function swapBytes(out: Uint8Array, size: number): void {
  for (let i = 0; i < out.length; i += size) out.subarray(i, i + size).reverse();
}

/**
 * Horizontal differencing (TIFF 6.0 §14); typed-array stores wrap as the sums must. Of floats it is the bits that are
 * differenced, as integers (libtiff, GDAL).
 */
function undoDifferences(values: Samples, shape: BlockShape): void {
  const row = shape.widthPx * shape.samples;
  if (values instanceof Float64Array) {
    const bits = new BigUint64Array(values.buffer);
    for (let y = 0; y < shape.heightPx; y++) {
      const end = (y + 1) * row;
      for (let i = y * row + shape.samples; i < end; i++) bits[i] = bits[i]! + bits[i - shape.samples]!;
    }
    return;
  }
  const out = values instanceof Float32Array ? new Uint32Array(values.buffer) : values;
  for (let y = 0; y < shape.heightPx; y++) {
    const end = (y + 1) * row;
    for (let i = y * row + shape.samples; i < end; i++) out[i] = out[i]! + out[i - shape.samples]!;
  }
}

/** Floating-point predictor (TIFF Technical Note 3): byte planes, most significant first, differenced. */
function undoFloatDifferences(bytes: Uint8Array, out: Uint8Array, shape: BlockShape, size: number): void {
  const values = shape.widthPx * shape.samples;
  const row = values * size;
  for (let y = 0; y < shape.heightPx; y++) {
    const line = bytes.slice(y * row, (y + 1) * row);
    for (let i = shape.samples; i < line.length; i++) line[i] = line[i]! + line[i - shape.samples]!;
    for (let v = 0; v < values; v++) {
      for (let b = 0; b < size; b++) out[y * row + v * size + size - 1 - b] = line[b * values + v] ?? 0;
    }
  }
}

/** Where zero is white: black becomes zero. */
export function invertGrey(out: Samples, bits: number): void {
  if (out instanceof Uint8Array || out instanceof Uint16Array || out instanceof Uint32Array) {
    const top = 2 ** bits - 1;
    for (let i = 0; i < out.length; i++) out[i] = top - out[i]!;
  }
}

/** Grey of fewer than 8 bits to bytes 0–255, palette indices as they are; 9 to 15 bits to values as stored. */
function unpackBits(bytes: Uint8Array, d: TiffDirectory, shape: BlockShape): Uint8Array | Uint16Array {
  const bits = d.bitsPerSample;
  const top = (1 << bits) - 1;
  const scale = d.photometric === 3 || bits > 8 ? 1 : 255 / top;
  const stride = rowBytes(d, shape);
  const row = shape.widthPx * shape.samples;
  const out = new (bits > 8 ? Uint16Array : Uint8Array)(row * shape.heightPx);
  for (let y = 0; y < shape.heightPx; y++) {
    for (let i = 0; i < row; i++) {
      const bit = i * bits;
      const at = y * stride + (bit >> 3);
      // 15 bits from the last of a byte end in the third.
      const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      const value = (three >> (24 - bits - (bit & 7))) & top;
      out[y * row + i] = Math.round((d.photometric === 0 ? top - value : value) * scale);
    }
  }
  return out;
}

/** Palette indices to RGB; the colour map holds 2^bits reds, greens, blues of 16 bits (TIFF 6.0 §5). */
export function applyPalette(indices: Samples, palette: readonly number[], bits: number): Uint8Array {
  const size = 1 << bits;
  const out = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    for (let c = 0; c < 3; c++) out[3 * i + c] = (palette[c * size + index] ?? 0) >> 8;
  }
  return out;
}
