import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { applyAffine } from "../../src/core/affine.ts";
import { instrument } from "../../src/core/space.ts";
import { filesOf, identify, readExpression } from "../../src/formats/registry.ts";
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

test("points lie on the image of their store by the system that both are placed in", async () => {
  const given = folder(`${FIXTURES}/placed.zarr`);
  const plan = await identify(given);
  expect(plan.images.map(({ file }) => file.path)).toEqual(["placed.zarr/images/stains/zarr.json"]);
  const { x, y, instrumentToImagePx } = await readExpression(plan);
  const pixels = Array.from(x, (at, i) => [...applyAffine(instrumentToImagePx!, instrument(at, y[i]!))]);
  // The middles of the bright pixels of `tests/fixtures/spatialdata-image.py`.
  const bright = [
    [17.5, 9.5],
    [3.5, 30.5],
    [50.5, 2.5],
    [58.5, 38.5],
  ];
  for (const [i, [px, py]] of bright.entries()) {
    expect(pixels[i]![0]).toBeCloseTo(px!, 9);
    expect(pixels[i]![1]).toBeCloseTo(py!, 9);
  }
  // So also of the table's own files, which are read when it is known which image is shown.
  const own = await readExpression(await identify(filesOf(plan.expression)));
  expect(own.instrumentToImagePx).toEqual(instrumentToImagePx);
  // Without the image the points keep their own place in the common system.
  const alone = await readExpression(await identify(given.filter(({ path }) => !path.includes("/images/"))));
  expect(alone.instrumentToImagePx).toMatchObject({ a: 4, b: 0, c: 0, d: 4, e: 0, f: 0 });
});

test("an image of another system than the points is left out: nothing says where they lie on it", async () => {
  const image = "placed.zarr/images/stains/zarr.json";
  const moved = folder(`${FIXTURES}/placed.zarr`).map((file) => {
    if (file.path !== image) return file;
    const text = readFileSync(`${FIXTURES}/${image}`, "utf8").replaceAll('"global"', '"elsewhere"');
    return { path: image, source: new MemorySource("zarr.json", new TextEncoder().encode(text)) };
  });
  const plan = await identify(moved);
  expect(plan.images).toEqual([]);
  expect(plan.warnings).toEqual([
    { code: "spatialdata-transform", params: { file: "stains", found: "none to global" } },
  ]);
  expect((await readExpression(plan)).instrumentToImagePx).toMatchObject({ a: 4, d: 4 });
});

test("Xenium's archive of transcripts says which file beside it is opened", async () => {
  const bytes = readFileSync(`${FIXTURES}/transcripts-sopa.zarr.zip`);
  const source = new MemorySource("transcripts.zarr.zip", new Uint8Array(bytes));
  const archive = identify([{ path: "transcripts.zarr.zip", source: source }]);
  await expect(archive).rejects.toMatchObject({ facts: { code: "xenium-zarr-zip" } });
});
