import { type GlyphShape, glyphShapes } from "../core/glyph.ts";

/** Width of the palette texture; genes beyond wrap to the next row. WebGL2 guarantees 2048. */
export const PALETTE_WIDTH = 2048;

/** How one gene's transcripts look. */
export interface GeneStyle {
  readonly gene: number;
  /** `#rrggbb`. */
  readonly color: string;
  readonly shape: GlyphShape;
}

/**
 * One RGBA8 texel per gene: colour, and in alpha 0 = hidden or 1 + the index in `glyphShapes`. Recolouring,
 * reshaping or hiding genes is one upload of this (8 KB for 2048 genes, 256 KB for 65 536).
 */
export interface GenePalette {
  /** (4 · PALETTE_WIDTH · rows,) */
  readonly texels: Uint8Array;
  readonly rows: number;
  /** True when no visible gene has another shape than a circle. */
  readonly onlyCircles: boolean;
}

/** @param others how genes without a style of their own look; null hides them. */
export function genePalette(
  genes: number,
  others: Pick<GeneStyle, "color" | "shape"> | null,
  styles: Iterable<GeneStyle>,
): GenePalette {
  const rows = Math.max(1, Math.ceil(genes / PALETTE_WIDTH));
  const texels = new Uint8Array(4 * PALETTE_WIDTH * rows);
  let onlyCircles = (others?.shape ?? "circle") === "circle";
  if (others) for (let gene = 0; gene < genes; gene++) writeStyle(texels, gene, others);
  for (const style of styles) {
    if (style.gene >= genes) continue;
    writeStyle(texels, style.gene, style);
    if (style.shape !== "circle") onlyCircles = false;
  }
  return { texels, rows, onlyCircles };
}

function writeStyle(texels: Uint8Array, gene: number, style: Pick<GeneStyle, "color" | "shape">): void {
  const color = Number.parseInt(style.color.slice(1), 16);
  texels[4 * gene] = color >> 16;
  texels[4 * gene + 1] = (color >> 8) & 255;
  texels[4 * gene + 2] = color & 255;
  texels[4 * gene + 3] = 1 + glyphShapes.indexOf(style.shape);
}
