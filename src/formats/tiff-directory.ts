import { CentiscopeError } from "../core/errors.ts";
import { compressionName, photometricName, TAG } from "./tiff-fields.ts";
import type { TiffField, TiffIfd, TiffReader } from "./tiff-ifd.ts";

/** Largest tile or compressed strip that is decoded as one piece. */
export const MAX_BLOCK_PX = 16 * 1024 * 1024;
const MAX_SIDE_PX = 4_000_000;
const MAX_SAMPLES = 64;
const MAX_BLOCKS = 1 << 26;
const MAX_DESCRIPTION_BYTES = 32 << 20;
/** Rows of an uncompressed strip are read in groups of about this many pixels. */
const RAW_STRIP_PX = 1 << 18;

const JPEG_2000 = [33003, 33004, 33005, 34712] as const;
const READABLE = new Set<number>([1, 5, 7, 8, 32946, 32773, 50000, 50001, ...JPEG_2000]);

/** The pixel layout of one directory, checked. Blocks are tiles or strips, row-major. */
export interface TiffDirectory {
  readonly ifd: TiffIfd;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tiled: boolean;
  readonly blockWidthPx: number;
  readonly blockHeightPx: number;
  readonly blockCols: number;
  readonly blockRows: number;
  readonly samplesPerPixel: number;
  readonly bitsPerSample: number;
  /** 1 unsigned, 2 signed, 3 float. */
  readonly sampleFormat: number;
  readonly compression: number;
  readonly photometric: number;
  /** Samples lie in separate planes (PlanarConfiguration 2). */
  readonly planar: boolean;
  readonly predictor: number;
  readonly extraSamples: readonly number[];
  readonly subfileType: number;
  readonly orientation: number;
  /** Bits lie in their bytes from the lowest on (FillOrder 2): so they do in all of a block, packed or not. */
  readonly lowBitFirst: boolean;
  /** Rows per strip as written: an uncompressed strip is read in blocks of fewer rows. */
  readonly storedBlockHeightPx: number;
  readonly offsets: TiffField;
  readonly byteCounts: TiffField;
}

/** Reads and checks one directory; undefined when it holds no pixels. Data without a size are a fault. */
export async function readDirectory(
  reader: TiffReader,
  ifd: TiffIfd,
  signal?: AbortSignal,
): Promise<TiffDirectory | undefined> {
  const number = async (tag: number, fallback: number): Promise<number> => {
    const field = ifd.fields.get(tag);
    if (!field || field.count === 0) return fallback;
    return (await reader.numbersAt(field, 0, 1, signal))[0] ?? fallback;
  };
  const widthPx = await number(TAG.ImageWidth, 0);
  const heightPx = await number(TAG.ImageLength, 0);
  const tiled = ifd.fields.has(TAG.TileWidth);
  const offsets = ifd.fields.get(TAG.TileOffsets) ?? ifd.fields.get(TAG.StripOffsets);
  const byteCounts = ifd.fields.get(TAG.TileByteCounts) ?? ifd.fields.get(TAG.StripByteCounts);
  if (!offsets) return undefined;
  if (widthPx === 0) throw reader.badField(TAG.ImageWidth, "–");
  if (heightPx === 0) throw reader.badField(TAG.ImageLength, "–");
  if (widthPx > MAX_SIDE_PX || heightPx > MAX_SIDE_PX) {
    throw reader.badField(TAG.ImageWidth, `${widthPx} × ${heightPx}`);
  }
  if (!byteCounts) throw reader.badField(TAG.StripByteCounts, "–");

  const samplesPerPixel = await number(TAG.SamplesPerPixel, 1);
  if (samplesPerPixel < 1 || samplesPerPixel > MAX_SAMPLES) {
    throw reader.badField(TAG.SamplesPerPixel, samplesPerPixel);
  }
  const compression = await number(TAG.Compression, 1);
  const storedHeight = tiled
    ? await number(TAG.TileLength, 0)
    : Math.min(await number(TAG.RowsPerStrip, heightPx), heightPx);
  const blockWidthPx = tiled ? await number(TAG.TileWidth, 0) : widthPx;
  if (blockWidthPx < 1 || storedHeight < 1) {
    throw reader.badField(tiled ? TAG.TileWidth : TAG.RowsPerStrip, `${blockWidthPx} × ${storedHeight}`);
  }
  const splittable = !tiled && compression === 1;
  const blockHeightPx = splittable
    ? partOfStrip(storedHeight, heightPx, Math.max(1, Math.floor(RAW_STRIP_PX / blockWidthPx)))
    : storedHeight;
  checkBlockSize(reader, tiled, widthPx, heightPx, blockWidthPx, blockHeightPx);

  const planar = samplesPerPixel > 1 && (await number(TAG.PlanarConfig, 1)) === 2;
  const directory: TiffDirectory = {
    ifd,
    widthPx,
    heightPx,
    tiled,
    blockWidthPx,
    blockHeightPx,
    blockCols: Math.ceil(widthPx / blockWidthPx),
    blockRows: Math.ceil(heightPx / blockHeightPx),
    samplesPerPixel,
    bitsPerSample: await uniform(reader, ifd, TAG.BitsPerSample, 1, signal),
    sampleFormat: await uniform(reader, ifd, TAG.SampleFormat, 1, signal),
    compression,
    photometric: await number(TAG.Photometric, 1),
    planar,
    predictor: await number(TAG.Predictor, 1),
    extraSamples: await list(reader, ifd, TAG.ExtraSamples, signal),
    subfileType: await number(TAG.NewSubfileType, 0),
    orientation: await number(TAG.Orientation, 1),
    lowBitFirst: (await number(TAG.FillOrder, 1)) === 2,
    storedBlockHeightPx: storedHeight,
    offsets,
    byteCounts,
  };
  const stored = directory.blockCols * Math.ceil(heightPx / storedHeight) * (planar ? samplesPerPixel : 1);
  if (stored > MAX_BLOCKS || offsets.count < stored || byteCounts.count < stored) {
    throw reader.badField(offsets.tag, `${Math.min(offsets.count, byteCounts.count)} / ${stored}`);
  }
  return directory;
}

