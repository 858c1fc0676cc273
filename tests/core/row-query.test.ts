import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowFilter, ViewArea } from "../../src/core/expression.ts";
import { filterSteps } from "../../src/core/row-filter.ts";
import { pickSteps } from "../../src/core/row-pick.ts";
import { pointSteps } from "../../src/core/row-points.ts";
import { countSteps, geneCountSteps, geneMask } from "../../src/core/row-query.ts";
import { bounds, um } from "../../src/core/space.ts";
import { buildTable } from "../../src/core/tile-table.ts";
import { geneNames, type PlainRow, type PlainTable, tables } from "./table-arbitrary.ts";

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const filters: fc.Arbitrary<RowFilter> = fc.record({
  minQv: fc.constantFrom(null, 0, 20, 35, 61),
  hideControls: fc.boolean(),
});
const geneSets = fc.option(fc.uniqueArray(fc.constantFrom(...geneNames), { maxLength: 4 }));
const edge = fc.oneof(
  fc.double({ min: -60, max: 60, noNaN: true }),
  fc.integer({ min: -80, max: 80 }).map((v) => v / 4),
  fc.constantFrom(-4e9, 4e9),
);
const areas: fc.Arbitrary<ViewArea> = fc.oneof(
  fc.tuple(edge, edge, edge, edge).map(([a, b, c, d]) => ({
    boundsUm: bounds<"um">(Math.min(a, b), Math.min(c, d), Math.max(a, b), Math.max(c, d)),
    cornersUm: null,
  })),
  fc
    .record({
      x: fc.double({ min: -40, max: 40, noNaN: true }),
      y: fc.double({ min: -40, max: 40, noNaN: true }),
      r: fc.double({ min: 0.5, max: 60, noNaN: true }),
      angle: fc.double({ min: 0, max: 7, noNaN: true }),
      turn: fc.constantFrom(1, -1),
    })
    .map(({ x, y, r, angle, turn }) => {
      const corners = [0, 1, 2, 3].map((k) => {
        const a = angle + (turn * k * Math.PI) / 2;
        return um(x + r * Math.cos(a), y + r * Math.sin(a));
      });
      const xs = corners.map((c) => c[0]);
      const ys = corners.map((c) => c[1]);
      return {
        boundsUm: bounds<"um">(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)),
        cornersUm: corners,
      };
    }),
);

/** Inside by the definition in `ViewArea`, written anew: same side of every edge as the middle of the corners. */
function inArea({ boundsUm: b, cornersUm }: ViewArea, r: PlainRow): boolean {
  if (!(r.x >= b.minX && r.x < b.maxX && r.y >= b.minY && r.y < b.maxY)) return false;
  if (!cornersUm) return true;
  const mx = cornersUm.reduce((s, c) => s + c[0], 0) / cornersUm.length;
  const my = cornersUm.reduce((s, c) => s + c[1], 0) / cornersUm.length;
  return cornersUm.every((a, i) => {
    const c = cornersUm[(i + 1) % cornersUm.length]!;
    const side = (x: number, y: number) => (c[0] - a[0]) * (y - a[1]) - (c[1] - a[1]) * (x - a[0]);
    return side(r.x, r.y) * Math.sign(side(mx, my)) >= 0;
  });
}

const passes = (table: PlainTable, filter: RowFilter) => (r: PlainRow) =>
  (filter.minQv === null || r.qv === null || r.qv >= filter.minQv) &&
  !(filter.hideControls && table.controls.has(r.gene));

