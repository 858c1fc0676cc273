import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import type { Position } from "../../src/core/annotation.ts";
import { expect, test } from "./app.ts";
import { areaOf, isInside, rowsInside } from "./plain-counts.ts";
import {
  blockTable,
  click,
  drag,
  expectCorners,
  frameOf,
  list,
  openBlock,
  openToDraw,
  type Px,
  ringOf,
  toUm,
  VIEWS,
} from "./stage-hand.ts";

test("areas by mouse, turned and mirrored, hold the rows that plain arithmetic finds", async ({
  product,
}) => {
  const { page } = product;
  await openToDraw(product, VIEWS[1]);
  const corners: Px[] = [
    [250, 260],
    [430, 250],
    [400, 420],
    [300, 400],
  ];
  const inFrame = await frameOf(product, corners);

  await page.keyboard.press("r");
  await drag(product, corners[0]!, [300, 300], corners[2]!);
  const [[ax, ay], , [bx, by]] = inFrame as [Position, Position, Position];
  const [x0, x1] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [y0, y1] = [Math.min(ay, by), Math.max(ay, by)];
  await expect.poll(async () => (await list(product)).length).toBe(1);
  const [box] = await list(product);
  expect(box?.geometry.shape).toBe("rectangle");
  expectCorners(ringOf(box), [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ]);

  await page.keyboard.press("p");
  for (const px of corners.slice(0, 3)) await click(product, px);
  await click(product, corners[3]!);
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await list(product)).length).toBe(2);
  const polygon = (await list(product))[1];
  expectCorners(ringOf(polygon), inFrame);

  // The panel's figures are those of plain arithmetic over the outline and the file.
  const ringUm = await toUm(product, ringOf(polygon));
  const rows = rowsInside(ringUm).length;
  expect(rows).toBeGreaterThan(20);
  const counts = await page.evaluate((id) => window.centiscope?.regions.counts(id), polygon?.id ?? "");
  expect(counts?.rows).toBe(rows);
  const panel = page.getByRole("region", { name: "1 selected" });
  const area = areaOf(ringUm);
  await expect
    .poll(async () => {
      const word =
        (await panel
          .getByText(/^[\d.,\s]+ (mm²|µm²)$/)
          .first()
          .textContent()) ?? "";
      const shown = Number.parseFloat(word.replace(/[^\d.]/g, "")) * (word.includes("mm²") ? 1e6 : 1);
      return Math.abs(shown / area - 1);
    })
    .toBeLessThan(1e-3);
  const figure = panel.locator("dl[data-exact] dd").first();
  await expect(figure).toHaveText(new RegExp(`^${String(rows).replace(/\B(?=(\d{3})+$)/g, "\\D?")}$`));
});

test("what was drawn is undone, redone, edited, and there after a reload", async ({ product }) => {
  const { page } = product;
  await openToDraw(product);
  await page.keyboard.press("o");
  await drag(product, [260, 260], [300, 300], [420, 380]);
  await expect.poll(async () => (await list(product)).length).toBe(1);
  const [drawn] = await list(product);
  await page.keyboard.press("Control+z");
  expect(await list(product)).toEqual([]);
  await page.keyboard.press("Control+Shift+z");
  expect(await list(product)).toEqual([drawn]);

  // Its lower right grip is pulled; the box follows exactly.
  await click(product, [340, 320]);
  const [from, to] = await frameOf(product, [
    [260, 260],
    [450, 410],
  ]);
  await drag(product, [420, 380], [440, 400], [450, 410]);
  await expect.poll(async () => JSON.stringify(await list(product))).not.toBe(JSON.stringify([drawn]));
  const [edited] = await list(product);
  const xs = ringOf(edited).map(([x]) => x);
  const ys = ringOf(edited).map(([, y]) => y);
  expect(Math.max(...xs)).toBeCloseTo(to![0], 2);
  expect(Math.min(...ys)).toBeCloseTo(Math.min(from![1], to![1]), 2);
  expect(edited?.geometry.shape).toBe("ellipse");

  await expect.poll(() => page.evaluate(() => window.centiscope?.regions.state().saved)).toBe("saved");
  await page.reload();
  await page.waitForFunction(() => window.centiscope !== undefined);
  await product.ready();
  await expect.poll(async () => JSON.stringify(await list(product))).toBe(JSON.stringify([edited]));
  await page.keyboard.press("Control+z");
  await expect.poll(async () => JSON.stringify(await list(product))).toBe(JSON.stringify([drawn]));
});

