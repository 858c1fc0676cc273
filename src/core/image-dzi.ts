import { CentiscopeError } from "./errors.ts";

/** A Deep Zoom descriptor (schemas.microsoft.com/deepzoom/2008, sizes in level-0 pixels). */
export interface DeepZoom {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tileSizePx: number;
  /** Pixels that a tile repeats of each neighbour. */
  readonly overlapPx: number;
  /** File extension of the tiles. */
  readonly extension: string;
}

/** One level of the pyramid; `folder` is Deep Zoom's own number (0 is one pixel). */
export interface DeepZoomLevel {
  readonly folder: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly downsample: number;
}

/** Parses a descriptor; throws `dzi-invalid` naming what is absent or makes no sense. */
export function parseDeepZoom(xml: string, file: string): DeepZoom {
  const fail = (detail: string) => new CentiscopeError("dzi-invalid", { file, detail });
  const element = (name: string) => new RegExp(`<(?:\\w+:)?${name}\\b([^>]*)>`).exec(xml)?.[1];
  const attribute = (of: string, name: string) =>
    new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(of)?.[1];
  const image = element("Image");
  if (image === undefined) throw fail("<Image>");
  const size = element("Size");
  if (size === undefined) throw fail("<Size>");
  const whole = (of: string, name: string, least: number, most: number): number => {
    const text = attribute(of, name);
    const value = Number(text);
    if (text === undefined || !Number.isInteger(value) || value < least || value > most) {
      throw fail(`${name}="${text ?? ""}"`);
    }
    return value;
  };
  const tileSizePx = whole(image, "TileSize", 16, 8192);
  const extension = attribute(image, "Format") ?? "";
  if (!/^[A-Za-z0-9]{1,8}$/.test(extension)) throw fail(`Format="${extension}"`);
  return {
    widthPx: whole(size, "Width", 1, 4_000_000),
    heightPx: whole(size, "Height", 1, 4_000_000),
    tileSizePx,
    overlapPx: whole(image, "Overlap", 0, tileSizePx - 1),
    extension,
  };
}

/** Levels from full resolution down to the first that fits one tile; sizes round up. */
export function deepZoomLevels(dzi: DeepZoom): DeepZoomLevel[] {
  const top = Math.ceil(Math.log2(Math.max(dzi.widthPx, dzi.heightPx)));
  const levels: DeepZoomLevel[] = [];
  for (let folder = top; folder >= 0; folder--) {
    const downsample = 2 ** (top - folder);
    const widthPx = Math.ceil(dzi.widthPx / downsample);
    const heightPx = Math.ceil(dzi.heightPx / downsample);
    levels.push({ folder, widthPx, heightPx, downsample });
    if (Math.max(widthPx, heightPx) <= dzi.tileSizePx) break;
  }
  return levels;
}

/** µm per pixel in the vips-properties.xml that libvips writes beside the tiles; null when it does not say. */
export function vipsUmPerPx(xml: string): readonly [x: number, y: number] | null {
  const value = (name: string): number => {
    const pattern = `<name>${name}</name>\\s*<value[^>]*>([^<]*)</value>`;
    return Number(new RegExp(pattern).exec(xml)?.[1] ?? Number.NaN);
  };
  const x = value("openslide\\.mpp-x");
  const y = value("openslide\\.mpp-y");
  if (x > 0 && y > 0) return [x, y];
  // Pixels per mm; 1 where the image does not say, and what screens and printers have is no scale of tissue.
  const [umX, umY] = [1000 / value("xres"), 1000 / value("yres")];
  const plausible = (um: number) => um >= 0.01 && um <= 10;
  return plausible(umX) && plausible(umY) ? [umX, umY] : null;
}
