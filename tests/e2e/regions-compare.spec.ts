import { readFileSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import type { Position } from "../../src/core/annotation.ts";
import { expect, test } from "./app.ts";
import { areaOf, rowsInside } from "./plain-counts.ts";

const square = (x: number, y: number, side: number): Position[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];

const molecules = (genes: readonly string[], gene: string) => genes.filter((one) => one === gene).length;

test("regions and classes are compared by exact figures, sorted, and saved", async ({ product }) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  // Pixels of the image; the first two overlap.
  const rings = [square(100, 100, 160), square(180, 140, 160), square(300, 300, 90)];
  await page.evaluate(
    async ([all, names]) => {
      for (const [i, ring] of all.entries()) {
        const classification = i < 2 ? { name: "Tumour", color: [200, 30, 30] } : null;
        await window.centiscope?.regions.add({
          type: "Feature",
          geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
          properties: { objectType: "annotation", name: names[i], ...(classification && { classification }) },
        });
      }
      window.centiscope?.select(["Fasn", "Pck1"]);
    },
    [rings, ["One", "Two", "Three"]] as const,
  );
  const inUm: Position[][] = await page.evaluate(
    (all) =>
      all.map((ring) =>
        ring.map((at) => [...(window.centiscope?.regions.toUm(at) ?? [])] as [number, number]),
      ),
    rings,
  );
  const inside = inUm.map(rowsInside);
  expect(Math.min(...inside.map((rows) => rows.length))).toBeGreaterThan(10);

  await page.getByRole("tab", { name: "Regions" }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Compare regions" });
  await expect(dialog.getByRole("status")).toHaveText("3 of 3 counted");
  const cells = async (name: string) => {
    const row = dialog.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
    return (await row.getByRole("cell").allTextContents()).map((text) => text.replace(/[^\d.]/g, ""));
  };
  for (const [i, name] of ["One", "Two", "Three"].entries()) {
    const [, area, , rows, count, , ...genes] = await cells(name);
    expect(Number(area)).toBeCloseTo(areaOf(inUm[i]!), 1);
    expect(rows).toBe(String(inside[i]!.length));
    expect(count).toBe(String(inside[i]!.length));
    expect(genes).toEqual(["Fasn", "Pck1"].map((gene) => String(molecules(inside[i]!, gene))));
  }

  await dialog.getByRole("button", { name: "Rows" }).click();
  const names = ["One", "Two", "Three"];
  const order = names.toSorted((a, b) => inside[names.indexOf(b)]!.length - inside[names.indexOf(a)]!.length);
  await expect(dialog.locator("tr[data-subject] th")).toHaveText(order);

  const pair = dialog.getByRole("region", { name: "What differs between two" });
  const shown = pair.getByRole("button", { name: /Show .* on the slide/ }).first();
  const gene = (await shown.textContent()) ?? "";
  const [first, second] = (
    await pair.getByRole("table").first().getByRole("row").nth(1).getByRole("cell").allTextContents()
  ).map(Number);
  expect([first, second]).toEqual([molecules(inside[0]!, gene), molecules(inside[1]!, gene)]);
  await shown.click();
  expect((await product.status()).genes).toContain(gene);

  const { violations } = await new AxeBuilder({ page }).include("[role=dialog]").analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save as CSV" }).click();
  const saved = readFileSync(await (await download).path(), "utf8")
    .trim()
    .split("\n");
  expect(saved[0]).toMatch(/^name,class,area_mm2,perimeter_um,rows,molecules,molecules_per_mm2,Fasn,Pck1/);
  expect(saved.slice(1).map((line) => line.split(",")[0])).toEqual(order);

  // Of a class, what its regions share counts once.
  await dialog.getByText("Classes", { exact: true }).click();
  await expect(dialog.getByRole("status")).toHaveText("2 of 2 counted");
  const shared = rowsInside(
    await page.evaluate(
      (ring) => ring.map((at) => [...(window.centiscope?.regions.toUm(at) ?? [])] as [number, number]),
      [
        [180, 140],
        [260, 140],
        [260, 260],
        [180, 260],
      ] as Position[],
    ),
  );
  expect((await cells("Tumour"))[3]).toBe(String(inside[0]!.length + inside[1]!.length - shared.length));

  await dialog.getByRole("button", { name: /Tumour/ }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("region", { name: "2 selected" })).toBeVisible();
});

test("long names of regions and classes leave every figure in sight", async ({ product }) => {
  const { page } = product;
  await product.visitSample("merscope-mouse");
  await page.evaluate(
    async ([rings, words]) => {
      for (const [i, ring] of rings.entries())
        await window.centiscope?.regions.add({
          type: "Feature",
          geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
          properties: { name: `${i} ${words}`, classification: { name: words, color: [200, 30, 30] } },
        });
      window.centiscope?.select([]);
    },
    [[square(100, 100, 160), square(300, 300, 90)], "tertiary lymphoid structure ".repeat(4)] as const,
  );
  await page.getByRole("tab", { name: "Regions" }).click();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Compare regions" });
  await expect(dialog.getByRole("status")).toHaveText("2 of 2 counted");
  const tables = await dialog.getByRole("table").all();
  expect(tables.length).toBe(3);
  for (const table of tables)
    expect(await table.evaluate((it) => it.scrollWidth - (it.parentElement?.clientWidth ?? 0))).toBeLessThan(
      1,
    );
});
