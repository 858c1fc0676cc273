import type { AnnotationGeometry, Position } from "./annotation.ts";
import type { Box } from "./region.ts";
import { ellipseRing, rectangleRing } from "./shape-rings.ts";

function boxBetween(a: Position, b: Position): Box {
  return {
    x0: Math.min(a[0], b[0]),
    y0: Math.min(a[1], b[1]),
    x1: Math.max(a[0], b[0]),
    y1: Math.max(a[1], b[1]),
  };
}

/** An axis-aligned rectangle of the frame between two opposite corners, clockwise on an image from the least. */
export function rectangle(a: Position, b: Position): AnnotationGeometry {
  return { type: "area", region: [[rectangleRing(boxBetween(a, b))]], shape: "rectangle" };
}

/** The ellipse that fills the box between two corners, exactly: the ring's box is that box to the last bit. */
export function ellipse(a: Position, b: Position): AnnotationGeometry {
  return { type: "area", region: [[ellipseRing(boxBetween(a, b))]], shape: "ellipse" };
}
