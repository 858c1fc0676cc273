import type { Annotation, Position } from "../../src/core/annotation.ts";
import { expect, type Product, userFile } from "./app.ts";
import { areaOf } from "./plain-counts.ts";

/** CSS px of the stage. */
export type Px = readonly [x: number, y: number];

/** Views that every tool must draw alike under. */
export const VIEWS = [
  { rotationDeg: 0, flipped: false },
  { rotationDeg: 33, flipped: true },
] as const;
export type View = (typeof VIEWS)[number];

export async function openToDraw(product: Product, view: View = VIEWS[0]): Promise<void> {
  await product.visitSample("merscope-mouse");
  await product.page.evaluate((camera) => window.centiscope?.setCamera(camera), view);
  await product.ready();
  await expect(product.page.getByRole("toolbar", { name: "Drawing" })).toBeVisible();
}

export const list = (product: Product): Promise<Annotation[]> =>
  product.page.evaluate(() => window.centiscope?.regions.list() ?? []);

/** Where places of the stage lie in the document's frame, by `unproject`, which the alignment tests measure. */
export const frameOf = (product: Product, places: readonly Px[]): Promise<Position[]> =>
  product.page.evaluate(
    (all) =>
      all.map(([x, y]) => {
        const um = window.centiscope?.unproject([x, y]);
        const at = um && window.centiscope?.regions.fromUm(um);
        if (!at) throw new Error("no slide is shown");
        return at;
      }),
    places,
  );

export const toUm = (product: Product, ring: readonly Position[]): Promise<Position[]> =>
  product.page.evaluate(
    (all) => all.map((at) => window.centiscope?.regions.toUm(at) ?? [Number.NaN, Number.NaN]),
    ring,
  );

/** Where the stage lies on the page; it does not move in these tests. */
const corners = new WeakMap<Product, Promise<Px>>();

export async function onPage(product: Product, [x, y]: Px): Promise<[number, number]> {
  const stage = product.page.locator("[data-stage]");
  const found = corners.get(product) ?? stage.boundingBox().then((box): Px => [box?.x ?? 0, box?.y ?? 0]);
  corners.set(product, found);
  const [left, top] = await found;
  return [left + x, top + y];
}

export async function drag(product: Product, ...places: readonly Px[]): Promise<void> {
  const { mouse } = product.page;
  const [first, ...rest] = await Promise.all(places.map((px) => onPage(product, px)));
  await mouse.move(first![0], first![1]);
  await mouse.down();
  for (const [x, y] of rest) await mouse.move(x, y);
  await mouse.up();
}

export async function click(product: Product, px: Px, options: { clickCount?: number } = {}): Promise<void> {
  const [x, y] = await onPage(product, px);
  await product.page.mouse.click(x, y, options);
}

/** What `act` adds to the list: exactly one. */
export async function drawn(product: Product, act: () => Promise<void>): Promise<Annotation> {
  const before = new Set((await list(product)).map(({ id }) => id));
  await act();
  let made: Annotation[] = [];
  await expect
    .poll(async () => {
      made = (await list(product)).filter(({ id }) => !before.has(id));
      return made.length;
    })
    .toBe(1);
  return made[0]!;
}

/** The annotation of an id after `act` has changed its geometry. */
export async function changed(product: Product, id: string, act: () => Promise<void>): Promise<Annotation> {
  const find = async () => (await list(product)).find((one) => one.id === id);
  const before = JSON.stringify((await find())?.geometry);
  await act();
  let now: Annotation | undefined;
  await expect
    .poll(async () => {
      now = await find();
      return now !== undefined && JSON.stringify(now.geometry) !== before;
    })
    .toBe(true);
  return now!;
}

export const select = (product: Product, ...annotations: readonly Annotation[]): Promise<void> =>
  product.page.evaluate(
    (ids) => window.centiscope?.regions.select(ids),
    annotations.map(({ id }) => id),
  );

/** Takes everything off the slide. */
export const clear = (product: Product): Promise<void> =>
  product.page.evaluate(() => {
    for (const { id } of window.centiscope?.regions.list() ?? []) window.centiscope?.regions.remove(id);
  });

/** One of the menu's items, by keys alone. */
export async function shapeByKeys(product: Product, name: string): Promise<void> {
  const { page } = product;
  const item = page.getByRole("menuitem", { name });
  const { selected = [] } = (await page.evaluate(() => window.centiscope?.regions.state())) ?? {};
  const panel = page.getByRole("region", { name: `${selected.length} selected` });
  // The menu before this one gives the focus back when it has gone.
  await expect(page.getByRole("menu")).toHaveCount(0);
  await expect(async () => {
    await panel.getByRole("button", { name: "Shape" }).press("Enter");
    await expect(item).toBeVisible({ timeout: 2000 });
  }).toPass();
  await expect
    .poll(
      async () => {
        await page.keyboard.press("ArrowDown");
        return item.evaluate((element) => element === document.activeElement);
      },
      { intervals: [1] },
    )
    .toBe(true);
  await page.keyboard.press("Enter");
}

