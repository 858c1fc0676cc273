import { readFileSync } from "node:fs";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { applyAffine } from "../../src/core/affine.ts";
import { packArea } from "../../src/core/packed-area.ts";
import { instrument, um } from "../../src/core/space.ts";
import type { OpenTableOptions, SlideFile } from "../../src/viewer/slide-contract.ts";
import { openStore } from "../../src/viewer/store-source.ts";
import { inspectFiles } from "../../src/viewer/table-open.ts";
import type { MemoryFolder } from "../store/memory-folder.ts";
import { makeTable, PROVENANCE, storeOf } from "../store/table.ts";

const TABLE = makeTable({
  seed: 20,
  rows: 4000,
  genes: 7,
  lattice: true,
  side: 300,
  x0: 100,
  y0: 40,
  unitUm: 0.5,
  repeats: 0.2,
  bigCounts: false,
});
const total = TABLE.count.reduce((sum, count) => sum + count, 0);

const blob = (path: string, bytes: Uint8Array | string): SlideFile => ({
  kind: "blob",
  path,
  blob: new Blob([bytes as BlobPart]),
});
const dropped = ({ files }: MemoryFolder, folder: string): SlideFile[] =>
  [...files].map(([path, bytes]) => blob(`${folder}${path}`, bytes));
const zipped = ({ files }: MemoryFolder, level: 0 | 6): SlideFile =>
  blob("a.centiscope.zarr.zip", zipSync(Object.fromEntries(files), { level }));

function options(more: Partial<OpenTableOptions> = {}): OpenTableOptions {
  return {
    signal: new AbortController().signal,
    units: null,
    onProgress: () => undefined,
    ask: (question) => Promise.reject(new Error(`asked: ${question.kind}`)),
    imageUmPerPx: async () => null,
    ...more,
  };
}

const inspect = (files: readonly SlideFile[]) => inspectFiles(files, new AbortController().signal);

describe("a store among a slide's files", () => {
  test("is found by its two files at the top, wherever the folder lies", async () => {
    const { folder } = await storeOf(TABLE);
    const files = [...dropped(folder, "slide/a.centiscope.zarr/"), blob("slide/notes.txt", "hello")];
    const found = await inspect(files);
    expect(found.expression).toMatchObject({ kind: "store", name: "slide/a.centiscope.zarr" });
    expect(found.expression?.files).toHaveLength(folder.files.size);
    expect(found.image).toBeNull();
    expect(found.warnings.map(({ code }) => code)).toEqual(["warn-file-skipped"]);
  });

  test("stands before a table, which is named", async () => {
    const { folder } = await storeOf(TABLE);
    const found = await inspect([
      blob("t.csv", "x_um,y_um,gene\n1,2,A\n3,4,B\n5,6,A\n"),
      ...dropped(folder, "a.centiscope.zarr/"),
    ]);
    expect(found.expression?.kind).toBe("store");
    expect(found.warnings).toEqual([
      { code: "warn-two-tables", params: { file: "a.centiscope.zarr", others: "t.csv" } },
    ]);
  });

  test("of a Xenium run lies on the picture that the run was aligned to", async () => {
    const run = async (platform: "xenium" | "stereo-seq", toImagePx: number[] | null) => {
      const provenance = { ...PROVENANCE, platform, toImagePx };
      return dropped((await storeOf(TABLE, { provenance })).folder, "run.centiscope.zarr/");
    };
    const picture = blob("Run_he_image.ome.tif", readFileSync("tests/fixtures/jpeg2000/aperio-33005.tif"));
    // Turned by 90°, twice as large, moved: morphology px = (−2 y + 4000, 2 x + 100) of H&E px.
    const alignment = blob("Run_he_imagealignment.csv", "0,-2,4000\n2,0,100\n0,0,1\n");
    const placed = async (files: readonly SlideFile[]) => {
      const found = await inspect(files);
      expect(found.image?.name).toBe("Run_he_image.ome.tif");
      expect(found.warnings).toEqual([]);
      const { source, instrumentToImagePx } = await openStore(found.expression!, options());
      source.close();
      return instrumentToImagePx && [...applyAffine(instrumentToImagePx, instrument(85, 42.5))];
    };
    // 85 µm are 400 px of 0.2125 µm across, 42.5 µm 200 px down: 400 = −2 y + 4000, 200 = 2 x + 100.
    const stated = await run("xenium", [1 / 0.2125, 0, 0, 0, 1 / 0.2125, 0]);
    for (const files of [stated, await run("xenium", null)]) {
      const [x, y] = (await placed([picture, ...files, alignment]))!;
      expect(x).toBeCloseTo(50, 9);
      expect(y).toBeCloseTo(1800, 9);
    }
    expect(await placed([picture, ...stated])).toEqual([400, 200]);
    expect(await placed([picture, ...(await run("stereo-seq", null)), alignment])).toBeNull();
  });

  test("half copied is none", async () => {
    const { folder } = await storeOf(TABLE);
    folder.files.delete("manifest.json");
    await expect(inspect(dropped(folder, "a.centiscope.zarr/"))).rejects.toMatchObject({
      facts: { code: "nothing-known" },
    });
  });

  test("a zip of something else is left to the others", async () => {
    const other = blob("b.zip", zipSync({ "readme.txt": Uint8Array.of(65) }, { level: 0 }));
    await expect(inspect([other])).rejects.toMatchObject({ facts: { code: "zip-packed" } });
  });
});

