import type { Polygon, Region, Ring } from "../core/region.ts";
import { isNestedWell } from "../core/region-nesting.ts";
import { ringContacts } from "../core/ring-contacts.ts";
import { simplifyRing } from "../core/simplify-ring.ts";
import { uniteRegions } from "./region-boolean.ts";

/** How often the tolerance is halved before a region that would cross itself is left as it is. */
const MOST_HALVINGS = 12;

/**
 * The region with fewer corners: none that is left out lies further than `tolerance` from the new edge (Douglas and
 * Peucker 1973), and the rings do not cross. Where they would, a smaller tolerance is taken for the part in question;
 * a region whose rings met before is resolved into one whose rings do not.
 * @param tolerance in units of the region
 */
export function simplifyRegion(region: Region, tolerance: number): Region {
  if (!isTidy(region))
    return uniteRegions([uniteRegions([region]).map((polygon) => reduce(polygon, tolerance))]);
  const parts = region.map((polygon) => simplifyPart(polygon, tolerance));
  // Parts that come near each other may meet now.
  return isTidy(parts) ? parts : uniteRegions([parts]);
}

function simplifyPart(polygon: Polygon, tolerance: number): Polygon {
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const simple = reduce(polygon, tolerance / 2 ** halving);
    if (isTidy([simple])) return simple;
  }
  return polygon;
}

function reduce(polygon: Polygon, tolerance: number): Polygon {
  return polygon.map((ring: Ring) => simplifyRing(ring, tolerance));
}

function isTidy(region: Region): boolean {
  return ringContacts(region.flat()).kind === "none" && isNestedWell(region);
}
