import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import type { ImageInfo, ImageLevel } from "../io/image-source.ts";
import { isAperio } from "./aperio.ts";
import type { SharedCache } from "./image-cache.ts";
import {
  type ChannelPlace,
  copyRect,
  cropTile,
  type RawImage,
  type RawTile,
  samplesLike,
  straightAlpha,
  tileBox,
} from "./image-raw.ts";
import { orientedImage } from "./oriented-image.ts";
import { parsePerkinElmer } from "./perkin-elmer.ts";
import { isPhilips } from "./philips.ts";
import { TiffBlocks } from "./tiff-blocks.ts";
import { describeChannels } from "./tiff-channels.ts";
import { checkReadable, type TiffDirectory } from "./tiff-directory.ts";
import { TiffReader } from "./tiff-ifd.ts";
import { downsampleOf, readPages } from "./tiff-pages.ts";
import { findPlanes, type TiffPlanes } from "./tiff-planes.ts";
import { otherImages, readPyramid } from "./tiff-pyramid.ts";
import { readScale } from "./tiff-scale.ts";
import { checkOverlap, readVentana } from "./ventana.ts";

/** Strips and unusually small or large tiles are served as tiles of this size. */
const SERVED_TILE_PX = 512;
const MIN_TILE_PX = 96;
const MAX_TILE_PX = 1024;
/** The blocks of a level are checked against the file's size at opening up to this many. */
const CHECKED_BLOCKS = 1024;

/** Opens TIFF, BigTIFF, OME-TIFF and Aperio SVS. Labels, macro pictures and thumbnails are never decoded. */
export async function openTiff(
  source: ByteSource,
  cache: SharedCache<RawTile>,
  signal?: AbortSignal,
): Promise<RawImage> {
  const reader = await TiffReader.open(source, signal);
  const { ifds, pages } = await readStructure(reader, signal);
  const planes = findPlanes(pages, source.name);
  for (const plane of planes.planes) checkReadable(reader, plane.directory);
  const ventana = await readVentana(reader, ifds, planes.main.description, signal);
  checkOverlap(source.name, ventana, planes.main.description);
  const levels = await readPyramid(reader, planes, pages, signal);
  const scale = planes.ome
    ? { umPerPx: planes.ome.umPerPx, magnification: planes.ome.magnification }
    : await readScale(reader, planes.main.directory, planes.main.description, signal);
  const described = describeChannels(planes, source.name);
  const main = planes.main.directory;
  const aperio = isAperio(planes.main.description);
  const info: ImageInfo = {
    name: source.name,
    widthPx: main.widthPx,
    heightPx: main.heightPx,
    levels: levels.map((level) => levelInfo(main, level[0]!)),
    ...scale,
    ...(ventana?.umPerPx ? { umPerPx: ventana.umPerPx, magnification: ventana.magnification } : {}),
    kind: described.kind,
    channels: described.channels,
    format: formatName(planes),
    warnings: [...described.warnings, ...othersWarning(source.name, otherImages(planes, pages, levels))],
  };
  const blocks = levels.map((row) => row.map((d) => new TiffBlocks(reader, d, aperio)));
  const image = new TiffImage(reader, info, blocks, described.places, cache);
  await image.checkExtents();
  return orientedImage(image, main.orientation);
}

/** What is found where an address of more than 32 bits was cut to 32. */
const ASTRAY = new Set([
  "tiff-bad-field",
  "tiff-cyclic",
  "tiff-no-image",
  "tiff-too-many-images",
  "tiff-truncated",
]);

async function readStructure(reader: TiffReader, signal?: AbortSignal) {
  try {
    const ifds = await reader.directories(signal);
    return { ifds, pages: await readPages(reader, ifds, signal) };
  } catch (thrown) {
    const over = !reader.bigTiff && reader.sizeBytes > 2 ** 32;
    if (!over || !(thrown instanceof CentiscopeError) || !ASTRAY.has(thrown.facts.code)) throw thrown;
    const params = { file: reader.source.name, gigabytes: Math.round(reader.sizeBytes / 2 ** 30) };
    throw new CentiscopeError("tiff-over-4-gb", params, { cause: thrown });
  }
}

const othersWarning = (file: string, count: number): ImageInfo["warnings"] =>
  count > 0 ? [{ code: "image-other-images", params: { file, count } }] : [];

function formatName({ ome, main: { description } }: TiffPlanes): string {
  if (ome) return "OME-TIFF";
  if (isAperio(description)) return "Aperio SVS";
  if (isPhilips(description)) return "Philips TIFF";
  return parsePerkinElmer(description) ? "QPTIFF" : "TIFF";
}

function levelInfo(main: TiffDirectory, d: TiffDirectory): ImageLevel {
  return {
    widthPx: d.widthPx,
    heightPx: d.heightPx,
    tileWidthPx: servesBlocks(d) ? d.blockWidthPx : SERVED_TILE_PX,
    tileHeightPx: servesBlocks(d) ? d.blockHeightPx : SERVED_TILE_PX,
    downsample: downsampleOf(main, d),
  };
}

/** True when a served tile is one stored tile. */
const servesBlocks = (d: TiffDirectory): boolean => {
  const fits = (px: number) => px >= MIN_TILE_PX && px <= MAX_TILE_PX;
  return d.tiled && fits(d.blockWidthPx) && fits(d.blockHeightPx);
};

class TiffImage implements RawImage {
  readonly info: ImageInfo;
  readonly places: readonly ChannelPlace[];
  readonly alpha: boolean;
  readonly #reader: TiffReader;
  readonly #levels: readonly (readonly TiffBlocks[])[];
  readonly #cache: SharedCache<RawTile>;
  /** Colours are stored multiplied by their alpha (ExtraSamples 1). */
  readonly #multiplied: boolean;

