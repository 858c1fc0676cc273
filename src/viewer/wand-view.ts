import type { Position } from "../core/annotation.ts";
import { HEX_ROW_SPACING } from "../core/bin-window.ts";
import type { BinRaster } from "../core/expression.ts";
import { hexWand } from "../core/hex-wand.ts";
import { maskRegion } from "../core/mask-region.ts";
import { mapRegion, type PlaneMap } from "../core/plane-map.ts";
import type { Region } from "../core/region.ts";
import { ringArea } from "../core/ring-measure.ts";
import { type WandRaster, wandMask } from "../core/wand-mask.ts";
import { removeSpecks } from "../geometry/region-clean.ts";
import { simplifyRegion } from "../geometry/region-simplify.ts";

/** CSS px to each side of the press that the wand looks at: a tenth of a second's work at most. */
const REACH_PX = 300;
/** Holes and islands of fewer pixels or bins are noise. */
const SPECK_PX = 12;
/** Steps between pixels are not seen: outlines are drawn through them. */
const SMOOTH_PX = 0.75;
const LEVELS = 255;

/** Bins as they are on screen, with the values at the ends of their colours. */
export interface ShownBins {
  readonly raster: BinRaster;
  readonly low: number;
  readonly high: number;
}

/** What the wand sees about a place: pixels, where the place lies in them, and the map from them to the frame. */
interface Seen {
  readonly raster: WandRaster;
  readonly at: Position;
  readonly toFrame: PlaneMap;
}

function regionOf({ raster, at, toFrame }: Seen, tolerance: number): Region {
  const mask = wandMask(raster, at[0], at[1], tolerance);
  const outline = removeSpecks(maskRegion(mask, raster.width, raster.height), SPECK_PX);
  return mapRegion(toFrame, simplifyRegion(outline, SMOOTH_PX));
}

/**
 * Copies the image's canvas about a place in the stage, one pixel to a CSS px. What lies there later changes nothing:
 * the answer is of the moment.
 * @param pxToFrame from CSS px of the stage to the frame
 */
export function imageWand(
  canvas: HTMLCanvasElement,
  stagePx: { readonly width: number; readonly height: number },
  [x, y]: Position,
  pxToFrame: PlaneMap,
): ((tolerance: number) => Region) | null {
  const left = Math.max(0, Math.floor(x - REACH_PX));
  const top = Math.max(0, Math.floor(y - REACH_PX));
  const width = Math.min(Math.ceil(stagePx.width), Math.ceil(x + REACH_PX)) - left;
  const height = Math.min(Math.ceil(stagePx.height), Math.ceil(y + REACH_PX)) - top;
  if (!(width > 0 && height > 0)) return null;
  const copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  const ratio = canvas.width / stagePx.width;
  context.drawImage(canvas, left * ratio, top * ratio, width * ratio, height * ratio, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const raster: WandRaster = { width, height, channels: 4, data };
  const { a, b, c, d, e, f } = pxToFrame;
  const toFrame = { a, b, c, d, e: a * left + c * top + e, f: b * left + d * top + f };
  const seen: Seen = { raster, at: [x - left, y - top], toFrame };
  return (tolerance) => regionOf(seen, tolerance);
}

/**
 * The same over bins, whose edges the outline follows: tolerance is in 255ths of what their colours span.
 * @param at slide µm
 * @param umToFrame from slide µm to the frame
 */
export function binWand(
  { raster: bins, low, high }: ShownBins,
  at: readonly [x: number, y: number],
  umToFrame: PlaneMap,
): ((tolerance: number) => Region) | null {
  if (!(high > low)) return null;
  const { window, values } = bins;
  const { binUm, col0, row0, cols, rows } = window;
  const { a, b, c, d, e, f } = umToFrame;
  const inBins = (x0: number, y0: number): PlaneMap => ({
    a: a * binUm,
    b: b * binUm,
    c: c * binUm,
    d: d * binUm,
    e: a * x0 + c * y0 + e,
    f: b * x0 + d * y0 + f,
  });
  const inValues = (tolerance: number): number => (tolerance / LEVELS) * (high - low);
  if (window.shape === "hex") {
    const least = SPECK_PX * HEX_ROW_SPACING;
    return (tolerance) => {
      const found = hexWand(bins, at, inValues(tolerance)) ?? [];
      const [outline, ...holes] = found;
      const kept = holes.filter((hole) => Math.abs(ringArea(hole)) >= least);
      return outline ? mapRegion(inBins(0, 0), [[outline, ...kept]]) : [];
    };
  }
  const raster: WandRaster = { width: cols, height: rows, channels: 1, data: values };
  const toFrame = inBins(col0 * binUm, row0 * binUm);
  const seen: Seen = { raster, at: [at[0] / binUm - col0, at[1] / binUm - row0], toFrame };
  return (tolerance) => regionOf(seen, inValues(tolerance));
}