test("the wand takes the bins that look alike, to the edge; a version is kept and gone back to", async ({
  product,
}) => {
  const { page } = product;
  await openBlock(product, 0.5, "square");
  const px = (um: Px) => page.evaluate((at) => window.centiscope?.project(at) ?? [0, 0], um);
  await page.keyboard.press("w");
  // In the middle of the block: squares 10–21 and 16–23 are 5–11 and 8–12 µm.
  await click(product, (await px([8, 10])) as unknown as Px);
  await expect.poll(async () => (await list(product)).length).toBe(1);
  const [block] = await list(product);
  expect(areaOf(ringOf(block))).toBeCloseTo(24, 9);
  const counts = await page.evaluate((id) => window.centiscope?.regions.counts(id), block!.id);
  expect([counts?.rows, counts?.count]).toEqual([96, 96 * 9]);

  // Named, then turned by a quarter about its middle; the version brings it back.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "History" }).click();
  const history = page.getByRole("dialog", { name: "History of the regions" });
  await history.getByLabel("Name for what stands now").fill("signed off");
  await history.getByRole("button", { name: "Keep this version" }).click();
  await expect(history.getByText("signed off")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Shape" }).click();
  await page.getByRole("menuitem", { name: "Move, turn, mirror…" }).click();
  await page.getByRole("button", { name: "Turn", exact: true }).click();
  await expect
    .poll(async () => {
      const ring = ringOf((await list(product))[0]);
      return [Math.min(...ring.map(([x]) => x)), Math.max(...ring.map(([x]) => x))];
    })
    .toEqual([6, 10]);
  await page.getByRole("button", { name: "History" }).click();
  await history.getByRole("button", { name: "Go back to this" }).click();
  await expect.poll(async () => JSON.stringify(await list(product))).toBe(JSON.stringify([block]));
});

test("over hexagons the wand takes whole ones, and counts the molecules in them", async ({ product }) => {
  const { page } = product;
  await openBlock(product, 2, "hex");
  const [x, y] = (await page.evaluate(() => window.centiscope?.project([8, 10]) ?? [0, 0])) as unknown as Px;
  await page.keyboard.press("w");
  await drag(product, [x, y], [x + 80, y]);
  await expect.poll(async () => (await list(product)).length).toBe(1);
  const [taken] = await list(product);
  const ring = ringOf(taken);
  // A hexagon 2 µm across has 2·√3 µm².
  const hexagons = areaOf(ring) / (2 * Math.sqrt(3));
  expect(hexagons).toBeCloseTo(Math.round(hexagons), 6);
  expect(hexagons).toBeGreaterThan(2);
  const inside = blockTable()
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","))
    .filter(([px, py]) => isInside(ring, Number(px), Number(py)));
  const counts = await page.evaluate((id) => window.centiscope?.regions.counts(id), taken!.id);
  expect([counts?.rows, counts?.count]).toEqual([
    inside.length,
    inside.reduce((sum, [, , , count]) => sum + Number(count), 0),
  ]);
  expect(product.faults).toEqual([]);
});

test("areas go out as a picture of labels", async ({ product }) => {
  const { page } = product;
  await openToDraw(product);
  await page.keyboard.press("r");
  await drag(product, [260, 260], [300, 300], [420, 380]);
  await expect.poll(async () => (await list(product)).length).toBe(1);
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: /Label mask/ }).click();
  await page.getByLabel("Image pixels along one pixel of the mask").fill("8");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).last().click();
  const path = await (await download).path();
  const files = unzipSync(new Uint8Array(readFileSync(path)));
  expect(Object.keys(files)).toEqual(["labels.ome.tif", "labels.csv"]);
  const [drawn] = await list(product);
  expect(new TextDecoder().decode(files["labels.csv"])).toContain(drawn!.id);
  expect([...files["labels.ome.tif"]!.subarray(0, 4)]).toEqual([0x49, 0x49, 42, 0]);
});