function build(table: PlainTable, filterChain: readonly RowFilter[], shardCount = 3) {
  const built = buildTable(table.columns(), table.toUm, {
    rowsPerTile: table.rowsPerTile,
    shardCount,
    file: "t",
  });
  let filtered = built.shards.map((s) =>
    run(filterSteps(s, built.genes.isControl, { minQv: null, hideControls: false })),
  );
  for (const filter of filterChain) {
    filtered = built.shards.map((s) => run(filterSteps(s, built.genes.isControl, filter)));
  }
  const codes = (names: readonly string[] | null) => names?.map((name) => built.genes.names.indexOf(name));
  const mask = (names: readonly string[] | null) => geneMask(codes(names) ?? null, geneNames.length);
  return { ...built, filtered, mask };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const countOf = (rows: readonly PlainRow[]) => sum(rows.map((r) => r.count));
const chains = fc.array(filters, { minLength: 1, maxLength: 3 });

describe("queries over tiled rows equal loops over the file's rows", () => {
  it("counts rows and molecules", () => {
    fc.assert(
      fc.property(tables, chains, geneSets, areas, (table, chain, genes, area) => {
        const built = build(table, chain);
        const inside = table.rows
          .filter(passes(table, chain.at(-1)!))
          .filter((r) => (!genes || genes.includes(r.gene)) && inArea(area, r));
        const found = built.shards.map((s, i) =>
          run(countSteps(s, area, built.mask(genes), built.filtered[i]!.tileCounts)),
        );
        expect(sum(found.map((f) => f.rows))).toBe(inside.length);
        expect(sum(found.map((f) => f.count))).toBe(countOf(inside));
      }),
      { numRuns: 400 },
    );
  });

  it("counts in rotated views across many tiles", () => {
    const n = 1600;
    const place = (i: number): [number, number] => [(i % 40) - 20, Math.floor(i / 40) - 20];
    const rows = Array.from({ length: n }, (_, i) => ({
      x: place(i)[0] + 0.5,
      y: place(i)[1] + 0.5,
      gene: "g",
      count: 1 + (i % 3),
      qv: null,
      cell: null,
    }));
    const columns = {
      platform: "table" as const,
      rows: n,
      x: Int32Array.from(rows, (_, i) => place(i)[0]),
      y: Int32Array.from(rows, (_, i) => place(i)[1]),
      gene: new Uint16Array(n),
      geneNames: ["g"],
      geneIds: null,
      geneIsControl: new Uint8Array(1),
      count: Uint16Array.from(rows, (r) => r.count),
      qv: null,
      cell: null,
      cellNames: null,
      frame: { unit: "um" as const, umPerUnit: 1, source: "" },
      instrumentToImagePx: null,
      warnings: [],
    };
    const toUm = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
    const built = buildTable(columns, toUm, { shardCount: 1, file: "", rowsPerTile: 16 });
    const shard = built.shards[0]!;
    expect(shard.tileCol.length).toBeGreaterThanOrEqual(100);
    const { tileCounts } = run(filterSteps(shard, new Uint8Array(1), { minQv: null, hideControls: false }));
    fc.assert(
      fc.property(areas, (area) => {
        const inside = rows.filter((r) => inArea(area, r));
        const wanted = { rows: inside.length, count: countOf(inside) };
        expect(run(countSteps(shard, area, null, tileCounts))).toEqual(wanted);
        expect(run(geneCountSteps(shard, area, 1))[0]).toBe(wanted.count);
      }),
      { numRuns: 200 },
    );
  });

  it("counts genes", () => {
    fc.assert(
      fc.property(tables, filters, areas, (table, filter, area) => {
        const built = build(table, [filter]);
        const inside = table.rows.filter(passes(table, filter)).filter((r) => inArea(area, r));
        const found = built.shards.map((s) => run(geneCountSteps(s, area, geneNames.length)));
        built.genes.names.forEach((name, code) => {
          expect(sum(found.map((f) => f[code]!))).toBe(countOf(inside.filter((r) => r.gene === name)));
        });
      }),
    );
  });

  it("sums what passes a filter, and takes any filter back", () => {
    fc.assert(
      fc.property(tables, chains, (table, chain) => {
        const built = build(table, chain);
        const passing = table.rows.filter(passes(table, chain.at(-1)!));
        expect(sum(built.filtered.map((f) => f.rows))).toBe(passing.length);
        expect(sum(built.filtered.map((f) => f.count))).toBe(countOf(passing));
        built.genes.names.forEach((name, code) => {
          expect(sum(built.filtered.map((f) => f.totals[code]!))).toBe(
            countOf(passing.filter((r) => r.gene === name)),
          );
        });
        const all = build(table, [...chain, { minQv: null, hideControls: false }]);
        expect(sum(all.filtered.map((f) => f.rows))).toBe(table.rows.length);
      }),
    );
  });

  it("draws every row of the touched tiles once, within half a quantum", () => {
    fc.assert(
      fc.property(tables, filters, geneSets, areas, (table, filter, genes, area) => {
        const built = build(table, [filter]);
        const box = area.boundsUm;
        const tiles = built.shards.flatMap((s, i) =>
          run(pointSteps(s, box, built.mask(genes), `${i}.`, new Set())),
        );
        expect(new Set(tiles.map((t) => t.key)).size).toBe(tiles.length);
        const drawn = tiles.flatMap((t) =>
          Array.from({ length: t.rows }, (_, i) => ({
            x: t.originUm[0] + t.data[4 * i]! * t.quantumUm,
            y: t.originUm[1] + t.data[4 * i + 1]! * t.quantumUm,
            gene: built.genes.names[t.data[4 * i + 2]!]!,
            count: t.data[4 * i + 3]!,
            tolerance: (t.quantumUm / 2) * 1.001 + 1e-6,
          })),
        );
        const wanted = table.rows
          .filter(passes(table, filter))
          .filter((r) => (!genes || genes.includes(r.gene)) && inArea({ boundsUm: box, cornersUm: null }, r));
        const left = [...drawn];
        for (const r of wanted) {
          const at = left.findIndex(
            (d) =>
              d.gene === r.gene &&
              d.count === Math.min(65_535, r.count) &&
              Math.abs(d.x - r.x) <= d.tolerance &&
              Math.abs(d.y - r.y) <= d.tolerance,
          );
          expect(at).toBeGreaterThanOrEqual(0);
          left.splice(at, 1);
        }
        const keys = new Set(tiles.map((t) => t.key));
        const again = built.shards.flatMap((s, i) =>
          run(pointSteps(s, box, built.mask(genes), `${i}.`, keys)),
        );
        expect(again.map((t) => [t.key, t.rows])).toEqual(tiles.map((t) => [t.key, 0]));
      }),
    );
  });

  it("picks the nearest row", () => {
    const at = fc.tuple(
      fc.double({ min: -60, max: 60, noNaN: true }),
      fc.double({ min: -60, max: 60, noNaN: true }),
    );
    fc.assert(
      fc.property(
        tables,
        filters,
        geneSets,
        at,
        fc.constantFrom(0, 1, 5, 50),
        (table, filter, genes, p, r) => {
          const built = build(table, [filter], 1);
          const found = run(pickSteps(built.shards[0]!, um(...p), r, built.mask(genes)));
          const distances = table.rows
            .filter(passes(table, filter))
            .filter((row) => !genes || genes.includes(row.gene))
            .map((row) => Math.hypot(row.x - p[0], row.y - p[1]))
            .filter((d) => d <= r);
          expect(found !== undefined).toBe(distances.length > 0);
          if (found) expect(found.distanceUm).toBeCloseTo(Math.min(...distances), 9);
        },
      ),
    );
  });

  /** Rows of one gene, all at (`at`, `at`), the nth with count n. */
  const rowsInOnePlace = (rows: number, at: number) =>
    buildTable(
      {
        platform: "table",
        rows,
        x: new Float64Array(rows).fill(at),
        y: new Float64Array(rows).fill(at),
        gene: new Uint16Array(rows),
        geneNames: ["g"],
        geneIds: null,
        geneIsControl: new Uint8Array(1),
        count: Uint16Array.from({ length: rows }, (_, i) => i + 1),
        qv: null,
        cell: null,
        cellNames: null,
        frame: { unit: "um", umPerUnit: 1, source: "" },
        instrumentToImagePx: null,
        warnings: [],
      },
      { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 },
      { shardCount: 1, file: "" },
    ).shards[0]!;

  it("picks the last drawn of rows in one place", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (n) => {
        expect(run(pickSteps(rowsInOnePlace(n, 2), um(2, 2), 1, null))?.count).toBe(n);
      }),
    );
  });

  it("tells a distance whose square is below the smallest number from none", () => {
    const shard = rowsInOnePlace(1, 0);
    const hair = 2 ** -600;
    expect(run(pickSteps(shard, um(0, hair), 0, null))).toBeUndefined();
    expect(run(pickSteps(shard, um(0, hair), hair, null))?.distanceUm).toBe(hair);
    expect(run(pickSteps(shard, um(0, 0), 0, null))?.distanceUm).toBe(0);
  });
});
