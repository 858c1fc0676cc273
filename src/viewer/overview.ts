import type { BinRaster } from "../core/expression.ts";

/** Longest side of an overview picture, px. */
export const OVERVIEW_PX = 384;

/**
 * Paints square bins as a small picture, one pixel a bin, log scale up to the 99th percentile; empty bins stay
 * transparent. For the minimap and the tray of slides that have no image.
 *
 * @param colormap (256 × 4,) RGBA
 */
export function paintOverview(raster: BinRaster, colormap: Uint8Array): HTMLCanvasElement {
  const { cols, rows } = raster.window;
  const canvas = document.createElement("canvas");
  canvas.width = cols;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  const pixels = context.createImageData(cols, rows);
  const top = Math.log1p(Math.max(1e-9, raster.histogram.percentiles[99] ?? raster.max));
  for (let i = 0; i < raster.values.length; i++) {
    const value = raster.values[i]!;
    if (!(value > 0)) continue;
    const entry = Math.min(255, Math.round((255 * Math.log1p(value)) / top)) * 4;
    pixels.data[i * 4] = colormap[entry]!;
    pixels.data[i * 4 + 1] = colormap[entry + 1]!;
    pixels.data[i * 4 + 2] = colormap[entry + 2]!;
    pixels.data[i * 4 + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}
