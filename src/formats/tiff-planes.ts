import { companionOf, isOmeXml, type OmeChannel, type OmeImage, parseOmeXml } from "./ome-xml.ts";
import { parsePerkinElmer } from "./perkin-elmer.ts";
import type { TiffDirectory } from "./tiff-directory.ts";
import { mainPage, sameLayout, type TiffPage } from "./tiff-pages.ts";
import { parseImageJ } from "./tiff-scale.ts";

/** Which directories make the picture: one per channel plane, focal plane 0, time 0. */
export interface TiffPlanes {
  readonly main: TiffPage;
  /** Planes of the channels that lie in this file, in channel order, each with its OME channel number. */
  readonly planes: readonly { readonly directory: TiffDirectory; readonly channel: number }[];
  readonly ome: OmeImage | null;
  /** What is said of the channels, by their OME channel number; empty when nothing is. */
  readonly channels: readonly Pick<OmeChannel, "name" | "color">[];
  readonly focalPlanes: number;
  readonly timePoints: number;
  /** Of OME's images those that are not smaller versions of the one shown. */
  readonly otherImages: number;
  /** The file that holds the OME-XML of which this one is only the pixels. */
  readonly companion: string | null;
  /** Channels that OME-XML names but that lie in other files, and one such file. */
  readonly elsewhere: { readonly count: number; readonly total: number; readonly other: string } | null;
}

const ANCILLARY_NAME = /\b(label|macro|overview|thumbnail)\b/i;

export function findPlanes(pages: readonly (TiffPage | undefined)[], fileName: string): TiffPlanes {
  const first = pages.find((p) => p !== undefined);
  const main = mainPage(pages);
  if (first && isOmeXml(first.description)) {
    const planes = omePlanes(pages, first.description, fileName);
    if (planes) return planes;
  }
  const companion = (first && companionOf(first.description)) ?? null;
  const alone = { main, ome: null, channels: [], timePoints: 1, otherImages: 0, companion, elsewhere: null };
  const same = pages.filter(
    (p) =>
      p &&
      !p.ancillary &&
      sameSize(p.directory, main.directory) &&
      (p === main || sameLayout(main.directory, p.directory)),
  ) as TiffPage[];
  const facts = same.map(({ description }) => parsePerkinElmer(description));
  if (same.length > 1 && facts.every((one) => one?.name)) {
    const planes = same.map(({ directory }, channel) => ({ directory, channel }));
    return { ...alone, planes, channels: facts.filter((one) => one !== undefined), focalPlanes: 1 };
  }
  const imageJ = parseImageJ(main.description);
  const count = (key: string) => Math.max(1, Math.floor(Number(imageJ?.get(key) ?? 1)) || 1);
  const channels = Math.min(count("channels"), same.length);
  if (imageJ && channels > 1) {
    return {
      ...alone,
      planes: same.slice(0, channels).map((p, channel) => ({ directory: p.directory, channel })),
      focalPlanes: count("slices"),
      timePoints: count("frames"),
    };
  }
  return { ...alone, planes: [{ directory: main.directory, channel: 0 }], focalPlanes: same.length };
}

export const sameSize = (a: TiffDirectory, b: TiffDirectory): boolean =>
  a.widthPx === b.widthPx && a.heightPx === b.heightPx;

function omePlanes(
  pages: readonly (TiffPage | undefined)[],
  xml: string,
  fileName: string,
): TiffPlanes | undefined {
  const images = parseOmeXml(xml).filter((i) => i.sizeX > 0 && !ANCILLARY_NAME.test(i.name));
  const ome = images.sort((a, b) => b.sizeX * b.sizeY - a.sizeX * a.sizeY)[0];
  if (!ome) return undefined;
  const channelCount = ome.channels.length || ome.sizeC;
  const own = ownName(ome, fileName);
  const found = new Map<number, TiffPage>();
  let other = "";
  const elsewhere = new Set<number>();
  for (const place of planePlaces(ome, channelCount)) {
    if (place.z !== 0 || place.t !== 0 || place.c >= channelCount) continue;
    if (place.fileName !== null && place.fileName !== own) {
      elsewhere.add(place.c);
      other = place.fileName;
      continue;
    }
    const page = pages[place.ifd];
    if (page && !page.ancillary && !found.has(place.c)) found.set(place.c, page);
  }
  const main = [...found.entries()].sort((a, b) => a[0] - b[0])[0]?.[1];
  if (!main) return undefined;
  const planes = [...found.entries()]
    .filter(([, page]) => sameSize(page.directory, main.directory))
    .sort((a, b) => a[0] - b[0])
    .map(([channel, page]) => ({ directory: page.directory, channel }));
  return {
    main,
    planes,
    ome,
    channels: ome.channels,
    focalPlanes: ome.sizeZ,
    timePoints: ome.sizeT,
    otherImages: images.filter((one) => one !== ome && isOther(one, ome)).length,
    companion: null,
    elsewhere: elsewhere.size > 0 ? { count: elsewhere.size, total: channelCount, other } : null,
  };
}

/** Of another shape than a smaller version has, and not too small to be of interest. */
function isOther(one: OmeImage, shown: OmeImage): boolean {
  if (one.sizeX * one.sizeY * 16 < shown.sizeX * shown.sizeY) return false;
  const smaller =
    one.sizeX < shown.sizeX && Math.abs((one.sizeX / shown.sizeX) * shown.sizeY - one.sizeY) < 2;
  return !smaller;
}

/** The name under which OME-XML knows this file: its own, else (it may be renamed) the first that is named. */
function ownName(ome: OmeImage, fileName: string): string | null {
  const names = ome.planes.flatMap((p) => (p.fileName === null ? [] : [p.fileName]));
  return names.includes(fileName) ? fileName : (names[0] ?? null);
}

interface PlanePlace {
  readonly ifd: number;
  readonly c: number;
  readonly z: number;
  readonly t: number;
  readonly fileName: string | null;
}

/** Unrolls TiffData elements: planes advance in DimensionOrder, directories one by one (OME-TIFF specification). */
function* planePlaces(ome: OmeImage, channels: number): Generator<PlanePlace> {
  const total = channels * ome.sizeZ * ome.sizeT;
  const blocks =
    ome.planes.length > 0
      ? ome.planes
      : [{ ifd: 0, firstC: 0, firstZ: 0, firstT: 0, count: null, fileName: null }];
  const sizes: Readonly<Record<string, number>> = { C: channels, Z: ome.sizeZ, T: ome.sizeT };
  const order = [...ome.dimensionOrder.toUpperCase()].filter((d) => d in sizes);
  let unrolled = 0;
  for (const block of blocks) {
    const at: Record<string, number> = { C: block.firstC, Z: block.firstZ, T: block.firstT };
    const count = Math.min(block.count ?? total, total);
    for (let i = 0; i < count && unrolled < 1_000_000; i++, unrolled++) {
      yield { ifd: block.ifd + i, c: at.C ?? 0, z: at.Z ?? 0, t: at.T ?? 0, fileName: block.fileName };
      for (const d of order) {
        at[d] = (at[d] ?? 0) + 1;
        if ((at[d] ?? 0) < (sizes[d] ?? 1)) break;
        at[d] = 0;
      }
    }
  }
}
