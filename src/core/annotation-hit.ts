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

function isInside(ring: Ring, x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[j]!, ring[i]!];
    const up = by > y;
    if (ay > y === up) continue;
    const side = orientation(ax, ay, bx, by, x, y);
    if (up ? side > 0 : side < 0) odd = !odd;
  }
  return odd;
}

function isNear(line: readonly Position[], closed: boolean, x: number, y: number, radius: number): boolean {
  const limit = radius * radius;
  for (let i = 0; i < line.length; i++) {
    const [bx, by] = line[i]!;
    const [ax, ay] = line[i - 1] ?? (closed ? line.at(-1)! : line[i]!);
    const [dx, dy] = [bx - ax, by - ay];
    const lengthSquared = dx * dx + dy * dy;
    const along = lengthSquared === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / lengthSquared;
    const t = Math.min(1, Math.max(0, along));
    const [ex, ey] = [ax + t * dx - x, ay + t * dy - y];
    if (ex * ex + ey * ey <= limit) return true;
  }
  return false;
}
