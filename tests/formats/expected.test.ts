import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { applyAffine } from "../../src/core/affine.ts";
import { instrument } from "../../src/core/space.ts";
import { filesOf, identify, readExpression } from "../../src/formats/registry.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { type Expected, FIXTURES, folder, hasShared, SHARED, summarise } from "./files.ts";

const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync("tests/fixtures/expected/tables.json", "utf8"),
);
const FIXTURE = "fixture:";

async function check(path: string, figures: Expected) {
  const plan = await identify(folder(path));
  const columns = await readExpression(plan);
  const { xSum, ySum, qvSum, ...exact } = summarise(columns, figures);
  const { xSum: xSumExpected, ySum: ySumExpected, qvSum: qvSumExpected, ...exactExpected } = figures;
  expect(exact).toEqual(exactExpected);
  // Sums differ in the last digits by the order of addition.
  expect(Math.abs(xSum / xSumExpected - 1)).toBeLessThan(1e-9);
  expect(Math.abs(ySum / ySumExpected - 1)).toBeLessThan(1e-9);
  if (qvSumExpected !== undefined) expect(Math.abs((qvSum ?? 0) / qvSumExpected - 1)).toBeLessThan(1e-9);
  expect(columns.geneNames.length).toBe(new Set(columns.geneNames).size);
  expect(columns.x.length).toBe(columns.rows);
  expect(columns.gene.length).toBe(columns.rows);
  return columns;
}

describe("tables equal an independent reading (pandas, pyarrow)", () => {
  for (const [key, figures] of Object.entries(expected)) {
    const fixture = key.startsWith(FIXTURE);
    const path = fixture ? `${FIXTURES}/${key.slice(FIXTURE.length)}` : `${SHARED}/${key}`;
    test.skipIf(!fixture && !hasShared)(key, async () => {
      await check(path, figures);
    });
  }
});

describe.skipIf(!hasShared)("what the files say about their space", () => {
  test("Xenium: µm, and pixels by the sibling experiment.xenium", async () => {
    const files = [
      ...folder(`${SHARED}/xenium/segger_dev/transcripts.parquet`),
      ...folder(`${SHARED}/xenium/SpatialExperimentIO/experiment.xenium`),
    ];
    const columns = await readExpression(await identify(files));
    expect(columns.frame).toMatchObject({ unit: "um", umPerUnit: 1 });
    expect(columns.instrumentToImagePx).toMatchObject({
      a: 1 / 0.2125,
      b: 0,
      c: 0,
      d: 1 / 0.2125,
      e: 0,
      f: 0,
    });
    const controls = columns.geneNames.filter((_, i) => columns.geneIsControl[i] === 1);
    expect(controls.length).toBe(22);
    expect(controls.every((name) => /^(NegControl|Unassigned|Deprecated|BLANK|antisense)/.test(name))).toBe(
      true,
    );
  });

  test("Xenium: pixels of an aligned H&E image, by its imagealignment.csv", async () => {
    // Turned by 90°, twice as large, moved: morphology px = (−2 y + 4000, 2 x + 100) of H&E px.
    const alignment = "0,-2,4000\n2,0,100\n0,0,1\n";
    const image = readFileSync("tests/fixtures/jpeg2000/aperio-33005.tif");
    const given = [
      ...folder(`${SHARED}/xenium/segger_dev/transcripts.parquet`),
      ...folder(`${SHARED}/xenium/SpatialExperimentIO/experiment.xenium`),
      ...folder("tests/fixtures/jpeg2000/morphology.ome.tif"),
      ...Object.entries({
        "Run_v1.0_he_image.ome.tif": image,
        "Run_v1.0_he_imagealignment.csv": new TextEncoder().encode(alignment),
      }).map(([path, bytes]) => ({ path, source: new MemorySource(path, new Uint8Array(bytes)) })),
    ];
    const plan = await identify(given);
    expect(plan.images.map(({ file }) => file.path)).toEqual([
      "Run_v1.0_he_image.ome.tif",
      "morphology.ome.tif",
    ]);
    expect(plan.unknown).toEqual([]);
    const { instrumentToImagePx } = await readExpression(plan);
    // 85 µm are 400 px of 0.2125 µm across, 42.5 µm 200 px down: 400 = −2 y + 4000, 200 = 2 x + 100.
    const [x, y] = applyAffine(instrumentToImagePx!, instrument(85, 42.5));
    expect(x).toBeCloseTo(50, 9);
    expect(y).toBeCloseTo(1800, 9);
    // So also of the table's own files, which are read when it is known which image is shown.
    const files = filesOf(plan.expression);
    expect(files.map(({ path }) => path)).toContain("Run_v1.0_he_imagealignment.csv");
    const alone = await readExpression(await identify(files));
    expect(alone.instrumentToImagePx).toEqual(instrumentToImagePx);
    // Without the image it is of no use, and the run's own pixels stand.
    const own = await identify(given.filter(({ path }) => !path.includes("he_image.")));
    expect((await readExpression(own)).instrumentToImagePx).toMatchObject({ a: 1 / 0.2125, b: 0, e: 0 });
  });

  test("Xenium in SpatialData: µm, and its scale to pixels", async () => {
    const store = "xenium/vitessce-python/xenium_rep1_io.points_only.spatialdata.zarr";
    const columns = await readExpression(await identify(folder(`${SHARED}/${store}`)));
    expect(columns.platform).toBe("spatialdata-xenium");
    expect(columns.frame).toMatchObject({ unit: "um", umPerUnit: 1 });
    expect(columns.instrumentToImagePx).toMatchObject({
      a: 4.705882352941177,
      d: 4.705882352941177,
      e: 0,
      f: 0,
    });
  });

  test("MERSCOPE: µm, and the mosaic transform beside it; blanks are controls", async () => {
    const columns = await readExpression(await identify(folder(`${SHARED}/merscope/vizgen-postprocessing`)));
    expect(columns.frame).toMatchObject({ unit: "um", umPerUnit: 1 });
    // The file's rows: 9.25959… 0 −125.494… / 0 9.25954… 121.553… / 0 0 1.
    expect(columns.instrumentToImagePx).toMatchObject({
      a: 9.259590148925781,
      b: 0,
      c: 0,
      d: 9.259541511535645,
      e: -125.49449157714844,
      f: 121.55370330810547,
    });
    const controls = columns.geneNames.filter((_, i) => columns.geneIsControl[i] === 1);
    expect(controls.length).toBe(15);
    expect(controls.every((name) => name.startsWith("Blank-"))).toBe(true);
  });

  test("SpatialData without a unit asks instead of guessing", async () => {
    const columns = await readExpression(
      await identify(folder(`${SHARED}/spatialdata/bento-tools/small_data.zarr`)),
    );
    expect(columns.frame).toMatchObject({ unit: "unknown", umPerUnit: null });
    expect(columns.instrumentToImagePx).toBeNull();
  });
});

