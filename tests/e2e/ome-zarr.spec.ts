import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PNG } from "pngjs";
import { expect, type Product, test } from "./app.ts";
import { type StaticHost, startHost } from "./static-host.ts";

const PLACED = "tests/fixtures/tables/placed.zarr";
/** Points of the store, and the bright pixels of its image that they lie on: `tests/fixtures/spatialdata-image.py`. */
const POINTS = [
  [7.25, 111.875],
  [17.75, 122.375],
  [3.75, 87.125],
  [21.75, 81.125],
] as const;

let host: StaticHost;
test.beforeAll(async () => {
  host = await startHost(resolve("tests/fixtures"));
});
test.afterAll(() => host?.close());

const address = (path: string): string => `?open=${encodeURIComponent(host.url + path)}`;

/** Brightest place of the picture within some pixels of a point: the weighted middle of what is bright there, px away. */
async function brightness(product: Product): Promise<{ readonly awayPx: number; readonly peak: number }[]> {
  const { png, places } = await product.page.evaluate(async (points) => {
    const { centiscope } = window;
    const blob = await centiscope!.screenshot();
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return { png: btoa(text), places: points.map(([x, y]) => centiscope!.project([x, y])) };
  }, POINTS);
  const { width, data } = PNG.sync.read(Buffer.from(png, "base64"));
  return places.map((place) => {
    const [px, py] = place as unknown as [number, number];
    let [sum, sumX, sumY, peak] = [0, 0, 0, 0];
    for (let y = Math.round(py) - 12; y <= py + 12; y++) {
      for (let x = Math.round(px) - 12; x <= px + 12; x++) {
        const value = data[4 * (y * width + x)]!;
        peak = Math.max(peak, value);
        sum += value;
        sumX += value * (x + 0.5);
        sumY += value * (y + 0.5);
      }
    }
    return { awayPx: Math.hypot(sumX / sum - px, sumY / sum - py), peak };
  });
}

test("a SpatialData store opens by its address with its image, the transcripts on their pixels", async ({
  product,
}) => {
  product.uses(host.url);
  await product.visit(address("tables/placed.zarr"));
  await product.leaveScaleUnknown();
  expect(await product.status()).toMatchObject({
    table: { rows: 4, genes: 3 },
    slides: [{ title: "placed.zarr", image: "ready", expression: "ready", errors: [] }],
  });
  const { page } = product;
  for (const layer of ["Bins", "Transcripts"]) await page.getByRole("checkbox", { name: layer }).uncheck();
  // Until the finest level has faded in, the pixels of a coarser one are seen.
  await expect(async () => {
    for (const found of await brightness(product)) {
      expect(found.peak).toBeGreaterThan(200);
      expect(found.awayPx).toBeLessThan(0.5);
    }
  }).toPass({ timeout: 20_000 });
});

test("a folder dropped on the page is the same; its channels have their names", async ({ product }) => {
  await product.visit();
  await product.openFolder(PLACED);
  await expect.poll(async () => (await product.status()).slides.length).toBe(1);
  await product.ready();
  await product.leaveScaleUnknown();
  expect(await product.status()).toMatchObject({
    table: { rows: 4 },
    slides: [{ image: "ready", expression: "ready", errors: [] }],
  });
  await expect(product.page.getByRole("checkbox", { name: "PolyT" })).toBeVisible();
});

test("an OME-Zarr image alone opens in µm, and says which plane of its stack is shown", async ({
  product,
}) => {
  product.uses(host.url);
  await product.visit(address("ome-zarr/v04.ome.zarr"));
  expect((await product.status()).slides).toMatchObject([{ image: "ready", errors: [] }]);
  await expect(product.page.getByText("50 × 35 µm").first()).toBeVisible();
  await product.page.getByRole("tab", { name: "Slide" }).click();
  await expect(
    product.page.getByText("v04.ome.zarr: holds 3 focal planes and 1 time points; the middle plane").first(),
  ).toBeVisible();
});

test("a damaged chunk is named", async ({ product }, info) => {
  const folder = info.outputPath("torn.ome.zarr");
  cpSync("tests/fixtures/ome-zarr/turned.ome.zarr", folder, { recursive: true });
  const chunk = join(folder, "0/0.1");
  writeFileSync(chunk, readFileSync(chunk).subarray(0, 40));
  await product.visit();
  await product.openFolder(folder);
  await expect(
    product.page.getByText("torn.ome.zarr: chunk 0: 0, 1 cannot be decoded").first(),
  ).toBeVisible();
});
