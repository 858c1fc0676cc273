import { ClipType, FillRule } from "clipper2-ts";
import { invertAffine } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import { mapRegion, type PlaneMap } from "../core/plane-map.ts";
import type { Region } from "../core/region.ts";
import { CornerMemory, clip, clipToRegion, GRID, regionToGrid } from "./clip-grid.ts";
import { offsetPath } from "./offset-path.ts";
import { regionBoolean } from "./region-boolean.ts";

/**
 * The region grown by `distance` on all sides, or shrunk where it is negative, corners rounded. Units and space of the
 * region. Arcs are chords inside the true arc, at most 0.05 of a unit and 1 % of the distance from it.
 */
export function growRegion(region: Region, distance: number): Region {
  const memory = new CornerMemory();
  const paths = clip(ClipType.Union, FillRule.Positive, regionToGrid(region, memory));
  const tolerance = Math.min(0.05, Math.abs(distance) / 100) * GRID;
  const grown = distance === 0 ? paths : paths.map((path) => offsetPath(path, distance * GRID, tolerance));
  return clipToRegion(ClipType.Union, grown, [], memory);
}

/**
 * Bands of equal width along the edge of a region, the nearest to it first: outside of it, or inside where `widthUm`
 * is negative. Each joins the next without gap or overlap, and the first has the region's own edge to the last bit.
 * Where nothing is left of the inside, a band is `[]`.
 *
 * @param toUm from the region's space to µm; distances are measured there.
 * @returns `count` regions in the region's own space
 */
export function marginBands(region: Region, toUm: PlaneMap, widthUm: number, count: number): Region[] {
  const back = invertAffine(toUm);
  if (!back) throw new CentiscopeError("shape-map-singular", {});
  const inUm = mapRegion(toUm, region);
  const bands: Region[] = [];
  let before = region;
  for (let band = 1; band <= count; band++) {
    const grown = mapRegion(back, growRegion(inUm, widthUm * band));
    const edge = widthUm > 0 ? grown : regionBoolean("intersect", grown, region);
    bands.push(
      widthUm > 0 ? regionBoolean("subtract", edge, before) : regionBoolean("subtract", before, edge),
    );
    before = widthUm > 0 ? regionBoolean("union", edge, region) : edge;
  }
  return bands;
}
