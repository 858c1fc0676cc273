import { PNG } from "pngjs";
import { expect, type Product, test } from "./app.ts";
import { clear, list, onPage, openToDraw, type Px } from "./stage-hand.ts";

const COUNT = 3000;
const SIDE = 2;

/** Squares of 2 image px, 8 px from each other, 60 to a row. */
const placeOf = (i: number): Px => [20 + 8 * (i % 60), 20 + 8 * Math.floor(i / 60)];

function geojson(): string {
  const features = Array.from({ length: COUNT }, (_, i) => {
    const [x, y] = placeOf(i);
    const ring = [
      [x, y],
      [x + SIDE, y],
      [x + SIDE, y + SIDE],
      [x, y + SIDE],
      [x, y],
    ];
    const id = `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`;
    return {
      type: "Feature",
      id,
      geometry: { type: "Polygon", coordinates: [ring] },
      properties: { objectType: "annotation", name: `n${i}` },
    };
  });
  return JSON.stringify({ type: "FeatureCollection", features });
}

/** The screen's colour at a place of the image. */
async function colorAt(product: Product, [x, y]: Px): Promise<readonly [number, number, number]> {
  const at = await product.page.evaluate(
    (frame) => {
      const um = window.centiscope?.regions.toUm(frame);
      return um && window.centiscope?.project(um);
    },
    [x, y] as const,
  );
  const [left, top] = await onPage(product, [at?.[0] ?? Number.NaN, at?.[1] ?? Number.NaN]);
  const clip = { x: Math.floor(left), y: Math.floor(top), width: 1, height: 1 };
  const { data } = PNG.sync.read(await product.page.screenshot({ clip }));
  return [data[0]!, data[1]!, data[2]!];
}

/** True when the screen is red at a place of the image. */
async function isRed(product: Product, at: Px): Promise<boolean> {
  const [red, green, blue] = await colorAt(product, at);
  return red > 180 && green < 60 && blue < 60;
}

async function openBare(product: Product): Promise<void> {
  const { page } = product;
  await openToDraw(product);
  await page.getByRole("checkbox", { name: "Transcripts" }).uncheck();
  await page.getByRole("checkbox", { name: "Bins" }).uncheck();
  await page.getByRole("tab", { name: "Regions" }).click();
  await clear(product);
}

test("very many regions come as one step, stand where they lie at any scale, and are there after a reload", async ({
  product,
}) => {
  const { page } = product;
  await openBare(product);
  const report = await page.evaluate(
    (text) => window.centiscope?.regions.import(text, { frame: "imagePx" }),
    geojson(),
  );
  expect(report).toMatchObject([{ found: COUNT, imported: COUNT }]);
  const seen = async () => (await list(product)).length;
  await page.evaluate(() => window.centiscope?.regions.undo());
  expect(await seen()).toBe(0);
  await page.evaluate(() => window.centiscope?.regions.redo());
  expect(await seen()).toBe(COUNT);
  await expect(page.getByText(/^3\W000 regions/)).toBeVisible();
  await expect(page.getByText("Saved in this browser")).toBeVisible();

  const middle = (i: number): Px => [placeOf(i)[0] + SIDE / 2, placeOf(i)[1] + SIDE / 2];
  const between = (i: number): Px => [placeOf(i)[0] + 5, placeOf(i)[1] + 5];
  const standWhereTheyLie = async () => {
    for (const i of [759, 1530, 2141, 2999]) {
      await expect.poll(() => isRed(product, middle(i))).toBe(true);
      expect(await isRed(product, between(i))).toBe(false);
    }
  };
  // One image px is about a px of the screen: boxes.
  await standWhereTheyLie();
  // Some 40 px: outlines, and its own colour mixed with the image within.
  const [x, y] = placeOf(1530);
  await page.evaluate((frame) => {
    const um = window.centiscope?.regions.toUm(frame);
    const camera = window.centiscope?.camera();
    if (um && camera) window.centiscope?.setCamera({ centerUm: um, umPerPx: camera.umPerPx / 20 });
  }, middle(1530));
  await product.ready();
  for (const edge of [
    [x + 1, y],
    [x + 1, y + SIDE],
    [x, y + 1],
    [x + SIDE, y + 1],
  ] as const) {
    await expect.poll(() => isRed(product, edge)).toBe(true);
  }
  expect(await isRed(product, between(1530))).toBe(false);
  await page.reload();
  await page.waitForFunction((count) => window.centiscope?.regions.list().length === count, COUNT);
  await product.ready();
  expect((await list(product)).map(({ name }) => name).toSorted()).toEqual(
    Array.from({ length: COUNT }, (_, i) => `n${i}`).toSorted(),
  );
  await page.evaluate(() => window.centiscope?.regions.undo());
  expect(await seen()).toBe(0);
  expect(product.faults).toEqual([]);
});

test("an area of very many corners is filled but for its hole, and its outline lies where it should at any scale", async ({
  product,
}) => {
  const { page } = product;
  await openBare(product);
  // Its upper side is a saw of 40 000 corners, and so is that of its hole; the other sides are straight.
  const saw = (left: number, top: number, side: number): Px[] => [
    ...Array.from({ length: 40_000 }, (_, i): Px => [left + (side * i) / 40_000, top + 0.01 * (i % 2)]),
    [left + side, top],
    [left + side, top + side],
    [left, top + side],
    [left, top],
  ];
  const feature = {
    type: "Feature",
    id: "00000000-0000-4000-8000-000000000001",
    geometry: { type: "Polygon", coordinates: [saw(100, 100, 300), saw(200, 200, 100)] },
    properties: { objectType: "annotation" },
  };
  await page.evaluate(
    (text) => window.centiscope?.regions.import(text, { frame: "imagePx" }),
    JSON.stringify(feature),
  );
  const tint = async (at: Px) => {
    const [red, green] = await colorAt(product, at);
    return red - green;
  };
  // Filled once its picture is made. Looked at where no handle is.
  await expect.poll(() => tint([150, 250])).toBeGreaterThan(20);
  expect(await tint([350, 330])).toBeGreaterThan(20);
  expect(await tint([250, 250])).toBe(0);
  expect(await tint([450, 250])).toBe(0);
  for (const edge of [
    [100, 180],
    [400, 180],
    [180, 400],
    [200, 230],
    [300, 230],
    [230, 300],
  ] as const) {
    expect(await isRed(product, edge)).toBe(true);
  }
  const { umPerPx } = await product.camera();
  for (const zoom of [6, 30]) {
    await page.evaluate((scale) => {
      const um = window.centiscope?.regions.toUm([400, 400.5]);
      if (um) window.centiscope?.setCamera({ centerUm: um, umPerPx: scale });
    }, umPerPx / zoom);
    await product.ready();
    const off = 20 / zoom;
    await expect.poll(() => isRed(product, [400, 400 - off])).toBe(true);
    expect(await isRed(product, [400 - off, 400])).toBe(true);
    expect(await isRed(product, [400 + off, 400])).toBe(false);
    await expect.poll(() => tint([400 - off, 400 - off])).toBeGreaterThan(20);
    expect(await tint([400 + off, 400 + off])).toBe(0);
  }
  expect(product.faults).toEqual([]);
});
