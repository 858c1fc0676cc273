import { expect, test } from "vitest";
import { affine } from "../../src/core/affine.ts";
import { um } from "../../src/core/space.ts";
import { buildTable } from "../../src/core/tile-table.ts";
import { readGem } from "../../src/formats/gem.ts";
import { StoreExpression } from "../../src/store/store-expression.ts";
import { textSource } from "../formats/files.ts";
import { makeTable, storeOf } from "./table.ts";

test("a spot stands in the same place, its middle, whether its file is in memory or a store", async () => {
  const shape = { seed: 5, rows: 300, genes: 1, lattice: true, side: 90, x0: 700, y0: 30, unitUm: 0.5 };
  const table = makeTable({ ...shape, repeats: 0, bigCounts: false });
  const gem = Array.from(table.x, (x, i) => `A\t${x}\t${table.y[i]}\t1\n`).join("");
  const columns = await readGem(textSource(`geneID\tx\ty\tMIDCount\n${gem}`, "a.gem"));
  const half = affine<"instrument", "um">(0.5, 0, 0, 0.5, 0, 0);
  const { shards } = buildTable(columns, half, { shardCount: 1, file: "a.gem" });
  const { geometry, tileCol, tileRow, tileOffset, x, y } = shards[0]!;
  const { originXUm, originYUm, quantumUm, span } = geometry;
  const held: string[] = [];
  for (let tile = 0; tile < tileCol.length; tile++) {
    for (let i = tileOffset[tile]!; i < tileOffset[tile + 1]!; i++) {
      const [col, row] = [tileCol[tile]! * span + x[i]!, tileRow[tile]! * span + y[i]!];
      held.push(`${originXUm + col * quantumUm} ${originYUm + row * quantumUm}`);
    }
  }
  const store = await StoreExpression.open((await storeOf(table)).folder);
  const tiles = await store.points(store.info.boundsUm, null, new Set(), "");
  const stored = tiles.flatMap((tile) =>
    Array.from({ length: tile.rows }, (_, i) => {
      const [left, top] = [tile.data[4 * i]!, tile.data[4 * i + 1]!];
      return `${tile.originUm[0] + left * tile.quantumUm} ${tile.originUm[1] + top * tile.quantumUm}`;
    }),
  );
  expect(stored.sort()).toEqual(held.sort());
  // By hand: spot 700 of 0.5 µm reaches from 350 to 350.5 µm.
  const [spotX, spotY] = [table.x[0]!, table.y[0]!];
  const middle = um((spotX + 0.5) * 0.5, (spotY + 0.5) * 0.5);
  expect(await store.pick(middle, 0.01, null)).toMatchObject({ distanceUm: 0 });
  const square = (from: number) => {
    const [left, top] = [spotX * 0.5 + from, spotY * 0.5 + from];
    const corners = [
      [left, top],
      [left + 0.1, top],
      [left + 0.1, top + 0.1],
      [left, top + 0.1],
    ] as const;
    return store.countRegion([[corners]]);
  };
  expect((await square(-0.05)).rows).toBe(0);
  expect((await square(0.2)).rows).toBeGreaterThan(0);
});
