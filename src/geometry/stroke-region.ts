import { ClipType } from "clipper2-ts";
import type { Position } from "../core/annotation.ts";
import type { Region } from "../core/region.ts";
import { ellipseRing } from "../core/shape-rings.ts";
import { CornerMemory, clipToRegion, GRID } from "./clip-grid.ts";
import { offsetPath } from "./offset-path.ts";

/** Furthest that a brush's round edge lies inside the true one, as a share of its radius: 32 corners to a circle. */
const ROUNDNESS = 1 - Math.cos(Math.PI / 32);

/**
 * What a round brush covers that is moved along the positions: all places within `radius` of the chain, round ends
 * and joins drawn as chords inside the true arc, at most 0.5 % of the radius from it. One position gives a disk.
 * Units and space of `positions`.
 */
export function strokeRegion(positions: readonly Position[], radius: number): Region {
  const [first] = positions;
  if (!first || !(radius > 0)) return [];
  if (positions.every(([x, y]) => x === first[0] && y === first[1])) {
    const [x, y] = first;
    return [[ellipseRing({ x0: x - radius, y0: y - radius, x1: x + radius, y1: y + radius }, 32)]];
  }
  const memory = new CornerMemory();
  const there = memory.toGrid(positions);
  const andBack = [...there, ...there.slice(1, -1).reverse()];
  const path = offsetPath(andBack, radius * GRID, radius * GRID * ROUNDNESS);
  return clipToRegion(ClipType.Union, [path], [], memory);
}
