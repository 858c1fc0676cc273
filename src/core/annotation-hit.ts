import type { AnnotationGeometry, Position } from "./annotation.ts";
import { orientation } from "./orientation.ts";
import type { Ring } from "./region.ts";

/**
 * True when the point lies in the area (the rule of `region.ts`), or within `radius` of the outline, the line or one
 * of the points. All in the document's frame. Takes time in the number of corners.
 */
export function hitsAnnotation(geometry: AnnotationGeometry, x: number, y: number, radius: number): boolean {
  if (geometry.type === "points") {
    return geometry.positions.some(([px, py]) => Math.hypot(px - x, py - y) <= radius);
  }
  if (geometry.type === "line") return geometry.lines.some((line) => isNear(line, false, x, y, radius));
  return geometry.region.some(
    (polygon) =>
      polygon.some((ring) => isNear(ring, true, x, y, radius)) ||
      (polygon[0] !== undefined &&
        isInside(polygon[0], x, y) &&
        !polygon.slice(1).some((hole) => isInside(hole, x, y))),
  );
}

/** Not by taking corners apart into names: of a million corners that is half the time of a pointer's move. */
function isInside(ring: Ring, x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const a = ring[j]!;
    const b = ring[i]!;
    const up = b[1] > y;
    if (a[1] > y === up) continue;
    const side = orientation(a[0], a[1], b[0], b[1], x, y);
    if (up ? side > 0 : side < 0) odd = !odd;
  }
  return odd;
}

function isNear(line: readonly Position[], closed: boolean, x: number, y: number, radius: number): boolean {
  const limit = radius * radius;
  let a = closed ? line.at(-1) : line[0];
  for (let i = 0; i < line.length; i++) {
    const b = line[i]!;
    const [ax, ay, bx, by] = [a![0], a![1], b[0], b[1]];
    a = b;
    const apart = ax < x - radius && bx < x - radius;
    if (apart || (ax > x + radius && bx > x + radius) || (ay < y - radius && by < y - radius)) continue;
    const dx = bx - ax;
    const dy = by - ay;
    const lengthSquared = dx * dx + dy * dy;
    const along = lengthSquared === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / lengthSquared;
    const t = Math.min(1, Math.max(0, along));
    const ex = ax + t * dx - x;
    const ey = ay + t * dy - y;
    if (ex * ex + ey * ey <= limit) return true;
  }
  return false;
}
