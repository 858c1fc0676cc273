import { ClipType } from "clipper2-ts";
import type { Region } from "../core/region.ts";
import { CornerMemory, clipToRegion, regionToGrid } from "./clip-grid.ts";

export type BooleanOperation = "union" | "subtract" | "intersect" | "exclude";

const TYPES = {
  union: ClipType.Union,
  subtract: ClipType.Difference,
  intersect: ClipType.Intersection,
  exclude: ClipType.Xor,
} as const;

/**
 * What lies in either, in the first alone, in both, or in exactly one of two regions. The answer's polygons do not
 * overlap and its rings do not cross; corners of the operands that it keeps are theirs to the last bit, new ones lie
 * within 1/1024 of a unit of their true place. An empty answer is `[]`.
 * @throws shape-not-finite, shape-out-of-range, shape-too-intricate
 */
export function regionBoolean(operation: BooleanOperation, first: Region, second: Region): Region {
  const memory = new CornerMemory();
  const [a, b] = [regionToGrid(first, memory), regionToGrid(second, memory)];
  return clipToRegion(TYPES[operation], a, b, memory);
}

/** All that lies in any of the regions, as `regionBoolean` gives it. Of one region: its own overlaps are resolved. */
export function uniteRegions(regions: readonly Region[]): Region {
  const memory = new CornerMemory();
  const paths = regions.flatMap((region) => regionToGrid(region, memory));
  return clipToRegion(ClipType.Union, paths, [], memory);
}
