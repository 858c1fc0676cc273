import type { AnnotationGeometry, Position } from "./annotation.ts";

/** How many positions a geometry has. */
export function cornerCount(geometry: AnnotationGeometry): number {
  return geometryParts(geometry).reduce((sum, part) => sum + part.length, 0);
}

/** Every position of a geometry, part by part: rings of areas (outlines and holes), chains of lines, points. */
export function geometryParts(geometry: AnnotationGeometry): readonly (readonly Position[])[] {
  if (geometry.type === "area") return geometry.region.flat();
  if (geometry.type === "line") return geometry.lines;
  return [geometry.positions];
}
