import { addChannel, drawColour, suggestLimits } from "../src/core/contrast.ts";
import { CentiscopeError } from "../src/core/errors.ts";
import { foreignImage } from "../src/core/foreign-image.ts";
import { sniffImage } from "../src/core/image-sniff.ts";
import { SharedCache } from "../src/formats/image-cache.ts";
import { withOverviews } from "../src/formats/image-overviews.ts";
import { openPicture } from "../src/formats/image-picture.ts";
import { type RawImage, type RawTile, tileBox } from "../src/formats/image-raw.ts";
import { joinImages } from "../src/formats/joined-image.ts";
import { openTiff } from "../src/formats/tiff.ts";
import type { ByteSource } from "../src/io/byte-source.ts";
import type { FileTree } from "../src/io/file-tree.ts";
import type { ChannelView, ImageChannel, ImageInfo } from "../src/io/image-source.ts";

/** Raw tiles kept per image and worker, so that a change of contrast fetches and decodes nothing. */
const CACHE_BYTES = 192 << 20;
/** Contrast limits are suggested from at most this many tiles of the smallest stored level. */
const LIMIT_TILES = 9;

/** An opened image that draws tiles as RGBA. */
export interface DecodedImage {
  readonly info: ImageInfo;
  /** RGBA of one tile, row-major, alpha not premultiplied. */
  draw(
    level: number,
    col: number,
    row: number,
    views: readonly ChannelView[],
    signal?: AbortSignal,
  ): Promise<{
    readonly widthPx: number;
    readonly heightPx: number;
    readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  }>;
  close(): void;
}

/**
 * Opens whatever the first bytes say: a TIFF of any kind, PNG, JPEG or WebP. The channels of `more`, TIFFs of the same
 * picture, follow those of a TIFF.
 */
export async function openDecodedImage(
  source: ByteSource,
  signal?: AbortSignal,
  more: readonly ByteSource[] = [],
): Promise<DecodedImage> {
  const cache = tileCache();
  const head = await source.read(0, Math.min(512, await source.size(signal)), signal);
  const foreign = foreignImage(source.name, head);
  if (foreign) throw new CentiscopeError(foreign.code, { file: source.name, format: foreign.format });
  const format = sniffImage(head);
  if (format === undefined || format === "dzi" || format === "iiif") {
    throw new CentiscopeError("image-unknown", { file: source.name });
  }
  const stored =
    format === "tiff" ? await openStains(source, more, cache, signal) : await openPicture(source, signal);
  return decoded(stored, cache, signal);
}

/** Opens an OME-Zarr image by the metadata file of its group, the folder `tree`. */
export async function openDecodedZarr(
  tree: FileTree,
  metadata: string,
  signal?: AbortSignal,
): Promise<DecodedImage> {
  const { openOmeZarr } = await import("../src/formats/ome-zarr.ts");
  return decoded(await openOmeZarr(tree, metadata, signal), tileCache(), signal);
}

const tileCache = (): SharedCache<RawTile> => new SharedCache(CACHE_BYTES, (tile) => tile.data.byteLength);

async function decoded(
  stored: RawImage,
  cache: SharedCache<RawTile>,
  signal: AbortSignal | undefined,
): Promise<DecodedImage> {
  const image = withOverviews(stored, cache);
  const channels = await withLimits(stored, signal);
  const info: ImageInfo = { ...image.info, channels };
  return {
    info,
    draw: (level, col, row, views, s) => drawTile(image, info, level, col, row, views, s),
    close: () => image.close(),
  };
}

/** A TIFF with the channels of others; of those that cannot be joined it is said which. */
async function openStains(
  source: ByteSource,
  more: readonly ByteSource[],
  cache: SharedCache<RawTile>,
  signal?: AbortSignal,
): Promise<RawImage> {
  const first = await openTiff(source, cache, signal);
  if (more.length === 0) return first;
  const broken: string[] = [];
  const others = await Promise.all(
    more.map((one) =>
      openTiff(one, cache, signal).catch((thrown: unknown) => {
        if (signal?.aborted) throw thrown;
        broken.push(one.name);
        return null;
      }),
    ),
  );
  const { image, left } = joinImages([first, ...others.filter((one) => one !== null)]);
  const missing = [...left, ...broken];
  if (missing.length === 0) return image;
  const params = { file: source.name, others: missing.join(", ") };
  const warnings = [...image.info.warnings, { code: "warn-two-images", params }];
  return {
    ...image,
    info: { ...image.info, warnings },
    readTile: image.readTile.bind(image),
    close: () => image.close(),
  };
}

