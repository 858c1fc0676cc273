import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlacedRows } from "../../src/store/point-rows.ts";
import { rowPacker } from "../../src/store/row-packer.ts";
import { CHUNK_ROWS } from "../../src/store/rows-writer.ts";
import { makeTable, storeOf, tableShapes } from "./table.ts";

const RUNS = { numRuns: Number(process.env.STORE_RUNS ?? 20) };

test("packed rows are the unpacked rows, for every width of positions and counts", async () => {
  await fc.assert(
    fc.asyncProperty(tableShapes(9000), fc.constantFrom(40, 20_000), async (shape, tileRows) => {
      const { store } = await storeOf(makeTable(shape), { tile: { rows: tileRows } });
      const { plan } = store.manifest;
      const found = await store.tileRanges(null);
      const outs = found.ranges.map(({ start, end }) => new Uint16Array(4 * (end - start)));
      await store.packTiles(found, outs);
      const expected = found.ranges.map((): number[] => []);
      const side = 2 ** plan.tileLog2;
      const modulo = (value: number): number => ((value % side) + side) % side;
      const take = ({ n, x, y, gene, count }: PlacedRows, k: number): void => {
        for (let i = 0; i < n; i++) {
          const at = [modulo(x[i]! - plan.originX), modulo(y[i]! - plan.originY)];
          expected[k]!.push(...at, gene[i]!, Math.min(65_535, count[i]!));
        }
      };
      await store.eachTileRows(found, take, { exact: false });
      expect(outs.map((out) => [...out])).toEqual(expected);
    }),
    RUNS,
  );
}, 60_000);

test("rows that lie outside their tile or name no gene are told, not drawn", async () => {
  const shape = { seed: 3, rows: 10, genes: 2, lattice: true, side: 3, x0: 0, y0: 0, unitUm: 1, repeats: 0 };
  const { store } = await storeOf(makeTable({ ...shape, bigCounts: false }));
  const plan = {
    ...store.manifest.plan,
    tileLog2: 1,
    limbs: { ...store.manifest.plan.limbs, position: 1, gene: 2, count: 1 },
  };
  const pack = (position: number, gene: number): string | undefined => {
    const planes = new Uint16Array(4 * CHUNK_ROWS);
    planes[0] = position;
    planes[CHUNK_ROWS] = gene & 0xffff;
    planes[2 * CHUNK_ROWS] = gene >>> 16;
    planes[3 * CHUNK_ROWS] = 1;
    return rowPacker(plan)({ row: 0, n: 1, from: 0, planes }, new Uint16Array(4), 0);
  };
  expect(pack(3, 1)).toBeUndefined();
  expect(pack(4, 1)).toBe("a position outside its tile");
  expect(pack(3, 2)).toBe("gene 2 of 2");
  expect(pack(3, 65_536)).toBe("a gene beyond 65 536");
});

test("exact positions are not read for packed rows", async () => {
  const shape = {
    seed: 4,
    rows: 500,
    genes: 7,
    lattice: false,
    side: 100,
    x0: 0,
    y0: 0,
    unitUm: 1,
    repeats: 0,
  };
  const { folder, store } = await storeOf(makeTable({ ...shape, bigCounts: false }));
  const found = await store.tileRanges(null);
  folder.reads.length = 0;
  await store.packTiles(
    found,
    found.ranges.map(({ start, end }) => new Uint16Array(4 * (end - start))),
  );
  expect(folder.reads.some((read) => read.startsWith("points/rows/"))).toBe(true);
  expect(folder.reads.filter((read) => read.startsWith("points/columns/"))).toEqual([]);
});