  constructor(
    reader: TiffReader,
    info: ImageInfo,
    levels: readonly (readonly TiffBlocks[])[],
    places: readonly ChannelPlace[],
    cache: SharedCache<RawTile>,
  ) {
    this.info = info;
    this.places = places;
    const extra = levels[0]?.[0]?.directory.extraSamples[0];
    this.alpha = extra === 1 || extra === 2;
    this.#multiplied = extra === 1 && info.kind === "rgb";
    this.#reader = reader;
    this.#levels = levels;
    this.#cache = cache;
  }

  /**
   * Finds a file at opening that is cut off, or whose writing was: the first and last blocks of each level must lie in
   * the file, and not all be empty.
   */
  async checkExtents(): Promise<void> {
    let bytes = 0;
    for (const planes of this.#levels) {
      for (const blocks of planes) {
        const d = blocks.directory;
        const count = d.blockCols * d.blockRows;
        const step = count <= CHECKED_BLOCKS ? 1 : Math.max(1, count - 1);
        for (let i = 0; i < count; i += step) {
          bytes += (await blocks.extent(i % d.blockCols, Math.floor(i / d.blockCols), 0)).length;
        }
        // Of a large image only the corners were looked at, which may be empty glass.
        if (step > 1) bytes++;
      }
    }
    if (bytes === 0) throw new CentiscopeError("tiff-no-pixels", { file: this.info.name });
  }

  async readTile(
    level: number,
    col: number,
    row: number,
    plane: number,
    signal?: AbortSignal,
  ): Promise<RawTile> {
    const blocks = this.#levels[level]?.[plane];
    const at = this.info.levels[level];
    if (!blocks || !at) throw new RangeError(`no level ${level}, plane ${plane}`);
    const box = tileBox(at, col, row);
    try {
      const tile = await this.#window(blocks, `${level}/${plane}`, box, signal);
      return this.#multiplied ? straightAlpha(tile) : tile;
    } catch (error) {
      throw error instanceof CentiscopeError && error.facts.code === "image-tile-corrupt"
        ? new CentiscopeError(
            "image-tile-corrupt",
            { ...error.facts.params, level, col, row },
            { cause: error },
          )
        : error;
    }
  }

  close(): void {
    this.#cache.clear();
  }

  async #window(
    blocks: TiffBlocks,
    key: string,
    at: { x: number; y: number; widthPx: number; heightPx: number },
    signal?: AbortSignal,
  ): Promise<RawTile> {
    const d = blocks.directory;
    const stored = d.planar && d.photometric !== 3 ? d.samplesPerPixel : 1;
    const firstCol = Math.floor(at.x / d.blockWidthPx);
    const firstRow = Math.floor(at.y / d.blockHeightPx);
    const lastCol = Math.floor((at.x + at.widthPx - 1) / d.blockWidthPx);
    const lastRow = Math.floor((at.y + at.heightPx - 1) / d.blockHeightPx);
    const read = (col: number, row: number, p: number) =>
      this.#cache.get(
        `${this.#reader.source.name}/${key}/${p}/${col}/${row}`,
        (s) => blocks.read(col, row, p, s),
        signal,
      );
    if (stored === 1 && firstCol === lastCol && firstRow === lastRow && d.blockWidthPx * firstCol === at.x) {
      const block = await read(firstCol, firstRow, 0);
      if (d.blockHeightPx * firstRow === at.y) return cropTile(block, at.widthPx, at.heightPx);
    }
    const jobs: Promise<void>[] = [];
    let out: RawTile | undefined;
    const samples = stored > 1 ? stored : blocks.blockSamples;
    for (let row = firstRow; row <= lastRow; row++) {
      for (let col = firstCol; col <= lastCol; col++) {
        for (let p = 0; p < stored; p++) {
          jobs.push(
            read(col, row, p).then((block) => {
              out ??= {
                widthPx: at.widthPx,
                heightPx: at.heightPx,
                samples,
                data: samplesLike(block.data, at.widthPx * at.heightPx * samples),
              };
              place(block, col * d.blockWidthPx, row * d.blockHeightPx, out, at, stored > 1 ? p : -1);
            }),
          );
        }
      }
    }
    await Promise.all(jobs);
    if (!out) throw new RangeError("empty window");
    return out;
  }
}

/** Copies the overlap of a block at (blockX, blockY) into the window; `sample` ≥ 0 interleaves a lone plane. */
function place(
  block: RawTile,
  blockX: number,
  blockY: number,
  out: RawTile,
  at: { x: number; y: number },
  sample: number,
): void {
  const x0 = Math.max(blockX, at.x);
  const y0 = Math.max(blockY, at.y);
  const w = Math.min(blockX + block.widthPx, at.x + out.widthPx) - x0;
  const h = Math.min(blockY + block.heightPx, at.y + out.heightPx) - y0;
  if (w <= 0 || h <= 0) return;
  if (sample < 0) {
    copyRect(block, x0 - blockX, y0 - blockY, out, x0 - at.x, y0 - at.y, w, h);
    return;
  }
  for (let y = 0; y < h; y++) {
    const from = (y0 - blockY + y) * block.widthPx + x0 - blockX;
    const to = (y0 - at.y + y) * out.widthPx + x0 - at.x;
    for (let x = 0; x < w; x++) out.data[(to + x) * out.samples + sample] = block.data[from + x]!;
  }
}