test("the outside adds, changes, exports, imports and is told", async ({ product }) => {
  await openToDraw(product);
  const told = await product.page.evaluate(async () => {
    const regions = window.centiscope?.regions;
    if (!regions) throw new Error("no regions");
    let changes = 0;
    const stop = regions.onChange(() => {
      changes++;
    });
    const square = [
      [10, 10],
      [90, 10],
      [90, 70],
      [10, 70],
      [10, 10],
    ];
    const feature = { type: "Feature", geometry: { type: "Polygon", coordinates: [square] }, properties: {} };
    const [id] = await regions.add(feature);
    regions.update(id ?? "", { name: "A <b>", locked: true });
    const text = await (await regions.export("geojson")).text();
    const again = await regions.import(text);
    regions.remove(id ?? "");
    const gone = regions.list().length;
    const undone = regions.undo() && regions.list().length;
    stop();
    return { text, again, gone, undone, told: changes > 3, name: regions.list()[0]?.name };
  });
  expect(told).toMatchObject({ gone: 0, undone: 1, told: true, name: "A <b>" });
  expect(told.again).toEqual([
    { file: "import", format: "geojson", found: 1, imported: 0, known: 1, lines: [] },
  ]);
  expect(JSON.parse(told.text)).toMatchObject({
    type: "FeatureCollection",
    features: [{ properties: { name: "A <b>", isLocked: true } }],
  });
});

test("what the outside adds while a slide is being opened is on it; without a slide it is refused", async ({
  product,
}) => {
  const { page } = product;
  await product.visit();
  const feature = {
    type: "Feature",
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [100, 100],
          [200, 100],
          [200, 200],
          [100, 100],
        ],
      ],
    },
    properties: { objectType: "annotation", name: "early" },
  };
  const refused = await page.evaluate(
    (one) =>
      window.centiscope?.regions.add(one).then(
        () => "",
        (thrown: unknown) => String(thrown),
      ),
    feature,
  );
  expect(refused).toContain("no slide is in view");
  await page.evaluate(async (one) => {
    const opened = window.centiscope?.openSample("merscope-mouse");
    while (window.centiscope?.status().slides.length === 0) await new Promise(requestAnimationFrame);
    await window.centiscope?.regions.add(one);
    await opened;
  }, feature);
  await product.ready();
  expect((await list(product)).map(({ name }) => name)).toEqual(["early"]);
  await page.getByRole("tab", { name: "Regions" }).click();
  await expect(page.getByText("Saved in this browser")).toBeVisible();
  // The address bar names the sample.
  await page.reload();
  await product.ready();
  expect((await list(product)).map(({ name }) => name)).toEqual(["early"]);
});

test("Escape closes a menu or a popover and leaves the selection; Delete in one deletes no region", async ({
  product,
}) => {
  const { page } = product;
  await openBlock(product, 0.5, "square");
  const selected = () => page.evaluate(() => window.centiscope?.regions.state().selected.length);
  await page.keyboard.press("w");
  await click(product, (await page.evaluate(() => window.centiscope?.project([8, 10]))) as unknown as Px);
  await page.keyboard.press("Escape");
  await expect.poll(selected).toBe(1);
  for (const [button, role] of [
    ["Export", "menu"],
    ["Share", "dialog"],
  ] as const) {
    await page.getByRole("button", { name: button, exact: true }).click();
    const popup = page.getByRole(role);
    await expect(popup).toBeVisible();
    await popup.press("Delete");
    await page.keyboard.press("Escape");
    await expect(popup).toBeHidden();
    expect(await selected()).toBe(1);
  }
  await page.getByRole("main").focus();
  await page.keyboard.press("Escape");
  await expect.poll(selected).toBe(0);
});
