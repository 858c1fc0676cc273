import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Annotation, Position } from "../../src/core/annotation.ts";
import { type Grip, gripsOf } from "../../src/core/annotation-grips.ts";
import { hitsAnnotation } from "../../src/core/annotation-hit.ts";
import { RUN, runBoxes } from "../../src/core/chain-runs.ts";
import { type Box, PreparedRegion } from "../../src/core/region.ts";
import { distanceToEdge } from "../../src/core/simplify-ring.ts";
import { annotation } from "./annotation-arbitrary.ts";

/** Corners of a wave round a circle, on a lattice so that points fall on corners and edges. */
function wave(corners: number, folds: number, depth: number): Position[] {
  return Array.from({ length: corners }, (_, i): Position => {
    const turn = (2 * Math.PI * i) / corners;
    const radius = 500 * (1 + depth * Math.sin(folds * turn));
    return [Math.round(radius * Math.cos(turn)), Math.round(radius * Math.sin(turn))];
  });
}

const waves = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 700 }), fc.double({ min: 0, max: 0.9 }))
  .map(([corners, folds, depth]) => wave(corners, folds, Number.isNaN(depth) ? 0 : depth));
const place = fc.tuple(fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 }));

describe("a chain of very many corners", () => {
  it("has a box for every 256 edges, the one back to the first corner too", () => {
    const chain = wave(4 * RUN + 1, 3, 0.2);
    const boxes = runBoxes(chain)!;
    expect(boxes.length).toBe(4 * 5);
    for (const [i, a] of chain.entries()) {
      const b = chain[(i + 1) % chain.length]!;
      const box = boxes.subarray(4 * Math.floor(i / RUN));
      for (const [x, y] of [a, b])
        expect([x >= box[0]!, y >= box[1]!, x <= box[2]!, y <= box[3]!]).not.toContain(false);
    }
    expect(runBoxes(chain)).toBe(boxes);
    expect(runBoxes(chain.slice(2))).toBeNull();
  });

  it("is hit where a region's rule and the distance to each edge say so", () => {
    fc.assert(
      fc.property(
        waves,
        waves,
        fc.array(place, { minLength: 20 }),
        fc.integer({ min: 0, max: 9 }),
        (outer, inner, places, reach) => {
          const region = [[outer, inner.map(([x, y]): Position => [x / 2, y / 2])]];
          const area = { type: "area", shape: "polygon", region } as const;
          const line = { type: "line", shape: "polyline", lines: [outer] } as const;
          const prepared = new PreparedRegion(region);
          for (const [x, y] of [...places, outer[0]!, outer.at(-1)!]) {
            const near = region.flat().some((ring) => distance(ring, true, x, y) <= reach);
            expect(hitsAnnotation(area, x, y, reach)).toBe(near || prepared.contains(x, y));
            expect(hitsAnnotation(line, x, y, reach)).toBe(distance(outer, false, x, y) <= reach);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("has its grips where one that is walked corner by corner has them", () => {
    fc.assert(
      fc.property(
        waves,
        place,
        place,
        fc.double({ min: 0.01, max: 20, noNaN: true }),
        (chain, from, to, unitsPerPx) => {
          const view = {
            x0: Math.min(from[0], to[0]),
            y0: Math.min(from[1], to[1]),
            x1: Math.max(from[0], to[0]),
            y1: Math.max(from[1], to[1]),
          };
          const area = annotation("a", { geometry: { type: "area", shape: "polygon", region: [[chain]] } });
          expect(gripsOf(area, view, unitsPerPx)).toEqual(walked(area, chain, view, unitsPerPx));
        },
      ),
    );
  });
});

function distance(chain: readonly Position[], closed: boolean, x: number, y: number): number {
  const next = (i: number): Position => chain[i + 1] ?? chain[closed ? 0 : i]!;
  return Math.min(...chain.map((a, i) => distanceToEdge(x, y, ...a, ...next(i))));
}

/** Corners 14 px apart and the middles of edges of 28 px, in view; none where they are more than 600. */
function walked({ id }: Annotation, ring: readonly Position[], view: Box, unitsPerPx: number): Grip[] {
  const seen = ([x, y]: Position) => x >= view.x0 && x <= view.x1 && y >= view.y0 && y <= view.y1;
  const apart = (a: Position, b: Position) => Math.hypot(a[0] - b[0], a[1] - b[1]) / unitsPerPx;
  const grips: Grip[] = [];
  let last: Position | null = null;
  for (const [index, at] of ring.entries()) {
    if (seen(at) && (last === null || apart(at, last) >= 14)) {
      grips.push({ id, at, kind: "corner", part: 0, index });
      last = at;
    }
    const next = ring[(index + 1) % ring.length]!;
    const middle: Position = [(at[0] + next[0]) / 2, (at[1] + next[1]) / 2];
    if (apart(at, next) >= 28 && seen(middle)) grips.push({ id, at: middle, kind: "middle", part: 0, index });
  }
  return grips.length > 600 ? [] : grips;
}
