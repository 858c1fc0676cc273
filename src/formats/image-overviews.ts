import { CentiscopeError } from "../core/errors.ts";
import type { ImageLevel } from "../io/image-source.ts";
import type { SharedCache } from "./image-cache.ts";
import { type ChannelPlace, copyRect, type RawImage, type RawTile, samplesLike } from "./image-raw.ts";

/** Overviews are made until the image fits one tile of this size. */
const TILE_PX = 512;
/** A gap of this factor or more between stored levels is filled by halving the finer one. */
const WIDE_GAP = 3;
/** Making overviews reads the smallest stored level whole; above this it would take too long. */
export const MAX_UNPYRAMIDED_PX = 1 << 28;

interface Step {
  /** Stored level, or −1 for one made from the step before it. */
  readonly stored: number;
  readonly level: ImageLevel;
}

/** Stored levels with halved ones between and below them, finest first. */
export function planLevels(stored: readonly ImageLevel[]): Step[] {
  const steps: Step[] = [];
  for (const [index, level] of stored.entries()) {
    steps.push({ stored: index, level });
    const next = stored[index + 1];
    let last = level;
    const more = () =>
      next ? next.downsample / last.downsample >= WIDE_GAP : Math.max(last.widthPx, last.heightPx) > TILE_PX;
    while (more()) {
      last = {
        widthPx: Math.ceil(last.widthPx / 2),
        heightPx: Math.ceil(last.heightPx / 2),
        tileWidthPx: TILE_PX,
        tileHeightPx: TILE_PX,
        downsample: last.downsample * 2,
      };
      steps.push({ stored: -1, level: last });
    }
  }
  return steps;
}

/** Serves an image with the levels that its pyramid lacks, each pixel the mean of the 2 × 2 it covers. */
export function withOverviews(image: RawImage, cache: SharedCache<RawTile>): RawImage {
  const smallest = image.info.levels.at(-1);
  if (smallest && smallest.widthPx * smallest.heightPx > MAX_UNPYRAMIDED_PX) {
    const { name: file, widthPx: width, heightPx: height } = image.info;
    throw new CentiscopeError("image-no-pyramid", { file, width, height });
  }
  return new OverviewImage(image, cache);
}

class OverviewImage implements RawImage {
  readonly info: RawImage["info"];
  readonly places: readonly ChannelPlace[];
  readonly alpha: boolean;
  readonly #image: RawImage;
  readonly #steps: readonly Step[];
  readonly #cache: SharedCache<RawTile>;

  constructor(image: RawImage, cache: SharedCache<RawTile>) {
    this.#image = image;
    this.#steps = planLevels(image.info.levels);
    this.#cache = cache;
    this.places = image.places;
    this.alpha = image.alpha;
    this.info = { ...image.info, levels: this.#steps.map((s) => s.level) };
  }

  readTile(level: number, col: number, row: number, plane: number, signal?: AbortSignal): Promise<RawTile> {
    const step = this.#steps[level];
    if (!step) throw new RangeError(`no level ${level}`);
    if (step.stored >= 0) return this.#image.readTile(step.stored, col, row, plane, signal);
    const key = `overview/${level}/${plane}/${col}/${row}`;
    return this.#cache.get(key, (s) => this.#halve(level, col, row, plane, s), signal);
  }

  close(): void {
    this.#image.close();
  }

  async #halve(level: number, col: number, row: number, plane: number, signal: AbortSignal) {
    const finer = this.#steps[level - 1]!;
    const x = col * TILE_PX * 2;
    const y = row * TILE_PX * 2;
    const { widthPx: fullW, heightPx: fullH, tileWidthPx: tw, tileHeightPx: th } = finer.level;
    const widthPx = Math.min(TILE_PX * 2, fullW - x);
    const heightPx = Math.min(TILE_PX * 2, fullH - y);
    let window: RawTile | undefined;
    const read = async (c: number, r: number) => {
      const tile = await this.readTile(level - 1, c, r, plane, signal);
      window ??= {
        widthPx,
        heightPx,
        samples: tile.samples,
        data: samplesLike(tile.data, widthPx * heightPx * tile.samples),
      };
      const x0 = Math.max(c * tw, x);
      const y0 = Math.max(r * th, y);
      const w = Math.min(c * tw + tile.widthPx, x + widthPx) - x0;
      const h = Math.min(r * th + tile.heightPx, y + heightPx) - y0;
      copyRect(tile, x0 - c * tw, y0 - r * th, window, x0 - x, y0 - y, w, h);
    };
    for (let r = Math.floor(y / th); r * th < y + heightPx; r++) {
      const reads: Promise<void>[] = [];
      for (let c = Math.floor(x / tw); c * tw < x + widthPx; c++) {
        reads.push(read(c, r));
        // Made levels one by one, depth first: memory stays at a few tiles a level, however large the image.
        if (finer.stored < 0) await reads.at(-1);
      }
      await Promise.all(reads);
    }
    if (!window) throw new RangeError(`no tile ${col}, ${row} in level ${level}`);
    return halveTile(window);
  }
}

/** Means of 2 × 2 pixels; at odd edges of the pixels there are. Integers round half up. */
export function halveTile(tile: RawTile): RawTile {
  const widthPx = Math.ceil(tile.widthPx / 2);
  const heightPx = Math.ceil(tile.heightPx / 2);
  const n = tile.samples;
  const data = samplesLike(tile.data, widthPx * heightPx * n);
  const round = tile.data instanceof Float32Array || tile.data instanceof Float64Array ? 0 : 0.5;
  const from = tile.data;
  for (let y = 0; y < heightPx; y++) {
    const top = 2 * y * tile.widthPx;
    const below = 2 * y + 1 < tile.heightPx ? top + tile.widthPx : top;
    for (let x = 0; x < widthPx; x++) {
      const left = 2 * x;
      const right = left + 1 < tile.widthPx ? left + 1 : left;
      for (let s = 0; s < n; s++) {
        const sum =
          from[(top + left) * n + s]! +
          from[(top + right) * n + s]! +
          from[(below + left) * n + s]! +
          from[(below + right) * n + s]!;
        const mean = sum / 4 + round;
        data[(y * widthPx + x) * n + s] = round === 0 ? mean : Math.floor(mean);
      }
    }
  }
  return { widthPx, heightPx, samples: n, data };
}
