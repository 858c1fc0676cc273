import type { Annotation, AnnotationGeometry } from "../../src/core/annotation.ts";

export function square(x: number, y: number, side: number): AnnotationGeometry {
  const ring = [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ] as const;
  return { type: "area", region: [[ring]], shape: "polygon" };
}

/** A plain square with this id; what is given takes the place of what it has. */
export function annotation(id: string, given: Partial<Annotation> = {}): Annotation {
  return {
    id,
    parentId: null,
    geometry: square(0, 0, 10),
    objectType: "annotation",
    name: null,
    description: null,
    classification: null,
    color: null,
    locked: false,
    hidden: false,
    measurements: {},
    metadata: {},
    extra: {},
    ...given,
  };
}
