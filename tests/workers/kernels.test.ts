import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { windowOf } from "../../src/core/bin-window.ts";
import type { BinShape } from "../../src/core/expression.ts";
import { createKernels, type Kernels, plainKernels } from "../../workers/kernels/kernels.ts";
import { fitLattice } from "../../workers/kernels/lattice-fit.ts";
import { TileCounter } from "../../workers/kernels/tile-counter.ts";
import { TileFits } from "../../workers/kernels/tile-fits.ts";
import { adoptShard, compileBinKernels, SCRATCH } from "../../workers/kernels/wasm-memory.ts";
import { randomFrom } from "../bench/bench.ts";
import {
  boxOf,
  continuousPlan,
  firstDifference,
  GENES,
  hexEdgePlan,
  latticePlan,
  oracleBins,
  type ShardPlan,
  shardOf,
  tamedBin,
} from "../core/bin-shards.ts";

let wasm: Kernels;
let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compileBinKernels();
  wasm = await createKernels();
});

const sizes = fc.constantFrom(0.5, 1, 5, 7.77, 10, 20, 33.3, 200, 5000);
const weightArrays = fc.oneof(
  fc.constant(null),
  fc
    .array(fc.constantFrom(0, 0, 1, -1, 0.1, 2.5), { minLength: GENES, maxLength: GENES })
    .map((w) => Float64Array.from(w)),
  fc.nat({ max: GENES - 1 }).map((g) => Float64Array.from({ length: GENES }, (_, i) => (i === g ? 1 : 0))),
  fc.array(fc.constantFrom(0, 1), { minLength: GENES, maxLength: GENES }).map((w) => Float64Array.from(w)),
);

/** The rows of a plan many times over, so that runs, local grids and their overflow are met. */
const crowd = (plan: ShardPlan, copies: number): ShardPlan => ({
  ...plan,
  wideCounts: false,
  rows: Array.from({ length: copies }, () => plan.rows).flat(),
});

