import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { zipSync } from "fflate";
import type { Camera } from "../../src/core/camera.ts";
import { expect, type Product, test } from "./app.ts";
import { memoryOf } from "./page-memory.ts";
import { type StaticHost, startHost } from "./static-host.ts";

/** A chip of 1 cm², thin: 0.6 million rows. What a viewer pays for is the extent, and requests that follow it. */
const CHIP = ["--cm", "1", "--rows-per-um2", "0.006", "--seed", "7", "--no-image"];
const NAME = "chip.centiscope.zarr";
const cli = (...args: string[]): string =>
  execFileSync(process.execPath, ["bin/centiscope.mjs", ...args], { encoding: "utf8", maxBuffer: 2 ** 28 });

let folder: string;
let gef: string;
let host: StaticHost;
/** Rows and molecules as the table's own reader counts them. */
let facts: { readonly rows: number; readonly totalCount: number; readonly genesListed: number };
let storeBytes: number;

test.describe.configure({ timeout: 240_000 });

test.beforeAll(async () => {
  test.setTimeout(240_000);
  folder = mkdtempSync(join(tmpdir(), "centiscope-store-"));
  cli("generate", ...CHIP, join(folder, "chip"));
  gef = join(folder, "chip", readdirSync(join(folder, "chip")).find((name) => name.endsWith(".gef"))!);
  cli("convert", gef, join(folder, NAME));
  facts = JSON.parse(cli("inspect", gef, "--json")).table;
  storeBytes = filesOf(join(folder, NAME)).reduce((sum, { path }) => sum + statSync(path).size, 0);
  host = await startHost(folder);
});

test.afterAll(async () => {
  await host?.close();
  rmSync(folder, { recursive: true, force: true });
});

function filesOf(root: string): { readonly name: string; readonly path: string }[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => ({ name, path: join(root, name) }))
    .filter(({ path }) => statSync(path).isFile());
}

/** Range requests of the page and its workers since the last `take`. */
class Traffic {
  #requests = 0;
  #bytes = 0;
  aborted = 0;

  constructor(page: Page) {
    page.context().on("response", (response) => {
      if (response.status() !== 206) return;
      this.#requests += 1;
      this.#bytes += Number(response.headers()["content-length"] ?? 0);
    });
    page.context().on("requestfailed", (request) => {
      if (/ERR_ABORTED/.test(request.failure()?.errorText ?? "")) this.aborted += 1;
    });
  }

