import type { Position } from "./annotation.ts";
import type { Region, Ring } from "./region.ts";

/**
 * The coefficients of an affine map between a document's frame and µm, in CSS matrix order; any `Affine` is one, and
 * `composeAffine` and `invertAffine` take it.
 */
export interface PlaneMap {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export function mapPosition({ a, b, c, d, e, f }: PlaneMap, [x, y]: Position): Position {
  return [a * x + c * y + e, b * x + d * y + f];
}

export function mapRing(map: PlaneMap, ring: Ring): Ring {
  return ring.map((position) => mapPosition(map, position));
}

export function mapRegion(map: PlaneMap, region: Region): Region {
  return region.map((polygon) => polygon.map((ring) => mapRing(map, ring)));
}
