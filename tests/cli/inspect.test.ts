import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Inspection } from "../../src/cli/inspect/inspection.ts";
import { type Expected, hasShared, SHARED } from "../formats/files.ts";
import { command } from "./command.ts";

const json = (name: string) => JSON.parse(readFileSync(`tests/fixtures/expected/${name}.json`, "utf8"));
const tables: Readonly<Record<string, Expected>> = json("tables");
const gefs: Readonly<Record<string, Expected & { readonly genesWithRows: number }>> = json("gef");

async function inspected(path: string, ...options: string[]): Promise<Inspection> {
  const { code, out, notes } = await command("inspect", path, "--json", ...options);
  expect({ code, notes }).toEqual({ code: 0, notes: "" });
  return JSON.parse(out);
}

const pathOf = (key: string, folder: string) =>
  key.startsWith("fixture:") ? `tests/fixtures/${folder}/${key.slice(8)}` : `${SHARED}/${key}`;

describe("the figures of a table equal an independent reading", () => {
  for (const [key, { rows, genes, countSum, x, y }] of Object.entries(tables)) {
    test.skipIf(!key.startsWith("fixture:") && !hasShared)(key, async () => {
      const { table } = await inspected(pathOf(key, "tables"));
      expect(table).toMatchObject({ rows, genes, totalCount: countSum });
      expect(table?.bounds).toEqual({ minX: x[0], maxX: x[1], minY: y[0], maxY: y[1] });
    });
  }

  for (const [key, { rows, genesWithRows, countSum, x, y }] of Object.entries(gefs)) {
    if (/zeros|duplicate/.test(key)) continue;
    test.skipIf(!key.startsWith("fixture:") && !hasShared)(key, async () => {
      const { table } = await inspected(pathOf(key, "gef"));
      expect(table).toMatchObject({ rows, genes: genesWithRows, totalCount: countSum, lattice: true });
      expect(table?.bounds).toEqual({ minX: x[0], maxX: x[1], minY: y[0], maxY: y[1] });
    });
  }
});

