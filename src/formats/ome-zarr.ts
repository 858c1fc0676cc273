import * as zarr from "zarrita";
import { CentiscopeError, isAbort } from "../core/errors.ts";
import { groupAttributes, type Multiscale, parseMultiscale } from "../core/ome-zarr.ts";
import type { FileTree } from "../io/file-tree.ts";
import type { ImageInfo, ImageLevel } from "../io/image-source.ts";
import { SharedCache } from "./image-cache.ts";
import { type RawImage, type RawTile, type Samples, samplesLike, tileBox } from "./image-raw.ts";
import { isRecord, readJson } from "./json-file.ts";
import { describeZarrChannels, isSampleType, type SampleType } from "./ome-zarr-channels.ts";
import { zarrTreeStore } from "./zarr-tree-store.ts";

/** Decoded chunks kept: several tiles, and all channels of one, often lie in one. */
const CHUNK_CACHE_BYTES = 96 * 2 ** 20;
/** A chunk is decoded whole: larger ones would take the memory of the page. */
const MOST_CHUNK_BYTES = 2 ** 28;
/** Chunks between these sides are tiles as they are; others are put together, or cut, to about `TILE_PX`. */
const LEAST_TILE_PX = 128;
const MOST_TILE_PX = 1024;
const TILE_PX = 512;

type Level = zarr.Array<SampleType, zarr.AsyncReadable>;
type Chunk = { readonly data: Samples; readonly stride: readonly number[] };

/** Where the dimensions lie in the arrays; null for those that there are not. */
interface Dimensions {
  readonly x: number;
  readonly y: number;
  readonly c: number | null;
  readonly z: number | null;
}

/**
 * Opens an OME-Zarr image (NGFF 0.1–0.5, zarr v2 and v3, sharded or not) by the group's `metadata` file in `tree`, which
 * is `.zattrs` or `zarr.json`. Of a stack the middle plane is shown, of times the first. Throws `zarr-image-invalid` for
 * metadata that make no image, `zarr-image-unsupported` for what cannot be drawn.
 */
export async function openOmeZarr(tree: FileTree, metadata: string, signal?: AbortSignal): Promise<RawImage> {
  const file = tree.name;
  const invalid = (detail: string, cause?: unknown) =>
    new CentiscopeError("zarr-image-invalid", { file, detail }, { cause });
  const attributes = groupAttributes(await readJson(tree.open(metadata), signal));
  const image = parseMultiscale(attributes);
  if (typeof image === "string") throw invalid(image);
  const root = zarr.root(zarrTreeStore(tree));
  const open = metadata === "zarr.json" ? zarr.open.v3 : zarr.open.v2;
  const arrays = await Promise.all(
    image.datasets.map(async ({ path }) => {
      try {
        return await open(root.resolve(path), { kind: "array", ...(signal && { signal }) });
      } catch (thrown) {
        if (isAbort(thrown) || thrown instanceof CentiscopeError) throw thrown;
        throw invalid(`${path}: ${thrown instanceof Error ? thrown.message : thrown}`, thrown);
      }
    }),
  );
  return new OmeZarrImage(file, image, checkLevels(arrays, image, file));
}

/** The levels, finest first. */
function checkLevels(arrays: readonly zarr.Array<zarr.DataType>[], image: Multiscale, file: string): Level[] {
  const invalid = (detail: string) => new CentiscopeError("zarr-image-invalid", { file, detail });
  const unsupported = (detail: string) => new CentiscopeError("zarr-image-unsupported", { file, detail });
  const [x, c] = [image.axes.indexOf("x"), image.axes.indexOf("c")];
  const levels = arrays.map((array, i) => {
    const at = image.datasets[i]!.path;
    const whole = [...array.shape, ...array.chunks].every((n) => Number.isInteger(n) && n > 0);
    if (!whole || array.shape.length !== image.axes.length || array.chunks.length !== array.shape.length) {
      throw invalid(`${at}: shape ${array.shape.join(" × ")}, chunks ${array.chunks.join(" × ")}`);
    }
    if (!isSampleType(array.dtype)) throw unsupported(`${array.dtype}`);
    const values = array.chunks.reduce((product, n) => product * n, 1);
    const bytes = values * Number(/\d+/.exec(array.dtype)?.[0]) * 0.125;
    if (bytes > MOST_CHUNK_BYTES) throw unsupported(`chunks ${array.chunks.join(" × ")}`);
    return array as Level;
  });
  levels.sort((a, b) => b.shape[x]! - a.shape[x]!);
  const [finest] = levels;
  for (const level of levels) {
    const alike = level.dtype === finest!.dtype && (c < 0 || level.shape[c] === finest!.shape[c]);
    if (!alike) throw invalid("levels of several kinds");
  }
  return levels;
}