describe.skipIf(!hasShared)("which files of a folder make the slide", () => {
  test("Xenium outlines are not transcripts", async () => {
    const plan = await identify(folder(`${SHARED}/xenium/segger_dev`));
    expect(plan.expression).toMatchObject({ format: "xenium" });
    expect(plan.unknown.map((file) => file.source.name)).toEqual(["nucleus_boundaries.parquet"]);
  });

  test("of several mosaics the middle DAPI plane comes first, and it is said", async () => {
    const plan = await identify(folder(`${SHARED}/merscope/vizgen-postprocessing`));
    expect(plan.images[0]).toMatchObject({ kind: "tiff" });
    expect(plan.images[0]?.file.path).toMatch(/mosaic_DAPI_z3\.tif$/);
    expect(plan.warnings.map((warning) => warning.code)).toContain("warn-two-images");
  });

  test("several GEF and GEM files: one GEF is shown, the others are named", async () => {
    const plan = await identify(folder(`${SHARED}/stereo-seq/derived`));
    expect(plan.expression?.format).toBe("gef");
    expect(plan.warnings.find((warning) => warning.code === "warn-two-tables")?.params.others).toContain(
      ".gem.gz",
    );
  });

  test("a Deep Zoom image is its descriptor, not its tiles", async () => {
    const plan = await identify(
      folder(`${SHARED}/wsi/derived`).filter(
        (file) => file.path.includes("CMU-1-Small-Region_files") || file.path.endsWith(".dzi"),
      ),
    );
    expect(plan.images.map((image) => image.kind)).toEqual(["dzi"]);
  });

  test("another HDF5 file says what to do instead", async () => {
    await expect(identify(folder(`${SHARED}/stereo-seq/ST-GEARS/0.h5ad`))).rejects.toMatchObject({
      facts: { code: "hdf5-unsupported" },
    });
  });

  test("a folder with nothing known says so", async () => {
    await expect(identify(folder(`${SHARED}/malformed/zip`))).rejects.toMatchObject({
      facts: { code: "nothing-known" },
    });
  });
});