async function drawTile(
  image: RawImage,
  info: ImageInfo,
  level: number,
  col: number,
  row: number,
  views: readonly ChannelView[],
  signal?: AbortSignal,
) {
  if (info.kind === "rgb") {
    const tile = await image.readTile(level, col, row, 0, signal);
    const rgba = new Uint8ClampedArray(tile.widthPx * tile.heightPx * 4);
    const alphaTop = !image.alpha ? null : tile.data instanceof Uint16Array ? 65535 : 255;
    drawColour(rgba, tile.data, tile.samples, views, alphaTop);
    return { widthPx: tile.widthPx, heightPx: tile.heightPx, rgba };
  }
  const wanted = image.places
    .map((place, i) => ({ ...place, view: views[i] }))
    .filter((p) => p.view?.visible);
  const planes = [...new Set(wanted.map((p) => p.plane))];
  const tiles = new Map<number, RawTile>();
  await Promise.all(
    planes.map(async (plane) => tiles.set(plane, await image.readTile(level, col, row, plane, signal))),
  );
  const at = info.levels[level];
  if (!at) throw new RangeError(`no level ${level}`);
  const { widthPx, heightPx } = tileBox(at, col, row);
  const rgba = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  for (const { plane, sample, view } of wanted) {
    const tile = tiles.get(plane);
    if (tile && view) addChannel(rgba, tile.data, tile.samples, sample, view);
  }
  return { widthPx, heightPx, rgba };
}

/** Channels with suggested limits. 8-bit colour is shown as it is. */
async function withLimits(image: RawImage, signal?: AbortSignal): Promise<ImageChannel[]> {
  const { channels, kind } = image.info;
  if (kind === "rgb" && channels.every((c) => c.dataRange[1] <= 255)) return [...channels];
  const values = await Promise.all(image.places.map((_, i) => sampleValues(image, i, signal)));
  const suggested = channels.map((channel, i) => {
    const found = values[i]!;
    const float = found.float ? extremes(found.values, channel.dataRange) : channel.dataRange;
    return { ...channel, dataRange: float, limits: suggestLimits(found.values, float) };
  });
  if (kind === "channels") return suggested;
  // One stretch for all three, or the colours would shift.
  const high = Math.max(...suggested.map((c) => c.limits[1]));
  return suggested.map((c) => ({ ...c, limits: [0, high] as const }));
}

/** Values of one channel from tiles spread over the smallest stored level. */
async function sampleValues(image: RawImage, channel: number, signal?: AbortSignal) {
  const index = image.info.levels.length - 1;
  const level = image.info.levels[index]!;
  const { plane, sample } = image.places[channel]!;
  const cols = Math.ceil(level.widthPx / level.tileWidthPx);
  const rows = Math.ceil(level.heightPx / level.tileHeightPx);
  const step = Math.max(1, Math.ceil((cols * rows) / LIMIT_TILES));
  const parts: Float64Array[] = [];
  let float = false;
  for (let i = Math.floor((step - 1) / 2); i < cols * rows; i += step) {
    const tile = await image.readTile(index, i % cols, Math.floor(i / cols), plane, signal);
    float = tile.data instanceof Float32Array || tile.data instanceof Float64Array;
    const part = new Float64Array(tile.widthPx * tile.heightPx);
    for (let p = 0; p < part.length; p++) part[p] = tile.data[p * tile.samples + sample]!;
    parts.push(part);
  }
  const values = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, float };
}

function extremes(values: Float64Array, fallback: readonly [number, number]): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high && v < Number.POSITIVE_INFINITY) high = v;
  }
  return high > low && Number.isFinite(low) ? [low, high] : fallback;
}
