import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Region } from "../../src/core/region.ts";
import type { UmBox } from "../../src/store/grid-rect.ts";
import type { StoreRows } from "../../src/store/row-collector.ts";
import type { StoreReader } from "../../src/store/store-reader.ts";
import { CHECKED } from "./checked-table.ts";
import { atQuality, makeTable, placeUm, storeOf, type Table, type TableShape, tableShapes } from "./table.ts";

const inBox = (table: Table, i: number, box: UmBox | null): boolean => {
  if (!box) return true;
  const [x, y] = [placeUm(table, table.x[i]!), placeUm(table, table.y[i]!)];
  return x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;
};

/** Rows as sorted texts: equal multisets are equal lists. */
function tableRows(
  table: Table,
  rank: readonly number[],
  keep: (i: number) => boolean,
  extra: boolean,
): string[] {
  const out: string[] = [];
  for (let i = 0; i < table.x.length; i++) {
    if (!keep(i)) continue;
    const more = extra ? table.extraColumns.map(({ name }) => String(table.extra[name]![i])) : [];
    out.push([table.x[i], table.y[i], rank[table.gene[i]!], table.count[i], ...more].join(" "));
  }
  return out.sort();
}

function storeRows(
  rows: StoreRows,
  dictionaries: ReadonlyMap<string, readonly string[]> = new Map(),
): string[] {
  const columns = [...rows.columns].map(([name, values]) => {
    const strings = dictionaries.get(name);
    return (i: number): string => String(strings ? strings[values[i]!] : values[i]);
  });
  return Array.from({ length: rows.rows }, (_, i) =>
    [rows.x[i], rows.y[i], rows.gene[i], rows.count[i], ...columns.map((at) => at(i))].join(" "),
  ).sort();
}

/** A box around some rows of the table, edges sometimes through positions. */
function boxOf(table: Table, a: number, b: number, nudge: number): UmBox | null {
  const n = table.x.length;
  if (n === 0) return { x0: 0, y0: 0, x1: 1, y1: 1 };
  const at = (part: number): [number, number] => {
    const i = Math.min(n - 1, Math.floor(part * n));
    return [placeUm(table, table.x[i]!) + nudge, placeUm(table, table.y[i]!) + nudge];
  };
  const [[ax, ay], [bx, by]] = [at(a), at(b)];
  return { x0: Math.min(ax, bx), y0: Math.min(ay, by), x1: Math.max(ax, bx), y1: Math.max(ay, by) };
}

/** Bins by the definition: whole numbers of quanta where the size is whole, else float64 of the position. */
function naiveBins(table: Table, quantaPerUnit: number, binUm: number, weight: (i: number) => number) {
  const exact = (binUm * quantaPerUnit) / table.unitUm;
  const whole = Math.abs(exact - Math.round(exact)) < 1e-9 * exact && Math.round(exact) >= 1;
  const bins = new Map<string, number>();
  const bin = (at: number): number =>
    whole
      ? Math.floor(Math.floor(at * quantaPerUnit) / Math.round(exact))
      : Math.floor(placeUm(table, at) / binUm);
  for (let i = 0; i < table.x.length; i++) {
    if (weight(i) === 0) continue;
    const key = `${bin(table.x[i]!)} ${bin(table.y[i]!)}`;
    bins.set(key, (bins.get(key) ?? 0) + weight(i));
  }
  return bins;
}

function gridBins(grid: Awaited<ReturnType<StoreReader["totals"]>>): Map<string, number> {
  const bins = new Map<string, number>();
  grid.values.forEach((value, i) => {
    const key = `${grid.col0 + (i % grid.cols)} ${grid.row0 + Math.floor(i / grid.cols)}`;
    if (value !== 0) bins.set(key, value);
  });
  return bins;
}

/** A ray cast written anew, with fractions of whole numbers where positions are whole. */
function naiveContains(region: Region, x: number, y: number): boolean {
  const ringHas = (ring: Region[number][number]): boolean => {
    let odd = false;
    for (let i = 0; i < ring.length; i++) {
      const [ax, ay] = ring[i]!;
      const [bx, by] = ring[(i + 1) % ring.length]!;
      if (ay > y === by > y) continue;
      const left = (x - ax) * (by - ay) - (y - ay) * (bx - ax);
      if (by > ay ? left < 0 : left > 0) odd = !odd;
    }
    return odd;
  };
  return region.some(([outer, ...holes]) => outer && ringHas(outer) && !holes.some(ringHas));
}

