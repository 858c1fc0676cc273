import type { AnnotationGeometry, Position } from "./annotation.ts";
import { geometryParts } from "./annotation-parts.ts";
import { RUN, runBoxes, runMeets } from "./chain-runs.ts";
import { orientation } from "./orientation.ts";
import type { Box, Ring } from "./region.ts";

/**
 * True when the point lies in the area (the rule of `region.ts`), or within `radius` of the outline, the line or one
 * of the points. All in the document's frame. Takes time in the number of corners, of very many once.
 */
export function hitsAnnotation(geometry: AnnotationGeometry, x: number, y: number, radius: number): boolean {
  if (hitsOutline(geometry, x, y, radius)) return true;
  if (geometry.type !== "area") return false;
  return geometry.region.some(
    ([outline, ...holes]) =>
      outline !== undefined && isInside(outline, x, y) && !holes.some((hole) => isInside(hole, x, y)),
  );
}

/** True within `radius` of the outline, the line or one of the points. */
export function hitsOutline(geometry: AnnotationGeometry, x: number, y: number, radius: number): boolean {
  if (geometry.type === "points")
    return geometry.positions.some(([px, py]) => Math.hypot(px - x, py - y) <= radius);
  const closed = geometry.type === "area";
  return geometryParts(geometry).some((part) => isNear(part, closed, x, y, radius));
}

/** Not by taking corners apart into names: of a million corners that is half the time of a pointer's move. */
function isInside(ring: Ring, x: number, y: number): boolean {
  const boxes = runBoxes(ring);
  // Of an edge that lies wholly to its left the point is not on the left.
  const ray: Box = { x0: x, y0: y, x1: Number.POSITIVE_INFINITY, y1: y };
  const n = ring.length;
  const run = boxes ? RUN : n;
  let odd = false;
  for (let from = 0; from < n; from += run) {
    if (boxes && !runMeets(boxes, from / RUN, ray)) continue;
    for (let i = from, end = Math.min(n, from + run); i < end; i++) {
      const a = ring[i]!;
      const b = ring[i + 1 === n ? 0 : i + 1]!;
      const up = b[1] > y;
      if (a[1] > y === up) continue;
      const side = orientation(a[0], a[1], b[0], b[1], x, y);
      if (up ? side > 0 : side < 0) odd = !odd;
    }
  }
  return odd;
}

function isNear(line: readonly Position[], closed: boolean, x: number, y: number, radius: number): boolean {
  const boxes = runBoxes(line);
  const near: Box = { x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius };
  const limit = radius * radius;
  const n = line.length;
  const run = boxes ? RUN : n;
  for (let from = 0; from < n; from += run) {
    if (boxes && !runMeets(boxes, from / RUN, near)) continue;
    for (let i = from, end = Math.min(n, from + run); i < end; i++) {
      const a = line[i]!;
      // Where a line ends there is its end.
      const b = line[i + 1 < n ? i + 1 : closed ? 0 : i]!;
      const [ax, ay, bx, by] = [a[0], a[1], b[0], b[1]];
      const apart = ax < near.x0 && bx < near.x0;
      if (apart || (ax > near.x1 && bx > near.x1) || (ay < near.y0 && by < near.y0)) continue;
      const dx = bx - ax;
      const dy = by - ay;
      const lengthSquared = dx * dx + dy * dy;
      const along = lengthSquared === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / lengthSquared;
      const t = Math.min(1, Math.max(0, along));
      const ex = ax + t * dx - x;
      const ey = ay + t * dy - y;
      if (ex * ex + ey * ey <= limit) return true;
    }
  }
  return false;
}
