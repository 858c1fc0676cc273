import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { binAt } from "../../src/core/bin-window.ts";
import type { BinQuery, RegionBracket } from "../../src/core/expression.ts";
import { packArea } from "../../src/core/packed-area.ts";
import type { Region } from "../../src/core/region.ts";
import { bounds, boundsGrow, um } from "../../src/core/space.ts";
import { buildTable } from "../../src/core/tile-table.ts";
import { TableSource } from "../../src/viewer/table-source.ts";
import { packNames } from "../../workers/load-names.ts";
import { geneNames, type PlainRow, type PlainTable, tables } from "../core/table-arbitrary.ts";
import { fakeWorker } from "../workers/port-worker.ts";

async function open(table: PlainTable, shardCount = 3) {
  const columns = table.columns();
  const cellNames = columns.cellNames ? packNames(columns.cellNames) : null;
  const built = buildTable(columns, table.toUm, { rowsPerTile: table.rowsPerTile, shardCount, file: "t" });
  return TableSource.open({ ...built, cellNames }, { file: "t.csv" });
}

/** Tables of ordinary extent: a window over ±2³¹ µm has too many bins. */
const modest = tables.filter((t) => t.rows.every((r) => Math.abs(r.x) < 2000 && Math.abs(r.y) < 2000));
const counted = (rows: readonly PlainRow[]) => rows.reduce((sum, r) => sum + r.count, 0);