class OmeZarrImage implements RawImage {
  readonly info: ImageInfo;
  readonly places: RawImage["places"];
  readonly alpha = false;
  readonly #file: string;
  readonly #levels: readonly Level[];
  readonly #at: Dimensions;
  readonly #chunks = new SharedCache<Chunk>(CHUNK_CACHE_BYTES, ({ data }) => data.byteLength);

  constructor(file: string, image: Multiscale, levels: readonly Level[]) {
    const place = (name: string): number | null => {
      const found = image.axes.indexOf(name);
      return found < 0 ? null : found;
    };
    const at = { x: image.axes.indexOf("x"), y: image.axes.indexOf("y"), c: place("c"), z: place("z") };
    const finest = levels[0]!;
    const [widthPx, heightPx] = [finest.shape[at.x]!, finest.shape[at.y]!];
    const sizeOf = (name: string): number => finest.shape[place(name) ?? -1] ?? 1;
    const described = describeZarrChannels(image.channels, finest.dtype, sizeOf("c"), file);
    const warnings = [...described.warnings];
    if (sizeOf("z") > 1 || sizeOf("t") > 1) {
      warnings.push({ code: "image-middle-picked", params: { file, z: sizeOf("z"), t: sizeOf("t") } });
    }
    const scale = image.datasets.find(({ path }) => finest.path === `/${path}`)?.scale;
    const [unitY, unitX] = image.umPerUnit;
    const stated = scale && unitX !== null && unitY !== null;
    this.#file = file;
    this.#levels = levels;
    this.#at = at;
    this.places = described.places;
    this.info = {
      name: file,
      widthPx,
      heightPx,
      levels: levels.map((level) => levelOf(level, at, widthPx)),
      umPerPx: stated ? [scale[at.x]! * unitX, scale[at.y]! * unitY] : null,
      magnification: null,
      kind: described.kind,
      channels: described.channels,
      format: "OME-Zarr",
      warnings,
    };
  }

