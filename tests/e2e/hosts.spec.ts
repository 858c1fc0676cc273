import type { MessageCode } from "../../src/core/messages.ts";
import { expect, test } from "./app.ts";

const GEM = "samples/stereo-seq-brain/SS200000135TL_D1.tissue.gem.gzip";
const SLIDE = "samples/he-simulated/CMU-1-Small-Region.svs";
const PARQUET =
  "samples/xenium-breast/xenium_rep1_io.points_only.spatialdata.zarr/points/transcripts/points.parquet/part.0.parquet";

/** What a host can do wrong, with what is read from it, and the message that must say so. */
const REFUSALS: readonly [fault: string, path: string, codes: readonly MessageCode[]][] = [
  ["missing", GEM, ["http-not-found"]],
  ["forbidden", SLIDE, ["http-forbidden"]],
  ["no-cors", GEM, ["http-unreachable"]],
  ["no-cors", SLIDE, ["http-unreachable"]],
  ["broken", GEM, ["http-status"]],
  ["ignore-range-large", SLIDE, ["http-range-ignored"]],
  ["wrong-range", SLIDE, ["http-range-wrong"]],
  ["truncated", GEM, ["file-short", "gzip-truncated", "http-unreachable"]],
];

for (const [fault, path, codes] of REFUSALS) {
  const name = path.split("/").at(-1) ?? "";
  test(`${name} from a host that is ${fault}: told so, and the open slide stays`, async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    const url = `${product.dataUrl}${fault}/${path}`;
    await page.evaluate((address) => void window.centiscope?.open([address]), url);
    await expect.poll(async () => (await product.lastFailures()).length, { timeout: 60_000 }).toBe(1);
    const [failure] = await product.lastFailures();
    expect(codes).toContain(failure?.code);
    expect(failure?.text).toContain(name);
    await expect(page.getByText(failure?.text ?? "").first()).toBeVisible();
    const [kept] = (await product.status()).slides;
    expect(kept).toMatchObject({ image: "ready", expression: "ready", errors: [] });
  });
}

test("a host that ignores Range still serves a small slide", async ({ product }) => {
  await product.visit(`?open=${encodeURIComponent(`${product.dataUrl}ignore-range/${SLIDE}`)}`);
  const [slide] = (await product.status()).slides;
  expect(slide).toMatchObject({ image: "ready", errors: [] });
});

for (const [name, path, table] of [
  ["GEM", GEM, { rows: 77_634, count: 131_002, genes: 10_631 }],
  ["H&E slide", SLIDE, null],
  ["Parquet part", PARQUET, null],
] as const) {
  test(`a ${name} opens from another origin by its address`, async ({ product }) => {
    await product.visit(`?open=${encodeURIComponent(`${product.dataUrl}ok/${path}`)}`);
    await product.leaveScaleUnknown();
    const status = await product.status();
    expect(status.slides).toHaveLength(1);
    expect(status.slides[0]?.errors).toEqual([]);
    if (table) expect(status.table).toEqual(table);
    else expect([status.slides[0]?.image, status.slides[0]?.expression]).toContain("ready");
  });
}

test("loading from a slow host can be stopped, and started again", async ({ product }) => {
  const { page } = product;
  const url = `${product.dataUrl}slow/samples/he-simulated/simulated.gem.gzip`;
  await product.page.goto("./");
  await page.waitForFunction(() => window.centiscope !== undefined);
  await page.evaluate((address) => void window.centiscope?.open([address]), url);
  await page.getByRole("button", { name: /^Stop loading/ }).click();
  await expect.poll(async () => (await product.lastFailures())[0]?.code).toBe("cancelled");
  expect((await product.status()).loading).toBe(false);
  await page
    .getByRole("button", { name: /^(Retry|Load .* again)/ })
    .first()
    .click();
  await expect.poll(async () => (await product.status()).slides[0]?.expression).toBe("loading");
});

test("a host without the samples: said so, and own files still open", async ({ product }) => {
  const { page } = product;
  await page.route("**/samples/index.json", (route) => route.fulfill({ status: 404, body: "" }));
  await product.visit();
  await expect(page.getByRole("alert")).toContainText("The list of samples could not be read.");
  await expect(page.getByRole("button", { name: "Open files" })).toBeEnabled();
});
