import type { Position } from "./annotation.ts";
import type { AnnotationIndex } from "./annotation-index.ts";
import { geometryParts } from "./annotation-parts.ts";

/**
 * The corner nearest to a place within `reach`, else the nearest point of an outline or line within it, else the place
 * itself: so neighbours share borders to the last bit. Hidden annotations do not draw it.
 */
export function snapped(index: AnnotationIndex, at: Position, reach: number): Position {
  const [x, y] = at;
  let corner: Position | null = null;
  let edge: Position | null = null;
  let [cornerDistance, edgeDistance] = [reach, reach];
  for (const { geometry, hidden } of index.in({
    x0: x - reach,
    y0: y - reach,
    x1: x + reach,
    y1: y + reach,
  })) {
    if (hidden) continue;
    for (const part of geometryParts(geometry)) {
      for (let i = 0; i < part.length; i++) {
        const a = part[i]!;
        const toCorner = Math.hypot(a[0] - x, a[1] - y);
        if (toCorner <= cornerDistance) [corner, cornerDistance] = [a, toCorner];
        const b = part[i + 1] ?? (geometry.type === "area" ? part[0] : undefined);
        if (!b || geometry.type === "points") continue;
        const near = nearestOn(at, a, b);
        const toEdge = Math.hypot(near[0] - x, near[1] - y);
        if (toEdge <= edgeDistance) [edge, edgeDistance] = [near, toEdge];
      }
    }
  }
  return corner ?? edge ?? at;
}

/** The point of the segment from `a` to `b` that is nearest to `p`. */
function nearestOn(p: Position, a: Position, b: Position): Position {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const squared = dx * dx + dy * dy;
  const t = squared > 0 ? ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared : 0;
  if (t <= 0) return a;
  return t >= 1 ? b : [a[0] + t * dx, a[1] + t * dy];
}
