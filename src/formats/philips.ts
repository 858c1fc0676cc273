import type { TiffDirectory } from "./tiff-directory.ts";

/** True when a description is the XML that Philips' scanners write into their TIFFs. */
export const isPhilips = (description: string): boolean =>
  /ObjectType="DPUfsImport"/.test(description.slice(0, 1000));

/**
 * µm per pixel, of the slide and not of label and macro, which the XML describes as well; null when it does not say.
 * DICOM's spacing is in mm, of rows first (PS3.3 10.7.1.3).
 */
export function philipsUmPerPx(xml: string): readonly [x: number, y: number] | null {
  const images = xml.split('ObjectType="DPScannedImage"').slice(1);
  const slide = images.find((image) => /"PIM_DP_IMAGE_TYPE"[^>]*>\s*WSI\s*</.test(image));
  const spacing =
    /"DICOM_PIXEL_SPACING"[^>]*>\s*(?:"|&quot;)([\d.eE+-]+)(?:"|&quot;)\s+(?:"|&quot;)([\d.eE+-]+)/;
  const [y, x] = (spacing.exec(slide ?? "")?.slice(1) ?? []).map((mm) => Number(mm) * 1000);
  return x && y && x > 0 && y > 0 ? [x, y] : null;
}

/**
 * The smaller levels, each half of the one before it. Philips pads each to whole tiles: the padding is cut, as it would
 * shift one level against the other (OpenSlide does the same).
 */
export function philipsLevels(main: TiffDirectory, candidates: readonly TiffDirectory[]): TiffDirectory[] {
  const levels: TiffDirectory[] = [];
  for (const stored of candidates.filter((one) => one.tiled && one !== main)) {
    const downsample = 2 ** (levels.length + 1);
    const [widthPx, heightPx] = [main.widthPx, main.heightPx].map((side) => Math.floor(side / downsample));
    if (!widthPx || !heightPx) break;
    const padding = [stored.widthPx - widthPx, stored.heightPx - heightPx];
    if (padding[0]! < 0 || padding[0]! >= stored.blockWidthPx) break;
    if (padding[1]! < 0 || padding[1]! >= stored.blockHeightPx) break;
    levels.push({ ...stored, widthPx, heightPx });
  }
  return levels;
}
