import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { BinWindow } from "../../src/core/expression.ts";
import { createKernels, type Kernels, plainKernels } from "../../workers/kernels/kernels.ts";
import { shardOf } from "./bin-shards.ts";

interface Fixture {
  readonly quantumUm: number;
  readonly steps: readonly number[];
  readonly count: readonly number[];
  readonly square: Readonly<Record<string, { first: number; n: number; sums: readonly number[] }>>;
  readonly hex: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly hexTies: Readonly<Record<string, readonly number[]>>;
}

const path = new URL("../fixtures/bins.json", import.meta.url);
const fixture = JSON.parse(readFileSync(path, "utf8")) as Fixture;

/** The fixture's points without some of them, as a lattice or as continuous positions. */
function tableOf(exact: boolean, without: readonly number[]) {
  const left = new Set(without);
  const unit = exact ? 1 : fixture.quantumUm;
  const rows = fixture.count.flatMap((count, i) =>
    left.has(i)
      ? []
      : [{ x: fixture.steps[2 * i]! * unit, y: fixture.steps[2 * i + 1]! * unit, gene: 0, count }],
  );
  return shardOf({
    exact,
    originUm: 0,
    quantumUm: exact ? fixture.quantumUm : 1 / 64,
    span: exact ? 128 : 65_536,
    wideCounts: false,
    inactive: 0,
    rows,
  });
}

let wasm: Kernels;
beforeAll(async () => {
  wasm = await createKernels();
});

describe.each([true, false])("bins equal an independent implementation (lattice: %s)", (exact) => {
  it.each(Object.keys(fixture.square))("squares of %s µm: numpy.histogram2d", (size) => {
    const { first, n, sums } = fixture.square[size]!;
    const window: BinWindow = {
      shape: "square",
      binUm: Number(size),
      col0: first,
      row0: first,
      cols: n,
      rows: n,
    };
    for (const kernels of [plainKernels, wasm]) {
      const shard = kernels.adopt(tableOf(exact, []));
      const out = new Float64Array(n * n);
      kernels.accumulate(shard, 0, shard.tileCol.length, null, window, out);
      expect([...out]).toEqual(sums);
    }
  });

  it.each(Object.keys(fixture.hex))("hexagons of %s µm: scipy's nearest centre", (size) => {
    const window: BinWindow = {
      shape: "hex",
      binUm: Number(size),
      col0: -40,
      row0: -50,
      cols: 130,
      rows: 150,
    };
    for (const kernels of [plainKernels, wasm]) {
      const shard = kernels.adopt(tableOf(exact, fixture.hexTies[size]!));
      const out = new Float64Array(window.cols * window.rows);
      kernels.accumulate(shard, 0, shard.tileCol.length, null, window, out);
      const found: Record<string, number> = {};
      out.forEach((sum, i) => {
        const col = window.col0 + (i % window.cols);
        const row = window.row0 + Math.floor(i / window.cols);
        if (sum > 0) found[`${col},${row}`] = sum;
      });
      expect(found).toEqual(fixture.hex[size]);
    }
  });
});
