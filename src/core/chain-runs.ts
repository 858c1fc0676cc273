import type { Position } from "./annotation.ts";
import type { Box } from "./region.ts";

/** Edges to a run. */
export const RUN = 256;
/** Shorter chains are walked as fast as their boxes. */
const LONG = 4 * RUN;

/** Boxes of the runs of a chain: x0, y0, x1, y1 of each. */
export type RunBoxes = Float64Array;

const known = new WeakMap<readonly Position[], RunBoxes>();

/**
 * The boxes of a chain's edges, `RUN` to a box: edge `i` goes from position `i` to the next, the last to the first.
 * Null for a short chain, and for one that is not worth it. Made once for each chain, which never changes: a pointer
 * over an area of a million corners asks at every move.
 */
export function runBoxes(chain: readonly Position[]): RunBoxes | null {
  const n = chain.length;
  if (n < LONG) return null;
  const before = known.get(chain);
  if (before) return before;
  const boxes = new Float64Array(4 * Math.ceil(n / RUN));
  for (let from = 0, k = 0; from < n; from += RUN, k += 4) {
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = from, end = Math.min(n, from + RUN); i <= end; i++) {
      const at = chain[i === n ? 0 : i]!;
      const x = at[0];
      const y = at[1];
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
    boxes[k] = x0;
    boxes[k + 1] = y0;
    boxes[k + 2] = x1;
    boxes[k + 3] = y1;
  }
  known.set(chain, boxes);
  return boxes;
}

/** False when no edge of the run lies in the box or touches it. */
export function runMeets(boxes: RunBoxes, run: number, { x0, y0, x1, y1 }: Box): boolean {
  const k = 4 * run;
  return boxes[k]! <= x1 && boxes[k + 2]! >= x0 && boxes[k + 1]! <= y1 && boxes[k + 3]! >= y0;
}
