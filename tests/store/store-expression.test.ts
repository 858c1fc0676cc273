import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binAt } from "../../src/core/bin-window.ts";
import type { BinQuery, GeneSet, PointTile, ViewArea } from "../../src/core/expression.ts";
import { bounds, boundsGrow, um } from "../../src/core/space.ts";

import {
  boxes,
  boxIn,
  filters,
  inBox,
  naive,
  open,
  part,
  passes,
  type Row,
  RUNS,
  rooms,
  shapes,
  total,
} from "./viewer-rows.ts";

describe("a store answers the viewer as loops over the rows do", () => {
  test("bins: squares and hexagons, sets, statistics, controls hidden or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        rooms,
        fc.constantFrom("square" as const, "hex" as const),
        fc.constantFrom(1, 7, 20, 100.5),
        fc.constantFrom("sum" as const, "mean" as const, "ratio" as const),
        fc.constantFrom("all", "one", "weighted"),
        filters,
        boxes,
        async (shape, room, binShape, binUm, statistic, set, filter, box) => {
          const { rows, source, controls } = await open(shape, room);
          source.setFilter(filter);
          const passing = rows.filter(passes(filter, controls));
          const genes: GeneSet | null =
            set === "all"
              ? null
              : set === "one"
                ? { codes: [0], weights: [1] }
                : { codes: [0, Math.min(1, source.genes.names.length - 1)], weights: [2, 0.5] };
          const boundsUm = boxIn(source.info.boundsUm, box);
          // More bins than are computed at once are refused, by a test of their own. Rows of hexagons lie closer.
          const across = (from: number, to: number) => (to - from) / binUm + 3;
          fc.pre(across(boundsUm.minX, boundsUm.maxX) * across(boundsUm.minY, boundsUm.maxY) * 1.2 < 2 ** 24);
          const query: BinQuery = {
            shape: binShape,
            binUm,
            genes,
            versus: null,
            statistic,
            boundsUm,
            smoothUm: 0,
          };
          const raster = await source.bins(query);
          const over = naive(passing, query, genes);
          const all = naive(passing, query, null);
          const weight = genes?.weights.reduce((a, b) => a + b, 0) ?? source.genes.names.length;
          const { col0, row0, cols } = raster.window;
          const wrong: unknown[] = [];
          raster.values.forEach((value, i) => {
            const bin = `${col0 + (i % cols)},${row0 + Math.floor(i / cols)}`;
            const sum = over.get(bin) ?? 0;
            const expected =
              statistic === "sum" ? sum : statistic === "mean" ? sum / weight : sum / (all.get(bin) ?? 0);
            if (!Object.is(value, Math.fround(expected))) wrong.push([bin, value, expected]);
          });
          expect(wrong).toEqual([]);
          const counted = passing.filter((row) => {
            const [col, at] = binAt(query, row.x, row.y);
            const within = col >= col0 && col < col0 + cols && at >= row0 && at < row0 + raster.window.rows;
            return within && (!genes || genes.codes.includes(row.gene));
          });
          expect(raster.count).toBe(total(counted));
        },
      ),
      { numRuns: 3 * RUNS.numRuns },
    );
  });

  test("bins of a window that lies beside the chip are all there, and empty", async () => {
    const shape = { seed: 1, rows: 4, genes: 1, lattice: true, side: 100, x0: 0, y0: 0 } as const;
    const { source } = await open({ ...shape, unitUm: 0.5, repeats: 0, bigCounts: false }, {});
    const { minX, minY, maxX, maxY } = source.info.boundsUm;
    const beside = [
      bounds<"um">(minX - 9, minY, minX - 4, maxY),
      bounds<"um">(maxX + 4, minY, maxX + 9, maxY),
      bounds<"um">(minX, minY - 9, maxX, minY - 4),
      bounds<"um">(minX, maxY + 4, maxX, maxY + 9),
    ];
    for (const boundsUm of beside) {
      for (const genes of [null, { codes: [0], weights: [1] }]) {
        const how = { shape: "square", binUm: 1, versus: null, statistic: "sum", smoothUm: 0 } as const;
        const raster = await source.bins({ ...how, genes, boundsUm });
        expect(raster.values.length).toBe(raster.window.cols * raster.window.rows);
        expect(raster.values.length).toBeGreaterThan(0);
        expect(raster.values.every((value) => value === 0)).toBe(true);
        expect(raster.count).toBe(0);
      }
    }
  });

  test("a question is answered under the filter that it was asked under, though that changes meanwhile", async () => {
    const shape = { seed: 12, rows: 2000, genes: 7, lattice: true, side: 100, x0: 0, y0: 0 } as const;
    const { source } = await open({ ...shape, unitUm: 0.5, repeats: 0, bigCounts: false }, {});
    const { boundsUm } = source.info;
    const how = { shape: "square", binUm: 5, statistic: "ratio", smoothUm: 0 } as const;
    const genes = { codes: [0, 1], weights: [1, 2] };
    const { minX, minY, maxX, maxY } = boundsUm;
    const ring = [
      [minX, minY],
      [maxX, minY],
      [minX, maxY],
    ] as const;
    const ask = () =>
      Promise.all([
        source.bins({ ...how, genes, versus: null, boundsUm }),
        source.countRegion([[ring]]),
        source.countInArea({ boundsUm: bounds(minX, minY, maxX - 1, maxY), cornersUm: null }, null),
      ]);
    const [before, after] = [
      { minQv: 20, hideControls: true },
      { minQv: null, hideControls: false },
    ];
    source.setFilter(before);
    const expected = await ask();
    const asked = ask();
    source.setFilter(after);
    expect(await asked).toEqual(expected);
    expect(await ask()).not.toEqual(expected);
  });

  test("more bins than are computed at once are refused, with how many there would be", async () => {
    const shape = { seed: 3, rows: 50, genes: 2, lattice: true, side: 3000, x0: 0, y0: 0 } as const;
    const { source } = await open({ ...shape, unitUm: 1, repeats: 0, bigCounts: false }, {});
    const how = { shape: "square", statistic: "sum", genes: null, versus: null, smoothUm: 0 } as const;
    const asked = source.bins({ ...how, binUm: 0.5, boundsUm: bounds(0, 0, 4096, 4096) });
    await expect(asked).rejects.toMatchObject({ facts: { code: "bins-too-many", params: { binUm: 0.5 } } });
  });

  test("smoothing widens what is counted, not what is shown", async () => {
    const { rows, source } = await open(
      {
        seed: 7,
        rows: 2000,
        genes: 7,
        lattice: true,
        side: 100,
        x0: 0,
        y0: 0,
        unitUm: 0.5,
        repeats: 0,
        bigCounts: false,
      },
      {},
    );
    const query: BinQuery = {
      shape: "square",
      binUm: 5,
      genes: { codes: [0], weights: [1] },
      versus: null,
      statistic: "sum",
      boundsUm: bounds(10, 10, 30, 30),
      smoothUm: 4,
    };
    const raster = await source.bins(query);
    expect(raster.count).toBe(
      total(rows.filter((row) => row.gene === 0).filter(inBox(bounds(10, 10, 30, 30)))),
    );
    const whole = await source.bins({ ...query, boundsUm: bounds(-50, -50, 100, 100) });
    const value = (col: number, row: number) =>
      whole.values[(row - whole.window.row0) * whole.window.cols + col - whole.window.col0];
    raster.values.forEach((found, i) => {
      const { col0, row0, cols } = raster.window;
      expect(found).toBeCloseTo(value(col0 + (i % cols), row0 + Math.floor(i / cols))!, 3);
    });
  });

  test("counts, rows and top genes of a view, turned or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        rooms,
        boxes,
        fc.boolean(),
        filters,
        async (shape, room, box, turned, filter) => {
          const { rows, source, controls } = await open(shape, room);
          const summary = source.setFilter(filter);
          const passing = rows.filter(passes(filter, controls));
          expect([summary.rows, summary.count]).toEqual([passing.length, total(passing)]);
          const boundsUm = boxIn(source.info.boundsUm, box);
          const { minX, minY, maxX, maxY } = boundsUm;
          const [midX, midY] = [(minX + maxX) / 2, (minY + maxY) / 2];
          const area: ViewArea = {
            boundsUm,
            cornersUm: turned ? [um(midX, minY), um(maxX, midY), um(midX, maxY), um(minX, midY)] : null,
          };
          const spanX = maxX - minX || 1;
          const spanY = maxY - minY || 1;
          const inside = passing
            .filter(inBox(boundsUm))
            .filter(
              (row) => !turned || Math.abs(row.x - midX) / spanX + Math.abs(row.y - midY) / spanY <= 0.5,
            );
          // A row on a slanted edge belongs to one side or the other: tables with such are left to core's own tests.
          fc.pre(
            !turned ||
              passing.every((row) => {
                const at = Math.abs(row.x - midX) / spanX + Math.abs(row.y - midY) / spanY;
                return Math.abs(at - 0.5) > 1e-9;
              }),
          );
          expect(await source.countInArea(area, null)).toEqual({ rows: inside.length, count: total(inside) });
          const some = [0, source.genes.names.length - 1];
          const of = inside.filter((row) => some.includes(row.gene));
          expect(await source.countInArea(area, [...new Set(some)])).toEqual({
            rows: of.length,
            count: total(of),
          });
          const counts = await source.geneCounts(area);
          const expected = new Float64Array(source.genes.names.length);
          for (const row of inside) expected[row.gene] = expected[row.gene]! + row.count;
          expect(counts).toEqual(expected);
          const whole = { boundsUm: boundsGrow(source.info.boundsUm, 1), cornersUm: null };
          expect(await source.countInArea(whole, null)).toEqual({
            rows: passing.length,
            count: total(passing),
          });
        },
      ),
      RUNS,
    );
  });

  test("every row is drawn once, on its place, and tiles that are there come empty", async () => {
    const shown = (tiles: readonly PointTile[]) =>
      tiles
        .flatMap(({ originUm, quantumUm, data, rows }) =>
          Array.from({ length: rows }, (_, i) => ({
            x: originUm[0] + data[4 * i]! * quantumUm,
            y: originUm[1] + data[4 * i + 1]! * quantumUm,
            gene: data[4 * i + 2]!,
            count: data[4 * i + 3]!,
          })),
        )
        .sort((a, b) => a.x - b.x || a.y - b.y || a.gene - b.gene || a.count - b.count);
    await fc.assert(
      fc.asyncProperty(shapes, rooms, boxes, fc.boolean(), filters, async (shape, room, box, one, filter) => {
        const { table, rows, source, controls } = await open(shape, room);
        source.setFilter(filter);
        const genes = one ? [0] : null;
        const drawn = (row: Row) => {
          const quantum = table.lattice ? 0 : table.unitUm / 2 ** Math.ceil(Math.log2(table.unitUm * 16));
          // A spot's row stands in its middle already.
          const middle = (at: number) => (table.lattice ? at : (Math.floor(at / quantum) + 0.5) * quantum);
          const count = Math.min(65_535, row.count);
          return { x: middle(row.x), y: middle(row.y), gene: row.gene, count };
        };
        const passing = rows
          .filter((row) => passes(filter, controls)(row) && (!one || row.gene === 0))
          .map(drawn);
        const all = await source.points(source.info.boundsUm, genes, new Set(), "k/");
        expect(shown(all)).toEqual(
          shown([])
            .concat(passing)
            .sort((a, b) => a.x - b.x || a.y - b.y || a.gene - b.gene || a.count - b.count),
        );
        const keys = new Set(all.map((tile) => tile.key));
        expect(keys.size).toBe(all.length);
        const again = await source.points(source.info.boundsUm, genes, keys, "k/");
        expect(again.every((tile) => tile.rows === 0 && keys.has(tile.key))).toBe(true);
        const boundsUm = boxIn(source.info.boundsUm, box);
        const some = shown(await source.points(boundsUm, genes, new Set(), "k/"));
        const found = new Set(some.map((row) => JSON.stringify(row)));
        const missing = passing.filter(inBox(boundsUm)).filter((row) => !found.has(JSON.stringify(row)));
        expect(missing).toEqual([]);
      }),
      RUNS,
    );
  });

  test("a pick finds the nearest row, with its quality value and cell", async () => {
    await fc.assert(
      fc.asyncProperty(
        shapes,
        rooms,
        part,
        part,
        fc.boolean(),
        filters,
        async (shape, room, px, py, one, filter) => {
          const { table, rows, source, controls } = await open(shape, room);
          source.setFilter(filter);
          const b = source.info.boundsUm;
          const at = um(b.minX + px * (b.maxX - b.minX), b.minY + py * (b.maxY - b.minY));
          const radius = (b.maxX - b.minX) / 3;
          const near = rows
            .map((row, i) => ({ row, i, distance: Math.hypot(row.x - at[0], row.y - at[1]) }))
            .filter(({ row, distance }) => distance <= radius && (!one || row.gene === 0))
            .filter(({ row }) => passes(filter, controls)(row))
            .sort((p, q) => p.distance - q.distance);
          const found = await source.pick(at, radius, one ? [0] : null);
          expect(found?.distanceUm).toBe(near[0]?.distance);
          if (!found) return;
          const same = near.filter(
            ({ row }) =>
              row.gene === found.gene &&
              row.count === found.count &&
              row.x === found.xUm &&
              row.y === found.yUm,
          );
          expect(same.length).toBeGreaterThan(0);
          const { qv, cell } = table.extra;
          const values = same.map(({ i }) => [qv?.[i] ?? null, cell?.[i] ?? null]);
          expect(values).toContainEqual([found.qv, found.cell]);
        },
      ),
      RUNS,
    );
  });
});
