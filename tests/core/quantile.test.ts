import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { histogramOf, percentilesOf } from "../../src/core/quantile.ts";

/** numpy.percentile's default, from a full sort. */
function sortedPercentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (p / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)]!;
  const high = sorted[Math.ceil(rank)]!;
  return low + (high - low) * (rank - Math.floor(rank));
}

describe("percentiles", () => {
  it("equal those of a full sort", () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 300 }),
      fc.float({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.constantFrom(0, 1, 1e-30, 16_777_216),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 500 }), (raw) => {
        const values = Float32Array.from(raw);
        const found = percentilesOf(values);
        for (let p = 0; p <= 100; p++) expect(found[p]).toBeCloseTo(sortedPercentile([...values], p), 9);
      }),
    );
  });

  // By hand: of 1, 2, 3, 4 the median is 2.5 and the 10th percentile 1 + 0.3.
  it("interpolate between neighbours", () => {
    const found = percentilesOf(Float32Array.of(4, 1, 3, 2));
    expect([found[0], found[10], found[50], found[100]]).toEqual([1, 1.3, 2.5, 4]);
  });

  it("are zeros for no values", () => {
    expect(percentilesOf(new Float32Array(0))).toEqual(new Float64Array(101));
  });
});

describe("histogram", () => {
  it("holds every value, in buckets of equal width around them all", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
        (raw) => {
          const values = Float32Array.from(raw);
          const { edges, counts } = histogramOf(values);
          expect(edges.length).toBe(counts.length + 1);
          expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length);
          expect(edges[0]!).toBeLessThanOrEqual(Math.min(...values));
          expect(edges.at(-1)!).toBeGreaterThanOrEqual(Math.max(...values));
          for (let i = 1; i < edges.length; i++) expect(edges[i]!).toBeGreaterThan(edges[i - 1]!);
        },
      ),
    );
  });

  it("gives small whole numbers a bucket each", () => {
    const { edges, counts } = histogramOf(Float32Array.of(1, 1, 2, 4));
    expect([...edges]).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
    expect([...counts]).toEqual([2, 1, 0, 1]);
  });

  it("of nothing is one empty bucket", () => {
    expect([...histogramOf(new Float32Array(0)).counts]).toEqual([0]);
  });
});