export function ringOf(annotation: Annotation | undefined): readonly Position[] {
  return annotation?.geometry.type === "area" ? (annotation.geometry.region[0]?.[0] ?? []) : [];
}

/** The chain, or the points, of an annotation that is no area. */
export function placesOf({ geometry }: Annotation): readonly Position[] {
  if (geometry.type === "line") return geometry.lines[0] ?? [];
  return geometry.type === "points" ? geometry.positions : [];
}

/** Corners agree to a hundredth of a unit of the frame. */
export function expectCorners(found: readonly Position[], expected: readonly Position[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach(([x, y], i) => {
    expect(x).toBeCloseTo(expected[i]![0], 2);
    expect(y).toBeCloseTo(expected[i]![1], 2);
  });
}

/** Two numbers agree to this share of the second. */
export function expectNear(found: number, expected: number, share: number): void {
  expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThanOrEqual(share);
}

/** Of all parts, without their holes; in units of the frame. */
export function wholeArea({ geometry }: Annotation): number {
  if (geometry.type !== "area") return 0;
  return geometry.region.reduce(
    (sum, rings) => sum + rings.reduce((part, ring, i) => part + (i === 0 ? 1 : -1) * areaOf(ring), 0),
    0,
  );
}

/** Distance from a place to the nearest point of a chain; of a ring where it is closed. */
export function distanceTo(chain: readonly Position[], closed: boolean, [x, y]: Position): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = closed ? 0 : 1; i < chain.length; i++) {
    const [[ax, ay], [bx, by]] = [chain.at(i - 1)!, chain[i]!];
    const [dx, dy] = [bx - ax, by - ay];
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.min(1, Math.max(0, along));
    least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return least;
}

export const distance = ([ax, ay]: Position, [bx, by]: Position): number => Math.hypot(bx - ax, by - ay);

/** A molecule in the middle of each of 40 × 40 squares of 0.5 µm, and nine in a block of 12 × 8. */
export function blockTable(): string {
  const rows = ["x_um,y_um,gene,count"];
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 40; x++) {
      const inBlock = x >= 10 && x < 22 && y >= 16 && y < 24;
      rows.push(`${x / 2 + 0.25},${y / 2 + 0.25},G${(x + y) % 3},${inBlock ? 9 : 1}`);
    }
  }
  return `${rows.join("\n")}\n`;
}

/** `blockTable` as a slide without an image, in bins. */
export async function openBlock(product: Product, binUm: number, shape: "square" | "hex"): Promise<void> {
  await product.visit();
  await product.drop([userFile("block.csv", blockTable())]);
  await product.page.evaluate(
    async ([um, of]) => {
      window.centiscope?.setBin(um, of);
      await window.centiscope?.ready();
    },
    [binUm, shape] as const,
  );
}

/** Of a half turn of a round brush, drawn with 16 chords, two of which close a stroke. */
export const roundEnds = (radius: number): number => 16 * radius ** 2 * Math.sin(Math.PI / 16);

/** Straight from the first to the last, a step of at most 20 px at a time. */
export function along(...corners: readonly Px[]): Px[] {
  return corners.flatMap(([x, y], i): Px[] => {
    const next = corners[i + 1];
    if (!next) return [[x, y]];
    const steps = Math.ceil(Math.hypot(next[0] - x, next[1] - y) / 20);
    return Array.from({ length: steps }, (_, s) => [
      x + ((next[0] - x) * s) / steps,
      y + ((next[1] - y) * s) / steps,
    ]);
  });
}

/** Pixels of the image's own canvas that hang together with a place and differ by 12 levels at most, plainly. */
export const likePixels = (product: Product, at: Px): Promise<number> =>
  product.page.evaluate(([x, y]) => {
    const canvas = document.querySelector<HTMLCanvasElement>("[data-stage] .openseadragon-canvas canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) throw new Error("no image");
    const { width, height } = canvas;
    const { data } = context.getImageData(0, 0, width, height);
    const level = (px: number, py: number) => data[(py * width + px) * 4]!;
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += level(x + dx, y + dy);
    const seen = new Set<number>();
    const open: [number, number][] = [[x, y]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [px, py] = next;
      const key = py * width + px;
      if (seen.has(key) || px < 0 || py < 0 || px >= width || py >= height) continue;
      if (data[key * 4 + 3] === 0 || Math.abs(level(px, py) - sum / 9) > 12) continue;
      seen.add(key);
      open.push([px + 1, py], [px - 1, py], [px, py + 1], [px, py - 1]);
    }
    return seen.size;
  }, at);
