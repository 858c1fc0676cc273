import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { identify, readExpression } from "../../src/formats/registry.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { FIXTURES, folder } from "./files.ts";

test("a store that spatialdata 0.7 wrote: parts, categories, counts, the transform to global", async () => {
  const columns = await readExpression(await identify(folder(`${FIXTURES}/bins.zarr`)));
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
  // What pandas finds: `tests/fixtures/spatialdata-points.py`.
  expect(columns.rows).toBe(60);
  expect([sum(columns.x), sum(columns.y), sum(columns.count!)]).toEqual([1412.5, 828.5, 269]);
  const perGene = columns.geneNames.map((name, code) => {
    const rows = [...columns.gene.keys()].filter((row) => columns.gene[row] === code);
    return [name, [rows.length, sum(rows.map((row) => columns.count![row]!))]];
  });
  expect(Object.fromEntries(perGene)).toEqual({
    Actb: [18, 75],
    Gapdh: [21, 100],
    NegControlProbe_00042: [21, 94],
  });
  // x = 0.25 x + 4 y + 20, y = 2 x + 0.5 y + 10.
  expect(columns.instrumentToImagePx).toMatchObject({ a: 0.25, b: 2, c: 4, d: 0.5, e: 20, f: 10 });
});

test("Xenium's archive of transcripts says which file beside it is opened", async () => {
  const bytes = readFileSync(`${FIXTURES}/transcripts-sopa.zarr.zip`);
  const source = new MemorySource("transcripts.zarr.zip", new Uint8Array(bytes));
  const archive = identify([{ path: "transcripts.zarr.zip", source: source }]);
  await expect(archive).rejects.toMatchObject({ facts: { code: "xenium-zarr-zip" } });
});
