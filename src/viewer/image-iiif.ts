import OpenSeadragon from "openseadragon";
import { CentiscopeError } from "../core/errors.ts";
import type { ImageInfo } from "../io/image-source.ts";
import { colourInfo } from "./image-info.ts";

const UNIT_UM: Readonly<Record<string, number>> = { mm: 1000, cm: 10000, in: 25400 };

/** A IIIF image (Image API 1–3) from its info.json; OpenSeadragon asks for the tiles. */
export function iiifImage(
  text: string,
  url: string,
  name: string,
): { readonly info: ImageInfo; readonly tileSource: OpenSeadragon.TileSource } {
  const fail = (detail: string) => new CentiscopeError("iiif-invalid", { file: name, detail });
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new CentiscopeError("iiif-invalid", { file: name, detail: "JSON" }, { cause });
  }
  const { width, height } = data;
  const size = (v: unknown): v is number => Number.isInteger(v) && (v as number) > 0;
  if (!size(width) || !size(height)) throw fail("width, height");
  const prototype = OpenSeadragon.IIIFTileSource.prototype;
  if (!prototype.supports(data, url)) throw fail("@context");
  const options = prototype.configure.call(Object.create(prototype), data, url);
  const tileSource = new OpenSeadragon.IIIFTileSource(
    options as ConstructorParameters<typeof OpenSeadragon.IIIFTileSource>[0],
  );
  const tile = tileSource.getTileWidth(tileSource.maxLevel) || 256;
  const info = colourInfo({
    name,
    format: "IIIF",
    widthPx: width,
    heightPx: height,
    umPerPx: physicalScale(data.service),
    levels: [{ widthPx: width, heightPx: height, tileWidthPx: tile, tileHeightPx: tile, downsample: 1 }],
  });
  return { info, tileSource };
}

/** The Physical Dimensions service (iiif.io/api/annex/services/#physical-dimensions). */
function physicalScale(service: unknown): readonly [number, number] | null {
  for (const entry of Array.isArray(service) ? service : [service]) {
    if (typeof entry !== "object" || entry === null) continue;
    const { physicalScale: scale, physicalUnits: unit } = entry as Record<string, unknown>;
    const um = typeof unit === "string" && Object.hasOwn(UNIT_UM, unit) ? (UNIT_UM[unit] ?? 0) : 0;
    const value = Number(scale) * um;
    if (value > 0 && Number.isFinite(value)) return [value, value];
  }
  return null;
}
