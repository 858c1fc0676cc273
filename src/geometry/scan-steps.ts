import type { Paths64 } from "clipper2-ts";

/**
 * How much a sweep over y has to do: for every height at which a corner lies, the edges that pass there, summed; more
 * than `limit` is not counted out. Time of the clipping library is proportional to it, and quadratic in the corners
 * only where long edges lie side by side, as in a star of 10^5 rays.
 */
export function scanSteps(paths: Paths64, limit: number): number {
  let corners = 0;
  for (const path of paths) corners += path.length;
  const heights = new Float64Array(corners);
  let at = 0;
  for (const path of paths) for (const { y } of path) heights[at++] = y;
  heights.sort();
  let distinct = 0;
  for (let i = 0; i < corners; i++) {
    if (i === 0 || heights[i] !== heights[i - 1]) heights[distinct++] = heights[i]!;
  }
  const rank = (y: number): number => {
    let [low, high] = [0, distinct];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (heights[middle]! < y) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  let steps = 0;
  for (const path of paths) {
    let before = path.length > 0 ? rank(path[path.length - 1]!.y) : 0;
    for (const { y } of path) {
      const here = rank(y);
      steps += Math.abs(here - before) + 1;
      before = here;
    }
    if (steps > limit) return steps;
  }
  return steps;
}
