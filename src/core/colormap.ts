import { colormapTables } from "./colormap-tables.ts";

/** Perceptually even maps, readable with colour-vision deficiencies; `cividis` most of all. */
export const colormapNames = ["cividis", "viridis", "batlow", "magma", "grey"] as const;

export type ColormapName = (typeof colormapNames)[number];

/** The map as 256 opaque RGBA colours, (1024,) bytes, sRGB, lowest value first. The caller owns the array. */
export function colormapRgba(name: ColormapName): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(1024);
  for (let i = 0; i < 256; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const at = 6 * i + 2 * channel;
      rgba[4 * i + channel] =
        name === "grey" ? i : Number.parseInt(colormapTables[name].slice(at, at + 2), 16);
    }
    rgba[4 * i + 3] = 255;
  }
  return rgba;
}
