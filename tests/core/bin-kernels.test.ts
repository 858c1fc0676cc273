import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accumulateHex } from "../../src/core/bin-hex.ts";
import { accumulateSquare } from "../../src/core/bin-square.ts";
import { binAt, windowOf } from "../../src/core/bin-window.ts";
import type { BinShape } from "../../src/core/expression.ts";
import {
  boxOf,
  continuousPlan,
  firstDifference,
  GENES,
  hexEdgePlan,
  latticePlan,
  oracleBins,
  shardOf,
  tamedBin,
} from "./bin-shards.ts";

const kernels = { square: accumulateSquare, hex: accumulateHex };
const shapes: readonly BinShape[] = ["square", "hex"];
const sizes = fc.constantFrom(0.5, 1, 5, 7.77, 10, 20, 33.3, 200, 5000);
const weightArrays = fc.option(
  fc
    .array(fc.constantFrom(0, 1, -1, 0.1, 2.5), { minLength: GENES, maxLength: GENES })
    .map((w) => Float64Array.from(w)),
);

describe.each(shapes)("%s bins", (shape) => {
  it.each([
    ["lattice", latticePlan],
    ["continuous", continuousPlan],
  ])("equal the definition and conserve counts (%s)", (_name, plans) => {
    fc.assert(
      fc.property(plans, sizes, weightArrays, (plan, binUm, weights) => {
        const shard = shardOf(plan);
        const box = boxOf(shard);
        const wide = tamedBin(shard, binUm);
        const window = windowOf(
          { shape, binUm: wide },
          { ...box, maxX: box.maxX + wide, maxY: box.maxY + wide },
        );
        const out = new Float64Array(window.cols * window.rows);
        const molecules = kernels[shape](shard, 0, shard.tileCol.length, weights, window, out);
        const oracle = oracleBins(shard, weights, window);
        expect(firstDifference(out, oracle.out)).toBe(-1);
        expect(molecules).toBe(oracle.molecules);
        let active = 0;
        for (let t = 0; t < shard.tileCol.length; t++) {
          const first = shard.tileOffset[t]!;
          for (let i = first; i < first + shard.tileActive[t]!; i++) {
            if (weights === null || weights[shard.gene[i]!] !== 0) active += shard.count[i]!;
          }
        }
        expect(molecules).toBe(active);
        if (weights === null) expect(out.reduce((a, b) => a + b, 0)).toBe(active);
      }),
      { numRuns: 150 },
    );
  });

  it("counts only what falls in a smaller window, and only the given tiles", () => {
    fc.assert(
      fc.property(
        fc.oneof(latticePlan, continuousPlan),
        fc.double({ min: 0, max: 0.8, noNaN: true }),
        (plan, at) => {
          const shard = shardOf(plan);
          const box = boxOf(shard);
          const binUm = Math.max(box.maxX - box.minX, 20) / 40;
          const x = box.minX + at * (box.maxX - box.minX);
          const y = box.minY + at * (box.maxY - box.minY);
          const window = windowOf(
            { shape, binUm },
            { minX: x, minY: y, maxX: x + 20 * binUm, maxY: y + 15 * binUm },
          );
          const whole = new Float64Array(window.cols * window.rows);
          const parts = new Float64Array(window.cols * window.rows);
          const molecules = kernels[shape](shard, 0, shard.tileCol.length, null, window, whole);
          let sum = 0;
          for (let t = 0; t < shard.tileCol.length; t++) {
            sum += kernels[shape](shard, t, t + 1, null, window, parts);
          }
          const oracle = oracleBins(shard, null, window);
          expect(firstDifference(whole, oracle.out)).toBe(-1);
          expect(firstDifference(parts, oracle.out)).toBe(-1);
          expect([molecules, sum]).toEqual([oracle.molecules, oracle.molecules]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

it("hexagons equal the definition on their very edges", () => {
  fc.assert(
    fc.property(hexEdgePlan, ({ plan, binUm }) => {
      const shard = shardOf(plan);
      const window = windowOf({ shape: "hex", binUm }, boxOf(shard));
      const out = new Float64Array(window.cols * window.rows);
      accumulateHex(shard, 0, shard.tileCol.length, null, window, out);
      expect(firstDifference(out, oracleBins(shard, null, window).out)).toBe(-1);
    }),
    { numRuns: 200 },
  );
});

describe("the definition", () => {
  it("takes the floor for squares", () => {
    const lattice = { shape: "square", binUm: 10 } as const;
    expect(binAt(lattice, 0, 0)).toEqual([0, 0]);
    expect(binAt(lattice, 9.999, -0.001)).toEqual([0, -1]);
    expect(binAt(lattice, 10, -10)).toEqual([1, -1]);
  });

  it("takes the nearest centre for hexagons, ties to the lowest row, then column", () => {
    const lattice = { shape: "hex", binUm: 2 } as const;
    expect(binAt(lattice, 0.99, 0)).toEqual([0, 0]);
    expect(binAt(lattice, 1.01, 0)).toEqual([1, 0]);
    expect(binAt(lattice, 1, 0)).toEqual([0, 0]);
    expect(binAt(lattice, 3, 0.1)).toEqual([1, 0]);
    expect(binAt(lattice, 1, 1.7)).toEqual([0, 1]);
    expect(binAt(lattice, 0, -1.2)).toEqual([-1, -1]);
    // A vertex: centres (0,0), (1,0) and (0,1) at distance 2/√3 of (1, 1/√3).
    expect(binAt(lattice, 1, 1 / Math.sqrt(3))).toEqual([0, 0]);
  });

  it("answers for absurd coordinates too", () => {
    for (const far of [1e15, 1e300, -1e300]) {
      for (const shape of ["square", "hex"] as const) {
        expect(binAt({ shape, binUm: 0.5 }, far, far).every(Number.isFinite)).toBe(true);
      }
    }
  });

  it("opens windows over every bin that touches the box, and refuses absurd ones", () => {
    const square = { shape: "square", binUm: 10 } as const;
    const box = { minX: 0, minY: -5, maxX: 20, maxY: 0.1 };
    expect(windowOf(square, box)).toEqual({ ...square, col0: 0, row0: -1, cols: 2, rows: 2 });
    expect(windowOf(square, { minX: 3, minY: 3, maxX: 3, maxY: 3 })).toMatchObject({ cols: 1, rows: 1 });
    expect(() => windowOf(square, { minX: 0, minY: 0, maxX: 1e6, maxY: 1e6 })).toThrow(/Choose a larger bin/);
    expect(() => windowOf(square, { minX: 1e15, minY: 0, maxX: 1e15 + 9, maxY: 9 })).toThrow();
    expect(() => windowOf({ shape: "hex", binUm: 0 }, box)).toThrow();
    expect(() => windowOf(square, { ...box, maxX: Number.NaN })).toThrow();
  });

  it("opens windows that hold the bin of every point in the box", () => {
    const coordinate = fc.oneof(
      fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      fc.integer({ min: -50, max: 50 }).map((n) => n * 12.5),
    );
    fc.assert(
      fc.property(
        fc.constantFrom<BinShape>("square", "hex"),
        fc.constantFrom(5, 12.5, 25, 77.7),
        fc.tuple(coordinate, coordinate, coordinate, coordinate),
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        (shape, binUm, [x0, y0, w, h], [u, v]) => {
          const box = { minX: x0, minY: y0, maxX: x0 + Math.abs(w) + 1, maxY: y0 + Math.abs(h) + 1 };
          const window = windowOf({ shape, binUm }, box);
          const x = Math.min(box.minX + u * (box.maxX - box.minX), box.maxX * (1 - 1e-15) - 1e-9);
          const y = Math.min(box.minY + v * (box.maxY - box.minY), box.maxY * (1 - 1e-15) - 1e-9);
          const [col, row] = binAt(window, Math.max(x, box.minX), Math.max(y, box.minY));
          expect(col - window.col0).toBeGreaterThanOrEqual(0);
          expect(row - window.row0).toBeGreaterThanOrEqual(0);
          expect(col - window.col0).toBeLessThan(window.cols);
          expect(row - window.row0).toBeLessThan(window.rows);
        },
      ),
      { numRuns: 500 },
    );
  });
});