describe.skipIf(!hasShared)("what a file is", () => {
  test("a GEF: its bins, and its pitch", async () => {
    const { table, what } = await inspected(`${SHARED}/stereo-seq/derived/SS200000135TL_D1.tissue.gef`);
    expect(what).toBe("Stereo-seq GEF, square bins, GEF 2");
    expect(table).toMatchObject({ unit: "spot", unitUm: 0.5, platform: "stereo-seq" });
    // As h5py counts them.
    expect(table?.bins?.map(({ size, rows }) => [size, rows])).toEqual([
      [1, 77_634],
      [10, 71_463],
      [50, 51_483],
      [100, 34_150],
      [200, 21_833],
    ]);
  });

  test.each([
    [
      "stereo-seq/derived/SS200000135TL_D1.cellbin.gef",
      /cell-bin GEF version 2/,
      { cells: 110, genes: 10_631 },
    ],
    ["stereo-seq/ST-GEARS/0.h5ad", /AnnData/, { observations: 482, variables: 13_668 }],
    ["anndata/squidpy/test_data.h5ad", /AnnData/, { observations: 49, variables: 1_999 }],
    ["visium/squidpy/filtered_feature_bc_matrix.h5", /10x feature-barcode/, { barcodes: 100, features: 100 }],
    ["anndata/anndata-archives/v0.11.4/adata.zarr.zip", /AnnData/, {}],
    ["spatialdata/vitessce/exemplar-001.crop.cells.adata.zarr", /AnnData/, {}],
  ])("%s", async (path, what, facts) => {
    const found = await inspected(`${SHARED}/${path}`);
    expect(found.what).toMatch(what);
    expect(found.facts).toMatchObject(facts);
    expect(found.table).toBeNull();
  });

  test.each([
    ["xenium/SpatialExperimentIO/experiment.xenium", /Xenium experiment/],
    ["merscope/vizgen-postprocessing/micron_to_mosaic_pixel_transform.csv", /transform of positions/],
    ["visium-hd/VisiumIO/square_002um/spatial/tissue_positions.parquet", /positions of barcodes/],
    ["visium-hd/VisiumIO/square_002um/spatial/scalefactors_json.json", /scale factors/],
  ])("%s, which shows nothing itself", async (path, what) => {
    expect((await inspected(`${SHARED}/${path}`)).what).toMatch(what);
  });

  test("a file of no known kind is named, with or without neighbours", async () => {
    for (const path of ["merscope/vizgen-postprocessing/cells_onez.parquet", "SHA256SUMS"]) {
      const { code, notes } = await command("inspect", `${SHARED}/${path}`);
      expect(code).toBe(1);
      expect(notes.startsWith(`${path.split("/").at(-1)}: `)).toBe(true);
    }
  });

  test("a Xenium table takes its scale from experiment.xenium beside it, and says its controls", async () => {
    const { table } = await inspected(`${SHARED}/xenium/segger_dev/transcripts.parquet`);
    expect(table).toMatchObject({ unit: "um", unitUm: 1, controlFeatures: 22, columns: ["qv", "cell", "z"] });
  });

  test("a store without a unit says so", async () => {
    const { table } = await inspected(`${SHARED}/spatialdata/bento-tools/small_data.zarr`);
    expect(table).toMatchObject({ unit: "unknown", unitUm: null });
    const { out } = await command("inspect", `${SHARED}/spatialdata/bento-tools/small_data.zarr`);
    expect(out).toContain("not stated: say --um-per-unit when converting");
  });

  test("images: levels, channels, scale", async () => {
    // Sizes by tifffile: tests/fixtures/expected/tiff.json.
    const svs = await inspected(`${SHARED}/wsi/openslide-testdata/CMU-1-Small-Region.svs`);
    expect(svs.images).toMatchObject([
      { format: "Aperio SVS", widthPx: 2220, heightPx: 2967, umPerPx: [0.499, 0.499], magnification: 20 },
    ]);
    const crop = await inspected(`${SHARED}/spatialdata/vitessce/exemplar-001.crop.image.ome.zarr`);
    expect(crop.images[0]?.levels).toHaveLength(5);
    expect(crop.images[0]?.channels).toHaveLength(4);
    const v05 = await inspected(`${SHARED}/ome-zarr/viv/blobs_image_v05.ome.zarr`);
    expect(v05.images).toMatchObject([{ widthPx: 12, heightPx: 12, levels: [{ tileWidthPx: 12 }] }]);
    const dzi = await inspected(`${SHARED}/wsi/derived/CMU-1-Small-Region.dzi`);
    expect(dzi.images).toMatchObject([{ format: "Deep Zoom", widthPx: 2220, heightPx: 2967 }]);
  });

  test("a folder is one slide, and what is left out is said", async () => {
    const found = await inspected(`${SHARED}/merscope/vizgen-postprocessing`);
    expect(found.table).toMatchObject({ platform: "merscope", rows: 5936 });
    expect(found.images[0]?.file).toMatch(/mosaic_DAPI_z3/);
    expect(found.warnings.map((one) => one.code)).toContain("warn-two-images");
  });
});

test("--quick reads the head alone: rows only where the format tells them", async () => {
  const text = await inspected("tests/fixtures/tables/mouse-brain.gem.gz", "--quick");
  expect(text.table).toMatchObject({ rows: null, totalCount: null, bounds: null, unitUm: 0.5 });
  const binary = await inspected("tests/fixtures/tables/transcripts.parquet", "--quick");
  expect(binary.table).toMatchObject({ rows: 300, totalCount: null });
});

test("several paths make one list", async () => {
  const { out } = await command(
    "inspect",
    "tests/fixtures/gef/v2.gef",
    "tests/fixtures/gef/v4.gef",
    "--json",
  );
  expect(JSON.parse(out).map((one: Inspection) => one.table?.version)).toEqual(["GEF 2", "GEF 4"]);
});

test("a table for people lines up, in the file's own units and in µm", async () => {
  const { out } = await command("inspect", "tests/fixtures/gef/v2.gef");
  const plain = out.replaceAll("\u202f", " ");
  expect(plain).toContain("  pitch      0.5 µm (GEF resolution 500 nm)");
  // Columns 0 … 29 of a matrix that begins at spot 100: 30 spots of 0.5 µm.
  expect(plain).toContain("  x          100 to 129 spots (15 µm)");
});

test("a broken file is refused with what is wrong", async () => {
  const { code, notes } = await command("inspect", "tests/fixtures/gef/bad-overlap.gef");
  expect(code).toBe(1);
  expect(notes).toContain("rows up to 43 are Malat1's");
});
