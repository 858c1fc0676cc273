import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import type { Download, Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { expect, type Product, test } from "./app.ts";
import { gem } from "./user-files.ts";

async function add(product: Product, ...names: string[]): Promise<void> {
  await product.page.evaluate(async (all) => {
    for (const [i, name] of all.entries()) {
      const [x, y] = [600 + 100 * i, 500];
      const ring = [
        [x, y],
        [x + 80, y],
        [x, y + 80],
        [x, y],
      ];
      const geometry = { type: "Polygon", coordinates: [ring] };
      await window.centiscope?.regions.add({ type: "Feature", geometry, properties: { name } });
    }
  }, names);
  await expect(product.page.getByText("Saved in this browser")).toBeVisible();
}

const regionsPanel = (page: Page) => page.getByRole("tab", { name: "Regions" }).click();

async function expectNothingFound(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual(
    [],
  );
}

async function saved(page: Page, press: () => Promise<void>): Promise<Buffer> {
  const download: Promise<Download> = page.waitForEvent("download");
  await press();
  return readFileSync(await (await download).path());
}

const namesIn = (geojson: Uint8Array): string[] =>
  JSON.parse(new TextDecoder().decode(geojson)).features.map(
    (feature: { properties: { name: string } }) => feature.properties.name,
  );

test("regions are exported, restored and deleted with no slide open and no graphics", async ({ product }) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  await regionsPanel(page);
  await add(product, "tumour", "stroma");
  // One record of the database is torn; the second copy has it.
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("centiscope-annotations");
      request.onsuccess = () => resolve(request.result);
    });
    const store = database.transaction("operations", "readwrite").objectStore("operations");
    const keys = await new Promise<IDBValidKey[]>((resolve) => {
      const request = store.getAllKeys();
      request.onsuccess = () => resolve(request.result);
    });
    const [slideKey, opId] = keys[0] as [string, string];
    await new Promise((resolve) => {
      store.put({ slideKey, opId, patch: null }).onsuccess = resolve;
    });
    database.close();
  });
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto("./?recover");
  const row = page.getByRole("listitem").first();
  await expect(row).toContainText("2 regions");
  await expect(row).toContainText("1 step is damaged, and whole in the second copy");
  await expectNothingFound(page);
  expect(namesIn(await saved(page, () => row.getByRole("button", { name: "Export" }).click()))).toEqual([
    "tumour",
    "stroma",
  ]);
  await row.getByRole("button", { name: "Restore" }).click();
  await expect(row).not.toContainText("damaged");
  const zip = unzipSync(await saved(page, () => page.getByRole("button", { name: "Export all" }).click()));
  expect(Object.values(zip).map(namesIn)).toEqual([["tumour", "stroma"]]);
  await row.getByRole("button", { name: "Delete" }).click();
  await row.getByRole("button", { name: "Delete for good" }).click();
  await expect(page.getByText("Nothing is kept in this browser.")).toBeVisible();
});

test("every step is written to a linked file, and what another program wrote there is asked about", async ({
  product,
}) => {
  const { page } = product;
  // The browser's own picker waits for a person; a file of the page's own stands for theirs.
  await page.addInitScript(() => {
    const file = async () => {
      const root = await navigator.storage.getDirectory();
      return root.getFileHandle("mine.geojson", { create: true });
    };
    Object.assign(window, { showSaveFilePicker: file, linkedFile: file });
  });
  const linked = (): Promise<string> =>
    page.evaluate(async () => {
      const { linkedFile } = window as unknown as { linkedFile: () => Promise<FileSystemFileHandle> };
      for (;;) {
        const file = await (await linkedFile()).getFile();
        try {
          return await file.text();
        } catch (thrown) {
          // Written anew between the two: what was taken hold of is no more.
          if (!(thrown instanceof DOMException && thrown.name === "NotReadableError")) throw thrown;
        }
      }
    });
  const names = async () => namesIn(Buffer.from((await linked()) || '{"features":[]}'));
  await product.visitSample("merscope-mouse");
  await regionsPanel(page);
  await add(product, "first");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: "Link a file" }).click();
  await expect(page.getByText("Also in mine.geojson")).toBeVisible();
  await expect.poll(names).toEqual(["first"]);
  await add(product, "second");
  await expect.poll(names).toEqual(["first", "second"]);

  await page.reload();
  await product.ready();
  await expect(page.getByText("Also in mine.geojson")).toBeVisible();
  const theirs = (await linked()).replace('"second"', '"theirs"').replace(/"id":"[^"]*"/g, '"id":"other"');
  await page.evaluate(async (text) => {
    const { linkedFile } = window as unknown as { linkedFile: () => Promise<FileSystemFileHandle> };
    const stream = await (await linkedFile()).createWritable();
    await stream.write(text);
    await stream.close();
  }, theirs);
  await add(product, "third");
  await expect(page.getByText("mine.geojson was changed")).toBeVisible();
  expect(await linked()).toBe(theirs);
  await page.getByRole("button", { name: "Write over it" }).click();
  await expect.poll(names).toEqual(["first", "second", "third"]);
  await page.getByRole("button", { name: "Write mine.geojson no more" }).click();
  await expect(page.getByText("Also in mine.geojson")).toBeHidden();
});

test("a slide that its content does not tell from another is asked about, and kept apart unless told otherwise", async ({
  product,
}) => {
  const { page } = product;
  // Alike at both ends for more than 64 KiB: only the middle differs.
  const table = (gene: string) => {
    const row = (i: number) =>
      `${i >= 6000 && i < 10_000 ? gene : "Actb"}\t${i % 100}\t${Math.floor(i / 100)}\t1`;
    return gem(`${gene}.gem`, ...Array.from({ length: 16_000 }, (_, i) => row(i)));
  };
  const open = (gene: string) => product.openFiles([table(gene)]);
  const dialog = page.getByRole("dialog", { name: "Are these the regions of this slide?" });
  await product.visit();
  await open("Fasn");
  await regionsPanel(page);
  await add(product, "of the first");
  await open("Pck1");
  await expect(dialog).toContainText("Fasn");
  await dialog.getByRole("button", { name: "Keep apart" }).click();
  await add(product, "of the second");
  const list = () => page.evaluate(() => window.centiscope?.regions.list().map(({ name }) => name));
  expect(await list()).toEqual(["of the second"]);
  await open("Fasn");
  await expect.poll(list).toEqual(["of the first"]);
  await expect(dialog).toBeHidden();
  await open("Apoe");
  await dialog.getByRole("button", { name: "Use the regions of Pck1" }).click();
  await expect.poll(list).toEqual(["of the second"]);
});
