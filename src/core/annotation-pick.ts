import type { Annotation, Position } from "./annotation.ts";
import { annotationBox } from "./annotation-box.ts";
import { hitsOutline } from "./annotation-hit.ts";
import type { AnnotationIndex } from "./annotation-index.ts";

/**
 * The annotation that is meant at a place: of those whose outline lies within `reach`, or whose area holds it (unless
 * `edgeOnly`), the one of the smallest box, for the others can be pressed elsewhere. Hidden ones are not there.
 */
export function pickAnnotation(
  index: AnnotationIndex,
  at: Position,
  reach: number,
  edgeOnly: boolean,
): Annotation | null {
  let best: Annotation | null = null;
  let bestSize = Number.POSITIVE_INFINITY;
  for (const annotation of index.at(at[0], at[1], reach)) {
    const { x0, y0, x1, y1 } = annotationBox(annotation.geometry);
    const size = (x1 - x0) * (y1 - y0);
    if (size >= bestSize || (edgeOnly && !hitsOutline(annotation.geometry, ...at, reach))) continue;
    best = annotation;
    bestSize = size;
  }
  return best;
}
