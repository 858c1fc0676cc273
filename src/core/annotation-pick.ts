import type { Annotation, AnnotationGeometry, Position } from "./annotation.ts";
import { annotationBox } from "./annotation-box.ts";
import type { AnnotationIndex } from "./annotation-index.ts";
import { geometryParts } from "./annotation-parts.ts";

/** Distance from a place to the nearest outline, line or point, in units of the frame. */
export function outlineDistance(geometry: AnnotationGeometry, at: Position): number {
  let least = Number.POSITIVE_INFINITY;
  for (const part of geometryParts(geometry)) {
    for (let i = 0; i < part.length; i++) {
      const a = part[i]!;
      const next = part[i + 1] ?? (geometry.type === "area" ? part[0]! : a);
      least = Math.min(least, segmentDistance(at, a, geometry.type === "points" ? a : next));
    }
  }
  return least;
}

/** Distance from `p` to the segment from `a` to `b`. */
export function segmentDistance(p: Position, a: Position, b: Position): number {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared : 0;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}

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
    if (size >= bestSize || (edgeOnly && outlineDistance(annotation.geometry, at) > reach)) continue;
    best = annotation;
    bestSize = size;
  }
  return best;
}
