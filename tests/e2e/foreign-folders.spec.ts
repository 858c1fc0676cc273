import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PNG } from "pngjs";
import { expect, test, userFile } from "./app.ts";
import { slide } from "./user-files.ts";

const BINS = "tests/fixtures/visium/square_008um";

test("a Visium HD folder opens on Space Ranger's picture of the tissue, bins and picture as one", async ({
  product,
}, info) => {
  const outs = info.outputPath("outs");
  cpSync(BINS, join(outs, "binned_outputs/square_008um"), { recursive: true });
  const spatial = join(outs, "spatial");
  mkdirSync(spatial);
  const picture = PNG.sync.write(new PNG({ width: 3000, height: 800, filterType: 0 }));
  for (const name of ["cytassist_image.tiff", "tissue_hires_image.png", "tissue_lowres_image.png"]) {
    writeFileSync(join(spatial, name), picture);
  }
  await product.visit();
  await product.openFolder(outs);
  await expect.poll(async () => (await product.status()).slides.length).toBe(1);
  await product.ready();
  expect(await product.status()).toMatchObject({
    table: { rows: 619, genes: 30 },
    slides: [{ image: "ready", expression: "ready", errors: [] }],
  });
  // 3000 px of the picture are 12 000 px of the full image of 0.2738 µm.
  await expect(product.page.getByText("3.3 × 1 mm").first()).toBeVisible();
});

test("selections of Xenium Explorer dropped on a slide are put on it, not opened as another", async ({
  product,
}) => {
  await product.visitSample("merscope-mouse");
  const text = "#Selection name: Selection 1\n#Area (µm^2): 100\nX,Y\n10,10\n20,10\n20,20\n10,20\n10,10\n";
  const transfer = await product.page.evaluateHandle((content) => {
    const data = new DataTransfer();
    data.items.add(new File([content], "Selection_1_coordinates.csv"));
    return data;
  }, text);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await product.page.getByRole("main").dispatchEvent(event, { dataTransfer: transfer });
  }
  const regions = () => product.page.evaluate(() => window.centiscope?.regions.list());
  await expect.poll(async () => (await regions())?.length).toBe(1);
  expect((await product.status()).slides).toHaveLength(1);
});

test("an h5ad beside an image: that it is not opened, and what to do, stands where the genes would", async ({
  product,
}) => {
  // A 10x matrix whose barcodes go by another name is any HDF5 file.
  const hdf5 = readFileSync("tests/fixtures/visium/square_008um/filtered_feature_bc_matrix.h5");
  const unplaced = Buffer.from(hdf5.toString("latin1").replaceAll("barcodes", "bArcodes"), "latin1");
  await product.visit();
  await product.openFiles([userFile("slide.svs", slide()), userFile("cells.h5ad", unplaced)]);
  expect((await product.status()).slides[0]).toMatchObject({ image: "ready", expression: "idle" });
  await expect(product.page.getByText("cells.h5ad: this is an HDF5 file").first()).toBeVisible();
});
