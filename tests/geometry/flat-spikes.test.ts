import { describe, expect, test } from "vitest";
import { withoutFlatSpikes } from "../../src/geometry/flat-spikes.ts";
import { uniteRegions } from "../../src/geometry/region-boolean.ts";
import { plainArea } from "./star-region.ts";

const path = (...at: [number, number][]) => at.map(([x, y]) => ({ x, y }));

describe("withoutFlatSpikes", () => {
  test("ways along y and straight back go, wherever the path begins; other corners stay", () => {
    const plain = path([0, 0], [10, 0], [10, 10], [0, 10]);
    expect(withoutFlatSpikes(plain)).toEqual(plain);
    expect(withoutFlatSpikes(path([0, 0], [30, 0], [5, 0], [20, 0], [10, 0], [10, 10], [0, 10]))).toEqual(
      path([0, 0], [5, 0], [10, 0], [10, 10], [0, 10]),
    );
    const around = withoutFlatSpikes(path([5, 0], [10, 0], [10, 10], [0, 10], [0, 0], [20, 0]));
    expect(around).toEqual(path([5, 0], [10, 0], [10, 10], [0, 10], [0, 0]));
    expect(withoutFlatSpikes(path([0, 0], [10, 0], [5, 0]))).toEqual([]);
    expect(withoutFlatSpikes([])).toEqual([]);
  });

  test("a ring on which the library alone does not end is resolved", () => {
    // Found by fast-check: the edges along y = 30 000 turn back three times.
    const ring = path(
      [20480000, 30826621],
      [21010757, 30720000],
      [21504000, 30720000],
      [21079091, 30720000],
      [21352344, 30720000],
      [20518322, 30720000],
      [21380706, 31312668],
      [21453840, 31737807],
      [20676523, 31744000],
      [20483525, 31585959],
      [21075430, 31114089],
    ).map(({ x, y }) => [x / 1024, y / 1024] as const);
    expect(plainArea(uniteRegions([[[ring]]]))).toBeGreaterThan(0);
  });
});