/** `STORE_RUNS=1000 npx vitest run tests/store` looks longer. */
const RUNS = { numRuns: Number(process.env.STORE_RUNS ?? 25) };
const rooms = fc.constantFrom(
  { memoryBytes: 2 ** 26 },
  { memoryBytes: 2 ** 14, mostRows: 50, tile: { rows: 10 } },
  { memoryBytes: 2 ** 26, tile: { rows: 40 } },
);
/** Even over [0, 1): arbitrary doubles are nearly all next to 0. */
const part = fc.integer({ min: 0, max: 9999 }).map((at) => at / 10_000);
const ring = fc.array(fc.tuple(part, part), { minLength: 3, maxLength: 8 });
/** Parts of the table's width and height, or of its rows: polygons with holes, which may overlap. */
const polygons = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
/** Corners: anywhere, at positions of rows, or the corners of rectangles along them. */
const cornerKinds = fc.constantFrom("free", "rows", "boxes");

function makeRegion(table: Table, shapes: readonly [number, number][][][], kind: string): Region {
  const n = table.x.length;
  const least = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = (values: Float64Array): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
  const corner = (at: number, values: Float64Array): number => {
    if (n === 0) return at;
    if (kind !== "free") return placeUm(table, values[Math.floor(at * n)]!);
    return placeUm(table, least(values) + at * (most(values) - least(values)));
  };
  return shapes.map((polygon) =>
    polygon.map((corners) => {
      const ring = corners.map(([a, b]) => [corner(a, table.x), corner(b, table.y)] as const);
      if (kind !== "boxes") return ring;
      const [[ax, ay], [bx, by]] = ring as [readonly [number, number], readonly [number, number]];
      return [
        [ax, ay],
        [bx, ay],
        [bx, by],
        [ax, by],
      ] as const;
    }),
  );
}

async function expectCounts(table: Table, rank: readonly number[], store: StoreReader, region: Region) {
  const expected = new Float64Array(table.genes);
  let inside = 0;
  for (let i = 0; i < table.x.length; i++) {
    if (!naiveContains(region, placeUm(table, table.x[i]!), placeUm(table, table.y[i]!))) continue;
    const gene = rank[table.gene[i]!]!;
    expected[gene] = expected[gene]! + table.count[i]!;
    inside += 1;
  }
  let bracketed = false;
  const { genes: counts, rows } = await store.countRegion(region, {
    onBracket: ({ lower, upper }) => {
      bracketed = lower.every((low, gene) => low <= expected[gene]! && expected[gene]! <= upper[gene]!);
    },
  });
  expect(counts).toEqual(expected);
  expect(rows).toBe(inside);
  expect(bracketed).toBe(true);
}

/** A table's store, or what of both is above the quality bound. Genes are ranked by all rows. */
async function opened(shape: TableShape, room: object, high: boolean) {
  const table = makeTable(shape);
  const { store, rank } = await storeOf(table, room);
  return high ? { table: atQuality(table, 20), store: store.aboveBound(), rank } : { table, store, rank };
}

