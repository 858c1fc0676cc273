import fc from "fast-check";
import { binAt } from "../../src/core/bin-window.ts";
import type { BinQuery, GeneSet, RowFilter } from "../../src/core/expression.ts";
import { type Bounds, bounds } from "../../src/core/space.ts";
import { StoreExpression } from "../../src/store/store-expression.ts";
import { makeTable, placeUm, storeOf, type Table, type TableShape, tableShapes } from "./table.ts";

/** Tables as the tests of `store-expression` ask them: their rows in slide µm, and the store that was made of them. */
export const shapes = tableShapes(2500)
  // Sizes of a power of two: a bin by whole quanta and one by float64 are then the same.
  .map(
    (shape): TableShape => ({
      ...shape,
      unitUm: shape.unitUm < 0.6 ? 0.5 : 1,
      x0: shape.x0 % 2 ** 20,
      y0: shape.y0 % 2 ** 20,
    }),
  )
  .filter((shape) => shape.rows > 0);
export const rooms = fc.constantFrom(
  { memoryBytes: 2 ** 26 },
  { memoryBytes: 2 ** 14, mostRows: 50, tile: { rows: 10 } },
);
export const RUNS = { numRuns: Number(process.env.STORE_RUNS ?? 20) };

export interface Row {
  readonly x: number;
  readonly y: number;
  readonly gene: number;
  readonly count: number;
  readonly qv: number | null;
}

export const filters: fc.Arbitrary<RowFilter> = fc.record({
  minQv: fc.constantFrom(null, 20),
  hideControls: fc.boolean(),
});

/** Whether a row passes; a table without quality values passes every bound. */
export const passes =
  ({ minQv, hideControls }: RowFilter, controls: ReadonlySet<number>) =>
  (row: Row): boolean =>
    !(hideControls && controls.has(row.gene)) && (minQv === null || row.qv === null || row.qv >= minQv);

/** Rows in slide µm with genes by rank, and the store that was made of them. */
export async function open(shape: TableShape, room: object) {
  const plain = makeTable(shape);
  // Every fifth gene is a control.
  const table: Table = {
    ...plain,
    isControl: Uint8Array.from({ length: plain.genes }, (_, gene) => Number(gene % 5 === 4)),
  };
  const { folder, rank } = await storeOf(table, room);
  const rows: Row[] = Array.from(table.x, (x, i) => ({
    x: placeUm(table, x),
    y: placeUm(table, table.y[i]!),
    gene: rank[table.gene[i]!]!,
    count: table.count[i]!,
    qv: (table.extra.qv as Float32Array | undefined)?.[i] ?? null,
  }));
  const source = await StoreExpression.open(folder);
  const controls = new Set(
    [...table.isControl!.keys()].filter((gene) => table.isControl![gene]).map((gene) => rank[gene]!),
  );
  return { table, rows, source, controls };
}

export const total = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + row.count, 0);
/** Parts of the extent, some beyond it. */
export const part = fc.integer({ min: -3, max: 13 }).map((at) => at / 10);
export const boxes = fc.tuple(part, part, part, part);

export function boxIn(
  b: Bounds<"um">,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): Bounds<"um"> {
  const x = (at: number) => b.minX + at * (b.maxX - b.minX);
  const y = (at: number) => b.minY + at * (b.maxY - b.minY);
  return bounds(
    Math.min(x(x0), x(x1)),
    Math.min(y(y0), y(y1)),
    Math.max(x(x0), x(x1)),
    Math.max(y(y0), y(y1)),
  );
}

export const inBox = (b: Bounds<"um">) => (row: Pick<Row, "x" | "y">) =>
  row.x >= b.minX && row.x < b.maxX && row.y >= b.minY && row.y < b.maxY;

export function naive(rows: readonly Row[], query: BinQuery, weights: GeneSet | null): Map<string, number> {
  const of = new Map<number, number>();
  weights?.codes.forEach((code, i) => {
    of.set(code, (of.get(code) ?? 0) + weights.weights[i]!);
  });
  const bins = new Map<string, number>();
  for (const row of rows) {
    const weight = weights ? (of.get(row.gene) ?? 0) : 1;
    const bin = binAt(query, row.x, row.y).join();
    bins.set(bin, (bins.get(bin) ?? 0) + weight * row.count);
  }
  return bins;
}
