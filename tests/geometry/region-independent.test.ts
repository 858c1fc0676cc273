import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AnnotationGeometry, Position } from "../../src/core/annotation.ts";
import type { Region } from "../../src/core/region.ts";
import { ellipseRing, rectangleRing } from "../../src/core/shape-rings.ts";
import { type BooleanOperation, regionBoolean } from "../../src/geometry/region-boolean.ts";
import { growRegion } from "../../src/geometry/region-margins.ts";
import { ellipsePerimeter, measureGeometry } from "../../src/geometry/region-measure.ts";
import { splitRegion } from "../../src/geometry/region-split.ts";

interface Measured {
  readonly area: number;
  readonly perimeter: number;
}
type Case = Record<BooleanOperation, Measured> & {
  readonly a: Position[][];
  readonly b: Position[][];
  readonly line: Position[];
  readonly distance: number;
  readonly measureA: Measured & { readonly centroid: Position };
  readonly grown: number;
  readonly shrunk: number;
  readonly overlapping: { readonly area: number };
  readonly split: number[];
};

/** By shapely: see tests/fixtures/README.md. */
const fixture = JSON.parse(readFileSync(new URL("../fixtures/regions.json", import.meta.url), "utf8")) as {
  readonly cases: Case[];
  readonly comb: Measured;
};

const SAME = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
/** A quarter of a µm per pixel, turned by 30° and mirrored. */
const TURNED = {
  a: 0.25 * Math.cos(0.5),
  b: 0.25 * Math.sin(0.5),
  c: 0.25 * Math.sin(0.5),
  d: -0.25 * Math.cos(0.5),
  e: 9,
  f: -7,
};

const area = (region: Region): AnnotationGeometry => ({ type: "area", region, shape: "polygon" });
const close = (found: number, expected: number, relative: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1));

describe("against shapely", () => {
  test("area, perimeter and centroid of stars with holes are the same to 12 digits", () => {
    for (const { a, measureA } of fixture.cases) {
      const found = measureGeometry(area([a]), SAME);
      close(found.areaUm2, measureA.area, 1e-11);
      close(found.perimeterUm, measureA.perimeter, 1e-12);
      close(found.centroid![0], measureA.centroid[0], 1e-11);
      close(found.centroid![1], measureA.centroid[1], 1e-11);
      const turned = measureGeometry(area([a]), TURNED);
      close(turned.areaUm2, measureA.area / 16, 1e-11);
      close(turned.perimeterUm, measureA.perimeter / 4, 1e-11);
      expect(turned.areaMm2).toBe(turned.areaUm2 / 1e6);
    }
  });

  test.each(["union", "intersect", "subtract", "exclude"] as const)("%s: area and perimeter", (operation) => {
    for (const one of fixture.cases) {
      const found = measureGeometry(area(regionBoolean(operation, [one.a], [one.b])), SAME);
      // New corners lie within 1/1024 of their place: of the area, that times the perimeter.
      expect(Math.abs(found.areaUm2 - one[operation].area)).toBeLessThan(one.measureA.perimeter / 256 + 0.01);
      close(found.perimeterUm, one[operation].perimeter, 1e-5);
    }
  });

  test("overlapping parts count once", () => {
    for (const { a, b, overlapping, measureA } of fixture.cases) {
      const found = measureGeometry(area([a, b]), SAME);
      expect(Math.abs(found.areaUm2 - overlapping.area)).toBeLessThan(measureA.perimeter / 256 + 0.01);
    }
  });

  test("margins have the area of GEOS's buffers, to the roundness of either", () => {
    for (const { a, distance, grown, shrunk } of fixture.cases) {
      close(measureGeometry(area(growRegion([a], distance)), SAME).areaUm2, grown, 1e-3);
      close(measureGeometry(area(growRegion([a], -distance)), SAME).areaUm2, shrunk, 1e-3);
    }
  });

  test("a line splits into parts of the same areas", () => {
    for (const { a, line, split, measureA } of fixture.cases) {
      const found = splitRegion([a], line)
        .map((part) => measureGeometry(area(part), SAME).areaUm2)
        .sort((p, q) => p - q);
      expect(found).toHaveLength(split.length);
      found.forEach((one, i) => {
        expect(Math.abs(one - split[i]!)).toBeLessThan(measureA.perimeter / 256 + 0.01);
      });
    }
  });

  test("a square centimetre with 20 000 teeth of a hundredth of a pixel loses no digit", () => {
    const teeth = Array.from({ length: 20_000 }, (_, i): Position[] => [
      [150_000 + 2 * i, 120_000.01],
      [150_001 + 2 * i, 120_000],
    ]).flat();
    const found = measureGeometry(area([[[...teeth, [190_000, 160_000], [150_000, 160_000]]]]), SAME);
    close(found.areaUm2, fixture.comb.area, 1e-13);
    close(found.perimeterUm, fixture.comb.perimeter, 1e-12);
  });
});

