import type { AreaGeometry } from "../src/core/annotation.ts";
import type { OutlineLevel } from "../src/core/outline.ts";
import type { PackedArea } from "../src/core/packed-area.ts";
import type { PlaneMap } from "../src/core/plane-map.ts";
import type { RegionMeasure } from "../src/geometry/region-measure.ts";

/** The area's arrays are handed over, and so are those of the answer. */
export interface OutlineWorkerApi {
  /** As `outlineDetail`. */
  detail(area: PackedArea, quantaPerUnit: number): Promise<OutlineLevel[]>;
  /** As `measureGeometry`; null where that throws. */
  measure(area: PackedArea, shape: AreaGeometry["shape"], toUm: PlaneMap): Promise<RegionMeasure | null>;
}
