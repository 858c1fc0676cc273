import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binCentreUm } from "../../src/core/bin-window.ts";
import type { BinRaster, BinWindow } from "../../src/core/expression.ts";
import { hexWand } from "../../src/core/hex-wand.ts";
import { PreparedRegion } from "../../src/core/region.ts";
import { ringArea } from "../../src/core/ring-measure.ts";

const HEX_AREA = Math.sqrt(3) / 2;

function rasterOf(window: BinWindow, value: (i: number) => number): BinRaster {
  const values = Float32Array.from({ length: window.cols * window.rows }, (_, i) => value(i));
  return { window, values } as unknown as BinRaster;
}

/** The same by distances alone: bins are neighbours when their centres are one width apart. */
function naive({ window, values }: BinRaster, start: number, tolerance: number): Set<number> {
  const at = (i: number) =>
    binCentreUm(window, window.col0 + (i % window.cols), window.row0 + Math.floor(i / window.cols));
  const near = (i: number): number[] =>
    [...values.keys()].filter((j) => {
      const apart = Math.hypot(at(i)[0] - at(j)[0], at(i)[1] - at(j)[1]) / window.binUm;
      return apart > 0.5 && apart < 1.5;
    });
  const around = [start, ...near(start)].map((i) => values[i]!).filter((value) => !Number.isNaN(value));
  const mean = around.reduce((sum, value) => sum + value, 0) / around.length;
  const found = new Set([start]);
  const open = [start];
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    for (const j of near(i)) {
      if (found.has(j) || !(Math.abs(values[j]! - mean) <= tolerance)) continue;
      found.add(j);
      open.push(j);
    }
  }
  return found;
}

describe("the wand over hexagons", () => {
  test("takes what hangs together and looks alike, along the edges of the hexagons", () => {
    fc.assert(
      fc.property(
        fc.record({
          col0: fc.integer({ min: -5, max: 5 }),
          row0: fc.integer({ min: -5, max: 5 }),
          cols: fc.integer({ min: 1, max: 9 }),
          rows: fc.integer({ min: 1, max: 9 }),
          binUm: fc.constantFrom(1, 7.5, 100),
        }),
        fc.array(fc.constantFrom(0, 1, 1, 1, 5, Number.NaN), { minLength: 81, maxLength: 81 }),
        fc.nat(80),
        fc.constantFrom(0, 0.6, 2, 9),
        (size, numbers, chosen, tolerance) => {
          const window: BinWindow = { shape: "hex", ...size };
          const raster = rasterOf(window, (i) => numbers[i]!);
          const start = chosen % raster.values.length;
          const centre = (i: number) =>
            binCentreUm(window, window.col0 + (i % window.cols), window.row0 + Math.floor(i / window.cols));
          const found = hexWand(raster, centre(start), tolerance);
          if (Number.isNaN(raster.values[start]!)) {
            expect(found).toBeNull();
            return;
          }
          const expected = naive(raster, start, tolerance);
          const [outline, ...holes] = found!;
          const area =
            Math.abs(ringArea(outline!)) - holes.reduce((sum, hole) => sum + Math.abs(ringArea(hole)), 0);
          expect(area).toBeCloseTo(expected.size * HEX_AREA, 9);
          const region = new PreparedRegion([found!]);
          for (const i of raster.values.keys()) {
            const [x, y] = centre(i);
            expect([i, region.contains(x / window.binUm, y / window.binUm)]).toEqual([i, expected.has(i)]);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("takes nothing beside the bins", () => {
    const window: BinWindow = { shape: "hex", binUm: 10, col0: 0, row0: 0, cols: 3, rows: 3 };
    expect(
      hexWand(
        rasterOf(window, () => 1),
        [200, 10],
        5,
      ),
    ).toBeNull();
  });
});
