import { describe, expect, test } from "vitest";
import { featuresOf, rankFeatures } from "../../src/cli/convert/quality-division.ts";
import { FeatureMap } from "../../src/store/features.ts";

const BOUND = { column: "qv", atLeast: 20 };
const genes = (names: readonly string[], isControl: Uint8Array | null = null) => ({
  names,
  ids: names.map((name) => `id-${name}`),
  isControl,
});

describe("genes divided by quality", () => {
  test("a row is low below the bound or without a value", () => {
    const batch = {
      rows: 5,
      x: new Float64Array(5),
      y: new Float64Array(5),
      gene: Uint32Array.of(0, 1, 1, 2, 2),
      count: new Uint32Array(5).fill(1),
      extra: { qv: Float32Array.of(20, 19.99, 40, Number.NaN, 0) },
    };
    expect([...featuresOf(batch, BOUND)]).toEqual([0, 3, 2, 5, 5]);
  });

  test("features by descending total, equal ones by their gene, what passes first", () => {
    // a: 5 high, 3 low; b: 10 high, none low; c: 0 high, 3 low; d: 3 high, 3 low.
    const totals = Float64Array.of(5, 3, 10, 0, 0, 3, 3, 3);
    const ranked = { geneTotals: totals, geneRows: totals, maxCount: 1 };
    const found = rankFeatures(genes(["a", "b", "c", "d"], Uint8Array.of(0, 0, 1, 0)), ranked, BOUND);
    // Genes by all rows: b 10, a 8, d 6, c 3.
    expect(found.genes.names).toEqual(["b", "a", "a", "d", "d", "c", "c"]);
    expect([...found.genes.totals]).toEqual([10, 5, 3, 3, 3, 3, 0]);
    expect([...found.genes.division!.gene]).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect([...found.genes.division!.isLow]).toEqual([0, 0, 1, 0, 1, 1, 0]);
    expect([...found.genes.isControl]).toEqual([0, 0, 0, 0, 0, 1, 1]);
    expect(found.quality).toEqual({ ...BOUND, genes: 4, maxCount: 1 });
    // Places of a high, a low, b high, (b low), c high, c low, d high, d low.
    expect(
      [1, 2, 0, undefined, 6, 5, 3, 4].map((place, k) => place === undefined || found.rank[k] === place),
    ).toEqual(new Array(8).fill(true));
    const all = new FeatureMap(found.genes.division!, 4, false).genes(found.genes);
    expect([all.names, [...all.totals]]).toEqual([
      ["b", "a", "d", "c"],
      [10, 8, 6, 3],
    ]);
    const high = new FeatureMap(found.genes.division!, 4, true).genes(found.genes);
    expect([high.names, [...high.totals]]).toEqual([
      ["b", "a", "d", "c"],
      [10, 5, 3, 0],
    ]);
    expect([...high.isControl]).toEqual([0, 0, 0, 1]);
  });

  test("nothing is divided where no row is low", () => {
    const totals = Float64Array.of(5, 0, 7, 0);
    const found = rankFeatures(
      genes(["a", "b"]),
      { geneTotals: totals, geneRows: totals, maxCount: 2 },
      BOUND,
    );
    expect(found.genes).toMatchObject({ names: ["b", "a"], division: null });
    expect([...found.rank]).toEqual([1, 1, 0, 0]);
    expect(found.quality).toBeNull();
  });

  test("nor where features would be more than a store may have: every row still has its gene", () => {
    const names = Array.from({ length: 40_000 }, (_, gene) => `g${gene}`);
    const totals = new Float64Array(80_000).fill(1);
    const found = rankFeatures(genes(names), { geneTotals: totals, geneRows: totals, maxCount: 1 }, BOUND);
    expect(found.quality).toBeNull();
    expect(found.genes.division).toBeNull();
    expect(found.genes.names).toEqual(names);
    expect(found.genes.totals.every((total) => total === 2)).toBe(true);
    expect(found.rank.every((place, feature) => place === feature >> 1)).toBe(true);
  });
});
