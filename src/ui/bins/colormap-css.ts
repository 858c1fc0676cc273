import { type ColormapName, colormapNames, colormapRgba } from "../../core/colormap.ts";

/** Colour maps in the order of the menu; all perceptually even and readable without red–green vision. */
export const COLORMAPS: readonly ColormapName[] = colormapNames;

const cache = new Map<ColormapName, string>();

/** A CSS gradient, left = lowest, of 16 colours of the map. */
export function colormapCss(name: ColormapName): string {
  let css = cache.get(name);
  if (css === undefined) {
    const rgba = colormapRgba(name);
    const stops = Array.from({ length: 16 }, (_, i) => {
      const at = Math.round((i * 255) / 15) * 4;
      return `rgb(${rgba[at]} ${rgba[at + 1]} ${rgba[at + 2]})`;
    });
    css = `linear-gradient(to right, ${stops.join(", ")})`;
    cache.set(name, css);
  }
  return css;
}
