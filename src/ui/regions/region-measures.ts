import type { Affine } from "../../core/affine.ts";
import type { AnnotationGeometry } from "../../core/annotation.ts";
import { measureGeometry, type RegionMeasure } from "../../geometry/region-measure.ts";

let map: Affine<"frame", "um"> | null = null;
let known = new WeakMap<AnnotationGeometry, RegionMeasure | null>();

/** The size of a geometry, computed once while the slide's transform stays; null when it cannot be measured. */
export function measured(geometry: AnnotationGeometry, toUm: Affine<"frame", "um">): RegionMeasure | null {
  if (map === null || (["a", "b", "c", "d", "e", "f"] as const).some((key) => map?.[key] !== toUm[key])) {
    map = toUm;
    known = new WeakMap();
  }
  const before = known.get(geometry);
  if (before !== undefined) return before;
  const measure = tryMeasure(geometry, toUm);
  known.set(geometry, measure);
  return measure;
}

/** What crosses itself beyond measure, or lies out of all range, has no size that could be told. */
function tryMeasure(geometry: AnnotationGeometry, toUm: Affine<"frame", "um">): RegionMeasure | null {
  try {
    return measureGeometry(geometry, toUm);
  } catch {
    return null;
  }
}
