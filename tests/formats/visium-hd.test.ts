import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openRows } from "../../src/cli/rows/open-rows.ts";
import { closeFiles, sourceFiles } from "../../src/cli/source-files.ts";
import { filesOf, identify, readExpression } from "../../src/formats/registry.ts";
import { openVisiumHd } from "../../src/formats/visium-hd.ts";
import { readVisiumPositions } from "../../src/formats/visium-positions.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { streamFigures } from "../cli/stream-figures.ts";
import { fileSource, folder, hasShared, SHARED } from "./files.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);
const FIXTURE = "tests/fixtures/visium/square_008um";

/** What h5py, pandas and numpy find: `tests/fixtures/expected/visium.py`. */
interface Expected {
  readonly rows: number;
  readonly countSum: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xSum: number;
  readonly ySum: number;
  readonly genes: number;
  readonly topId: number;
  readonly topCount: number;
  readonly toImagePx: readonly number[];
  readonly residualPx: number;
}
const expected: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync("tests/fixtures/expected/visium.json", "utf8"),
);
const signal = new AbortController().signal;

describe("Visium HD bins equal an independent reading (h5py, pandas, numpy)", () => {
  for (const [key, figures] of Object.entries(expected)) {
    const fixture = key.startsWith("fixture:");
    const path = fixture ? FIXTURE : `${SHARED}/${key}`;
    const { rows, countSum, x, y, xSum, ySum, genes, topId, topCount, toImagePx, residualPx } = figures;

    test.skipIf(!fixture && !hasShared)(`${key}, as a stream`, async () => {
      const files = await sourceFiles(`${path}/filtered_feature_bc_matrix.h5`, signal);
      const opened = await openRows(await identify(files.files, signal), { signal });
      const found = await streamFigures(opened.source);
      await closeFiles(files);
      expect(found).toMatchObject({ rows, countSum, x, y, xSum, ySum, genes });
      expect(found.perGene.get(opened.source.genes().names[topId]!)?.[1]).toBe(topCount);
      expect(opened.source).toMatchObject({ platform: "visium-hd", unitUm: 8, lattice: true });
      const map = opened.instrumentToImagePx!;
      const coefficients = [map.a, map.b, map.c, map.d, map.e, map.f];
      toImagePx.forEach((value, i) => {
        expect(Math.abs(coefficients[i]! - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      });
      const warned = opened.warnings().some(({ code }) => code === "warn-visium-fit");
      expect(warned).toBe(residualPx > 1);
    });

    test.skipIf(!fixture && !hasShared)(`${key}, as the viewer opens it`, async () => {
      const table = await readExpression(await identify(folder(path)));
      expect(table).toMatchObject({ platform: "visium-hd", rows });
      let sum = 0;
      for (let i = 0; i < table.rows; i++) sum += table.count?.[i] ?? 1;
      expect(sum).toBe(countSum);
      expect(table.geneIds?.[table.geneNames.indexOf("Gene4")]).toBe(
        fixture ? "ENSMUSG00000000004" : undefined,
      );
    });
  }
});

describe("the parts of it", () => {
  test("genes of one name are told apart by their ids", async () => {
    const { names } = (await openStream()).source.genes();
    expect(names.filter((name) => name.startsWith("Gene3 ("))).toEqual([
      "Gene3 (ENSMUSG00000000003)",
      "Gene3 (ENSMUSG00000000029)",
    ]);
  });

  test("barcodes that say their place need no other file", async () => {
    const matrix = fileSource(`${FIXTURE}/filtered_feature_bc_matrix.h5`);
    const table = await openVisiumHd({ matrix, positions: null, scalefactors: null, picture: null });
    expect(table).toMatchObject({ frame: { umPerUnit: 8 }, instrumentToImagePx: null });
  });

  test.skipIf(!hasShared)("barcodes that do not, and have no file of places, are refused", async () => {
    const matrix = fileSource(`${SHARED}/visium/squidpy/filtered_feature_bc_matrix.h5`);
    await expect(
      openVisiumHd({ matrix, positions: null, scalefactors: null, picture: null }),
    ).rejects.toMatchObject({
      facts: { code: "visium-positions" },
    });
    const positions = fileSource(`${FIXTURE}/spatial/tissue_positions.parquet`);
    const table = await openVisiumHd({ matrix, positions, scalefactors: null, picture: null });
    await expect(table.batches().next()).rejects.toMatchObject({ facts: { code: "visium-barcode" } });
  });

  test("its files may lie beside the matrix, with or without a folder of theirs", async () => {
    const files = folder(FIXTURE).map(({ source }) => ({ path: source.name, source }));
    const { expression } = await identify(files);
    expect(expression).toMatchObject({
      positions: { path: "tissue_positions.parquet" },
      scalefactors: { path: "scalefactors_json.json" },
    });
  });

  test("on a picture that Space Ranger scaled down the bins lie where its scale factor says", async () => {
    const png = (path: string) => ({ path, source: new MemorySource(path.split("/").at(-1)!, PNG) });
    const names = [
      "aligned_fiducials.jpg",
      "cytassist_image.tiff",
      "tissue_lowres_image.png",
      "tissue_hires_image.png",
    ];
    const given = [...folder(FIXTURE), ...names.map((name) => png(`square_008um/spatial/${name}`))];
    const plan = await identify(given);
    expect(plan.images.map(({ file }) => file.source.name)).toEqual(names.toReversed());
    const full = await readExpression(await identify(folder(FIXTURE)));
    const onPicture = await readExpression(plan);
    const { a, b, c, d, e, f } = full.instrumentToImagePx!;
    // tissue_hires_scalef is 0.25.
    const quarter = { a: a / 4, b: b / 4, c: c / 4, d: d / 4, e: e / 4, f: f / 4 };
    expect(onPicture.instrumentToImagePx).toMatchObject(quarter);
    // So also of the table's own files, which are read when it is known which image is shown.
    const again = await readExpression(await identify(filesOf(plan.expression)));
    expect(again.instrumentToImagePx).toMatchObject(quarter);
    // The image that was given to Space Ranger comes first, and the bins lie on it unscaled.
    const own = await identify([...given, png("brain.png")]);
    expect(own.images[0]?.file.path).toBe("brain.png");
    expect((await readExpression(own)).instrumentToImagePx).toEqual(full.instrumentToImagePx);
    // A factor that is missing is not guessed.
    const low = await identify(given.filter(({ path }) => !path.includes("hires")));
    expect(low.images[0]?.file.source.name).toBe("tissue_lowres_image.png");
    expect((await readExpression(low)).instrumentToImagePx).toBeNull();
  });

  test.skipIf(!hasShared)("a matrix that says no places, alone, asks for the files that do", async () => {
    const source = fileSource(`${SHARED}/visium/squidpy/filtered_feature_bc_matrix.h5`);
    await expect(identify([{ path: "m.h5", source }])).rejects.toMatchObject({
      facts: { code: "visium-positions" },
    });
  });

  test("places are those of the barcodes, and the fit of a plain grid leaves nothing", async () => {
    const positions = fileSource(`${FIXTURE}/spatial/tissue_positions.parquet`);
    const { places, residualPx } = await readVisiumPositions(positions, true);
    expect(places.size).toBe(240);
    expect(residualPx).toBeLessThan(1e-3);
  });
});

async function openStream() {
  const files = await sourceFiles(`${FIXTURE}/filtered_feature_bc_matrix.h5`, signal);
  const opened = await openRows(await identify(files.files, signal), { signal });
  await closeFiles(files);
  return opened;
}
