/** By what the text of each format of annotations begins with, or holds near its beginning. */
const SIGNS: readonly RegExp[] = [
  // ASAP, ImageScope, HALO.
  /<(ASAP_)?Annotations[\s>]/,
  // GeoJSON, QuPath's among it.
  /"type"\s*:\s*"(Feature(Collection)?|(Multi)?(Point|LineString|Polygon)|GeometryCollection)"/,
  // Sectra, and CAMELYON as JSON.
  /^\s*[[{][\s\S]*"slideId"\s*:/,
  /^\s*\{\s*"(positive|negative)"\s*:\s*\[/,
  // Selections of Xenium Explorer, one or several, under lines of remarks; X and Y alone may be any points.
  /^(("?#[^\n]*\n)+"?(Selection"?,"?)?|"?Selection"?,"?)X"?,"?Y"?\r?\n/,
  // Shapes and points of Napari.
  /^[^\n]*\baxis-0"?,"?axis-1\b/,
  // Well-known text in a table; points are left out, for transcripts may have them beside their gene.
  /(^|[\s,;"])(MULTI)?(POLYGON|LINESTRING)\s*(Z|M|ZM)?\s*\(/,
];

/** True when a text holds annotations, by its first characters (some thousand), without a byte order mark. */
export function beginsAnnotations(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}
