/** Marker shapes of genes, in the order that the palette texture's shape index uses. */
export const glyphShapes = [
  "circle",
  "square",
  "triangle",
  "diamond",
  "cross",
  "plus",
  "star",
  "ring",
] as const;

export type GlyphShape = (typeof glyphShapes)[number];

/**
 * Categorical colours that stay apart for colour-blind readers: Okabe & Ito (2008) without black, first;
 * then Paul Tol's "muted" set (CC BY / public technical note SRON/EPS/TN/09-002). Shapes change with each cycle.
 */
export const categoricalColors = [
  "#f0e442",
  "#56b4e9",
  "#e69f00",
  "#cc79a7",
  "#009e73",
  "#d55e00",
  "#0072b2",
  "#88ccee",
  "#44aa99",
  "#ddcc77",
  "#cc6677",
  "#aa4499",
  "#999933",
  "#882255",
  "#332288",
  "#117733",
] as const;
