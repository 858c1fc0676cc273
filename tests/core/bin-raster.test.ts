import { describe, expect, it } from "vitest";
import { binRaster, weightsOf, windowsOf } from "../../src/core/bin-raster.ts";
import type { BinQuery } from "../../src/core/expression.ts";

const query: BinQuery = {
  shape: "square",
  binUm: 10,
  genes: { codes: [0, 2], weights: [1, 3] },
  versus: null,
  statistic: "sum",
  boundsUm: { minX: 0, minY: 0, maxX: 20, maxY: 20 },
  smoothUm: 0,
};
const sums = { genes: Float64Array.of(0, 4, 8, 12), versus: null, count: 9 };

describe("the raster of a query", () => {
  it("of sums has the sums", () => {
    const raster = binRaster(query, sums, 5);
    expect([...raster.values]).toEqual([0, 4, 8, 12]);
    expect(raster).toMatchObject({ count: 9, nonEmpty: 3, max: 12, window: { cols: 2, rows: 2 } });
    // Non-empty values 4, 8, 12: the median is 8.
    expect(raster.histogram.percentiles[50]).toBe(8);
  });

  it("of means divides by the sum of weights", () => {
    expect([...binRaster({ ...query, statistic: "mean" }, sums, 5).values]).toEqual([0, 1, 2, 3]);
    expect([...binRaster({ ...query, statistic: "mean", genes: null }, sums, 5).values][3]).toBeCloseTo(2.4);
    const balanced = { codes: [0, 1], weights: [1, -1] };
    expect([...binRaster({ ...query, statistic: "mean", genes: balanced }, sums, 5).values]).toEqual([
      0, 4, 8, 12,
    ]);
  });

  it("of ratios is NaN without a denominator, and 0 is a value", () => {
    const versus = Float64Array.of(2, 0, 4, 0);
    const raster = binRaster({ ...query, statistic: "ratio" }, { ...sums, versus }, 5);
    expect([...raster.values]).toEqual([0, Number.NaN, 2, Number.NaN]);
    expect(raster).toMatchObject({ nonEmpty: 2, max: 2 });
  });

  it("of negative sums has the largest, not 0, as maximum", () => {
    const raster = binRaster(query, { ...sums, genes: Float64Array.of(-3, -1, 0, 0) }, 5);
    expect(raster).toMatchObject({ nonEmpty: 2, max: -1 });
  });

  it("of nothing is empty", () => {
    const raster = binRaster(query, { ...sums, genes: new Float64Array(4), count: 0 }, 5);
    expect(raster).toMatchObject({ nonEmpty: 0, max: 0, count: 0 });
  });

  it("smooths with what lies around the view, and keeps to the view", () => {
    const smooth: BinQuery = { ...query, smoothUm: 15 };
    const { shown, counted } = windowsOf(smooth);
    expect(shown).toMatchObject({ col0: 0, row0: 0, cols: 2, rows: 2 });
    expect(counted.col0).toBeLessThanOrEqual(-5);
    const even = new Float64Array(counted.cols * counted.rows).fill(7);
    const raster = binRaster(smooth, { genes: even, versus: null, count: 0 }, 5);
    expect(raster.window).toEqual(shown);
    for (const value of raster.values) expect(value).toBeCloseTo(7, 5);
  });
});

describe("weights of a gene set", () => {
  it("stand at the gene's code; the same gene twice adds up", () => {
    expect(weightsOf({ codes: [1, 3, 1], weights: [1, 0.5, 2] }, 4)).toEqual(Float64Array.of(0, 3, 0, 0.5));
    expect(weightsOf(null, 4)).toBeNull();
  });
});
