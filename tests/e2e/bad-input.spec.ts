import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { MessageCode } from "../../src/core/messages.ts";
import { expect, test, type UserFile, userFile } from "./app.ts";
import {
  corrupted,
  csv,
  gem,
  gemText,
  gzippedGem,
  mosaic,
  parquet,
  slide,
  truncated,
  withoutTiffField,
} from "./user-files.ts";

/** Each way in which a user's files can be bad, and the message that must say so. */
const CASES: readonly [what: string, files: () => UserFile[], codes: readonly MessageCode[]][] = [
  ["truncated gzip", () => [userFile("cut.gem.gz", truncated(gzippedGem()))], ["gzip-truncated"]],
  ["corrupt gzip", () => [userFile("bad.gem.gz", corrupted(gzippedGem()))], ["gzip-corrupt"]],
  ["truncated parquet", () => [userFile("cut.parquet", truncated(parquet()))], ["parquet-corrupt"]],
  ["corrupt parquet", () => [userFile("bad.parquet", corrupted(parquet()))], ["parquet-corrupt"]],
  ["truncated TIFF", () => [userFile("cut.svs", truncated(slide()))], ["tiff-truncated"]],
  ["corrupt TIFF", () => [userFile("bad.tif", corrupted(slide(), 0, 0.9))], ["file-kind-unknown"]],
  [
    "a TIFF that does not say how wide it is",
    () => [userFile("size.tif", withoutTiffField(mosaic(), 256))],
    ["tiff-bad-field"],
  ],
  [
    "a slide of another vendor that begins like a picture",
    () => [userFile("glass.mrxs", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))],
    ["image-foreign-slide"],
  ],
  ["an empty file", () => [userFile("empty.csv", "")], ["file-empty"]],
  [
    "text that is no table",
    () => [userFile("poem.csv", "Tissue and light\nlie one on the other\nand neither is late\n")],
    ["file-kind-unknown"],
  ],
  ["a coordinate that is text", () => [gem("words.gem", "Actb\tten\t1\t1")], ["value-not-number"]],
  ["a NaN coordinate", () => [gem("nan.gem", "Actb\t1\tNaN\t1")], ["value-not-number"]],
  ["an infinite coordinate", () => [gem("infinite.gem", "Actb\t1\tInfinity\t1")], ["value-not-number"]],
  ["a coordinate past 2^31", () => [gem("far.gem", "Actb\t2147483648\t1\t1")], ["coordinate-range"]],
  [
    "a decimal coordinate past 2^31",
    () => [userFile("far.csv", csv("x_um,y_um,gene", "1.5,2.5,Actb", "3e10,2.5,Gapdh"))],
    ["coordinate-range"],
  ],
  ["a negative count", () => [gem("minus.gem", "Actb\t1\t1\t-2")], ["count-invalid"]],
  ["a fractional count", () => [gem("fraction.gem", "Actb\t1\t1\t1.5")], ["count-invalid"]],
  ["an empty table", () => [gem("none.gem")], ["table-empty"]],
  ["a ragged row", () => [gem("ragged.gem", "Actb\t1\t1\t1", "Gapdh\t2")], ["row-ragged"]],
  [
    "a folder with nothing known",
    () => [userFile("notes.txt", "hello"), userFile("song.mp3", Uint8Array.of(73, 68, 51, 4))],
    ["nothing-known"],
  ],
];

/** So many come one after the other beside one open slide. */
const AT_ONCE = 5;

for (let from = 0; from < CASES.length; from += AT_ONCE) {
  const cases = CASES.slice(from, from + AT_ONCE);
  const title = cases.map(([what]) => what).join(", ");
  test(`${title}: each message names file, fact and next step; the open slide stays`, async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    const before = await product.status();
    for (const [what, files, codes] of cases)
      await test.step(what, async () => {
        const slides = (await product.status()).slides.length;
        await product.openFiles(files());
        expect((await product.status()).slides).toHaveLength(slides + 1);

        const failures = await product.lastFailures();
        expect(failures.map((failure) => failure.code)).toHaveLength(1);
        expect(codes).toContain(failures[0]?.code);
        await expect(page.getByText(failures[0]?.text ?? "").first()).toBeVisible();

        const kept = (await product.status()).slides[0];
        expect(kept).toMatchObject({ title: before.slides[0]?.title, image: "ready", expression: "ready" });
        await page.getByRole("button", { name: `Show ${kept?.title}` }).click();
        await product.ready();
        expect((await product.status()).table).toEqual(before.table);
        expect((await product.status()).percentShown).toBe(100);
      });
  });
}

test("the message is in the user's language", async ({ product }) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  await page.getByRole("button", { name: /Switch to 中文/ }).click();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "打开文件" }).first().click();
  await (await chooser).setFiles([gem("minus.gem", "Actb\t1\t1\t-2")]);
  await expect.poll(async () => (await product.lastFailures("zh")).length).toBe(1);
  const [failure] = await product.lastFailures("zh");
  expect(failure?.text).toMatch(/minus\.gem.*[\u4e00-\u9fff]/);
  await expect(page.getByText(failure?.text ?? "").first()).toBeVisible();
});

test("a table without a column that is needed asks for it, and may be put off", async ({ product }) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  await product.openFiles([userFile("half.gem", "geneID\tx\tMIDCount\nActb\t1\t1\nGapdh\t2\t3\n")]);
  expect((await product.status()).slides[1]?.question).toBe("columns");
  const dialog = page.getByRole("dialog", { name: "Which column is which?" });
  await expect(dialog).toContainText("half.gem");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect((await product.status()).slides[0]).toMatchObject({ image: "ready", expression: "ready" });
});

