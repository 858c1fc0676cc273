import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnnotationGeometry } from "../../src/core/annotation.ts";
import { annotationBox } from "../../src/core/annotation-box.ts";
import { hitsAnnotation } from "../../src/core/annotation-hit.ts";
import { AnnotationIndex } from "../../src/core/annotation-index.ts";
import { AnnotationList } from "../../src/core/annotation-list.ts";
import { annotation, square } from "./annotation-arbitrary.ts";

/** Positions of every size, on the lines of the grid too. */
const position = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: -40, max: 40 }).map((n) => n * 64),
  fc.constantFrom(1e300, -1e300, 2 ** 31, -(2 ** 31), 2 ** 31 - 1),
);
const side = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(64, 128, 1e6, 1e299));

describe("the index by place", () => {
  test("finds what a look at every box finds, in drawing order, after any changes", () => {
    const change = fc.record({ n: fc.nat(30), x: position, y: position, side: fc.option(side) });
    const box = fc.tuple(position, position, side, side);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(change, { maxLength: 20 }), box), { maxLength: 8 }),
        (rounds) => {
          const index = new AnnotationIndex();
          let list = AnnotationList.empty;
          for (const [changes, [x0, y0, width, height]] of rounds) {
            list = list.edited(
              changes.map(({ n, x, y, side }, i) => {
                if (side === null) return [`i${n}`, null];
                const one = annotation(`i${n}`, { geometry: square(x, y, side) });
                return [one.id, { annotation: one, rank: `a${i % 7}` }];
              }),
            );
            index.follow(list);
            const [x1, y1] = [x0 + width, y0 + height];
            const oracle = [...list.values()].filter(({ geometry }) => {
              const b = annotationBox(geometry);
              return !(b.x1 < x0 || b.x0 > x1 || b.y1 < y0 || b.y0 > y1);
            });
            expect(index.in({ x0, y0, x1, y1 }).map(({ id }) => id)).toEqual(oracle.map(({ id }) => id));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("of those under the pointer the topmost comes first, and hidden ones do not", () => {
    const index = new AnnotationIndex();
    const at = (id: string, x: number, hidden = false) =>
      annotation(id, { geometry: square(x, 0, 100), hidden });
    index.follow(AnnotationList.of([at("low", 0), at("far", 500), at("top", 50), at("hidden", 50, true)]));
    expect(index.at(75, 50, 1).map(({ id }) => id)).toEqual(["top", "low"]);
    expect(index.at(25, 50, 1).map(({ id }) => id)).toEqual(["low"]);
    expect(index.at(497, 50, 4).map(({ id }) => id)).toEqual(["far"]);
    expect(index.at(497, 50, 2)).toEqual([]);
  });

  test("one edit among 50 000 touches one cell of each", () => {
    const many = Array.from({ length: 50_000 }, (_, i) =>
      annotation(`i${i}`, { geometry: square((i % 250) * 20, Math.floor(i / 250) * 20, 15) }),
    );
    const list = AnnotationList.of(many);
    const next = list.edited([
      ["i7", { annotation: annotation("i7", { geometry: square(-90, -90, 5) }), rank: list.rankOf("i7")! }],
    ]);
    const { gone, come } = next.since(list);
    expect([gone, come].map((all) => all.map((one) => one.annotation.id))).toEqual([["i7"], ["i7"]]);
    const index = new AnnotationIndex();
    index.follow(list);
    index.follow(next);
    expect(index.at(-88, -88, 1).map(({ id }) => id)).toEqual(["i7"]);
    expect(index.at(147, 7, 1)).toEqual([]);
    expect(index.in({ x0: 0, y0: 0, x1: 1e4, y1: 1e4 })).toHaveLength(49_999);
  });
});

describe("a hit", () => {
  const ring = (x: number, y: number, size: number) =>
    (square(x, y, size) as Extract<AnnotationGeometry, { type: "area" }>).region[0]![0]!;
  const ringed: AnnotationGeometry = {
    type: "area",
    shape: "polygon",
    region: [[ring(0, 0, 100), ring(40, 40, 20)], [ring(200, 0, 10)]],
  };

  test("of an area: inside, in its other part, not in its hole, near any outline", () => {
    expect(hitsAnnotation(ringed, 20, 20, 0)).toBe(true);
    expect(hitsAnnotation(ringed, 205, 5, 0)).toBe(true);
    expect(hitsAnnotation(ringed, 50, 50, 5)).toBe(false);
    expect(hitsAnnotation(ringed, 45, 50, 5)).toBe(true);
    expect(hitsAnnotation(ringed, -3, -4, 5)).toBe(true);
    expect(hitsAnnotation(ringed, -3, -4, 4.9)).toBe(false);
    expect(hitsAnnotation(ringed, 150, 5, 5)).toBe(false);
  });

  test("of lines and points: near them alone, and a line is not closed", () => {
    const line: AnnotationGeometry = {
      type: "line",
      shape: "polyline",
      lines: [
        [
          [0, 0],
          [100, 0],
          [100, 100],
        ],
      ],
    };
    expect(hitsAnnotation(line, 50, 3, 3)).toBe(true);
    expect(hitsAnnotation(line, 50, 50, 3)).toBe(false);
    expect(hitsAnnotation(line, 104, 103, 5)).toBe(true);
    const points: AnnotationGeometry = { type: "points", shape: "points", positions: [[5, 5]] };
    expect(hitsAnnotation(points, 8, 9, 5)).toBe(true);
    expect(hitsAnnotation(points, 8, 9, 4.9)).toBe(false);
  });
});
