import { existsSync, readFileSync } from "node:fs";
import { expect, test, userFile } from "./app.ts";
import { csv, GEM_ROWS, gemText, gzippedGem, merscopeTable, mosaic, parquet, slide } from "./user-files.ts";

test("a dropped GEM opens, whole", async ({ product }) => {
  await product.visit();
  await product.drop([userFile("mine.gem", gemText())]);
  const status = await product.status();
  // Counts alternate 1, 2: 1.5 a row.
  expect(status.table).toEqual({ rows: GEM_ROWS, count: GEM_ROWS * 1.5, genes: 3 });
  expect(status.slides[0]).toMatchObject({ active: true, expression: "ready", errors: [] });
  expect(status.percentShown).toBe(100);
});

test("a compressed GEM opens by the picker, and beside a slide that is open", async ({ product }) => {
  await product.visitSample("merscope-mouse");
  await product.openFiles([userFile("mine.gem.gz", gzippedGem())]);
  const status = await product.status();
  expect(status.slides).toHaveLength(2);
  expect(status.slides[1]).toMatchObject({ active: true, expression: "ready" });
  expect(status.table?.rows).toBe(GEM_ROWS);
});

const gef = (name: string): Buffer => readFileSync(`tests/fixtures/gef/${name}.gef`);

test("a dropped GEF opens, whole, at the scale that it states", async ({ product }) => {
  await product.visit();
  await product.drop([userFile("mine.tissue.gef", gef("v4-u4-exon"))]);
  const status = await product.status();
  // As h5py counts them: tests/fixtures/expected/gef.json. Of five genes one has no rows.
  expect(status.table).toEqual({ rows: 64, count: 2_420_855, genes: 4 });
  expect(status.slides[0]).toMatchObject({ active: true, expression: "ready", question: null, errors: [] });
  expect(status.percentShown).toBe(100);
});

test("a GEF whose gene table is wrong is refused in plain words", async ({ product }) => {
  await product.visit();
  await product.openFiles([userFile("mine.gef", gef("bad-overlap"))]);
  const [failure] = await product.lastFailures();
  expect(failure?.code).toBe("gef-gene-rows");
  await expect(product.page.getByText(failure?.text ?? "").first()).toBeVisible();
});

test("the format is told by content: a GEM called .txt", async ({ product }) => {
  await product.visit();
  await product.openFiles([userFile("export.txt", gemText())]);
  expect((await product.status()).table?.rows).toBe(GEM_ROWS);
});

test("a Xenium parquet part opens, without the engine for rare encodings", async ({ product }) => {
  const asked: string[] = [];
  product.page.context().on("request", (request) => asked.push(request.url()));
  await product.visit();
  await product.openFiles([userFile("part.0.parquet", parquet())]);
  const status = await product.status();
  expect(status.slides[0]?.errors).toEqual([]);
  // The worker's own requests are seen, and its engine's two are not among them.
  expect(asked.some((url) => /\/parquet-[^/]+\.js$/.test(url))).toBe(true);
  expect(asked.filter((url) => url.includes("parquet_wasm"))).toEqual([]);
});

test("an image alone opens", async ({ product }) => {
  await product.visit();
  await product.openFiles([userFile("slide.svs", slide())]);
  const status = await product.status();
  expect(status.slides[0]).toMatchObject({ image: "ready", expression: "idle", errors: [] });
  // 2220 px × 0.499 µm: the SVS says MPP 0.499.
  await expect(product.page.getByText("Aperio SVS").first()).toBeVisible();
});

test("an unknown table asks for its columns, guesses well, and opens", async ({ product }) => {
  const { page } = product;
  await product.visit();
  const rows = Array.from({ length: 60 }, (_, i) => `${i * 2},${i},${i % 2 ? "KRT8" : "VIM"},${i % 4}`);
  await product.openFiles([userFile("mine.csv", csv("pos_a,pos_b,what,howmany", ...rows))]);
  if ((await product.status()).slides[0]?.question === "columns") {
    const dialog = page.getByRole("dialog", { name: "Which column is which?" });
    for (const [role, column] of [
      ["x position", "pos_a"],
      ["y position", "pos_b"],
      ["Gene or feature", "what"],
    ] as const) {
      await dialog.getByRole("combobox", { name: role }).click();
      await page.getByRole("option", { name: column, exact: true }).click();
    }
    await dialog.getByRole("button", { name: "Read the table" }).click();
    await product.ready();
  }
  expect((await product.status()).slides[0]?.question).toBe("units");
  const units = page.getByRole("dialog", { name: "How large is one unit?" });
  await units.getByRole("textbox", { name: "Micrometres per unit" }).fill("0.5");
  await units.getByRole("button", { name: "Use this size" }).click();
  await product.ready();
  const status = await product.status();
  expect(status.slides[0]).toMatchObject({ question: null, expression: "ready", errors: [] });
  expect(status.table?.genes).toBe(2);
});

