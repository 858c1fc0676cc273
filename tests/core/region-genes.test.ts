import fc from "fast-check";
import { expect, it } from "vitest";
import { LEAST_ENRICHED, pairedGenes, regionGenes } from "../../src/core/region-genes.ts";

it("says by hand arithmetic what is enriched", () => {
  // Region 100 of 1000 molecules. Gene 1: 40 of 100 there, 100 of 1000 on the slide: share 0.4 against 0.1, log2 4 = 2.
  const counts = Float64Array.of(55, 40, 5);
  const totals = Float64Array.of(880, 100, 20);
  const [first, second, ...rest] = regionGenes(counts, totals, "enriched", 9);
  expect(first).toEqual({ code: 1, count: 40, total: 100, logRatio: 2 });
  expect(second?.logRatio).toBeCloseTo(Math.log2(0.55 / 0.88), 12);
  // Five molecules tell nothing.
  expect(rest).toEqual([]);
  expect(regionGenes(counts, totals, "count", 2).map(({ code }) => code)).toEqual([0, 1]);
});

it("never shows a gene twice, nor one that the region lacks, and keeps its order", () => {
  const table = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 30 });
  fc.assert(
    fc.property(table, fc.constantFrom("count", "enriched"), (rows, order) => {
      const counts = Float64Array.from(rows, ([inside]) => inside);
      const totals = Float64Array.from(rows, ([inside, outside]) => inside + outside);
      const genes = regionGenes(counts, totals, order, 100);
      const least = order === "count" ? 1 : LEAST_ENRICHED;
      expect(genes.map(({ code }) => code).toSorted((a, b) => a - b)).toEqual(
        rows.flatMap(([inside], code) => (inside >= least ? [code] : [])),
      );
      const key = order === "count" ? ("count" as const) : ("logRatio" as const);
      for (const [i, gene] of genes.slice(1).entries())
        expect(genes[i]![key]).toBeGreaterThanOrEqual(gene[key]);
    }),
  );
});

it("says by hand arithmetic what differs between two places", () => {
  // 200 and 100 molecules. Gene 0: 0.4 against 0.1 = 4 times the share, log2 2. Gene 1: 0.05 against 0.4 = an eighth.
  const first = Float64Array.of(80, 10, 0, 107, 3);
  const second = Float64Array.of(10, 40, 12, 37, 1);
  expect(pairedGenes(first, second, 9)).toEqual([
    { code: 0, first: 80, second: 10, logRatio: 2 },
    { code: 3, first: 107, second: 37, logRatio: Math.log2(0.535 / 0.37) },
    { code: 2, first: 0, second: 12, logRatio: Number.NEGATIVE_INFINITY },
    { code: 1, first: 10, second: 40, logRatio: -3 },
  ]);
  expect(pairedGenes(first, second, 1).map(({ code }) => code)).toEqual([0, 2]);
  expect(pairedGenes(first, new Float64Array(5), 9)).toEqual([]);
});
