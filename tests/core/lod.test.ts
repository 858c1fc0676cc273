import { describe, expect, it } from "vitest";
import { limitValues, percentileValue } from "../../src/core/limits.ts";
import {
  automaticBinUm,
  binsIn,
  coversView,
  drawnBinUm,
  MAX_RASTER_BINS,
  overviewBinUm,
  rasterBounds,
  startBinUm,
} from "../../src/core/lod.ts";
import { bounds } from "../../src/core/space.ts";

const box = (minX: number, minY: number, maxX: number, maxY: number) => bounds<"um">(minX, minY, maxX, maxY);

describe("bins that a store has ready", () => {
  const ready = [0.5, 1, 2.5, 5, 10, 25, 50, 100];
  it("are taken where the size is ours to choose", () => {
    expect([0.3, 1, 3, 100, 101, 399].map((umPerPx) => automaticBinUm(umPerPx, ready))).toEqual([
      0.5, 1, 5, 100, 200, 400,
    ]);
    expect(startBinUm(box(0, 0, 10_000, 10_000), ready)).toBe(50);
    // 10 mm / 384 = 26 µm; 13 cm / 384 = 339 µm.
    const info = { pitchUm: 0.5, readyBinsUm: ready };
    expect(overviewBinUm(box(0, 0, 10_000, 10), info, 384)).toBe(50);
    expect(overviewBinUm(box(0, 0, 130_000, 10), info, 384)).toBe(400);
  });
});

describe("bin size on screen", () => {
  it("is the one asked for while it is at least a pixel", () => {
    expect(drawnBinUm(20, 5, "square")).toBe(20);
    expect(drawnBinUm(5, 5, "square")).toBe(5);
  });
  it("doubles until it is a pixel, two for hexagons", () => {
    expect(drawnBinUm(1, 5, "square")).toBe(8);
    expect(drawnBinUm(1, 4, "square")).toBe(4);
    expect(drawnBinUm(1, 4, "hex")).toBe(8);
  });
  it("follows 1-2-5 when automatic", () => {
    expect([0.3, 1, 1.01, 2, 4.9, 7, 99].map((umPerPx) => automaticBinUm(umPerPx, null))).toEqual([
      0.5, 1, 2, 2, 5, 10, 100,
    ]);
  });
  it("starts with about 250 bins across", () => {
    expect(startBinUm(box(0, 0, 7500, 5500), null)).toBe(20);
    expect(startBinUm(box(0, 0, 150, 150), null)).toBe(0.5);
    expect(startBinUm(box(0, 0, 130_000, 10), null)).toBe(200);
  });
});

describe("bins of the overview", () => {
  const info = (pitchUm: number | null) => ({ pitchUm, readyBinsUm: null });

  it("are whole spots on a lattice", () => {
    // 150 µm / 384 = 0.39 µm: one spot of 0.5 µm; 1000 µm / 384 = 2.6 µm: six spots.
    expect(overviewBinUm(box(0, 0, 150, 20), info(0.5), 384)).toBe(0.5);
    expect(overviewBinUm(box(0, 0, 150, 1000), info(0.5), 384)).toBe(3);
    expect(overviewBinUm(box(0, 0, 384, 20), info(null), 384)).toBe(1);
  });
});

describe("raster bounds", () => {
  const slide = box(0, 0, 10_000, 10_000);
  it("are the whole slide when that is few bins", () => {
    expect(rasterBounds(slide, box(0, 0, 10, 10), 20)).toEqual(slide);
  });
  it("are the grown view, cut to the slide, when it is not", () => {
    expect(rasterBounds(slide, box(0, 0, 100, 80), 0.5)).toEqual(box(0, 0, 150, 130));
  });
  it("never exceed the limit", () => {
    const view = box(2000, 2000, 3000, 3000);
    expect(binsIn(rasterBounds(slide, view, 0.8), 0.8)).toBeLessThanOrEqual(MAX_RASTER_BINS);
  });
  it("cover a view that looks past the slide's edge", () => {
    expect(coversView(box(0, 0, 50, 50), slide, box(-100, -100, 40, 40))).toBe(true);
    expect(coversView(box(0, 0, 50, 50), slide, box(0, 0, 60, 40))).toBe(false);
    expect(coversView(box(0, 0, 50, 50), slide, box(-10, -10, -5, -5))).toBe(true);
  });
});

describe("colour limits", () => {
  const histogram = {
    edges: new Float64Array([0, 1]),
    counts: new Uint32Array([1]),
    percentiles: Float64Array.from({ length: 101 }, (_, p) => p * 2),
  };
  it("interpolate between whole percentiles", () => {
    expect(percentileValue(histogram, 50)).toBe(100);
    expect(percentileValue(histogram, 99.5)).toBe(199);
    expect(percentileValue(histogram, 120)).toBe(200);
  });
  it("keep their meaning per area when larger bins are drawn", () => {
    // Twice the side, four times the area: limits 0–10 become 0–40.
    expect(limitValues({ mode: "absolute", low: 0, high: 10 }, histogram, 5, 10)).toEqual([0, 40]);
  });
  it("are never empty", () => {
    const flat = { ...histogram, percentiles: new Float64Array(101).fill(3) };
    expect(limitValues({ mode: "percentile", low: 5, high: 99 }, flat, 5, 5)).toEqual([3, 4]);
  });
});