test("an image and a table dropped together make one slide, and the units are asked for", async ({
  product,
}) => {
  await product.visit();
  await product.drop([
    userFile("mosaic.tif", mosaic()),
    userFile("spots.csv", csv("x,y,gene", "10,10,Actb", "200,300,Gapdh", "400,100,Actb")),
  ]);
  const status = await product.status();
  expect(status.slides).toHaveLength(1);
  expect(status.slides[0]).toMatchObject({ image: "ready", question: "units" });
  const dialog = product.page.getByRole("dialog", { name: "How large is one unit?" });
  await expect(dialog).toBeVisible();

  // Neither file says how large a pixel is, and nobody has to know: pixel lies on pixel.
  await dialog.getByRole("radio", { name: "The coordinates are pixels of the image" }).check();
  await dialog.getByRole("button", { name: "Use this size" }).click();
  await product.ready();
  expect((await product.status()).slides[0]).toMatchObject({
    image: "ready",
    expression: "ready",
    question: null,
  });
  await expect(product.page.getByRole("banner")).toContainText("512 × 512 px");
});

test("the wrong transform is noticed", async ({ product }) => {
  const { page } = product;
  await product.visit();
  await product.openFiles([
    userFile("mosaic_DAPI_z3.tif", mosaic()),
    userFile("detected_transcripts.csv", merscopeTable()),
    userFile("micron_to_mosaic_pixel_transform.csv", "9.26 0 900000\n0 9.26 900000\n0 0 1\n"),
  ]);
  await page.getByRole("button", { name: "Image and transcripts may not match" }).click();
  await expect(page.getByRole("tab", { name: "Slide" })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByText(/every transcript lies outside the image/).first()).toBeVisible();
});

test("a transform that is none is said so", async ({ product }) => {
  await product.visit();
  await product.openFiles([
    userFile("mosaic_DAPI_z3.tif", mosaic()),
    userFile("detected_transcripts.csv", merscopeTable()),
    userFile("micron_to_mosaic_pixel_transform.csv", "1 2 3\n4 5\n"),
  ]);
  const [failure] = await product.lastFailures();
  expect(failure?.code).toBe("transform-invalid");
  await expect(product.page.getByText(failure?.text ?? "").first()).toBeVisible();
});

test("of two images one is shown, and the other is named", async ({ product }) => {
  const { page } = product;
  await product.visit();
  await product.openFiles([userFile("first.svs", slide()), userFile("second.svs", slide())]);
  expect((await product.status()).slides[0]?.image).toBe("ready");
  await page.getByRole("tab", { name: "Slide" }).click();
  await expect(page.getByText(/second\.svs/).first()).toBeVisible();
});

test("Xenium's stains, a file each, are the channels of one image", async ({ product }) => {
  const { page } = product;
  const stain = (n: number) => `${product.dataUrl}ok/fixtures/jpeg2000/morphology_focus_000${n}.ome.tif`;
  await product.visit(`?open=${encodeURIComponent(stain(1))}&open=${encodeURIComponent(stain(0))}`);
  const { slides, errors } = await product.status();
  expect(slides).toHaveLength(1);
  expect(slides[0]).toMatchObject({ image: "ready", errors: [] });
  expect(errors).toEqual([]);
  for (const name of ["DAPI", "18S"]) {
    await expect(page.getByRole("checkbox", { name: new RegExp(name) })).toBeChecked();
  }
});

const CORPUS = "../shared/data";
/** Sizes by Pillow; that of the Deep Zoom image stands in its descriptor, that of the slide in its TIFF fields. */
for (const [what, path, size] of [
  ["a WebP picture", "samples/merscope-mouse/preview.webp", "960 × 600 px"],
  ["a PNG picture", "corpus/wsi/scikit-image/ihc.png", "512 × 512 px"],
  [
    "a large PNG picture",
    "corpus/visium-hd/seurat/visium_hd/binned_outputs/square_008um/spatial/tissue_hires_image.png",
    "6000 × 5575 px",
  ],
  ["a JPEG picture", "corpus/cosmx/GiottoData/CellComposite/CellComposite_F002.jpg", "672 × 648 px"],
  ["a Deep Zoom pyramid", "corpus/wsi/derived/CMU-1-Small-Region.dzi", "2220 × 2967 px"],
  ["an OME-TIFF in JPEG 2000, as Xenium's are", "fixtures/jpeg2000/morphology.ome.tif", "200 × 150 px"],
  ["a pyramidal OME-TIFF", "corpus/wsi/derived/CMU-1-Small-Region.ome.tif", "2220 × 2967 px"],
] as const) {
  test(`${what} opens by its address, and its facts are right`, async ({ product }) => {
    test.skip(path.startsWith("corpus/") && !existsSync(CORPUS), `${CORPUS} is not there`);
    const { page } = product;
    await product.visit(`?open=${encodeURIComponent(`${product.dataUrl}ok/${path}`)}`);
    expect((await product.status()).slides[0]).toMatchObject({ image: "ready", errors: [] });
    expect((await product.status()).errors).toEqual([]);
    await page.getByRole("tab", { name: "Slide" }).click();
    const shown = size.replace(/(\d)(\d{3}) /g, "$1\u202f$2 ");
    await expect(page.getByText(shown, { exact: true })).toBeVisible();
    const preview = page.getByRole("navigation", { name: "Slides and layers" }).locator("img");
    await expect(preview).toHaveAttribute("src", /^data:image\/png/);
  });
}
