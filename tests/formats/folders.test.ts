import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { identify, readExpression } from "../../src/formats/registry.ts";
import type { SourceFile } from "../../src/io/byte-source.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { fileSource, hasShared, SHARED } from "./files.ts";

/** Files as a dropped folder gives them, text or bytes by path. */
function files(contents: Readonly<Record<string, string | Uint8Array>>): SourceFile[] {
  return Object.entries(contents).map(([path, content]) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return { path, source: new MemorySource(path.split("/").at(-1)!, bytes) };
  });
}

const JPEG = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);

describe("folders as instruments leave them", () => {
  test("a CosMx run's transcripts are found behind hundreds of pictures and tables of its fields", async () => {
    const fields = Array.from({ length: 400 }, (_, i) => `${i + 1}`.padStart(3, "0"));
    const plan = await identify(
      files({
        ...Object.fromEntries(fields.map((field) => [`Run/CellComposite/CellComposite_F${field}.jpg`, JPEG])),
        ...Object.fromEntries(
          fields.map((field) => [`Run/CellStatsDir/FOV${field}/Cell_Stats_F${field}.csv`, "a,b\n1,2\n"]),
        ),
        "Run/Run_tx_file.csv": "fov,cell_ID,x_global_px,y_global_px,target\n1,2,10,-20,ACTB\n",
      }),
    );
    expect(plan.expression).toMatchObject({ format: "cosmx" });
    expect((await readExpression(plan)).rows).toBe(1);
    expect(plan.images.length).toBeGreaterThan(100);
    expect(plan.warnings).toContainEqual({
      code: "warn-files-many",
      params: { file: "Run", files: 801, looked: 300 },
    });
  });

  test("of MERSCOPE regions given together the table, its transform and its images are of one region", async () => {
    const TIFF = Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0);
    const table = ",barcode_id,global_x,global_y,global_z,x,y,fov,gene\n0,1,5,5,0,5,5,0,Actb\n";
    const region1 = {
      "slide/region_1/images/micron_to_mosaic_pixel_transform.csv": "9 0 7\n0 9 7\n0 0 1\n",
      "slide/region_1/images/mosaic_DAPI_z3.tif": TIFF,
      "slide/region_1/detected_transcripts.csv": table,
    };
    const both = await identify(
      files({
        ...region1,
        "slide/region_0/images/mosaic_PolyT_z0.tif": TIFF,
        "slide/region_0/images/micron_to_mosaic_pixel_transform.csv": "9 0 1\n0 9 2\n0 0 1\n",
        "slide/region_0/detected_transcripts.csv": table,
      }),
    );
    expect(both.expression).toMatchObject({
      file: { path: "slide/region_0/detected_transcripts.csv" },
      transform: { path: "slide/region_0/images/micron_to_mosaic_pixel_transform.csv" },
    });
    expect(both.images[0]?.file.path).toBe("slide/region_0/images/mosaic_PolyT_z0.tif");
    const without = await identify(files({ ...region1, "slide/region_0/detected_transcripts.csv": table }));
    expect(without.expression).toMatchObject({
      file: { path: "slide/region_0/detected_transcripts.csv" },
      transform: null,
    });
  });

  test.skipIf(!hasShared)(
    "Visium's spots beside their picture: that they are not opened is said",
    async () => {
      const matrix = fileSource(`${SHARED}/visium/squidpy/filtered_feature_bc_matrix.h5`);
      const plan = await identify([
        { path: "outs/filtered_feature_bc_matrix.h5", source: matrix },
        ...files({
          "outs/spatial/tissue_positions_list.csv": "AAACAAGTATCTCCCA-1,1,50,102,7475,8501\n",
          "outs/spatial/tissue_hires_image.jpg": JPEG,
        }),
      ]);
      expect(plan.expression).toBeNull();
      expect(plan.warnings.map(({ code }) => code)).toEqual(["visium-positions"]);
    },
  );
});

