import { CentiscopeError } from "../core/errors.ts";
import { isAncillaryDescription, isAperio } from "./aperio.ts";
import { parsePerkinElmer } from "./perkin-elmer.ts";
import { readDescription, readDirectory, type TiffDirectory } from "./tiff-directory.ts";
import { TAG } from "./tiff-fields.ts";
import type { TiffIfd, TiffReader } from "./tiff-ifd.ts";

/** Bits of NewSubfileType (TIFF 6.0 §8). */
const SMALLER = 1;
const MASK = 4;

/** A top-level directory as a candidate for the slide. */
export interface TiffPage {
  readonly directory: TiffDirectory;
  readonly description: string;
  /** Label, macro, thumbnail: never decoded, as they may identify a patient; a mask (GDAL) says where pixels count. */
  readonly ancillary: boolean;
}

/**
 * All top-level pages; entries without pixels or that fail their checks are undefined. Throws the failure of one that
 * claims to be larger than all others, as it is the slide (NDPI's strips), or the first if none is usable.
 */
export async function readPages(
  reader: TiffReader,
  ifds: readonly TiffIfd[],
  signal?: AbortSignal,
): Promise<(TiffPage | undefined)[]> {
  const pages: (TiffPage | undefined)[] = [];
  let failure: unknown;
  let failedPx = 0;
  let aperio = false;
  for (const [index, ifd] of ifds.entries()) {
    try {
      const directory = await readDirectory(reader, ifd, signal);
      const description = directory ? await readDescription(reader, ifd, signal) : "";
      if (index === 0) aperio = isAperio(description);
      const ancillary =
        directory !== undefined && (await isAncillary(reader, directory, description, aperio));
      pages.push(directory ? { directory, description, ancillary } : undefined);
    } catch (error) {
      if (!(error instanceof CentiscopeError)) throw error;
      const claimedPx = await claimedArea(reader, ifd);
      if (claimedPx > failedPx) failure = error;
      failure ??= error;
      failedPx = Math.max(failedPx, claimedPx);
      pages.push(undefined);
    }
  }
  if (!pages.some((p) => p && !p.ancillary && area(p.directory) >= failedPx)) {
    throw failure ?? new CentiscopeError("tiff-no-image", { file: reader.source.name });
  }
  return pages;
}

/** Pixels of a directory that could not be read, by what it says; 0 where not even that can be read. */
async function claimedArea(reader: TiffReader, ifd: TiffIfd): Promise<number> {
  const [width, height] = [ifd.fields.get(TAG.ImageWidth), ifd.fields.get(TAG.ImageLength)];
  if (!width || !height) return 0;
  const sides = [reader.numbersAt(width, 0, 1), reader.numbersAt(height, 0, 1)];
  const [w, h] = await Promise.all(sides.map((side) => side.catch(() => [])));
  return (w?.[0] ?? 0) * (h?.[0] ?? 0);
}

/** The slide itself: the largest page that is not ancillary; the first of equals. */
export function mainPage(pages: readonly (TiffPage | undefined)[]): TiffPage {
  let best: TiffPage | undefined;
  for (const page of pages) {
    if (page && !page.ancillary && (!best || area(page.directory) > area(best.directory))) best = page;
  }
  if (!best) throw new RangeError("no main page");
  return best;
}

export const area = (d: { widthPx: number; heightPx: number }): number => d.widthPx * d.heightPx;

async function isAncillary(
  reader: TiffReader,
  d: TiffDirectory,
  description: string,
  aperio: boolean,
): Promise<boolean> {
  if (isAncillaryDescription(description) || (d.subfileType & MASK) !== 0) return true;
  if (/^(Label|Overview|Thumbnail)/.test(parsePerkinElmer(description)?.imageType ?? "")) return true;
  // Aperio marks the label with subfile type 1 and the macro with 9; its thumbnail is the one page in strips.
  if (aperio && (d.subfileType !== 0 || !d.tiled)) return true;
  const lens = d.ifd.fields.get(TAG.NdpiSourceLens);
  return lens !== undefined && ((await reader.numbersAt(lens, 0, 1))[0] ?? 1) < 0;
}

/**
 * Directories that show `main` smaller, largest first: same pixel layout, and a size that differs from a true
 * reduction by less than two pixels.
 */
export function reductions(main: TiffDirectory, candidates: readonly TiffDirectory[]): TiffDirectory[] {
  const smaller = candidates
    .filter((d) => sameLayout(main, d) && (d.subfileType & ~SMALLER) === 0)
    .filter((d) => d.widthPx < main.widthPx && d.heightPx <= main.heightPx)
    .filter((d) => Math.abs((d.widthPx / main.widthPx) * main.heightPx - d.heightPx) < 2)
    .sort((a, b) => b.widthPx - a.widthPx);
  return smaller.filter((d, i) => i === 0 || d.widthPx < smaller[i - 1]!.widthPx);
}

/** The same kind of pixels in the same kind of blocks. */
export function sameLayout(a: TiffDirectory, b: TiffDirectory): boolean {
  return (
    a.tiled === b.tiled &&
    a.samplesPerPixel === b.samplesPerPixel &&
    a.bitsPerSample === b.bitsPerSample &&
    a.sampleFormat === b.sampleFormat
  );
}

/**
 * Level-0 pixels per pixel. Writers reduce by a whole factor and round the size down or up, so a size that fits
 * a whole factor both ways means that factor exactly; else the mean of the two ratios.
 */
export function downsampleOf(
  main: { widthPx: number; heightPx: number },
  level: { widthPx: number; heightPx: number },
): number {
  const rx = main.widthPx / level.widthPx;
  const ry = main.heightPx / level.heightPx;
  const fits = (size: number, small: number, d: number) =>
    small === Math.floor(size / d) || small === Math.ceil(size / d) || small === Math.round(size / d);
  for (const d of [2 ** Math.round(Math.log2(rx)), Math.round(rx), Math.round(ry)]) {
    if (d >= 1 && fits(main.widthPx, level.widthPx, d) && fits(main.heightPx, level.heightPx, d)) return d;
  }
  return (rx + ry) / 2;
}
