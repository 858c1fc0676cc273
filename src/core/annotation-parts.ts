import type { AnnotationGeometry, Position } from "./annotation.ts";

/** Every position of a geometry, part by part: rings of areas (outlines and holes), chains of lines, points. */
export function geometryParts(geometry: AnnotationGeometry): readonly (readonly Position[])[] {
  if (geometry.type === "area") return geometry.region.flat();
  if (geometry.type === "line") return geometry.lines;
  return [geometry.positions];
}
