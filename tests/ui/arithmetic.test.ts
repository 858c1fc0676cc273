import { describe, expect, it } from "vitest";
import {
  binSizeAt,
  LAST_POSITION,
  POSITION_STEP,
  positionOf,
  smoothAt,
  smoothPosition,
} from "../../src/ui/bins/bin-size.ts";
import { movedLimits } from "../../src/ui/bins/moved-limits.ts";
import { percentileAt, valueAxis } from "../../src/ui/bins/value-axis.ts";
import { compareGeneList, parseGeneList } from "../../src/ui/genes/gene-list.ts";
import { parseUrls } from "../../src/ui/slides/use-open.ts";
import { magnificationWords, niceLength } from "../../src/ui/stage/nice-length.ts";

describe("bin size slider", () => {
  it("goes from single transcripts through 0.5 to 200 µm, never backwards", () => {
    expect(binSizeAt(0)).toBeNull();
    expect(binSizeAt(LAST_POSITION)).toBe(200);
    let last = 0;
    for (let position = POSITION_STEP; position <= LAST_POSITION; position += POSITION_STEP) {
      const size = binSizeAt(position) ?? 0;
      expect(size).toBeGreaterThan(last);
      last = size;
    }
    expect(binSizeAt(POSITION_STEP)).toBe(0.5);
  });

  it("reaches every stop exactly where its mark stands", () => {
    for (const stop of [1, 5, 10, 20, 50, 100, 200]) expect(binSizeAt(positionOf(stop))).toBe(stop);
    expect(positionOf(null)).toBe(0);
  });

  it("comes back to where it stands, so that no arrow key sticks", () => {
    for (let position = 0; position <= LAST_POSITION; position += POSITION_STEP) {
      expect(positionOf(binSizeAt(position))).toBe(position);
    }
    for (let position = 0; position <= 100; position++) {
      expect(smoothPosition(smoothAt(position))).toBe(position);
    }
  });
});

describe("value axis", () => {
  it.each(["linear", "log", "sqrt"] as const)("%s turns back into the value", (scale) => {
    const axis = valueAxis(scale, 40);
    for (const value of [0, 0.5, 3, 40]) expect(axis.value(axis.share(value))).toBeCloseTo(value, 9);
    expect(axis.share(400)).toBe(1);
    expect(axis.share(-1)).toBe(0);
  });

  it("places a quarter at half the width of a square root", () => {
    expect(valueAxis("sqrt", 100).share(25)).toBe(0.5);
  });

  it("finds the percentile of a value between whole ones", () => {
    const percentiles = Float64Array.from({ length: 101 }, (_, p) => 2 * p);
    expect(percentileAt(percentiles, 99)).toBe(49.5);
    expect(percentileAt(percentiles, -1)).toBe(0);
    expect(percentileAt(percentiles, 200)).toBe(100);
    expect(percentileAt(new Float64Array(101).fill(3), 3)).toBe(100);
  });
});

describe("a limit that is moved", () => {
  // A third of the bins hold one count, as of sparse transcripts: 1 stands for every percentile from 0 to 33.
  const percentiles = Float64Array.from({ length: 101 }, (_, p) => Math.max(1, p - 32));
  const move = { from: [10, 90], valueAt: (step: number) => step / 10, percentiles, factor: 2 } as const;

  it("leaves the other end as it was", () => {
    const limits = { mode: "percentile", low: 1, high: 99 } as const;
    expect(movedLimits(limits, { ...move, to: [10, 80] })).toEqual({ mode: "percentile", low: 1, high: 40 });
    expect(movedLimits(limits, { ...move, to: [30, 90] })).toEqual({ mode: "percentile", low: 35, high: 99 });
    const absolute = { mode: "absolute", low: 0.123, high: 4.5 } as const;
    expect(movedLimits(absolute, { ...move, to: [10, 80] })).toEqual({ ...absolute, high: 4 });
  });

  it("keeps half a percent between percentiles, and starts at 0", () => {
    const limits = { mode: "percentile", low: 1, high: 99 } as const;
    expect(movedLimits(limits, { ...move, to: [0, 90] }).low).toBe(0);
    expect(movedLimits({ ...limits, low: 60 }, { ...move, to: [10, 20] })).toEqual({
      mode: "percentile",
      low: 60,
      high: 60.5,
    });
  });
});

describe("scale bar", () => {
  it("is the longest of 1, 2, 5 × 10ⁿ that fits", () => {
    // 128 px at 1 µm a pixel: 100 µm; at 0.25: 32 → 20 µm; at 7.9: 1011 → 1000 µm; at 4: 512 → 500 µm.
    expect(niceLength(1, 128)).toEqual({ lengthUm: 100, widthPx: 100 });
    expect(niceLength(0.25, 128)).toEqual({ lengthUm: 20, widthPx: 80 });
    expect(niceLength(7.9, 128).lengthUm).toBe(1000);
    expect(niceLength(4, 128)).toEqual({ lengthUm: 500, widthPx: 125 });
  });

  it("reads magnifications as on an objective", () => {
    expect([0.04, 0.62, 4, 19.97, 40].map(magnificationWords)).toEqual([
      "0.04×",
      "0.6×",
      "4.0×",
      "20×",
      "40×",
    ]);
  });
});

describe("gene lists", () => {
  it("are split at any separator, unquoted, each once", () => {
    expect(parseGeneList('ERBB2\r\n"KRT7", CD3E;CD3E\tA2M-AS1  ')).toEqual([
      "ERBB2",
      "KRT7",
      "CD3E",
      "A2M-AS1",
    ]);
  });

  it("find exactly before ignoring case, and never guess between two", () => {
    const names = ["CD3E", "Cd3e", "ERBB2", "__proto__"];
    const report = compareGeneList(["Cd3e", "cd3e", "erbb2", "__proto__", "toString"], names, new Set(), 9);
    expect(report.found).toEqual(["Cd3e", "ERBB2", "__proto__"]);
    expect(report.notFound).toEqual(["cd3e", "toString"]);
  });

  it("say what is over the room left; selected genes take none", () => {
    const names = ["A", "B", "C", "D"];
    expect(compareGeneList(names, names, new Set(["B"]), 2)).toEqual({
      found: ["A", "B", "C"],
      notFound: [],
      over: ["D"],
    });
  });
});

describe("addresses", () => {
  it("are read one a line, and a bad one is named by its line", () => {
    expect(parseUrls("https://a.org/x.tif\n\n http://b.org/y.csv ")).toEqual({
      urls: ["https://a.org/x.tif", "http://b.org/y.csv"],
      badLine: null,
    });
    expect(parseUrls("https://a.org/x.tif\njavascript:alert(1)").badLine).toBe(2);
    expect(parseUrls("x.tif").badLine).toBe(1);
  });
});
