import fc from "fast-check";
import { expect, it } from "vitest";
import { checkArea, mapArea, packArea, unpackArea } from "../../src/core/packed-area.ts";
import { mapRegion } from "../../src/core/plane-map.ts";
import type { Region } from "../../src/core/region.ts";

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const regions: fc.Arbitrary<Region> = fc.array(fc.array(fc.array(fc.tuple(number, number))));

it("gives back what was packed, empty rings and polygons too", () => {
  fc.assert(
    fc.property(regions, (region) => {
      expect(unpackArea(packArea(region))).toEqual(region);
    }),
  );
});

it("maps packed corners as it maps a region, and leaves those given as they are", () => {
  const map = { a: 0.2, b: -3, c: 1e-7, d: 5, e: 1e9, f: -0.1 };
  fc.assert(
    fc.property(regions, (region) => {
      const area = packArea(region);
      expect(unpackArea(mapArea(map, area))).toEqual(mapRegion(map, region));
      expect(area).toEqual(packArea(region));
    }),
  );
});

it("refuses rings of two corners and positions that are not finite", () => {
  const corners = (region: Region) => () => checkArea(packArea(region), "a.geojson");
  const triangle = [
    [0, 0],
    [1, 0],
    [0, 1],
  ] as const;
  expect(corners([[triangle]])).not.toThrow();
  expect(corners([])).not.toThrow();
  expect(corners([[triangle, triangle.slice(1)]])).toThrow(
    "a.geojson: this is not a region that can be counted (2 corners).",
  );
  for (const odd of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(corners([[[...triangle, [0, odd]]]])).toThrow("a position that is not finite");
});
