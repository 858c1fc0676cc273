import { describe, expect, it } from "vitest";
import { binPlan, pointGenes, type Wish } from "../../src/core/bin-plan.ts";

const gene = (code: number, weight = 1, side: "over" | "under" = "over") => ({ code, weight, side });
const wish: Wish = {
  binShape: "square",
  binUm: 20,
  of: "all",
  statistic: "sum",
  smoothUm: 0,
  binsVisible: true,
  pointsVisible: true,
  shown: [],
  anySelected: false,
  readyBinsUm: null,
};

describe("which transcripts are drawn one by one", () => {
  it("none over bins of all genes, all when bins are off, the selected ones always", () => {
    expect(pointGenes(wish)).toBeUndefined();
    expect(pointGenes({ ...wish, binShape: "off" })).toBeNull();
    expect(pointGenes({ ...wish, shown: [gene(3), gene(1)], anySelected: true })).toEqual([3, 1]);
  });
  it("none when every selected gene is hidden, or the layer is", () => {
    expect(pointGenes({ ...wish, binShape: "off", anySelected: true })).toBeUndefined();
    expect(pointGenes({ ...wish, binShape: "off", pointsVisible: false })).toBeUndefined();
  });
});

describe("which bins are drawn", () => {
  it("those asked for, never under a pixel", () => {
    expect(binPlan(wish, 1, false)).toMatchObject({ shape: "square", binUm: 20, genes: null });
    expect(binPlan(wish, 30, false)).toMatchObject({ binUm: 40, aggregated: false });
  });
  it("none when off and the transcripts fit", () => {
    expect(binPlan({ ...wish, binShape: "off" }, 1, false)).toBeNull();
  });
  it("exact automatic bins in place of transcripts that are too many", () => {
    expect(binPlan({ ...wish, binShape: "off" }, 3, true)).toMatchObject({
      shape: "square",
      binUm: 5,
      genes: null,
      aggregated: true,
    });
    const genes = { ...wish, shown: [gene(2, 5)], anySelected: true };
    expect(binPlan(genes, 3, true)).toMatchObject({
      genes: { codes: [2], weights: [1] },
      aggregated: true,
    });
  });
  it("weighs the selected genes", () => {
    const genes = {
      ...wish,
      of: "genes" as const,
      shown: [gene(2, 5), gene(7, 1, "under")],
      anySelected: true,
    };
    expect(binPlan(genes, 1, false)).toMatchObject({
      genes: { codes: [2, 7], weights: [5, 1] },
      versus: null,
    });
    expect(binPlan({ ...genes, statistic: "ratio" }, 1, false)).toMatchObject({
      genes: { codes: [2], weights: [5] },
      versus: { codes: [7], weights: [1] },
    });
  });
  it("all genes when none is selected, whatever is asked", () => {
    expect(binPlan({ ...wish, of: "genes", statistic: "ratio" }, 1, false)).toMatchObject({
      genes: null,
      statistic: "sum",
    });
  });
});
