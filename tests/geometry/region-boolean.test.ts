import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PreparedRegion, type Region } from "../../src/core/region.ts";
import { type BooleanOperation, regionBoolean, uniteRegions } from "../../src/geometry/region-boolean.ts";
import { clearPlaces, plainArea, seeds, starRegion, tangledRegion } from "./star-region.ts";

const RULES: Record<BooleanOperation, (a: boolean, b: boolean) => boolean> = {
  union: (a, b) => a || b,
  subtract: (a, b) => a && !b,
  intersect: (a, b) => a && b,
  exclude: (a, b) => a !== b,
};

const square = (x: number, y: number, size: number): Region => [
  [
    [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
    ],
  ],
];

describe("regionBoolean", () => {
  test.each(Object.entries(RULES))("%s holds the places that it should", (operation, rule) => {
    fc.assert(
      fc.property(
        fc.oneof(starRegion, tangledRegion),
        fc.oneof(starRegion, tangledRegion),
        seeds,
        (a, b, at) => {
          const answer = regionBoolean(operation as BooleanOperation, a, b);
          const [inA, inB, inAnswer] = [a, b, answer].map((region) => new PreparedRegion(region));
          for (const [x, y] of clearPlaces([a, b], at)) {
            expect(inAnswer!.contains(x, y)).toBe(rule(inA!.contains(x, y), inB!.contains(x, y)));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("areas: |A| + |B| = |A ∪ B| + |A ∩ B|, and the parts of A ∪ B add up", () => {
    fc.assert(
      fc.property(starRegion, starRegion, (a, b) => {
        const [one, two] = [uniteRegions([a]), uniteRegions([b])];
        const area = (operation: BooleanOperation) => plainArea(regionBoolean(operation, a, b));
        // A corner may move by 1/1024, and with it edges of up to 500: half a unit of area each, of some 10^5.
        const tolerance = 50;
        expect(Math.abs(plainArea(one) + plainArea(two) - area("union") - area("intersect"))).toBeLessThan(
          tolerance,
        );
        expect(Math.abs(plainArea(one) - area("subtract") - area("intersect"))).toBeLessThan(tolerance);
        expect(Math.abs(area("union") - area("intersect") - area("exclude"))).toBeLessThan(tolerance);
      }),
      { numRuns: 100 },
    );
  });

  test("corners that stay are the same to the last bit, at QuPath's hundredths too", () => {
    const a: Region = [
      [
        [
          [0.1, 0.2],
          [10.37, 0.2],
          [10.37, 9.99],
          [0.1, 9.99],
        ],
      ],
    ];
    const answer = regionBoolean("union", a, square(5, 5, 20));
    const corners = answer.flat(2).map(([x, y]) => `${x} ${y}`);
    expect(corners).toEqual(expect.arrayContaining(["0.1 0.2", "10.37 0.2", "0.1 9.99"]));
    expect(plainArea(answer)).toBeCloseTo(10.27 * 9.79 + 400 - 5.37 * 4.99, 2);
  });

  test("a ring drawn twice around covers nothing by the even-odd rule, and overlapping parts count once", () => {
    const [[ring]] = square(0, 0, 10) as [[Region[0][0]]];
    expect(uniteRegions([[[[...ring, ...ring]]]])).toEqual([]);
    expect(plainArea(uniteRegions([[[ring], ...square(5, 0, 10)]]))).toBe(150);
    expect(plainArea(regionBoolean("subtract", [[ring], ...square(5, 0, 10)], square(0, 0, 5)))).toBe(125);
  });

  test("nothing and nothing is nothing", () => {
    expect(regionBoolean("union", [], [])).toEqual([]);
    expect(regionBoolean("subtract", square(0, 0, 1), square(0, 0, 1))).toEqual([]);
    expect(regionBoolean("intersect", square(0, 0, 1), square(1, 0, 1))).toEqual([]);
  });

  test.each([
    ["shape-not-finite", Number.NaN],
    ["shape-not-finite", Number.POSITIVE_INFINITY],
    ["shape-out-of-range", 1e15],
  ])("%s is said of a corner at %s", (code, x) => {
    expect(() =>
      uniteRegions([
        [
          [
            [
              [x, 0],
              [1, 0],
              [1, 1],
            ],
          ],
        ],
      ]),
    ).toThrow(expect.objectContaining({ facts: expect.objectContaining({ code }) }));
  });

  test("a star of 100 000 rays is refused before it takes minutes; an outline of as many corners is not", () => {
    const count = 100_000;
    const star = Array.from({ length: count }, (_, i) => {
      const radius = i % 2 === 0 ? 40_000 : 4000 + (i % 977);
      const angle = (2 * Math.PI * i) / count;
      return [50_000 + radius * Math.cos(angle), 50_000 + radius * Math.sin(angle)] as const;
    });
    expect(() => uniteRegions([[[star]]])).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ code: "shape-too-intricate" }) }),
    );
    const outline = Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * i) / count;
      const radius = 40_000 * (1 + 0.1 * Math.sin(17 * angle) + 0.01 * Math.sin(901 * angle));
      return [50_000 + radius * Math.cos(angle), 50_000 + radius * Math.sin(angle)] as const;
    });
    expect(uniteRegions([[[outline]]])[0]![0]!.length).toBe(count);
  });
});
