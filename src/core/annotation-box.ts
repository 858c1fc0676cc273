import type { AnnotationGeometry } from "./annotation.ts";
import { positionsOf } from "./annotation-patch.ts";
import type { Box } from "./region.ts";

const known = new WeakMap<AnnotationGeometry, Box>();

/** The smallest closed box of all positions, in the document's frame; of none, one that nothing lies in. */
export function annotationBox(geometry: AnnotationGeometry): Box {
  const before = known.get(geometry);
  if (before) return before;
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positionsOf(geometry)) {
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  const box = { x0, y0, x1, y1 };
  known.set(geometry, box);
  return box;
}