describe("files that are known and not opened say what to open instead", () => {
  const codeOf = (contents: Readonly<Record<string, string | Uint8Array>>) =>
    identify(files(contents)).then(
      () => "opened",
      (thrown) => (thrown instanceof CentiscopeError ? thrown.facts.code : String(thrown)),
    );

  test("a 10x matrix folder is no table whose columns are to be chosen", async () => {
    const features = gzipSync("ENSG1\tActb\tGene Expression\nENSG2\tGapdh\tGene Expression\n");
    const matrix = gzipSync("%%MatrixMarket matrix coordinate integer general\n2 2 2\n1 1 5\n2 2 3\n");
    const barcodes = gzipSync("AAAC-1\nAAAG-1\n");
    expect(
      await codeOf({ "features.tsv.gz": features, "matrix.mtx.gz": matrix, "barcodes.tsv.gz": barcodes }),
    ).toBe("matrix-market");
    expect(await codeOf({ "features.tsv.gz": features })).toBe("file-kind-unknown");
    // With numbers enough for positions the columns are asked for, whatever they are called.
    expect(await codeOf({ "half.tsv": "geneID\tx\tMIDCount\nActb\t1\t1\n" })).toBe("opened");
  });

  test("StereoMap's list of files", async () => {
    const list = JSON.stringify({
      images: {},
      StereoMap_explorer_files: { transcriptomics: { gef: "a.gef" } },
    });
    expect(await codeOf({ "a.stereo": list })).toBe("stereomap-file");
  });
});

describe("OME-Zarr images", () => {
  const image = (path: string, group: string, level: string) => {
    const attributes = { multiscales: [{ datasets: [] }] };
    const metadata = group === ".zattrs" ? attributes : { zarr_format: 3, attributes: { ome: attributes } };
    return { [`${path}/${group}`]: JSON.stringify(metadata), [`${path}/${level}`]: "{}" };
  };
  const shown = async (contents: Readonly<Record<string, string>>) => {
    const { images, warnings } = await identify(files(contents));
    return [images.map(({ kind, file }) => `${kind} ${file.path}`), warnings.map(({ code }) => code)];
  };

  test.each([
    ["SpatialData of zarr v3", "a.zarr/images/he", "zarr.json", "s0/zarr.json"],
    ["SpatialData of zarr v2", "a.zarr/images/he", ".zattrs", "0/.zarray"],
    ["a bare OME-Zarr", "he.ome.zarr", ".zattrs", "0/.zarray"],
    ["a series of bioformats2raw", "he.zarr/0", ".zattrs", "0/.zarray"],
  ])("%s is the slide's image; masks of labels are none", async (_, path, group, level) => {
    const mask = image("a.zarr/labels/cells", group, level);
    expect(await shown({ ...image(path, group, level), ...mask })).toEqual([[`zarr ${path}/${group}`], []]);
    await expect(identify(files(mask))).rejects.toMatchObject({ facts: { code: "nothing-known" } });
  });

  test("of an address the metadata alone are there", async () => {
    const { "a.zarr/.zattrs": metadata } = image("a.zarr", ".zattrs", "0/.zarray");
    expect(await shown({ "a.zarr/.zattrs": metadata! })).toEqual([["zarr a.zarr/.zattrs"], []]);
  });

  test("a group's metadata that cannot be read are named, and the rest is opened", async () => {
    const broken = { ...image("a.zarr/images/he", ".zattrs", "0/.zarray"), "a.zarr/images/he/.zattrs": "{" };
    const plan = await identify(files({ ...broken, "t.csv": "x_um,y_um,gene\n1,2,ACTB\n3,4,GAPDH\n" }));
    expect(plan.images).toEqual([]);
    expect(plan.warnings).toEqual([
      { code: "warn-file-skipped", params: { file: "a.zarr/images/he/.zattrs", reason: "metadata-invalid" } },
    ]);
  });

  test("the full picture comes before those that Space Ranger scaled down", async () => {
    const names = ["s_cytassist_image", "s_full_image", "s_hires_image", "s_lowres_image"];
    const all = names.map((name) => image(`a.zarr/images/${name}`, ".zattrs", "0/.zarray"));
    const [images, warnings] = await shown(Object.assign({}, ...all));
    expect(images![0]).toBe("zarr a.zarr/images/s_full_image/.zattrs");
    expect(warnings).toEqual(["warn-two-images"]);
  });
});