describe("a store answers as the rows themselves do", () => {
  test("every row of every column comes back, and the genes' figures", async () => {
    await fc.assert(
      fc.asyncProperty(tableShapes(3000), rooms, async (shape, room) => {
        const table = makeTable(shape);
        const { store, rank } = await storeOf(table, room);
        const names = table.extraColumns.map(({ name }) => name);
        const all = await store.points(null, undefined, names);
        const dictionaries = new Map<string, string[]>();
        for (const { name, dictionary } of store.manifest.columns) {
          const path = `dictionaries/${name}`;
          if (!dictionary) continue;
          const length = store.arrays.reader(path).array.shape[0]!;
          dictionaries.set(name, await store.arrays.strings(path, length));
        }
        expect(storeRows(all, dictionaries)).toEqual(tableRows(table, rank, () => true, true));
        const genes = await store.genes();
        const totals = new Float64Array(table.genes);
        const rows = new Float64Array(table.genes);
        table.gene.forEach((gene, i) => {
          totals[rank[gene]!] = totals[rank[gene]!]! + table.count[i]!;
          rows[rank[gene]!] = rows[rank[gene]!]! + 1;
        });
        expect(genes.totals).toEqual(totals);
        expect(genes.rows).toEqual(rows);
      }),
      RUNS,
    );
  });

  test("rows in a box, of all genes and of some", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes(3000),
        rooms,
        part,
        part,
        fc.constantFrom(0, 0.25),
        fc.boolean(),
        async (shape, room, a, b, nudge, high) => {
          const { table, store, rank } = await opened(shape, room, high);
          const box = boxOf(table, a, b, nudge);
          const keep = (i: number): boolean => inBox(table, i, box);
          expect(storeRows(await store.points(box))).toEqual(tableRows(table, rank, keep, false));
          const genes = [...new Set([0, Math.floor(a * table.genes), table.genes - 1])];
          const some = (i: number): boolean => keep(i) && genes.includes(rank[table.gene[i]!]!);
          expect(storeRows(await store.genePoints(genes, box))).toEqual(tableRows(table, rank, some, false));
        },
      ),
      RUNS,
    );
  });

  test("bins of every size, of all genes and of weighted ones", async () => {
    const sizes = fc.constantFrom(1, 2, 5, 10, 20, 50, 200, 150, 3, 7, 1.5, 12.34);
    await fc.assert(
      fc.asyncProperty(tableShapes(3000), rooms, sizes, fc.boolean(), async (shape, room, size, high) => {
        const { table, store, rank } = await opened(shape, room, high);
        const binUm = size * table.unitUm;
        const quanta = store.manifest.plan.quantaPerUnit;
        const totals = gridBins(await store.totals(binUm, null));
        expect(totals).toEqual(naiveBins(table, quanta, binUm, (i) => table.count[i]!));
        const genes = [...new Set([0, Math.min(1, table.genes - 1)])];
        const weights = genes.map((gene) => gene + 2);
        const weight = (i: number): number =>
          (weights[genes.indexOf(rank[table.gene[i]!]!)] ?? 0) * table.count[i]!;
        const bins = gridBins(await store.geneBins(genes, weights, binUm, null));
        expect(bins).toEqual(naiveBins(table, quanta, binUm, weight));
      }),
      RUNS,
    );
  });

  test.each([1, 2, 4, 5, 10, 20, 30, 50, 100, 200, 400])(
    "bins of %i spots of genes that have stored bins",
    async (size) => {
      const { store, rank } = await storeOf(CHECKED);
      for (const gene of [0, 1, 8]) {
        const bins = gridBins(await store.geneBins([gene], [3], size * CHECKED.unitUm, null));
        const weight = (i: number): number => (rank[CHECKED.gene[i]!] === gene ? 3 * CHECKED.count[i]! : 0);
        expect(bins).toEqual(naiveBins(CHECKED, 1, size * CHECKED.unitUm, weight));
      }
    },
  );

  test("counts of every gene in polygons with holes, edges through positions", async () => {
    await fc.assert(
      fc.asyncProperty(
        tableShapes(3000),
        rooms,
        polygons,
        cornerKinds,
        fc.boolean(),
        async (shape, room, shapes, kind, high) => {
          const { table, store, rank } = await opened(shape, room, high);
          await expectCounts(table, rank, store, makeRegion(table, shapes, kind));
        },
      ),
      RUNS,
    );
  });

  test("a dense table of many tiles and chunks: any polygon, any box, any genes", async () => {
    const table = makeTable({
      seed: 20_261_127,
      rows: 100_000,
      genes: 12,
      lattice: true,
      side: 300,
      x0: -100,
      y0: 4000,
      unitUm: 0.5,
      repeats: 0.3,
      bigCounts: true,
    });
    const { store, rank } = await storeOf(table, { tile: { rows: 100 }, batchRows: 7000 });
    expect(store.manifest.plan.tileLog2).toBeLessThan(6);
    await fc.assert(
      fc.asyncProperty(polygons, cornerKinds, (shapes, kind) =>
        expectCounts(table, rank, store, makeRegion(table, shapes, kind)),
      ),
      RUNS,
    );
    await fc.assert(
      fc.asyncProperty(
        part,
        part,
        fc.constantFrom(0, 0.25),
        fc.integer({ min: 0, max: 11 }),
        async (a, b, nudge, gene) => {
          const box = boxOf(table, a, b, nudge);
          const keep = (i: number): boolean => inBox(table, i, box);
          expect(storeRows(await store.points(box))).toEqual(tableRows(table, rank, keep, false));
          const mine = (i: number): boolean => keep(i) && rank[table.gene[i]!] === gene;
          expect(storeRows(await store.genePoints([gene], box))).toEqual(tableRows(table, rank, mine, false));
        },
      ),
      RUNS,
    );
  });
});
