import { SharedCache } from "../../formats/image-cache.ts";
import type { RawTile } from "../../formats/image-raw.ts";
import { openTiff } from "../../formats/tiff.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import { gaussianBlur } from "./gaussian-blur.ts";

/** The square that is cut out of the slide and repeated, mirrored, over the chip: eight tiles of 256 along a side. */
export const BLOCK_PX = 2048;
/** Of the slide, as it states; spots stand 0.5 µm apart. */
export const UM_PER_PX = 0.499;
export const PITCH_UM = 0.5;

const DIFFUSION_UM = 1.5;
const NUCLEUS_UM = 8;
const SURROUNDINGS_UM = 25;
/** Optical-density vectors of haematoxylin and eosin (Ruifrok & Johnston 2001), as `samples/stains.py` has them. */
const HAEMATOXYLIN = [0.65, 0.704, 0.286] as const;
const EOSIN = [0.072, 0.99, 0.105] as const;

/** A block of real tissue: its pixels, and the density that each compartment's genes follow. */
export interface Tissue {
  /** (BLOCK_PX², 3) RGB. */
  readonly rgb: Uint8Array;
  /** Of nuclei, stroma and all tissue: (BLOCK_PX²,) each, ≥ 0. */
  readonly densities: readonly [Float32Array, Float32Array, Float32Array];
}

/** Cuts the block out of the middle of a slide and separates its stains, by the method of `samples/`. */
export async function readTissue(slide: ByteSource, signal: AbortSignal): Promise<Tissue> {
  const cache = new SharedCache<RawTile>(1 << 26, (tile) => tile.data.byteLength);
  const image = await openTiff(slide, cache, signal);
  const { widthPx, heightPx, levels } = image.info;
  const left = Math.floor((widthPx - BLOCK_PX) / 2);
  const top = Math.floor((heightPx - BLOCK_PX) / 2);
  const rgb = new Uint8Array(BLOCK_PX * BLOCK_PX * 3);
  const { tileWidthPx, tileHeightPx } = levels[0]!;
  for (let row = Math.floor(top / tileHeightPx); row * tileHeightPx < top + BLOCK_PX; row++) {
    for (let col = Math.floor(left / tileWidthPx); col * tileWidthPx < left + BLOCK_PX; col++) {
      const tile = await image.readTile(0, col, row, 0, signal);
      copyTile(tile, col * tileWidthPx - left, row * tileHeightPx - top, rgb);
    }
  }
  image.close();
  return { rgb, densities: compartments(rgb) };
}

function copyTile(tile: RawTile, x0: number, y0: number, rgb: Uint8Array): void {
  const { widthPx, heightPx, data } = tile;
  const planes = data.length / (widthPx * heightPx);
  for (let y = Math.max(0, -y0); y < heightPx && y0 + y < BLOCK_PX; y++) {
    for (let x = Math.max(0, -x0); x < widthPx && x0 + x < BLOCK_PX; x++) {
      const to = ((y0 + y) * BLOCK_PX + x0 + x) * 3;
      const from = (y * widthPx + x) * planes;
      for (let c = 0; c < 3; c++) rgb[to + c] = Number(data[from + c]);
    }
  }
}

/** The three densities: see `samples/simulate_stereo_seq.py`, whose text explains each. */
function compartments(rgb: Uint8Array): Tissue["densities"] {
  const count = BLOCK_PX * BLOCK_PX;
  const { haematoxylin, eosin, tissue } = separated(rgb);
  const smooth = (field: Float32Array, sigmaUm: number) =>
    gaussianBlur(field, BLOCK_PX, BLOCK_PX, sigmaUm / UM_PER_PX);
  const unit = (field: Float32Array) => {
    const most = percentile95(field, tissue) || 1;
    return field.map((value) => Math.min(1, Math.max(0, value / most)));
  };
  const most = percentile95(haematoxylin, tissue);
  const stain = haematoxylin.map((value) => Math.min(value, most));
  const fine = smooth(stain, DIFFUSION_UM);
  const coarse = smooth(stain, NUCLEUS_UM);
  const nuclear = unit(fine.map((value, i) => value - coarse[i]!));
  const around = unit(smooth(stain, SURROUNDINGS_UM));
  const stroma = unit(smooth(eosin, DIFFUSION_UM));
  const body = smooth(tissue, DIFFUSION_UM);
  const made = [new Float32Array(count), new Float32Array(count), new Float32Array(count)] as const;
  for (let i = 0; i < count; i++) {
    made[0][i] = body[i]! * (0.03 + nuclear[i]!) * around[i]! ** 2;
    made[1][i] = body[i]! * stroma[i]! * (1 - around[i]!) ** 4;
    made[2][i] = body[i]! * (0.2 + nuclear[i]!);
  }
  return made;
}

