import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binCentreUm } from "../../src/core/bin-window.ts";
import { smoothBins } from "../../src/core/density.ts";
import type { BinShape, BinWindow } from "../../src/core/expression.ts";

const windowOfShape = (shape: BinShape, row0 = 0): BinWindow => ({
  shape,
  binUm: 10,
  col0: -3,
  row0,
  cols: 41,
  rows: 37,
});

describe.each<BinShape>(["square", "hex"])("smoothing of %s bins", (shape) => {
  it("keeps the total of what lies away from the edge", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, -7),
        fc.constantFrom(1, 4, 10, 33),
        fc.array(fc.tuple(fc.integer({ min: 14, max: 26 }), fc.integer({ min: 14, max: 22 }), fc.nat(1000)), {
          maxLength: 20,
        }),
        (row0, sigmaUm, masses) => {
          const window = windowOfShape(shape, row0);
          const values = new Float64Array(window.cols * window.rows);
          for (const [col, row, mass] of masses) values[row * window.cols + col]! += mass;
          const total = values.reduce((a, b) => a + b, 0);
          const smooth = smoothBins(values, window, sigmaUm);
          expect(smooth.reduce((a, b) => a + b, 0)).toBeCloseTo(total, 6);
        },
      ),
    );
  });

  it.each([0, 1])("spreads one bin as a Gaussian of the distance between centres (first row %i)", (row0) => {
    const window = windowOfShape(shape, row0);
    const sigma = 22;
    for (const middle of [18, 19]) {
      const values = new Float64Array(window.cols * window.rows);
      values[middle * window.cols + 20] = 1000;
      const smooth = smoothBins(values, window, sigma);
      const from = binCentreUm(window, window.col0 + 20, row0 + middle);
      const peak = smooth[middle * window.cols + 20]!;
      for (let row = middle - 3; row <= middle + 3; row++) {
        for (let col = 17; col <= 23; col++) {
          const to = binCentreUm(window, window.col0 + col, row0 + row);
          const squared = (to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2;
          const expected = Math.exp(-squared / (2 * sigma * sigma));
          // 0.5 %: rows of the two parities are made to sum to 1 each, with the tails beyond 3 σ cut.
          expect(Math.abs(smooth[row * window.cols + col]! / peak / expected - 1)).toBeLessThan(0.005);
        }
      }
    }
  });

  it("of zero width changes nothing and copies", () => {
    const window = windowOfShape(shape);
    const values = new Float64Array(window.cols * window.rows).fill(3);
    const same = smoothBins(values, window, 0);
    expect(same).toEqual(values);
    expect(same).not.toBe(values);
    const narrow = smoothBins(values, window, 0.01);
    expect(narrow[20 * 41 + 20]).toBeCloseTo(3, 9);
  });
});
