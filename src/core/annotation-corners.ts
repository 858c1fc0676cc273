import type { AnnotationGeometry, Position } from "./annotation.ts";
import { annotationBox } from "./annotation-box.ts";
import { geometryParts } from "./annotation-parts.ts";
import { ellipse, rectangle } from "./annotation-shapes.ts";
import { mapGeometry } from "./move-geometry.ts";

/** `index` counts as in `geometryParts(geometry)[part]`. All of these give a new geometry; none changes its own. */

/** Moves a corner. */
export function moveCorner(
  geometry: AnnotationGeometry,
  part: number,
  index: number,
  to: Position,
): AnnotationGeometry {
  return editPart(geometry, part, (corners) => corners.with(index, to));
}

/** Puts a corner in after `index`. */
export function insertCorner(
  geometry: AnnotationGeometry,
  part: number,
  index: number,
  at: Position,
): AnnotationGeometry {
  return editPart(geometry, part, (corners) => corners.toSpliced(index + 1, 0, at));
}

/** Takes a corner away; null when too few would be left: 3 of a ring, 2 of a line, 1 of points. */
export function removeCorner(
  geometry: AnnotationGeometry,
  part: number,
  index: number,
): AnnotationGeometry | null {
  const least = { area: 3, line: 2, points: 1 }[geometry.type];
  if ((geometryParts(geometry)[part]?.length ?? 0) <= least) return null;
  return editPart(geometry, part, (corners) => corners.toSpliced(index, 1));
}

/** Moves everything by as much. */
export function moveGeometry(geometry: AnnotationGeometry, dx: number, dy: number): AnnotationGeometry {
  return mapGeometry({ a: 1, b: 0, c: 0, d: 1, e: dx, f: dy }, geometry);
}

/**
 * A rectangle or an ellipse whose box is taken by grip `index` (0–7, clockwise on an image from the least corner) and
 * pulled to a place. Pulled through the other side it turns over. Null when nothing would be left of it.
 */
export function pullBox(
  geometry: AnnotationGeometry,
  index: number,
  to: Position,
): AnnotationGeometry | null {
  if (geometry.type !== "area" || geometry.shape === "polygon") return null;
  const { x0, y0, x1, y1 } = annotationBox(geometry);
  const [left, top, right, bottom] = [
    [0, 6, 7].includes(index),
    [0, 1, 2].includes(index),
    [2, 3, 4].includes(index),
    [4, 5, 6].includes(index),
  ];
  const a: Position = [left ? to[0] : x0, top ? to[1] : y0];
  const b: Position = [right ? to[0] : x1, bottom ? to[1] : y1];
  if (a[0] === b[0] || a[1] === b[1]) return null;
  return geometry.shape === "rectangle" ? rectangle(a, b) : ellipse(a, b);
}

/** The eight grips of a box, clockwise on an image from the least corner. */
export function boxGrips(geometry: AnnotationGeometry): readonly Position[] {
  const { x0, y0, x1, y1 } = annotationBox(geometry);
  const [mx, my] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [
    [x0, y0],
    [mx, y0],
    [x1, y0],
    [x1, my],
    [x1, y1],
    [mx, y1],
    [x0, y1],
    [x0, my],
  ];
}

function editPart(
  geometry: AnnotationGeometry,
  part: number,
  edit: (corners: Position[]) => readonly Position[],
): AnnotationGeometry {
  let at = 0;
  const one = (corners: readonly Position[]) => (at++ === part ? edit([...corners]) : corners);
  if (geometry.type === "area")
    return { ...geometry, shape: "polygon", region: geometry.region.map((polygon) => polygon.map(one)) };
  if (geometry.type === "line") return { ...geometry, lines: geometry.lines.map(one) };
  return { ...geometry, positions: one(geometry.positions) };
}