  take(): { readonly requests: number; readonly bytes: number } {
    const taken = { requests: this.#requests, bytes: this.#bytes };
    this.#requests = 0;
    this.#bytes = 0;
    return taken;
  }
}

async function openByAddress(product: Product, path = NAME): Promise<void> {
  product.uses(host.url);
  await product.visit(`?open=${encodeURIComponent(`${host.url}${path}`)}`);
  await expect.poll(async () => (await product.status()).slides.length).toBe(1);
  await product.ready();
}

/** Molecules of every gene in what the view shows, counted by the command line in the table itself. */
async function countedInTable(
  product: Product,
): Promise<{ readonly total: number; of(gene: string): number }> {
  const corners = await product.page.evaluate(() => {
    const { width, height } = document.querySelector(".openseadragon-canvas")!.getBoundingClientRect();
    return [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
      [0, 0],
    ].map(([x, y]) => window.centiscope!.unproject([x!, y!])!);
  });
  const file = join(folder, "view.geojson");
  writeFileSync(file, JSON.stringify({ type: "Polygon", coordinates: [corners] }));
  const { genes, regions } = JSON.parse(cli("count", gef, "--region", file, "--json"));
  const names: string[] = genes.map(({ name }: { name: string }) => name);
  return { total: regions[0].total, of: (gene) => regions[0].counts[names.indexOf(gene)] };
}

async function look(product: Product, camera: Partial<Camera>): Promise<void> {
  await product.page.evaluate(async (to) => {
    window.centiscope!.setCamera(to);
    await window.centiscope!.ready();
  }, camera);
}

test("a store opens by its address: whole figures, few requests, a small part of its bytes", async ({
  product,
}) => {
  const traffic = new Traffic(product.page);
  await openByAddress(product);
  const status = await product.status();
  expect(status.table).toEqual({ rows: facts.rows, count: facts.totalCount, genes: facts.genesListed });
  expect(status.slides[0]).toMatchObject({ title: NAME, expression: "ready", question: null, errors: [] });
  expect(status).toMatchObject({ mode: "bins", percentShown: 100, countInView: facts.totalCount });
  await expect(product.page.getByText("simulated", { exact: false }).first()).toBeVisible();
  const { requests, bytes } = traffic.take();
  console.info(`  first picture: ${requests} requests, ${bytes} of ${storeBytes} bytes`);
  expect(requests).toBeLessThanOrEqual(16);
  expect(bytes).toBeLessThan(900_000);
});

test("a gene over the whole chip, then every transcript near, as the table itself counts them", async ({
  product,
}) => {
  const traffic = new Traffic(product.page);
  await openByAddress(product);
  traffic.take();
  await product.page.evaluate(async () => {
    window.centiscope!.select(["Malat1"]);
    await window.centiscope!.ready();
  });
  const far = traffic.take();
  console.info(`  one gene: ${far.requests} requests, ${far.bytes} bytes`);
  expect(far.bytes).toBeLessThan(500_000);
  const whole = await countedInTable(product);
  expect(whole.total).toBe(facts.totalCount);
  expect((await product.status()).countInView).toBe(whole.of("Malat1"));

  await look(product, { centerUm: [5000, 5000], umPerPx: 0.7, rotationDeg: 30, flipped: true });
  const near = await countedInTable(product);
  const status = await product.status();
  expect(status).toMatchObject({ mode: "both", percentShown: 100, countInView: near.of("Malat1") });
  expect(near.of("Malat1")).toBeGreaterThan(0);

  // Without a gene and without bins, every transcript is drawn.
  await product.page.evaluate(async () => {
    window.centiscope!.select([]);
    window.centiscope!.setBin(1, "off");
    await window.centiscope!.ready();
  });
  const drawn = await product.status();
  expect(drawn).toMatchObject({ mode: "points", countInView: near.total });

  const row = await product.page.evaluate(async () => {
    const { width, height } = document.querySelector(".openseadragon-canvas")!.getBoundingClientRect();
    for (let x = 20; x < width - 20; x += 7) {
      const found = await window.centiscope!.pick([x, height / 2]);
      if (found) return found;
    }
    return null;
  });
  expect(row?.geneName).toBeTruthy();
  await product.page.getByRole("button", { name: "Top genes in view" }).click();
  const top = product.page.getByRole("region", { name: "Top genes in view" }).getByRole("listitem").first();
  const [first = "", count = ""] = (await top.innerText()).split("\n").filter(Boolean);
  expect(Number(count.replace(/\D/g, ""))).toBe(near.of(first));
});

test("a tour over the chip stays within its bound of memory", async ({ product }) => {
  await openByAddress(product);
  await product.page.evaluate(async () => {
    window.centiscope!.select(["Malat1", "Gm42418"]);
    window.centiscope!.setBin(0.5, "square");
    await window.centiscope!.ready();
  });
  for (let step = 0; step < 20; step++) {
    // The golden ratio's multiples: everywhere, never twice. Every spot's total is 1.6 GB of this chip.
    const at = (part: number) => 500 + 9000 * ((step * part) % 1);
    await look(product, { centerUm: [at(0.618034), at(0.381966)], umPerPx: [0.6, 0.4, 0.8][step % 3]! });
  }
  const mb = Math.round((await memoryOf(product.page)) / 2 ** 20);
  console.info(`  memory after the tour: ${mb} MB`);
  // 256 MB of decoded chunks, and what the page itself is.
  expect(mb).toBeLessThan(400);
  // On one core the store's worker unpacks by itself.
  const cores = await product.page.evaluate(() => navigator.hardwareConcurrency);
  const decoders = product.page.workers().filter((worker) => worker.url().includes("decode.worker"));
  expect(decoders).toHaveLength(Math.min(cores - 1, 4));
});

test("hexagons of a store carry every molecule", async ({ product }) => {
  await openByAddress(product);
  await product.page.evaluate(async () => {
    window.centiscope!.setBin(100, "hex");
    await window.centiscope!.ready();
  });
  expect(await product.status()).toMatchObject({
    mode: "bins",
    binShape: "hex",
    binUm: 100,
    percentShown: 100,
  });
});

test("what the view no longer needs is no longer fetched", async ({ product }) => {
  const traffic = new Traffic(product.page);
  await openByAddress(product);
  // From now on the host sends a few kilobytes a second, and each look gives up the one before.
  await product.page
    .context()
    .route(`${host.url}**`, (route) =>
      route.continue({ url: route.request().url().replace(host.url, `${host.url}slow/`) }),
    );
  for (const [x, y] of [
    [2000, 2000],
    [8000, 2000],
    [8000, 8000],
  ]) {
    const asked = product.page
      .context()
      .waitForEvent("request", (request) => request.url().startsWith(host.url));
    await product.page.evaluate(
      ([atX, atY]) => {
        window.centiscope!.setBin(0.5, "square");
        window.centiscope!.setCamera({ centerUm: [atX!, atY!], umPerPx: 0.5 });
      },
      [x, y],
    );
    await asked;
  }
  await expect.poll(() => traffic.aborted).toBeGreaterThan(0);
  await product.page.context().unroute(`${host.url}**`);
});

test("a store dropped as a folder or as a zip opens as by its address", async ({ product }) => {
  await product.visit();
  await product.openFolder(join(folder, NAME));
  await expect.poll(async () => (await product.status()).slides.length).toBe(1);
  await product.ready();
  expect(await product.status()).toMatchObject({
    table: { rows: facts.rows, count: facts.totalCount },
    percentShown: 100,
    slides: [{ title: NAME, errors: [] }],
  });
  const entries = Object.fromEntries(
    filesOf(join(folder, NAME)).map(({ name, path }) => [
      `${NAME}/${name}`,
      new Uint8Array(readFileSync(path)),
    ]),
  );
  const zip = join(folder, `${NAME}.zip`);
  writeFileSync(zip, zipSync(entries, { level: 0 }));
  const second = product.page.waitForEvent("filechooser");
  await product.page.getByRole("button", { name: "Open files" }).first().click();
  await (await second).setFiles(zip);
  await expect.poll(async () => (await product.status()).slides.length).toBe(2);
  await product.ready();
  expect(await product.status()).toMatchObject({
    table: { rows: facts.rows, count: facts.totalCount },
    percentShown: 100,
  });
});

test("a damaged chunk is named, and the rest still works", async ({ product }) => {
  const damaged = "damaged.centiscope.zarr";
  cpSync(join(folder, NAME), join(folder, damaged), { recursive: true });
  for (const { path } of filesOf(join(folder, damaged, "gene/rows/c"))) {
    const bytes = readFileSync(path);
    // Every chunk; the shard's index at its end (2048 entries and a checksum) stays.
    for (let at = 100; at < bytes.length - 16 * 2048 - 4; at += 500) bytes[at] = bytes[at]! ^ 1;
    writeFileSync(path, bytes);
  }
  await openByAddress(product, damaged);
  await product.page.evaluate(async () => {
    window.centiscope!.select(["Malat1"]);
    await window.centiscope!.ready();
  });
  await look(product, { centerUm: [1000, 1000], umPerPx: 0.5 });
  await expect
    .poll(async () => (await product.status()).errors.map(({ code }) => code))
    .toContain("store-chunk-corrupt");
  await expect(product.page.getByText("gene/rows, chunk", { exact: false }).first()).toBeVisible();
  await product.page.evaluate(async () => {
    window.centiscope!.select([]);
    await window.centiscope!.ready();
  });
  await look(product, { centerUm: [5000, 5000], umPerPx: 8 });
  expect(await product.status()).toMatchObject({ mode: "bins", percentShown: 100 });
});

test("a store of a table with quality values shows all transcripts or those of 20 and more, as bins and one by one", async ({
  product,
}) => {
  const table = "tests/fixtures/tables/transcripts.parquet";
  const name = "qualities.centiscope.zarr";
  cli("convert", table, join(folder, name));
  const everywhere = join(folder, "everywhere.geojson");
  const box = [-1, 1, 1, -1, -1].map((x, k) => [1e6 * x, 1e6 * [-1, -1, 1, 1, -1][k]!]);
  writeFileSync(everywhere, JSON.stringify({ type: "Polygon", coordinates: [box] }));
  const counted = (...more: string[]) =>
    JSON.parse(cli("count", table, "--region", everywhere, "--json", ...more)).regions[0].total as number;
  const [all, good] = [counted(), counted("--min-qv", "20")];
  expect(good).toBeLessThan(all);
  await openByAddress(product, name);
  const { page } = product;
  const inView = async () => {
    await product.ready();
    const { mode, countInView, percentShown } = await product.status();
    return { mode, countInView, percentShown };
  };
  await page.getByRole("tab", { name: "Slide" }).click();
  const box20 = page.getByRole("checkbox", { name: "Only quality values of at least 20" });
  for (const mode of ["bins", "points"] as const) {
    const shape = mode === "bins" ? ("square" as const) : ("off" as const);
    await page.evaluate(async (how) => window.centiscope!.setBin(10, how), shape);
    await expect.poll(inView).toEqual({ mode, countInView: all, percentShown: 100 });
    await box20.check();
    await expect.poll(inView).toEqual({ mode, countInView: good, percentShown: 100 });
    await expect(page.getByText(`${good} of ${all} rows pass`)).toBeVisible();
    await box20.uncheck();
    await expect.poll(inView).toEqual({ mode, countInView: all, percentShown: 100 });
  }
});
