import type { ImageInfo, ImageLevel } from "../io/image-source.ts";

/** Pixel values as stored, before contrast. */
export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** A rectangle of pixel values: `data[(y·widthPx + x)·samples + s]`. */
export interface RawTile {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 1 for a channel, 3 for RGB, 4 for RGBA (alpha not premultiplied), n for interleaved channels. */
  readonly samples: number;
  readonly data: Samples;
}

/** Where a channel's values lie: the plane that is read, and the sample within it. */
export interface ChannelPlace {
  readonly plane: number;
  readonly sample: number;
}

/**
 * An image whose tiles are read raw. `info.levels` is what `readTile` serves; `channels[].limits` may still be
 * the data range. RGB images have one plane of three or four samples.
 */
export interface RawImage {
  readonly info: ImageInfo;
  /** A fourth sample of a colour image is alpha; else it means nothing and pixels are opaque. */
  readonly alpha: boolean;
  /** Parallel to `info.channels`. */
  readonly places: readonly ChannelPlace[];
  /** The tile cropped to the level. Rejects with a CentiscopeError or the signal's reason. */
  readTile(level: number, col: number, row: number, plane: number, signal?: AbortSignal): Promise<RawTile>;
  close(): void;
}

/** Where a tile lies in its level, cropped to it, px. Throws a `RangeError` for one that the level does not have. */
export function tileBox(level: ImageLevel, col: number, row: number) {
  const x = col * level.tileWidthPx;
  const y = row * level.tileHeightPx;
  const widthPx = Math.min(level.tileWidthPx, level.widthPx - x);
  const heightPx = Math.min(level.tileHeightPx, level.heightPx - y);
  if (col < 0 || row < 0 || widthPx <= 0 || heightPx <= 0) throw new RangeError(`no tile ${col}, ${row}`);
  return { x, y, widthPx, heightPx };
}

/** An array of the same type as `like`, zeroed. */
export function samplesLike(like: Samples, length: number): Samples {
  return new (like.constructor as new (n: number) => Samples)(length);
}

/** Copies a rectangle between rasters of equal type and sample count, clipped to both by the caller. */
export function copyRect(
  from: RawTile,
  fromX: number,
  fromY: number,
  to: { readonly widthPx: number; readonly data: Samples },
  toX: number,
  toY: number,
  widthPx: number,
  heightPx: number,
): void {
  const n = from.samples;
  for (let y = 0; y < heightPx; y++) {
    const start = ((fromY + y) * from.widthPx + fromX) * n;
    to.data.set(from.data.subarray(start, start + widthPx * n), ((toY + y) * to.widthPx + toX) * n);
  }
}

/** The part of a tile that begins at its corner; the same tile when nothing is cut. */
export function cropTile(tile: RawTile, widthPx: number, heightPx: number): RawTile {
  if (tile.widthPx === widthPx && tile.heightPx === heightPx) return tile;
  const data = samplesLike(tile.data, widthPx * heightPx * tile.samples);
  copyRect(tile, 0, 0, { widthPx, data }, 0, 0, widthPx, heightPx);
  return { widthPx, heightPx, samples: tile.samples, data };
}

/** A copy of RGBA whose colours are no longer multiplied by their alpha. */
export function straightAlpha(tile: RawTile): RawTile {
  if (tile.samples !== 4) return tile;
  const data = tile.data.slice();
  const top = data instanceof Uint16Array ? 65535 : 255;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    for (let k = i; k < i + 3; k++) data[k] = alpha > 0 ? Math.min(top, (data[k]! * top) / alpha + 0.5) : 0;
  }
  return { ...tile, data };
}
