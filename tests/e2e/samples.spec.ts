import { readFileSync } from "node:fs";
import { expect, test } from "./app.ts";

interface Sample {
  readonly id: string;
  readonly default: boolean;
  readonly simulated: boolean;
  readonly title: { readonly en: string; readonly zh: string };
  readonly attribution: string;
}

const { samples } = JSON.parse(readFileSync("public/samples/index.json", "utf8")) as {
  readonly samples: readonly Sample[];
};

/**
 * Counted outside of Centiscope, with pandas 3.1 over the bundled files: `len`, the sum of MIDCount (1 a row
 * where there is no count), `nunique` of the gene column.
 */
const FIGURES: Readonly<Record<string, { rows: number; count: number; genes: number; image: boolean }>> = {
  "xenium-breast": { rows: 213_191, count: 213_191, genes: 527, image: false },
  "merscope-mouse": { rows: 5_936, count: 5_936, genes: 274, image: true },
  "stereo-seq-brain": { rows: 77_634, count: 131_002, genes: 10_631, image: false },
  "iss-breast": { rows: 28_421, count: 28_421, genes: 39, image: false },
  "he-simulated": { rows: 1_345_636, count: 2_277_621, genes: 10_631, image: true },
};

test("every sample's figures are known here", () => {
  expect(samples.map((sample) => sample.id).sort()).toEqual(Object.keys(FIGURES).sort());
});

for (const sample of samples) {
  test(`${sample.id} opens from its card, whole`, async ({ product }) => {
    const { page } = product;
    await product.visit();
    await page.getByRole("button", { name: `Open ${sample.title.en}` }).click();
    await expect.poll(async () => (await product.status()).slides.length).toBe(1);
    await product.ready();

    const status = await product.status();
    const figures = FIGURES[sample.id];
    expect(status.slides[0]).toMatchObject({
      active: true,
      expression: "ready",
      image: figures?.image ? "ready" : "idle",
      question: null,
      errors: [],
    });
    expect(status.errors).toEqual([]);
    expect(status.table).toMatchObject({ rows: figures?.rows, count: figures?.count, genes: figures?.genes });
    expect(status.percentShown).toBe(100);
    expect(status.mode).not.toBe("none");
  });

  test(`${sample.id}: bins of every size and shape carry every molecule`, async ({ product }) => {
    await product.visitSample(sample.id);
    for (const [um, shape] of [
      [200, "square"],
      [20, "hex"],
      [7.3, "square"],
    ] as const) {
      await product.page.evaluate(
        ([size, form]) => {
          window.centiscope?.select([]);
          window.centiscope?.setBin(size, form);
        },
        [um, shape] as const,
      );
      await product.ready();
      const status = await product.status();
      expect(status.binShape).toBe(shape);
      expect(status.percentShown).toBe(100);
      expect(status.countInView, `${um} µm ${shape}`).toBe(status.table?.count);
    }
  });
}

test("a simulated sample says so wherever it is named", async ({ product }) => {
  const { page } = product;
  const simulated = samples.find((sample) => sample.simulated);
  await product.visit();
  const card = page.getByRole("button", { name: `Open ${simulated?.title.en}` });
  await expect(card).toContainText(/simulated/i);
  await card.click();
  await product.ready();
  await expect(page.getByRole("navigation", { name: "Slides and layers" })).toContainText(/simulated/i);
});

test("attribution and licence of a sample stand beside it", async ({ product }) => {
  const { page } = product;
  const xenium = samples.find((sample) => sample.id === "xenium-breast");
  await product.visit();
  await expect(page.getByText(xenium?.attribution ?? "").first()).toBeVisible();
});

test("a sample whose scale nobody knows opens at once and says px, never µm", async ({ product }) => {
  const { page } = product;
  await product.visitSample("iss-breast");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("banner")).toContainText("px");
  await expect(page.getByRole("banner")).not.toContainText(/[µm]m\b/);
  await expect(page.getByText("500 px")).toBeVisible();
  await page.getByRole("tab", { name: "Slide" }).click();
  await expect(page.getByText("not known: lengths are in the file's units")).toBeVisible();
});

test("a store of an instrument's transcripts names the instrument", async ({ product }) => {
  await product.visitSample("xenium-breast");
  await expect(product.page.getByRole("banner")).toContainText("Xenium (SpatialData) · 7.5 × 5.5 mm");
});
