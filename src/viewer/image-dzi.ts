import { CentiscopeError } from "../core/errors.ts";
import { type DeepZoom, deepZoomLevels, parseDeepZoom, vipsUmPerPx } from "../core/image-dzi.ts";
import type { ImageInfo } from "../io/image-source.ts";
import { colourInfo } from "./image-info.ts";
import type { LoadTile } from "./image-tile-source.ts";

/** Gets the file at a path beside the descriptor: `slide_files/12/3_4.jpg`. */
export type GetFile = (path: string, signal?: AbortSignal) => Promise<Blob>;

/** A Deep Zoom pyramid over whatever holds its files. `base` is the descriptor's path without its extension. */
export function deepZoomImage(
  xml: string,
  name: string,
  base: string,
  getFile: GetFile,
  properties: string | null,
): { readonly info: ImageInfo; readonly load: LoadTile } {
  const dzi = parseDeepZoom(xml, name);
  const levels = deepZoomLevels(dzi);
  const info = colourInfo({
    name,
    format: "Deep Zoom",
    widthPx: dzi.widthPx,
    heightPx: dzi.heightPx,
    umPerPx: properties === null ? null : vipsUmPerPx(properties),
    levels: levels.map(({ widthPx, heightPx, downsample }) => ({
      widthPx,
      heightPx,
      downsample,
      tileWidthPx: dzi.tileSizePx,
      tileHeightPx: dzi.tileSizePx,
    })),
  });
  const load: LoadTile = async (level, col, row, signal) => {
    const at = levels[level];
    if (!at) throw new RangeError(`no level ${level}`);
    const tile = `${at.folder}/${col}_${row}.${dzi.extension}`;
    const blob = await getFile(`${base}_files/${tile}`, signal);
    return decodeTile(blob, dzi, at, col, row).catch((cause: unknown) => {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new CentiscopeError("image-tile-missing", { file: name, tile, detail }, { cause });
    });
  };
  return { info, load };
}

/** The tile without the pixels it repeats of its neighbours. */
function decodeTile(
  blob: Blob,
  dzi: DeepZoom,
  level: { readonly widthPx: number; readonly heightPx: number },
  col: number,
  row: number,
): Promise<ImageBitmap> {
  const left = col > 0 ? dzi.overlapPx : 0;
  const top = row > 0 ? dzi.overlapPx : 0;
  const width = Math.min(dzi.tileSizePx, level.widthPx - col * dzi.tileSizePx);
  const height = Math.min(dzi.tileSizePx, level.heightPx - row * dzi.tileSizePx);
  return createImageBitmap(blob, left, top, width, height, { colorSpaceConversion: "none" });
}
