import { CentiscopeError } from "./errors.ts";

/** A picture under the wand: rows from the top, pixels from the left, channels interleaved. */
export interface WandRaster {
  readonly width: number;
  readonly height: number;
  /** 4: red, green, blue, alpha in 0–255; where alpha is 0 there is no picture. 1: one value; NaN is none. */
  readonly channels: 1 | 4;
  readonly data: Uint8Array | Uint8ClampedArray | Float32Array;
}

/** Pixels of the largest raster; a mask and a label of each are held. */
const MOST_PIXELS = 64 * 1024 * 1024;

/**
 * The pixels that hang together with (x, y), side by side, and whose value differs from that of the start by at most
 * `tolerance` in every channel (units of the raster). The start's value is the mean of the 3 × 3 pixels about it, so
 * that a speck of noise does not decide; the pixel (x, y) itself is always in. Mask 1 or 0, one per pixel.
 */
export function wandMask(raster: WandRaster, x: number, y: number, tolerance: number): Uint8Array {
  const { width, height } = raster;
  if (width * height > MOST_PIXELS) {
    throw new CentiscopeError("raster-too-large", { found: width * height, limit: MOST_PIXELS });
  }
  const mask = new Uint8Array(width * height);
  const [startX, startY] = [Math.floor(x), Math.floor(y)];
  if (startX < 0 || startY < 0 || startX >= width || startY >= height) return mask;
  const like = matcher(raster, startX, startY, tolerance);
  const stack = [startY * width + startX];
  const open = (pixel: number): boolean => mask[pixel] === 0 && like(pixel);
  mask[stack[0]!] = 1;
  for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
    const row = pixel - (pixel % width);
    let left = pixel;
    while (left > row && open(left - 1)) left -= 1;
    let right = pixel;
    while (right + 1 < row + width && open(right + 1)) right += 1;
    for (const next of [-width, width]) {
      let inRun = false;
      for (let at = left; at <= right; at++) {
        mask[at] = 1;
        const beside = at + next;
        const isOpen = beside >= 0 && beside < mask.length && open(beside);
        if (isOpen && !inRun) stack.push(beside);
        inRun = isOpen;
      }
    }
  }
  return mask;
}

function matcher(
  { width, height, channels, data }: WandRaster,
  x: number,
  y: number,
  tolerance: number,
): (pixel: number) => boolean {
  const hasPicture = (pixel: number): boolean =>
    channels === 4 ? data[pixel * 4 + 3] !== 0 : !Number.isNaN(data[pixel]);
  const shown = channels === 4 ? 3 : 1;
  const sums = new Float64Array(shown);
  let seen = 0;
  for (let py = Math.max(0, y - 1); py <= Math.min(height - 1, y + 1); py++) {
    for (let px = Math.max(0, x - 1); px <= Math.min(width - 1, x + 1); px++) {
      const pixel = py * width + px;
      if (!hasPicture(pixel)) continue;
      seen += 1;
      for (let c = 0; c < shown; c++) sums[c]! += data[pixel * channels + c]!;
    }
  }
  const mean = sums.map((sum) => sum / seen);
  return (pixel) => {
    if (!hasPicture(pixel)) return false;
    for (let c = 0; c < shown; c++) {
      if (!(Math.abs(data[pixel * channels + c]! - mean[c]!) <= tolerance)) return false;
    }
    return true;
  };
}