test.describe("odd but good", () => {
  test("one point", async ({ product }) => {
    await product.visit();
    await product.openFiles([gem("one.gem", "Actb\t7\t9\t3")]);
    expect((await product.status()).table).toEqual({ rows: 1, count: 3, genes: 1 });
    expect((await product.status()).percentShown).toBe(100);
  });

  test("all points in one place", async ({ product }) => {
    await product.visit();
    await product.openFiles([
      gem("heap.gem", ...Array.from({ length: 500 }, (_, i) => `G${i % 5}\t3\t3\t1`)),
    ]);
    const status = await product.status();
    expect(status.table).toEqual({ rows: 500, count: 500, genes: 5 });
    expect(status.countInView).toBe(500);
  });

  test("genes named __proto__, toString, =cmd() and with HTML are names and nothing else", async ({
    product,
  }) => {
    const { page } = product;
    const names = ["__proto__", "toString", "=cmd()", "<img src=x onerror=document.title='stolen'>"];
    await product.visit();
    await product.openFiles([gem("odd.gem", ...names.map((name, i) => `${name}\t${i}\t${i}\t${i + 1}`))]);
    expect((await product.status()).table).toEqual({ rows: 4, count: 10, genes: 4 });
    expect(await page.evaluate((all) => window.centiscope?.select(all), names)).toEqual([]);
    await product.ready();
    expect((await product.status()).genes).toEqual(names);
    for (const name of names) await expect(page.getByText(name, { exact: true }).first()).toBeVisible();
    expect(await page.title()).not.toContain("stolen");
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });
});

test("a folder with nothing known in it, by the folder picker", async ({ product }, info) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  const folder = info.outputPath("holiday");
  mkdirSync(folder);
  writeFileSync(join(folder, "notes.txt"), "hello");
  writeFileSync(join(folder, "song.mp3"), "ID3");
  await product.openFolder(folder);
  await expect.poll(async () => (await product.lastFailures())[0]?.code).toBe("nothing-known");
  const [failure] = await product.lastFailures();
  await expect(page.getByText(failure?.text ?? "").first()).toBeVisible();
  expect((await product.status()).slides[0]).toMatchObject({ image: "ready", expression: "ready" });
});

test("damaged tiles of a good slide: the rest is shown, and how many are missing is said", async ({
  product,
}) => {
  await product.visit();
  await product.openFiles([userFile("scratched.svs", corrupted(slide(), 0.3, 0.6))]);
  await expect.poll(async () => (await product.status()).errors[0]?.code).toBe("tiles-failed");
  const [failure] = (await product.status()).errors;
  expect(failure?.text).toMatch(/^scratched\.svs: \d+ image tiles could not be loaded \(.+\)\./);
  await expect(product.page.getByText(failure?.text ?? "").first()).toBeVisible();
  expect((await product.status()).slides[0]?.image).toBe("ready");
});

test("an image that states no pixel size opens in px, and says so", async ({ product }) => {
  const { page } = product;
  await product.visit();
  await product.openFiles([userFile("bare.tif", mosaic())]);
  expect((await product.status()).slides[0]).toMatchObject({ image: "ready", question: null, errors: [] });
  await expect(page.getByText(/^\d+ px$/)).toBeVisible();
  await page.getByRole("tab", { name: "Slide" }).click();
  await expect(page.getByText(/^bare\.tif: the image does not state the size of its pixels/)).toBeVisible();
});

test("of two tables one is shown, and the other is named", async ({ product }) => {
  const { page } = product;
  await product.visit();
  await product.openFiles([gem("first.gem", "Actb\t1\t1\t1"), gem("second.gem", "Actb\t1\t1\t1")]);
  expect((await product.status()).slides[0]?.expression).toBe("ready");
  await page.getByRole("tab", { name: "Slide" }).click();
  await expect(page.getByText(/several tables hold transcripts.*\(second\.gem not opened\)/)).toBeVisible();
});

test.describe("a worker that dies", () => {
  test("with rows of an open table: said so, and Retry reads it in new workers", async ({ product }) => {
    const { page } = product;
    await product.visitSample("merscope-mouse");
    await product.openFiles([userFile("mine.gem", gemText())]);
    const { table } = await product.status();
    await killWorkers(page, /shard/);
    await expect.poll(async () => (await product.lastFailures())[0]?.code).toBe("table-lost");
    const [failure] = await product.lastFailures();
    expect(failure?.text).toContain("mine.gem");
    await expect(page.getByText(failure?.text ?? "").first()).toBeVisible();

    await page.getByRole("button", { name: "Load mine.gem again" }).click();
    await expect.poll(async () => (await product.status()).slides[1]?.expression).toBe("ready");
    await product.ready();
    expect((await product.status()).table).toEqual(table);
    expect((await product.status()).percentShown).toBe(100);
  });

  test("with the tiles of an image: it is replaced, and the image goes on", async ({ product }) => {
    const { page } = product;
    await product.visit();
    await product.openFiles([userFile("slide.svs", slide())]);
    await killWorkers(page, /image/);
    await page.evaluate(() => window.centiscope?.setCamera({ umPerPx: 0.3 }));
    await product.ready();
    expect((await product.status()).slides[0]).toMatchObject({ image: "ready", errors: [] });
    await expect.poll(() => page.workers().some((worker) => /image/.test(worker.url()))).toBe(true);
    expect((await product.status()).errors).toEqual([]);
  });
});

/** Throws in every worker of a kind from outside of any call, as nothing of ours does: the worker is lost. */
async function killWorkers(page: Page, kind: RegExp): Promise<void> {
  const chosen = page.workers().filter((worker) => kind.test(worker.url()));
  expect(chosen.length).toBeGreaterThan(0);
  for (const worker of chosen) {
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("ended by the test");
      });
    });
  }
}