describe("a table in workers (in this thread)", () => {
  it("bins as a loop over the file's rows does, with any statistic", async () => {
    await fc.assert(
      fc.asyncProperty(
        modest,
        fc.constantFrom("square" as const, "hex" as const),
        fc.constantFrom(7, 20, 100.5),
        fc.constantFrom("sum" as const, "mean" as const, "ratio" as const),
        async (table, shape, binUm, statistic) => {
          const source = await open(table);
          const code = (name: string) => source.genes.names.indexOf(name);
          const query: BinQuery = {
            shape,
            binUm,
            genes: { codes: [code("A"), code("B")], weights: [2, 1] },
            versus: null,
            statistic,
            boundsUm: boundsGrow(source.info.boundsUm, 1),
            smoothUm: 0,
          };
          const raster = await source.bins(query);
          const over = new Map<string, number>();
          const all = new Map<string, number>();
          for (const r of table.rows) {
            const bin = binAt(query, r.x, r.y).join();
            const weight = r.gene === "A" ? 2 : r.gene === "B" ? 1 : 0;
            over.set(bin, (over.get(bin) ?? 0) + weight * r.count);
            all.set(bin, (all.get(bin) ?? 0) + r.count);
          }
          const { col0, row0, cols } = raster.window;
          const wrong: unknown[] = [];
          raster.values.forEach((value, i) => {
            const bin = `${col0 + (i % cols)},${row0 + Math.floor(i / cols)}`;
            const sum = over.get(bin) ?? 0;
            const below = all.get(bin) ?? 0;
            const expected = statistic === "sum" ? sum : statistic === "mean" ? sum / 3 : sum / below;
            if (!Object.is(value, Math.fround(expected))) wrong.push([bin, value, expected]);
          });
          expect(wrong).toEqual([]);
          expect(raster.count).toBe(counted(table.rows.filter((r) => r.gene === "A" || r.gene === "B")));
          source.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it("counts a region over all shards, first within bounds", async () => {
    const square = (side: number): Region => [
      [
        [
          [-side, -side],
          [side, -side],
          [side, side],
          [-side, side],
        ],
      ],
    ];
    await fc.assert(
      fc.asyncProperty(modest, fc.integer({ min: 1, max: 60 }), async (table, side) => {
        const source = await open(table);
        const inside = table.rows.filter((r) => r.x >= -side && r.x < side && r.y >= -side && r.y < side);
        const heard: RegionBracket[] = [];
        const sums = await source.countRegion(packArea(square(side)), {
          onBracket: (bracket) => heard.push(bracket),
        });
        expect([sums.rows, sums.count]).toEqual([inside.length, counted(inside)]);
        source.genes.names.forEach((name, code) => {
          const expected = counted(inside.filter((r) => r.gene === name));
          expect(sums.genes[code]).toBe(expected);
          expect(heard.map(({ lower }) => lower[code]! <= expected)).toEqual([true]);
          expect(heard[0]!.upper[code]).toBeGreaterThanOrEqual(expected);
        });
        source.close();
      }),
      { numRuns: 40 },
    );
    const [table] = fc.sample(modest, 1);
    const source = await open(table!);
    await expect(source.countRegion(packArea([[[[0, 0]]]]))).rejects.toMatchObject({
      facts: { code: "region-invalid" },
    });
    source.close();
  });

  it("filters, counts, draws and picks over all shards", async () => {
    await fc.assert(
      fc.asyncProperty(modest, async (table) => {
        const source = await open(table);
        const summary = await source.setFilter({ minQv: 20, hideControls: true });
        const passing = table.rows.filter(
          (r) => !table.controls.has(r.gene) && (r.qv === null || r.qv >= 20),
        );
        expect([summary.rows, summary.count]).toEqual([passing.length, counted(passing)]);
        const area = { boundsUm: source.info.boundsUm, cornersUm: null };
        expect(await source.countInArea(area, null)).toEqual({
          rows: passing.length,
          count: counted(passing),
        });
        expect([...(await source.geneCounts(area))]).toEqual([...summary.totals]);
        const tiles = await source.points(area.boundsUm, null, new Set());
        expect(tiles.reduce((sum, t) => sum + t.rows, 0)).toBe(passing.length);
        const keys = new Set(tiles.map((t) => t.key));
        expect(keys.size).toBe(tiles.length);
        const again = await source.points(area.boundsUm, null, keys);
        expect(again.every((t) => t.rows === 0 && keys.has(t.key))).toBe(true);
        const one = passing[0];
        if (one) {
          const found = await source.pick(um(one.x, one.y), 1e-6, null);
          expect(found?.distanceUm).toBeLessThan(1e-6);
          expect(geneNames).toContain(found?.geneName);
          const cells = passing.filter((r) => Math.hypot(r.x - one.x, r.y - one.y) < 1e-6).map((r) => r.cell);
          expect(cells.map((c) => (c ? `c${c}` : null))).toContain(found?.cell);
        }
        const back = await source.setFilter({ minQv: null, hideControls: false });
        expect(back.count).toBe(source.info.totalCount);
        expect([...back.totals]).toEqual([...source.genes.totals]);
        source.close();
      }),
      { numRuns: 60 },
    );
  });

  it("gives tiles other keys under another filter or gene set", async () => {
    const [table] = fc.sample(modest, 1);
    const source = await open(table!);
    const keysOf = async (genes: readonly number[] | null) =>
      (await source.points(source.info.boundsUm, genes, new Set())).map((t) => t.key);
    const all = await keysOf(null);
    const some = await keysOf([0]);
    expect(await keysOf([0])).toEqual(some);
    await source.setFilter({ minQv: 1, hideControls: false });
    const filtered = await keysOf(null);
    expect(new Set([...all, ...some, ...filtered]).size).toBe(all.length + some.length + filtered.length);
    source.close();
  });

  it("rejects with the signal's reason", async () => {
    const [table] = fc.sample(modest, 1);
    const source = await open(table!);
    const controller = new AbortController();
    const reason = new DOMException("superseded", "AbortError");
    const box = source.info.boundsUm;
    const pending = source.geneCounts({ boundsUm: box, cornersUm: null }, controller.signal);
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(source.pick(um(0, 0), 1, null, controller.signal)).rejects.toBe(reason);
    source.close();
  });

  it("says which table is lost when a worker dies, once, and answers nothing after", async () => {
    const [table] = fc.sample(modest, 1);
    const built = buildTable(table!.columns(), table!.toUm, {
      rowsPerTile: table!.rowsPerTile,
      shardCount: 1,
      file: "t",
    });
    const workers: ReturnType<typeof fakeWorker>[] = [];
    const onLost = vi.fn();
    const source = await TableSource.open(
      { ...built, cellNames: null },
      {
        file: "t.csv",
        onLost,
        startWorker: () => {
          const worker = fakeWorker();
          workers.push(worker);
          return worker as unknown as Worker;
        },
      },
    );
    const area = { boundsUm: bounds<"um">(-1e9, -1e9, 1e9, 1e9), cornersUm: null };
    expect((await source.countInArea(area, null)).rows).toBeGreaterThanOrEqual(0);
    const pending = expect(source.geneCounts(area)).rejects.toMatchObject({
      facts: { code: "table-lost", retryable: true, params: { file: "t.csv" } },
    });
    workers[0]!.die();
    await pending;
    await expect(source.countInArea(area, null)).rejects.toMatchObject({ facts: { code: "table-lost" } });
    expect(onLost).toHaveBeenCalledTimes(1);
    source.close();
  });
});