/** Amounts of the two stains by colour deconvolution, and where tissue is (1). */
function separated(rgb: Uint8Array) {
  const count = rgb.length / 3;
  const white = [0, 1, 2].map((channel) => median(rgb, channel));
  const unit = (v: readonly number[]) => v.map((value) => value / Math.hypot(...v));
  const [h, e] = [unit(HAEMATOXYLIN), unit(EOSIN)] as [number[], number[]];
  const r = unit([
    h[1]! * e[2]! - h[2]! * e[1]!,
    h[2]! * e[0]! - h[0]! * e[2]!,
    h[0]! * e[1]! - h[1]! * e[0]!,
  ]);
  const inverse = inverted([h, e, r]);
  const haematoxylin = new Float32Array(count);
  const eosin = new Float32Array(count);
  const tissue = new Float32Array(count);
  const density = white.map((most) =>
    Float64Array.from({ length: 256 }, (_, value) => Math.max(0, -Math.log10((value + 1) / (most + 1)))),
  );
  const [reds, greens, blues] = density as [Float64Array, Float64Array, Float64Array];
  const [hr, hg, hb] = inverse.map((row) => row[0]) as [number, number, number];
  const [er, eg, eb] = inverse.map((row) => row[1]) as [number, number, number];
  for (let i = 0; i < count; i++) {
    const red = reds[rgb[3 * i]!]!;
    const green = greens[rgb[3 * i + 1]!]!;
    const blue = blues[rgb[3 * i + 2]!]!;
    // Surgical ink is green: it takes most of the red light.
    if (red > green * 1.15) continue;
    haematoxylin[i] = Math.max(0, red * hr + green * hg + blue * hb);
    eosin[i] = Math.max(0, red * er + green * eg + blue * eb);
    tissue[i] = (red + green + blue) / 3 > 0.05 ? 1 : 0;
  }
  return { haematoxylin, eosin, tissue };
}

function median(rgb: Uint8Array, channel: number): number {
  const histogram = new Uint32Array(256);
  for (let i = channel; i < rgb.length; i += 3) histogram[rgb[i]!]!++;
  let left = rgb.length / 6;
  for (let value = 0; value < 256; value++) {
    left -= histogram[value]!;
    if (left <= 0) return value;
  }
  return 255;
}

/** Of every 16th pixel of tissue: a quarter of a million tell it to a thousandth. */
function percentile95(field: Float32Array, where: Float32Array): number {
  const values = field.filter((_, i) => i % 16 === 0 && where[i]! > 0).sort();
  return values[Math.floor(values.length * 0.95)] ?? 0;
}

/** Inverse of a 3 × 3 matrix given by its rows. */
function inverted(m: readonly (readonly number[])[]): number[][] {
  const [a, b, c] = m as [readonly number[], readonly number[], readonly number[]];
  const cross = (u: readonly number[], v: readonly number[]) => [
    u[1]! * v[2]! - u[2]! * v[1]!,
    u[2]! * v[0]! - u[0]! * v[2]!,
    u[0]! * v[1]! - u[1]! * v[0]!,
  ];
  const columns = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = a[0]! * columns[0]![0]! + a[1]! * columns[0]![1]! + a[2]! * columns[0]![2]!;
  return [0, 1, 2].map((row) => columns.map((column) => column[row]! / determinant));
}