  async readTile(
    level: number,
    col: number,
    row: number,
    plane: number,
    signal?: AbortSignal,
  ): Promise<RawTile> {
    const array = this.#levels[level];
    const size = this.info.levels[level];
    if (!array || !size) throw new RangeError(`no level ${level}`);
    const { x: x0, y: y0, widthPx, heightPx } = tileBox(size, col, row);
    // Colour is read at once, a channel by itself.
    const channels = this.info.kind === "rgb" ? [0, 1, 2] : [plane];
    const tile = new TileFill(widthPx, heightPx, channels.length);
    const { x, y } = this.#at;
    const [chunkX, chunkY] = [array.chunks[x]!, array.chunks[y]!];
    const work: Promise<void>[] = [];
    for (const [sample, channel] of channels.entries()) {
      for (let cy = Math.floor(y0 / chunkY); cy * chunkY < y0 + heightPx; cy++) {
        for (let cx = Math.floor(x0 / chunkX); cx * chunkX < x0 + widthPx; cx++) {
          work.push(
            this.#chunk(level, cx, cy, channel, signal).then(({ chunk, from }) =>
              tile.take(chunk, from, [chunk.stride[x]!, chunk.stride[y]!], sample, {
                x0: cx * chunkX - x0,
                y0: cy * chunkY - y0,
                x1: (cx + 1) * chunkX - x0,
                y1: (cy + 1) * chunkY - y0,
              }),
            ),
          );
        }
      }
    }
    await Promise.all(work);
    return { widthPx, heightPx, samples: channels.length, data: tile.data };
  }

  close(): void {
    this.#chunks.clear();
  }

  /** A chunk, and the place in it of the first value of the channel's plane. */
  async #chunk(level: number, cx: number, cy: number, channel: number, signal: AbortSignal | undefined) {
    const array = this.#levels[level]!;
    const { x, y, c, z } = this.#at;
    const index = array.shape.map((size, i) => {
      if (i === c) return channel;
      return i === z ? size >> 1 : 0;
    });
    const at = index.map((place, i) => {
      if (i === x) return cx;
      return i === y ? cy : Math.floor(place / array.chunks[i]!);
    });
    const chunk = await this.#chunks.get(
      `${level}/${at}`,
      (shared) => this.#decode(array, at, shared),
      signal,
    );
    const from = index.reduce(
      (sum, place, i) => (i === x || i === y ? sum : sum + (place % array.chunks[i]!) * chunk.stride[i]!),
      0,
    );
    return { chunk, from };
  }

  async #decode(array: Level, at: readonly number[], signal: AbortSignal): Promise<Chunk> {
    try {
      const { data, stride } = await array.getChunk([...at], { signal });
      return { data: data as Samples, stride };
    } catch (thrown) {
      if (isAbort(thrown) || thrown instanceof CentiscopeError) throw thrown;
      const { cause } = thrown as { readonly cause?: unknown };
      if (cause instanceof CentiscopeError) throw cause;
      const detail =
        isRecord(cause) || cause instanceof Error ? String((cause as Error).message) : String(thrown);
      const params = { file: this.#file, chunk: `${array.path.slice(1)}: ${at.join(", ")}`, detail };
      throw new CentiscopeError("zarr-image-chunk", params, { cause: thrown });
    }
  }
}

/** Values of a tile as its chunks arrive, in the arrays' own type. */
class TileFill {
  #data: Samples | undefined;
  readonly #widthPx: number;
  readonly #heightPx: number;
  readonly #samples: number;

  constructor(widthPx: number, heightPx: number, samples: number) {
    this.#widthPx = widthPx;
    this.#heightPx = heightPx;
    this.#samples = samples;
  }

  get data(): Samples {
    if (!this.#data) throw new Error("a tile of no chunk");
    return this.#data;
  }

  /** The part of a chunk that lies in the tile; `box` is the chunk's, px of the tile, `from` its first value. */
  take(
    { data }: Chunk,
    from: number,
    [strideX, strideY]: readonly [x: number, y: number],
    sample: number,
    box: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number },
  ): void {
    this.#data ??= samplesLike(data, this.#widthPx * this.#heightPx * this.#samples);
    const out = this.#data;
    const [left, right] = [Math.max(0, box.x0), Math.min(this.#widthPx, box.x1)];
    for (let y = Math.max(0, box.y0); y < Math.min(this.#heightPx, box.y1); y++) {
      let source = from + (y - box.y0) * strideY + (left - box.x0) * strideX;
      const to = (y * this.#widthPx + left) * this.#samples + sample;
      if (strideX === 1 && this.#samples === 1) {
        out.set(data.subarray(source, source + right - left), to);
        continue;
      }
      for (let x = left, place = to; x < right; x++, source += strideX, place += this.#samples) {
        out[place] = data[source]!;
      }
    }
  }
}

function levelOf({ shape, chunks }: Level, at: Dimensions, fullWidthPx: number): ImageLevel {
  const [widthPx, heightPx] = [shape[at.x]!, shape[at.y]!];
  return {
    widthPx,
    heightPx,
    tileWidthPx: tileSide(chunks[at.x]!),
    tileHeightPx: tileSide(chunks[at.y]!),
    downsample: fullWidthPx / widthPx,
  };
}

function tileSide(chunk: number): number {
  if (chunk > MOST_TILE_PX) return TILE_PX;
  return chunk >= LEAST_TILE_PX ? chunk : chunk * Math.ceil(TILE_PX / chunk);
}
