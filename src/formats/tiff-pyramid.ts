import { CentiscopeError } from "../core/errors.ts";
import { isPhilips, philipsLevels } from "./philips.ts";
import { checkReadable, readDirectory, type TiffDirectory } from "./tiff-directory.ts";
import type { TiffReader } from "./tiff-ifd.ts";
import { area, reductions, sameLayout, type TiffPage } from "./tiff-pages.ts";
import { sameSize, type TiffPlanes } from "./tiff-planes.ts";

/** Levels, each with one directory per plane; a level counts only when every plane has it. */
export async function readPyramid(
  reader: TiffReader,
  { main, planes }: TiffPlanes,
  pages: readonly (TiffPage | undefined)[],
  signal?: AbortSignal,
): Promise<TiffDirectory[][]> {
  const perPlane: TiffDirectory[][] = [];
  for (const { directory } of planes) {
    const children: TiffDirectory[] = [];
    for (const ifd of directory.ifd.subIfds) {
      const child = await readDirectory(reader, ifd, signal).catch((error: unknown) => {
        if (error instanceof CentiscopeError) return undefined;
        throw error;
      });
      if (child) children.push(child);
    }
    perPlane.push(reductions(directory, children));
  }
  if (planes.length === 1 && perPlane[0]?.length === 0) {
    const others = pages.flatMap((p) => (p && !p.ancillary ? [p.directory] : []));
    const smaller = isPhilips(main.description) ? philipsLevels : reductions;
    perPlane[0] = smaller(main.directory, others);
  }
  if (planes.length > 1 && perPlane.every((children) => children.length === 0)) {
    // Akoya's: all channels of a size, then all of the next.
    const others = pages.flatMap((p) => (p && !p.ancillary ? [p.directory] : []));
    for (const level of reductions(main.directory, others)) {
      const row = others.filter((d) => d.widthPx === level.widthPx && d.heightPx === level.heightPx);
      if (row.length === planes.length) for (const [k, d] of row.entries()) perPlane[k]?.push(d);
    }
  }
  const readable = (d: TiffDirectory) => {
    try {
      checkReadable(reader, d);
      return true;
    } catch {
      return false;
    }
  };
  const levels = [planes.map((p) => p.directory)];
  for (const level of perPlane[0] ?? []) {
    const row = perPlane.map((list) =>
      list.find((d) => d.widthPx === level.widthPx && d.heightPx === level.heightPx),
    );
    if (row.every((d) => d !== undefined && readable(d))) levels.push(row as TiffDirectory[]);
  }
  return levels;
}

/**
 * How many images of the file are neither shown nor smaller versions of what is shown, nor too small to be of interest:
 * regions scanned apart, pictures of other kinds.
 */
export function otherImages(
  planes: TiffPlanes,
  pages: readonly (TiffPage | undefined)[],
  levels: readonly (readonly TiffDirectory[])[],
): number {
  if (planes.ome) return planes.otherImages;
  const main = planes.main.directory;
  const shown = new Set(levels.flat().map(({ ifd }) => ifd.offset));
  const others = pages.flatMap((page) => {
    if (!page || page.ancillary || shown.has(page.directory.ifd.offset)) return [];
    const { directory } = page;
    // Of one size and kind: focal planes or time points, of which is told already.
    if (sameSize(directory, main) && sameLayout(directory, main)) return [];
    return area(directory) * 16 >= area(main) ? [directory] : [];
  });
  const smaller = new Set(others.flatMap((one) => reductions(one, others)));
  return others.filter((one) => !smaller.has(one)).length;
}
