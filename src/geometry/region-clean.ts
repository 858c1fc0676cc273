import type { Region } from "../core/region.ts";
import { ringArea } from "../core/ring-measure.ts";
import { uniteRegions } from "./region-boolean.ts";

/** The region without its holes; what lay in a hole becomes part of what surrounds it. */
export function fillHoles(region: Region): Region {
  return uniteRegions(uniteRegions([region]).map(([outline]) => [[outline ?? []]]));
}

/**
 * The region without parts and without holes that are smaller than `leastArea`, in squared units of the region; a
 * part's own holes do not make it smaller.
 */
export function removeSpecks(region: Region, leastArea: number): Region {
  return uniteRegions([region])
    .filter(([outline]) => Math.abs(ringArea(outline ?? [])) >= leastArea)
    .map(([outline, ...holes]) => [
      outline ?? [],
      ...holes.filter((hole) => Math.abs(ringArea(hole)) >= leastArea),
    ]);
}
