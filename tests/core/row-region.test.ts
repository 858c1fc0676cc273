import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RegionBracket } from "../../src/core/expression.ts";
import { PreparedRegion, type Region } from "../../src/core/region.ts";
import { filterSteps } from "../../src/core/row-filter.ts";
import { regionSteps } from "../../src/core/row-region.ts";
import { buildTable } from "../../src/core/tile-table.ts";
import { type PlainRow, tables } from "./table-arbitrary.ts";

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Corners on spots of the lattices as well as between them. */
const corner = fc.tuple(
  fc.oneof(
    fc.integer({ min: -60, max: 60 }).map((v) => v / 2),
    fc.double({ min: -60, max: 60, noNaN: true }),
  ),
  fc.oneof(
    fc.integer({ min: -60, max: 60 }).map((v) => v / 2),
    fc.double({ min: -60, max: 60, noNaN: true }),
  ),
);
const ring = fc.array(corner, { minLength: 3, maxLength: 9 });
const regions: fc.Arbitrary<Region> = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});

/** A float64 as a whole number of 2⁻¹⁰⁷⁴, exactly. */
function exact(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = (bits & 0xfffffffffffffn) | (exponent > 0 ? 1n << 52n : 0n);
  const whole = fraction << BigInt(Math.max(0, exponent - 1));
  return bits >> 63n ? -whole : whole;
}

/** The rule of `core/region.ts` for one ring, in whole numbers without rounding. */
function inRing(corners: Region[0][0], x: number, y: number): boolean {
  let inside = false;
  const [px, py] = [exact(x), exact(y)];
  corners.forEach(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length]!;
    if (ay > y === by > y) return;
    const [low, high] =
      ay < by
        ? [
            [ax, ay],
            [bx, by],
          ]
        : [
            [bx, by],
            [ax, ay],
          ];
    const [lowX, lowY] = [exact(low![0]!), exact(low![1]!)];
    const [highX, highY] = [exact(high![0]!), exact(high![1]!)];
    if ((highX - lowX) * (py - lowY) > (px - lowX) * (highY - lowY)) inside = !inside;
  });
  return inside;
}

function inRegion(region: Region, { x, y }: PlainRow): boolean {
  return region.some(
    ([outline, ...holes]) => inRing(outline!, x, y) && !holes.some((hole) => inRing(hole, x, y)),
  );
}

describe("what a region holds", () => {
  it("is what every row by itself says, within its bracket, in any filter", () => {
    fc.assert(
      fc.property(
        tables,
        regions,
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        (table, region, hide, shardCount) => {
          const built = buildTable(table.columns(), table.toUm, {
            rowsPerTile: table.rowsPerTile,
            shardCount,
            file: "t",
          });
          const { names, isControl } = built.genes;
          const expected = new Map<string, number>();
          let rows = 0;
          for (const row of table.rows) {
            if ((hide && table.controls.has(row.gene)) || !inRegion(region, row)) continue;
            expected.set(row.gene, (expected.get(row.gene) ?? 0) + row.count);
            rows += 1;
          }
          const prepared = new PreparedRegion(region);
          const total = new Map<string, number>();
          let found = 0;
          for (const shard of built.shards) {
            run(filterSteps(shard, isControl, { minQv: null, hideControls: hide }));
            let bracket: RegionBracket | undefined;
            const sums = run(
              regionSteps(shard, prepared, names.length, (bounds) => {
                bracket = bounds;
              }),
            );
            found += sums.rows;
            expect(sums.count).toBe(sums.genes.reduce((a, b) => a + b, 0));
            sums.genes.forEach((count, gene) => {
              expect(bracket!.lower[gene]).toBeLessThanOrEqual(count);
              expect(bracket!.upper[gene]).toBeGreaterThanOrEqual(count);
              if (count > 0) total.set(names[gene]!, (total.get(names[gene]!) ?? 0) + count);
            });
          }
          expect(found).toBe(rows);
          expect(total).toEqual(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});
