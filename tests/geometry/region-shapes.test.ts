import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Position } from "../../src/core/annotation.ts";
import { PreparedRegion, type Region } from "../../src/core/region.ts";
import { isNestedWell } from "../../src/core/region-nesting.ts";
import { ringContacts } from "../../src/core/ring-contacts.ts";
import { distanceToEdge } from "../../src/core/simplify-ring.ts";
import { regionBoolean, uniteRegions } from "../../src/geometry/region-boolean.ts";
import { fillHoles, removeSpecks } from "../../src/geometry/region-clean.ts";
import { growRegion, marginBands } from "../../src/geometry/region-margins.ts";
import { repairRegion } from "../../src/geometry/region-repair.ts";
import { simplifyRegion } from "../../src/geometry/region-simplify.ts";
import { splitRegion } from "../../src/geometry/region-split.ts";
import { strokeRegion } from "../../src/geometry/stroke-region.ts";
import { clearPlaces, plainArea, seeds, starPolygon, starRegion, tangledRegion } from "./star-region.ts";

const HALF_MICRON = { a: 0.5, b: 0, c: 0, d: 0.5, e: 0, f: 0 };
const box = (x0: number, y0: number, x1: number, y1: number): Position[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

function distanceToRegion(region: Region, [x, y]: Position): number {
  return Math.min(
    ...new PreparedRegion(region).edges.map(({ ax, ay, bx, by }) => distanceToEdge(x, y, ax, ay, bx, by)),
  );
}

describe("margins", () => {
  test("grown or shrunk, a region holds what lies within that distance, by brute force", () => {
    fc.assert(
      fc.property(
        starRegion,
        fc.double({ min: 1, max: 40, noNaN: true }),
        fc.boolean(),
        seeds,
        (region, size, out, at) => {
          const grown = new PreparedRegion(growRegion(region, out ? size : -size));
          const whole = uniteRegions([region]);
          const prepared = new PreparedRegion(region);
          for (const place of clearPlaces([whole], at)) {
            const near = distanceToRegion(whole, place);
            // Chords lie up to 1 % inside of the arcs.
            if (Math.abs(near - size) < 0.02 * size + 0.1) continue;
            const inside = prepared.contains(...place);
            expect(grown.contains(...place)).toBe(out ? inside || near < size : inside && near > size);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("three bands of 50 µm about a square of 100 µm have the areas of geometry", () => {
    const region: Region = [[box(1000, 1000, 1200, 1200)]];
    const bands = marginBands(region, HALF_MICRON, 50, 3);
    bands.forEach((band, i) => {
      const [inner, outer] = [50 * i, 50 * (i + 1)];
      const expected = 4 * 100 * 50 + Math.PI * (outer ** 2 - inner ** 2);
      expect(Math.abs(plainArea(band) * 0.25 - expected) / expected).toBeLessThan(0.002);
    });
    expect(regionBoolean("intersect", bands[0]!, region)).toEqual([]);
    expect(plainArea(regionBoolean("intersect", bands[1]!, bands[2]!))).toBe(0);
    const total = plainArea(uniteRegions([region, ...bands]));
    expect(total).toBeCloseTo(plainArea(region) + bands.reduce((sum, band) => sum + plainArea(band), 0), 3);
  });

  test("bands inwards end where nothing is left", () => {
    const region: Region = [[box(0, 0, 200, 200)]];
    const bands = marginBands(region, HALF_MICRON, -20, 4);
    // 100 µm square: frames of 20, 20 and the 20 µm core, then nothing.
    expect(bands.map((band) => Math.round(plainArea(band) * 0.25))).toEqual([6400, 3200, 400, 0]);
    expect(bands[3]).toEqual([]);
  });

  test("a mirrored and turned slide has the same bands", () => {
    const region: Region = [[box(0, 0, 200, 200), box(50, 50, 150, 150)]];
    const turned = { a: 0.3, b: 0.4, c: 0.4, d: -0.3, e: 7, f: 9 };
    const sizes = (map: typeof turned) =>
      marginBands(region, map, 5, 2).map((band) => Math.round(plainArea(band)));
    expect(sizes(turned)).toEqual(sizes(HALF_MICRON));
    expect(() => marginBands(region, { ...turned, a: 0, b: 0 }, 5, 1)).toThrow("scale");
  });
});

describe("strokeRegion", () => {
  test("a brush covers what lies within its radius, by brute force", () => {
    const chain = fc.array(
      fc.tuple(
        fc.double({ min: 20_000, max: 20_400, noNaN: true }),
        fc.double({ min: 30_000, max: 30_400, noNaN: true }),
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(chain, fc.double({ min: 2, max: 80, noNaN: true }), seeds, (line, radius, at) => {
        const region = new PreparedRegion(strokeRegion(line, radius));
        for (const [u, v] of at) {
          const [x, y] = [19_900 + u * 600, 29_900 + v * 600];
          const [first] = line;
          const near = Math.min(
            Math.hypot(x - first![0], y - first![1]),
            ...line.slice(1).map(([bx, by], i) => distanceToEdge(x, y, line[i]![0], line[i]![1], bx, by)),
          );
          if (Math.abs(near - radius) > 0.01 * radius + 0.01)
            expect(region.contains(x, y)).toBe(near < radius);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("one place gives a disk, no radius gives nothing", () => {
    expect(plainArea(strokeRegion([[5, 5]], 10)) / (Math.PI * 100)).toBeGreaterThan(0.99);
    expect(
      plainArea(
        strokeRegion(
          [
            [5, 5],
            [5, 5],
          ],
          10,
        ),
      ) /
        (Math.PI * 100),
    ).toBeGreaterThan(0.99);
    expect(strokeRegion([[5, 5]], 0)).toEqual([]);
    expect(strokeRegion([], 5)).toEqual([]);
  });
});

describe("splitRegion", () => {
  test("a square by a line across: two parts, nothing lost", () => {
    const parts = splitRegion(
      [[box(0, 0, 100, 100)]],
      [
        [-10, 30],
        [110, 30],
      ],
    );
    expect(parts.map((part) => plainArea(part)).sort((p, q) => p - q)).toEqual([3000, 7000]);
    expect(parts.every((part) => part[0]![0]!.length === 4)).toBe(true);
  });

  test("a line that ends inside does not cut", () => {
    expect(
      splitRegion(
        [[box(0, 0, 100, 100)]],
        [
          [-10, 30],
          [50, 30],
        ],
      ).map(plainArea),
    ).toEqual([10_000]);
  });

  test("a ring-shaped region cut once stays one, cut twice is two", () => {
    const frame: Region = [[box(0, 0, 100, 100), box(30, 30, 70, 70)]];
    expect(
      splitRegion(frame, [
        [50, -10],
        [50, 50],
      ]),
    ).toHaveLength(1);
    expect(
      splitRegion(frame, [
        [50, -10],
        [50, 110],
      ]).map(plainArea),
    ).toEqual([4200, 4200]);
  });

  test("a line that closes on itself cuts a piece out", () => {
    const parts = splitRegion(
      [[box(0, 0, 100, 100)]],
      [
        [20, 20],
        [60, 20],
        [60, 60],
        [20, 60],
        [20, 20],
      ],
    );
    expect(parts.map(plainArea).sort((p, q) => p - q)).toEqual([1600, 8400]);
  });

  test("random lines: parts do not overlap, and add up to the whole", () => {
    const line = fc.array(
      fc.tuple(
        fc.double({ min: 19_500, max: 21_500, noNaN: true }),
        fc.double({ min: 29_500, max: 31_500, noNaN: true }),
      ),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(starRegion, line, (region, cut) => {
        const parts = splitRegion(region, cut);
        const whole = plainArea(uniteRegions([region]));
        const sum = parts.reduce((total, part) => total + plainArea(part), 0);
        // Of some 10^5: the blade's width along edges that the line follows at a narrow angle.
        expect(Math.abs(sum - whole)).toBeLessThan(50);
        expect(Math.abs(plainArea(uniteRegions(parts)) - whole)).toBeLessThan(50);
      }),
      { numRuns: 100 },
    );
  });
});

describe("simplifyRegion", () => {
  test("no corner that is left out lies further than the tolerance from the new edge, and no ring crosses", () => {
    fc.assert(
      fc.property(starPolygon, fc.double({ min: 0.1, max: 60, noNaN: true }), (polygon, tolerance) => {
        fc.pre(ringContacts(polygon).kind === "none");
        const simple = simplifyRegion([polygon], tolerance);
        expect(ringContacts(simple.flat()).kind).toBe("none");
        expect(isNestedWell(simple)).toBe(true);
        for (const corner of polygon.flat()) {
          expect(distanceToRegion(simple, corner)).toBeLessThanOrEqual(tolerance * (1 + 1e-9));
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a circle of 10 000 corners needs few; a small ring keeps three", () => {
    const ring = Array.from({ length: 10_000 }, (_, i): Position => {
      const angle = (2 * Math.PI * i) / 10_000;
      return [1000 * Math.cos(angle), 1000 * Math.sin(angle)];
    });
    const simple = simplifyRegion([[ring]], 0.5);
    expect(simple[0]![0]!.length).toBeLessThan(150);
    expect(simplifyRegion([[box(0, 0, 1, 1)]], 100)[0]![0]!.length).toBeGreaterThanOrEqual(3);
  });
});

describe("repairRegion", () => {
  test("a valid region comes back as it is", () => {
    const region: Region = [[box(0, 0, 100, 100), box(30, 30, 70, 70)]];
    const repaired = repairRegion(region);
    expect(repaired.region).toBe(region);
    expect(repaired.report).toEqual({ notFinite: 0, repeated: 0, zeroArea: 0, crossed: false });
  });

  test("a bow tie is two triangles; a ring twice around is nothing, or once, by the rule", () => {
    const tie: Region = [
      [
        [
          [0, 0],
          [10, 10],
          [10, 0],
          [0, 10],
        ],
      ],
    ];
    expect(repairRegion(tie).region).toHaveLength(2);
    expect(repairRegion(tie).report.crossed).toBe(true);
    const twice: Region = [[[...box(0, 0, 10, 10), ...box(0, 0, 10, 10)]]];
    expect(repairRegion(twice, "evenOdd").region).toEqual([]);
    expect(plainArea(repairRegion(twice, "nonZero").region)).toBe(100);
  });

  test("repeated corners, rings without area and corners that are nowhere are counted and gone", () => {
    const broken: Region = [
      [
        [
          [0, 0],
          [0, 0],
          [10, 0],
          [Number.NaN, 5],
          [10, 10],
          [0, 10],
          [0, 0],
        ],
        [
          [2, 2],
          [4, 2],
          [3, 2],
        ],
      ],
      [
        [
          [50, 50],
          [60, 60],
        ],
      ],
    ];
    const { region, report } = repairRegion(broken);
    expect(report).toEqual({ notFinite: 1, repeated: 2, zeroArea: 2, crossed: false });
    expect(region).toEqual([[box(0, 0, 10, 10)]]);
  });

  test("tangles cover the same places afterwards, without crossing", () => {
    fc.assert(
      fc.property(tangledRegion, seeds, (region, at) => {
        const { region: whole } = repairRegion(region);
        const [before, after] = [new PreparedRegion(region), new PreparedRegion(whole)];
        for (const [x, y] of clearPlaces([region], at))
          expect(after.contains(x, y)).toBe(before.contains(x, y));
        // Crossings are put on the grid: what is left of them is no wider than it.
        expect(plainArea(uniteRegions([whole]))).toBeCloseTo(plainArea(whole), -2);
      }),
      { numRuns: 100 },
    );
  });
});

describe("fillHoles and removeSpecks", () => {
  const region: Region = [
    [box(0, 0, 100, 100), box(10, 10, 90, 90), box(2, 2, 3, 3)],
    [box(40, 40, 60, 60)],
    [box(200, 200, 201, 201)],
  ];

  test("a filled region has no holes, and what lay in them is part of it", () => {
    expect(fillHoles(region).map((polygon) => polygon.length)).toEqual([1, 1]);
    expect(plainArea(fillHoles(region))).toBe(10_001);
  });

  test("specks and pinholes below the area go", () => {
    expect(plainArea(removeSpecks(region, 2))).toBe(10_000 - 6400 + 400);
    expect(plainArea(removeSpecks(region, 0.5))).toBe(10_000 - 6400 + 400 - 1 + 1);
  });
});