describe("a store opened for the viewer", () => {
  test.each([
    ["as dropped files", (folder: MemoryFolder) => dropped(folder, "a.centiscope.zarr/")],
    ["as files without a folder", (folder: MemoryFolder) => dropped(folder, "")],
    ["as a zip", (folder: MemoryFolder) => [zipped(folder, 0)]],
  ])("%s answers in a worker (in this thread)", async (_how, filesOf) => {
    const { folder } = await storeOf(TABLE);
    const { expression } = await inspect(filesOf(folder));
    const { source, ...opened } = await openStore(expression!, options());
    expect(opened).toEqual({
      umPerUnit: 0.5,
      instrumentToImagePx: null,
      unitIsImagePx: false,
      simulated: false,
      warnings: [],
    });
    const { boundsUm } = source.info;
    expect(source.info).toMatchObject({
      rows: 4000,
      totalCount: total,
      pitchUm: 0.5,
      hasQv: true,
      minQvChoices: [20],
    });
    const raster = await source.bins({
      shape: "square",
      binUm: 10,
      genes: null,
      versus: null,
      statistic: "sum",
      boundsUm,
      smoothUm: 0,
    });
    expect(raster.count).toBe(total);
    const area = { boundsUm, cornersUm: null };
    expect(await source.countInArea(area, null)).toEqual({ rows: 4000, count: total });
    const { minX, minY, maxX, maxY } = boundsUm;
    const heard: number[] = [];
    const sums = await source.countRegion(
      packArea([
        [
          [
            [minX, minY],
            [maxX, minY],
            [maxX, maxY],
            [minX, maxY],
          ],
        ],
      ]),
      { onBracket: ({ upper }) => heard.push(upper.reduce((a, b) => a + b, 0)) },
    );
    expect(sums).toEqual({ rows: 4000, count: total, genes: source.genes.totals });
    expect(heard).toEqual([total]);
    expect([...(await source.geneCounts(area))]).toEqual([...source.genes.totals]);
    await source.prefetch?.(boundsUm, 5);
    const row = await source.pick(um((TABLE.x[0]! + 0.5) * 0.5, (TABLE.y[0]! + 0.5) * 0.5), 0.1, null);
    expect(row?.distanceUm).toBe(0);
    const good = await source.setFilter({ minQv: 20, hideControls: false });
    const counts = TABLE.count.filter((_, i) => (TABLE.extra.qv as Float32Array)[i]! >= 20);
    expect(good).toMatchObject({ rows: counts.length, count: counts.reduce((a, b) => a + b, 0) });
    expect(await source.countInArea(area, null)).toEqual({ rows: good.rows, count: good.count });
    const high = (await source.points(boundsUm, [1, 0], new Set())).map(({ key }) => key);
    expect(high.every((key) => key.startsWith("high/0,1/"))).toBe(true);
    await source.setFilter({ minQv: null, hideControls: true });
    const keys = (await source.points(boundsUm, [1, 0], new Set())).map(({ key }) => key);
    expect(keys.every((key) => key.startsWith("all-controls/0,1/"))).toBe(true);
    source.close();
    await expect(source.geneCounts(area)).rejects.toMatchObject({ name: "AbortError" });
  });

  test("refuses a zip that compresses, and a region that is none, by name", async () => {
    const { folder } = await storeOf(TABLE);
    const file = { name: "a.zip", kind: "store" as const, files: [zipped(folder, 6)] };
    await expect(openStore(file, options())).rejects.toMatchObject({ facts: { code: "zip-corrupt" } });
    const files = { name: "a", kind: "store" as const, files: dropped(folder, "") };
    const { source } = await openStore(files, options());
    await expect(source.countRegion(packArea([[[[0, 0]]]]))).rejects.toMatchObject({
      facts: { code: "region-invalid" },
    });
    source.close();
  });
});