describe("the WebAssembly kernels", () => {
  it("are what runs here", () => {
    expect(wasm.name).toBe("wasm");
  });

  describe.each<BinShape>(["square", "hex"])("%s bins", (shape) => {
    it.each([
      ["lattice", latticePlan],
      ["continuous", continuousPlan],
    ])("equal the definition and the plain kernels (%s)", (_name, plans) => {
      fc.assert(
        fc.property(plans, sizes, weightArrays, fc.constantFrom(1, 1, 40), (plan, size, weights, copies) => {
          const shard = wasm.adopt(shardOf(crowd(plan, copies)));
          const binUm = tamedBin(shard, size);
          const box = boxOf(shard);
          const window = windowOf(
            { shape, binUm },
            { ...box, maxX: box.maxX + binUm, maxY: box.maxY + binUm },
          );
          const tiles = shard.tileCol.length;
          const out = new Float64Array(window.cols * window.rows);
          const plain = new Float64Array(window.cols * window.rows);
          const molecules = wasm.accumulate(shard, 0, tiles, weights, window, out);
          const plainMolecules = plainKernels.accumulate(shard, 0, tiles, weights, window, plain);
          const oracle = oracleBins(shard, weights, window);
          expect(firstDifference(out, oracle.out)).toBe(-1);
          expect(firstDifference(plain, oracle.out)).toBe(-1);
          expect([molecules, plainMolecules]).toEqual([oracle.molecules, oracle.molecules]);
          // The scratch grids are left empty: a second call gives the same again.
          out.fill(0);
          expect(wasm.accumulate(shard, 0, tiles, weights, window, out)).toBe(molecules);
          expect(firstDifference(out, oracle.out)).toBe(-1);
        }),
        { numRuns: 120 },
      );
    });

    it("count only what falls in a smaller window, tile by tile", () => {
      fc.assert(
        fc.property(
          fc.oneof(latticePlan, continuousPlan),
          fc.double({ min: 0, max: 1, noNaN: true }),
          weightArrays,
          (plan, at, weights) => {
            const shard = wasm.adopt(shardOf({ ...plan, wideCounts: false }));
            const box = boxOf(shard);
            const binUm = Math.max(box.maxX - box.minX, 20) / 40;
            const x = box.minX + at * (box.maxX - box.minX);
            const window = windowOf(
              { shape, binUm },
              { minX: x, minY: box.minY, maxX: x + 9 * binUm, maxY: box.minY + 4 * binUm },
            );
            const out = new Float64Array(window.cols * window.rows);
            let molecules = 0;
            for (let t = 0; t < shard.tileCol.length; t++) {
              molecules += wasm.accumulate(shard, t, t + 1, weights, window, out);
            }
            const oracle = oracleBins(shard, weights, window);
            expect(molecules).toBe(oracle.molecules);
            for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(oracle.out[i]!, 6);
          },
        ),
        { numRuns: 120 },
      );
    });
  });

  it("equal the definition on the very edges of hexagons", () => {
    fc.assert(
      fc.property(hexEdgePlan, ({ plan, binUm }) => {
        const shard = wasm.adopt(shardOf(plan));
        const window = windowOf({ shape: "hex", binUm }, boxOf(shard));
        const out = new Float64Array(window.cols * window.rows);
        wasm.accumulate(shard, 0, shard.tileCol.length, null, window, out);
        expect(firstDifference(out, oracleBins(shard, null, window).out)).toBe(-1);
      }),
      { numRuns: 200 },
    );
  });

  // Large tiles leave fixed point few bits: some of so many rows lie where only the definition may decide.
  it.each([7.77, 10, 57.3])("equal the definition in a crowd, hexagons of %s µm", (binUm) => {
    const random = randomFrom(7);
    const rows = Array.from({ length: 60_000 }, () => ({
      x: Math.floor(random() * 4096),
      y: Math.floor(random() * 4096),
      gene: 0,
      count: 1 + Math.floor(random() * 9),
    }));
    const plan = {
      exact: true,
      originUm: 0,
      quantumUm: 0.5,
      span: 4096,
      wideCounts: false,
      inactive: 0,
      rows,
    };
    const shard = wasm.adopt(shardOf(plan));
    const window = windowOf({ shape: "hex", binUm }, boxOf(shard));
    const out = new Float64Array(window.cols * window.rows);
    wasm.accumulate(shard, 0, 1, null, window, out);
    expect(firstDifference(out, oracleBins(shard, null, window).out)).toBe(-1);
  });

  // A tile that fits the one-pass kernels, in windows that hold all of it, a corner of it, or nothing.
  it.each([
    ["square", 5, 200],
    ["square", 10, 60],
    ["square", 20, 1024],
    ["square", 333.3, 1024],
    ["square", 100, 4096],
    ["hex", 5, 256],
    ["hex", 20, 1024],
    ["hex", 57.3, 4096],
    ["hex", 900, 1024],
  ] as const)(
    "count a lattice tile in one pass: %s bins of %s µm, %s quanta a side",
    (shape, binUm, span) => {
      const random = randomFrom(11);
      const at = () => 3 * span + Math.floor(random() * span);
      for (const n of [1, 7, 8, 60_001, 70_003]) {
        const rows = Array.from({ length: n }, () => ({
          x: at(),
          y: at(),
          gene: 0,
          count: 1 + Math.floor(9 * random()),
        }));
        const plan = {
          exact: true,
          originUm: 0.25,
          quantumUm: 0.5,
          span,
          wideCounts: false,
          inactive: 0,
          rows,
        };
        const { shard, memory } = adoptShard(module, shardOf(plan));
        const box = boxOf(shard);
        const side = box.maxX - box.minX + binUm;
        for (const [left, width] of [
          [-binUm, 2 * binUm + side],
          [side / 2, side / 5],
          [-9 * binUm - side, binUm],
        ] as const) {
          const minX = box.minX + left;
          const window = windowOf(
            { shape, binUm },
            { minX, minY: minX, maxX: minX + width, maxY: minX + width },
          );
          const out = new Float64Array(window.cols * window.rows);
          const counted = new TileCounter(memory).count(shard, 0, new TileFits(shard, binUm), window, out);
          const oracle = oracleBins(shard, null, window);
          if (counted !== null)
            expect([counted, firstDifference(out, oracle.out)]).toEqual([oracle.molecules, -1]);
          if (n > 60_000) expect(counted).not.toBeNull();
        }
      }
    },
  );

  it("keep their bins where the drivers look for them", () => {
    const plan = {
      exact: true,
      originUm: 0,
      quantumUm: 1,
      span: 16,
      wideCounts: false,
      inactive: 0,
      rows: [],
    };
    expect(adoptShard(module, shardOf(plan)).memory.kernels.LOCAL.value).toBe(SCRATCH.local);
  });

  it("do not overflow where many large counts share one bin", () => {
    const rows = Array.from({ length: 200_000 }, () => ({ x: 3, y: 3, gene: 0, count: 65_535 }));
    const plan = { exact: true, originUm: 0, quantumUm: 1, span: 16, wideCounts: false, inactive: 0, rows };
    const shard = wasm.adopt(shardOf(plan));
    const window = windowOf({ shape: "square", binUm: 10 }, { minX: 0, minY: 0, maxX: 10, maxY: 10 });
    const out = new Float64Array(1);
    expect(wasm.accumulate(shard, 0, 1, null, window, out)).toBe(200_000 * 65_535);
    expect(out[0]).toBe(200_000 * 65_535);
  });

  it("take a wide shard the plain way", () => {
    const rows = [{ x: 3, y: 3, gene: 0, count: 3e9 }];
    const plan = { exact: true, originUm: 0, quantumUm: 1, span: 16, wideCounts: true, inactive: 0, rows };
    const shard = wasm.adopt(shardOf(plan));
    const window = windowOf({ shape: "hex", binUm: 10 }, { minX: 0, minY: 0, maxX: 10, maxY: 10 });
    const out = new Float64Array(window.cols * window.rows);
    expect(wasm.accumulate(shard, 0, 1, null, window, out)).toBe(3e9);
    expect(Math.max(...out)).toBe(3e9);
  });
});

describe("fixed-point bins of a lattice axis", () => {
  it("equal the float64 floor for every quantum, or are refused", () => {
    let fitted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(0, 0.25, -1000.1, 3.3),
        fc.integer({ min: -50, max: 50 }),
        fc.constantFrom(0.5, 0.1, 1, 0.715),
        fc.constantFrom(1, 16, 100, 1024, 4096),
        fc.oneof(sizes, fc.double({ min: 0.3, max: 300, noNaN: true })),
        fc.constantFrom(undefined, 18, 20),
        (origin, tile, quantum, span, bin, fraction) => {
          if (fraction && ((span * quantum) / bin + 2) * 2 ** fraction >= 2 ** 32) return;
          const fit = fitLattice(origin, tile * span, quantum, span, bin, fraction);
          if (!fit) return;
          fitted++;
          for (let q = 0; q < span; q++) {
            const exact = Math.floor((origin + (tile * span + q) * quantum) / bin);
            const fixed = fit.first + ((Math.imul(q, fit.m) + fit.a) >>> fit.s);
            if (fixed !== exact) expect([q, fixed]).toEqual([q, exact]);
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(fitted).toBeGreaterThan(200);
  });
});