describe("shapes by formula", () => {
  test("an ellipse has the area πab and its true perimeter, whatever ring stands for it, as in QuPath", () => {
    const box = { x0: 100, y0: 200, x1: 500, y1: 300 };
    for (const corners of [16, 64, 256]) {
      const ellipse = { type: "area", region: [[ellipseRing(box, corners)]], shape: "ellipse" } as const;
      const found = measureGeometry(ellipse, SAME);
      close(found.areaUm2, Math.PI * 200 * 50, 1e-15);
      // Ramanujan's second formula: h = (a − b)² / (a + b)² = 0.36.
      close(found.perimeterUm, Math.PI * 250 * (1 + (3 * 0.36) / (10 + Math.sqrt(4 - 3 * 0.36))), 1e-5);
      expect(found.box).toEqual(box);
      expect(found.centroid).toEqual([300, 250]);
      close(measureGeometry(ellipse, TURNED).areaUm2, (Math.PI * 200 * 50) / 16, 1e-12);
      close(measureGeometry(ellipse, TURNED).perimeterUm, found.perimeterUm / 4, 1e-12);
    }
    close(ellipsePerimeter(3, 3), 6 * Math.PI, 1e-15);
    expect(ellipsePerimeter(3, 0)).toBe(12);
    // Complete elliptic integral E(√3/2) = 1.2110560275684594 (DLMF table): 4aE of half axes 2 and 1.
    close(ellipsePerimeter(2, 1), 8 * 1.2110560275684594, 1e-14);
  });

  test("the ring of an ellipse lies in its box exactly, and its area is 0.01 % less", () => {
    const box = { x0: 0.1, y0: 0.2, x1: 1000.3, y1: 77.7 };
    const ring = measureGeometry(area([[ellipseRing(box)]]), SAME);
    expect(ring.box).toEqual(box);
    const full = Math.PI * 500.1 * 38.75;
    expect((full - ring.areaUm2) / full).toBeCloseTo(1.004e-4, 6);
  });

  test("lines have length, points a place, nothing has neither", () => {
    const line = measureGeometry(
      {
        type: "line",
        lines: [
          [
            [0, 0],
            [3, 4],
            [3, 10],
          ],
        ],
        shape: "polyline",
      },
      { ...SAME, a: 0.5, d: 0.5 },
    );
    expect(line).toMatchObject({ lengthUm: 5.5, areaUm2: 0, box: { x0: 0, y0: 0, x1: 3, y1: 10 } });
    const points = measureGeometry(
      {
        type: "points",
        positions: [
          [0, 0],
          [4, 2],
        ],
        shape: "points",
      },
      SAME,
    );
    expect(points).toMatchObject({ centroid: [2, 1], areaUm2: 0, lengthUm: 0 });
    expect(measureGeometry(area([]), SAME)).toMatchObject({ areaUm2: 0, perimeterUm: 0, centroid: null });
  });

  test("what crosses itself has the area that counts see: the even-odd rule", () => {
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
    expect(measureGeometry(area(tie), SAME).areaUm2).toBe(50);
    const nested: Region = [
      [rectangleRing({ x0: 0, y0: 0, x1: 10, y1: 10 })],
      [rectangleRing({ x0: 2, y0: 2, x1: 4, y1: 4 })],
    ];
    expect(measureGeometry(area(nested), SAME).areaUm2).toBe(100);
  });
});