/** Throws when we cannot decode this directory's pixels; kept apart so that labels may be odd. */
export function checkReadable(reader: TiffReader, d: TiffDirectory): void {
  const file = reader.source.name;
  if (!READABLE.has(d.compression)) {
    throw new CentiscopeError("tiff-compression", { file, compression: compressionName(d.compression) });
  }
  const refuse = (found: string) => new CentiscopeError("tiff-pixel-type", { file, found });
  const integer = d.sampleFormat === 1 || d.sampleFormat === 2;
  const bits = d.bitsPerSample;
  const known =
    (integer && (bits === 8 || bits === 16 || bits === 32)) ||
    (d.sampleFormat === 1 && bits > 0 && bits < 16 && (bits > 8 || d.samplesPerPixel === 1)) ||
    (d.sampleFormat === 3 && (bits === 32 || bits === 64));
  if (!known) throw refuse(`${bits} bit, sample format ${d.sampleFormat}`);
  const jpeg = d.compression === 7 || d.compression === 50001;
  if (jpeg && bits !== 8) throw refuse(`JPEG, ${bits} bit`);
  if (d.compression === 50001 && d.planar) throw refuse("WebP in separate planes");
  if (jpeg && !d.planar && (d.samplesPerPixel === 2 || d.samplesPerPixel > (d.compression === 7 ? 3 : 4))) {
    throw refuse(`JPEG, ${d.samplesPerPixel} samples`);
  }
  const jpeg2000 = isJpeg2000(d);
  if (jpeg2000 && (d.sampleFormat !== 1 || (bits !== 8 && bits !== 16)))
    throw refuse(`JPEG 2000, ${bits} bit, sample format ${d.sampleFormat}`);
  const colours = d.photometric;
  if (colours === 0 && d.sampleFormat !== 1) throw refuse(`white is zero, sample format ${d.sampleFormat}`);
  if (colours === 3 && d.samplesPerPixel === 1 && bits <= 8 && d.sampleFormat === 1) return;
  if (colours === 6 && (jpeg || jpeg2000 || d.samplesPerPixel !== 3)) return;
  if (colours === 2 && d.samplesPerPixel < 3) throw refuse(`RGB, ${d.samplesPerPixel} samples`);
  if (colours !== 0 && colours !== 1 && colours !== 2) throw refuse(photometricName(colours));
  const predictors = d.sampleFormat === 3 ? [1, 2, 3] : [1, 2];
  if (!predictors.includes(d.predictor) || (d.predictor !== 1 && bits % 8 !== 0)) {
    throw refuse(`predictor ${d.predictor}`);
  }
}

/** JPEG 2000 as TIFF's 34712, Leica's and Aperio's. */
export const isJpeg2000 = ({ compression }: Pick<TiffDirectory, "compression">): boolean =>
  (JPEG_2000 as readonly number[]).includes(compression);

/** ImageDescription, at most 32 MB. */
export async function readDescription(
  reader: TiffReader,
  ifd: TiffIfd,
  signal?: AbortSignal,
): Promise<string> {
  const field = ifd.fields.get(TAG.ImageDescription);
  if (!field) return "";
  return reader.text(field, MAX_DESCRIPTION_BYTES, signal);
}

/** Bytes per pixel-sample of the decoded values. */
export const sampleBytes = (d: TiffDirectory): number => Math.max(1, d.bitsPerSample >> 3);

/** At most `wanted` rows, such that no block crosses from one stored strip into the next. */
function partOfStrip(storedRows: number, heightPx: number, wanted: number): number {
  if (storedRows <= wanted) return storedRows;
  if (storedRows >= heightPx) return wanted;
  let rows = wanted;
  while (storedRows % rows !== 0) rows--;
  return rows;
}

function checkBlockSize(
  reader: TiffReader,
  tiled: boolean,
  widthPx: number,
  heightPx: number,
  blockWidthPx: number,
  blockHeightPx: number,
): void {
  if (blockWidthPx * blockHeightPx <= MAX_BLOCK_PX) return;
  const file = reader.source.name;
  if (tiled) {
    throw new CentiscopeError("tiff-tile-too-large", {
      file,
      width: blockWidthPx,
      height: blockHeightPx,
      limit: 16,
    });
  }
  throw new CentiscopeError("tiff-huge-strip", {
    file,
    width: widthPx,
    height: heightPx,
    rows: blockHeightPx,
  });
}

async function list(reader: TiffReader, ifd: TiffIfd, tag: number, signal?: AbortSignal): Promise<number[]> {
  const field = ifd.fields.get(tag);
  return field ? reader.numbers(field, signal, MAX_SAMPLES) : [];
}

/** A per-sample field whose values must agree. */
async function uniform(
  reader: TiffReader,
  ifd: TiffIfd,
  tag: number,
  fallback: number,
  signal?: AbortSignal,
): Promise<number> {
  const values = await list(reader, ifd, tag, signal);
  const first = values[0] ?? fallback;
  if (values.some((v) => v !== first)) throw reader.badField(tag, values.join(", "));
  return first;
}
