import { deepZoomLevels, parseDeepZoom } from "../../core/image-dzi.ts";
import { pictureSize } from "../../core/image-sniff.ts";
import { SharedCache } from "../../formats/image-cache.ts";
import type { RawTile } from "../../formats/image-raw.ts";
import { isRecord, readJson } from "../../formats/json-file.ts";
import { openOmeZarr } from "../../formats/ome-zarr.ts";
import type { ImagePlan } from "../../formats/slide-plan.ts";
import { openTiff } from "../../formats/tiff.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { HttpSource } from "../../io/http.ts";
import { HttpTree } from "../../io/http-tree.ts";
import type { ImageInfo } from "../../io/image-source.ts";
import type { ImageFigures } from "./inspection.ts";

const HEAD = 1 << 16;

/** An image that is one file, or is described by one. */
export type FileImage = ImagePlan & { readonly kind: Exclude<ImagePlan["kind"], "zarr"> };

/** What an image says of itself; no pixel is decoded. Throws CentiscopeErrors. */
export async function inspectImage(image: FileImage, signal: AbortSignal): Promise<ImageFigures> {
  const {
    kind,
    file: { source },
  } = image;
  switch (kind) {
    case "tiff":
      return inspectTiff(source, signal);
    case "dzi": {
      const dzi = parseDeepZoom(new TextDecoder().decode(await source.read(0, HEAD, signal)), source.name);
      const levels = deepZoomLevels(dzi).map(({ widthPx, heightPx }) => ({
        widthPx,
        heightPx,
        tileWidthPx: dzi.tileSizePx,
        tileHeightPx: dzi.tileSizePx,
      }));
      return plain(source, "Deep Zoom", dzi.widthPx, dzi.heightPx, levels);
    }
    case "iiif": {
      const info = await readJson(source, signal);
      const number = (name: string) => (typeof info[name] === "number" ? info[name] : 0);
      const tile = Array.isArray(info.tiles) && isRecord(info.tiles[0]) ? info.tiles[0] : {};
      const [width, height] = [number("width"), number("height")];
      const factors = Array.isArray(tile.scaleFactors) ? tile.scaleFactors.map(Number) : [1];
      const side = typeof tile.width === "number" ? tile.width : null;
      const levels = factors.map((factor) => ({
        widthPx: Math.ceil(width / factor),
        heightPx: Math.ceil(height / factor),
        tileWidthPx: side,
        tileHeightPx: typeof tile.height === "number" ? tile.height : side,
      }));
      return plain(source, "IIIF", width, height, levels);
    }
    case "raster": {
      const [width, height] = pictureSize(await source.read(0, HEAD, signal)) ?? [0, 0];
      const format = source.name.split(".").at(-1)?.toUpperCase() ?? "picture";
      return plain(source, format, width, height, [
        { widthPx: width, heightPx: height, tileWidthPx: null, tileHeightPx: null },
      ]);
    }
  }
}

async function inspectTiff(source: ByteSource, signal: AbortSignal): Promise<ImageFigures> {
  const cache = new SharedCache<RawTile>(0, (tile) => tile.data.byteLength);
  const image = await openTiff(source, cache, signal);
  image.close();
  return figuresOf(source.name, image.info);
}

/** An OME-Zarr at an address, by the metadata file of its group. */
export async function inspectZarrAddress({ url }: HttpSource, signal: AbortSignal): Promise<ImageFigures> {
  const { pathname, search } = new URL(url);
  const tree = new HttpTree(new URL(`.${search}`, url).href);
  const { info } = await openOmeZarr(tree, pathname.split("/").at(-1)!, signal);
  return figuresOf(tree.name, info);
}

function figuresOf(file: string, info: ImageInfo): ImageFigures {
  return {
    file,
    format: info.format,
    widthPx: info.widthPx,
    heightPx: info.heightPx,
    umPerPx: info.umPerPx,
    magnification: info.magnification,
    levels: info.levels.map(({ widthPx, heightPx, tileWidthPx, tileHeightPx }) => ({
      widthPx,
      heightPx,
      tileWidthPx,
      tileHeightPx,
    })),
    channels: info.channels.map(({ name, dataRange }) => ({ name, range: dataRange })),
  };
}

function plain(
  source: ByteSource,
  format: string,
  widthPx: number,
  heightPx: number,
  levels: ImageFigures["levels"],
): ImageFigures {
  return {
    file: source.name,
    format,
    widthPx,
    heightPx,
    umPerPx: null,
    magnification: null,
    levels,
    channels: [],
  };
}
