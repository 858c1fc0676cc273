import { expect, type Page, test } from "@playwright/test";
import { type GlyphShape, glyphShapes } from "../../src/core/glyph.ts";
import type { BinShot } from "./harness/layer-shots.ts";
import { serveHarness } from "./harness/serve.ts";

let harness: Awaited<ReturnType<typeof serveHarness>>;
let page: Page;

test.beforeAll(async ({ browser }) => {
  harness = await serveHarness(5252);
  const context = await browser.newContext({ viewport: { width: 500, height: 420 } });
  page = await context.newPage();
  await page.addInitScript(() => {
    const { bufferData } = WebGL2RenderingContext.prototype;
    Object.assign(window, { vertexBytes: 0 });
    WebGL2RenderingContext.prototype.bufferData = function (
      this: WebGL2RenderingContext,
      ...args: unknown[]
    ) {
      const data = args[1];
      if (args[0] === this.ARRAY_BUFFER && ArrayBuffer.isView(data))
        (window as unknown as { vertexBytes: number }).vertexBytes += data.byteLength;
      Reflect.apply(bufferData, this, args);
    };
  });
  await page.goto(`${harness.url}layer-shots.html`);
  await page.waitForFunction(() => window.shots !== undefined);
});
test.afterAll(async () => {
  expect(await page.evaluate(() => window.shots.errors)).toEqual([]);
  await page.context().close();
  await harness.close();
});

const open = (x = 0, y = 0) => page.evaluate(([a, b]) => window.shots.open(a, b), [x, y] as const);
const read = (at: [number, number][] = []) => page.evaluate((pixels) => window.shots.read(pixels), at);
const pixels = async (...at: [number, number][]) => (await read(at)).pixels;
const bins = (...shots: Partial<BinShot>[]) =>
  page.evaluate(
    (all) => window.shots.bins(all),
    shots.map((shot): BinShot => ({ ...plain, ...shot })),
  );

const plain: BinShot = {
  shape: "square",
  binUm: 20,
  col0: 2,
  row0: 1,
  cols: 3,
  rows: 2,
  values: [1, 2, 4, 8, 0, null],
  low: 0,
  high: 8,
  scale: "linear",
  zero: "empty",
};
const entry = (i: number) => [i, 255 - i, 7, 255];
const nothing = [0, 0, 0, 0];

test.describe("square bins", () => {
  test.beforeEach(() => open());

  test("fill exactly their pixels with the colour map's entry", async () => {
    await bins({});
    // Bin (2, 1) is x 40–60, y 20–40 µm at 1 px per µm. 1/8 · 255 + ½ = 32.4 → entry 32; 2/8 → 64, 4/8 → 128.
    expect(await pixels([40, 20], [59, 39], [60, 20], [99, 39], [40, 40])).toEqual([
      entry(32),
      entry(32),
      entry(64),
      entry(128),
      entry(255),
    ]);
    expect(await pixels([39, 20], [40, 19], [100, 20], [40, 60])).toEqual([
      nothing,
      nothing,
      nothing,
      nothing,
    ]);
  });

  test("leave empty and undefined bins transparent", async () => {
    await bins({});
    expect(await pixels([70, 50], [90, 50])).toEqual([nothing, nothing]);
  });

  test("give 0 its colour where it is a value, as of a ratio", async () => {
    await bins({ zero: "value" });
    expect(await pixels([70, 50], [90, 50])).toEqual([entry(0), nothing]);
  });

  test("scale by log1p and by square root, and clamp at the limits", async () => {
    // log 2 / log 3 · 255 + ½ = 161.4; √1 / √4 → 128; above the top → 255.
    await bins({ scale: "log", high: 2 });
    expect(await pixels([45, 25], [85, 25])).toEqual([entry(161), entry(255)]);
    await bins({ scale: "sqrt", high: 4 });
    expect(await pixels([45, 25])).toEqual([entry(128)]);
    await bins({ low: 3, high: 3 });
    expect(await pixels([45, 25])).toEqual([entry(255)]);
  });

  test("leave out the hole for a finer raster", async () => {
    await bins({ clipUm: { minX: 50, minY: 20, maxX: 60, maxY: 30 } });
    expect(await pixels([49, 25], [50, 20], [59, 29], [59, 30])).toEqual([
      entry(32),
      nothing,
      nothing,
      entry(32),
    ]);
  });

  test("turn clockwise and mirror with the picture", async () => {
    await bins({ col0: 10, row0: 7, cols: 2, rows: 1, values: [1, 2] });
    // Bins x 200–220 and 220–240, y 140–160; from the middle (200, 150): right of it.
    expect(await pixels([205, 150], [225, 150])).toEqual([entry(32), entry(64)]);
    await page.evaluate(() => window.shots.look({ rotationDeg: 90 }));
    expect(await pixels([200, 155], [200, 175], [205, 175])).toEqual([entry(32), entry(64), entry(64)]);
    await page.evaluate(() => window.shots.look({ rotationDeg: 0, flipped: true }));
    expect(await pixels([194, 150], [174, 150])).toEqual([entry(32), entry(64)]);
  });
});

test("bins keep their edges at 64 px per µm, 5 cm from the origin and left of it", async () => {
  for (const [x, y] of [
    [50_000, 30_000],
    [-50_000, -30_000],
  ] as const) {
    await open(x, y);
    await page.evaluate((centerUm) => window.shots.look({ centerUm, umPerPx: 1 / 64 }), [
      x + 100.5,
      y + 100.5,
    ] as [number, number]);
    const nine = { binUm: 1, col0: x + 99, row0: y + 99, cols: 3, rows: 3, high: 255 };
    await bins({ ...nine, values: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
    // The middle bin is 64 px wide about (200, 150).
    expect(await pixels([168, 118], [231, 181], [167, 118], [232, 181], [168, 117], [231, 182])).toEqual(
      [5, 5, 4, 6, 2, 8].map(entry),
    );
  }
});

test.describe("hexagonal bins", () => {
  test("are the nearest centre's, pixel by pixel", async () => {
    for (const [x, y] of [
      [0, 0],
      [-200, -150],
    ] as const) {
      await open(x, y);
      const window_ = {
        binUm: 17,
        col0: Math.round(x / 17) + 3,
        row0: Math.round(y / 14.7) + 4,
        cols: 12,
        rows: 11,
      };
      const values = Array.from({ length: 132 }, (_, i) => i + 1);
      await bins({ shape: "hex", ...window_, values, low: 0, high: 255 });
      const at: [number, number][] = [];
      for (let i = 0; i < 1500; i++) at.push([(i * 7919) % 400, (i * 104_729) % 300]);
      const found = await pixels(...at);
      let compared = 0;
      for (const [i, [px, py]] of at.entries()) {
        const nearest = nearestHexagon(x + px + 0.5, y + py + 0.5, 17);
        // Rasterisers place corners on a grid of 1/16 px.
        if (nearest.margin < 0.2) continue;
        const col = nearest.col - window_.col0;
        const row = nearest.row - window_.row0;
        const inside = col >= 0 && col < 12 && row >= 0 && row < 11;
        expect(found[i], `pixel ${px}, ${py}`).toEqual(inside ? entry(row * 12 + col + 1) : nothing);
        compared++;
      }
      expect(compared).toBeGreaterThan(1300);
    }
  });

  test("leave out empty and undefined ones", async () => {
    await open();
    await bins({ shape: "hex", binUm: 40, cols: 3, rows: 1, row0: 2, values: [0, null, 3], high: 255 });
    // Row 2 lies at y = 2 · 40 · √3/2 = 69.3; columns 2, 3, 4 at x = 80, 120, 160.
    expect(await pixels([80, 69], [120, 69], [160, 69])).toEqual([nothing, nothing, entry(3)]);
  });
});

/** Brute force over the lattice: pointy-top, odd rows shifted right by half. `margin`: distance to the runner-up. */
function nearestHexagon(x: number, y: number, width: number) {
  const rowHeight = (width * Math.sqrt(3)) / 2;
  let best = { col: 0, row: 0, distance: Number.POSITIVE_INFINITY };
  let second = Number.POSITIVE_INFINITY;
  for (let row = Math.floor(y / rowHeight) - 2; row <= Math.floor(y / rowHeight) + 2; row++) {
    for (let col = Math.floor(x / width) - 2; col <= Math.floor(x / width) + 2; col++) {
      const shift = row % 2 === 0 ? 0 : 0.5;
      const distance = Math.hypot(x - (col + shift) * width, y - row * rowHeight);
      if (distance < best.distance) {
        second = best.distance;
        best = { col, row, distance };
      } else if (distance < second) second = distance;
    }
  }
  return { ...best, margin: second - best.distance };
}

type Points = Parameters<Window["shots"]["points"]>;
const points = (...args: Points) => page.evaluate((all) => window.shots.points(...all), args);
const red = { color: "#ff0000", shape: "circle" as GlyphShape };
const at = (x: number, y: number, gene = 0) => [
  { origin: [0, 0] as [number, number], quantumUm: 0.5, rows: [[2 * x, 2 * y, gene, 1]] },
];

test.describe("transcripts", () => {
  test.beforeEach(() => open());

  test("lie on their pixel in their gene's colour, hidden genes nowhere", async () => {
    await points(at(100, 80), [{ color: "#12abef", shape: "circle" }], 11);
    expect(await pixels([100, 80], [104, 80], [107, 80])).toEqual([
      [0x12, 0xab, 0xef, 255],
      [0x12, 0xab, 0xef, 255],
      nothing,
    ]);
    await points(at(100, 80), [null, red], 11);
    expect((await read()).coverage).toBe(0);
  });

  test("find any of 65 536 genes in the palette", async () => {
    const styles = Array.from({ length: 60_001 }, () => null as typeof red | null);
    styles[60_000] = red;
    await points(at(100, 80, 60_000), styles, 11);
    expect(await pixels([100, 80])).toEqual([[255, 0, 0, 255]]);
  });

  test("cover the same area in every shape: that of the circle", async () => {
    const shares: Record<string, number> = {};
    for (const shape of glyphShapes) {
      await points(at(200, 150), [{ color: "#ff0000", shape }], 60);
      shares[shape] = (await read()).coverage / (Math.PI * 30 * 30);
    }
    for (const share of Object.values(shares)) {
      expect(share, JSON.stringify(shares)).toBeGreaterThan(0.985);
      expect(share, JSON.stringify(shares)).toBeLessThan(1.015);
    }
  });

  test("have the shape of their gene", async () => {
    // Just inside and just outside of each outline at r = 30 px about (200, 150).
    const probes: Record<GlyphShape, [inside: [number, number], outside: [number, number]]> = {
      circle: [
        [220, 170],
        [222, 172],
      ],
      square: [
        [225, 175],
        [227, 177],
      ],
      triangle: [
        [200, 105],
        [180, 110],
      ],
      diamond: [
        [235, 150],
        [220, 170],
      ],
      cross: [
        [225, 175],
        [200, 170],
      ],
      plus: [
        [237, 150],
        [215, 165],
      ],
      star: [
        [200, 105],
        [200, 175],
      ],
      ring: [
        [228, 150],
        [200, 150],
      ],
    };
    for (const shape of glyphShapes) {
      await points(at(200, 150), [{ color: "#ff0000", shape }], 60);
      expect(await pixels(...probes[shape]), shape).toEqual([[255, 0, 0, 255], nothing]);
    }
  });

  test("wear an outline outside their area", async () => {
    const white = [255, 255, 255, 255] as const;
    await points(at(200.5, 150.5), [red], 20, { light: [0, 0, 0, 255], dark: white });
    // r = 10: the edge of the fill at 160.5, of the outline at 161.5, each half a pixel soft.
    const [middle, edge, ring, outside] = await pixels([200, 150], [200, 159], [200, 160], [200, 162]);
    expect([middle, edge, outside]).toEqual([[255, 0, 0, 255], [255, 0, 0, 255], nothing]);
    expect(ring?.[0]).toBe(255);
    expect(ring?.[1]).toBeGreaterThan(125);
    expect(ring?.[1]).toBeLessThan(131);
    // Red has a luma of 0.3, yellow one of 0.89.
    await points(at(200.5, 150.5), [{ ...red, color: "#ffff00" }], 20, {
      light: [0, 0, 255, 255],
      dark: white,
    });
    expect((await pixels([200, 160]))[0]?.[2]).toBeGreaterThan(125);
  });

  test("of many tiles are each where theirs are, 5 cm from the origin, at 64 px per µm", async () => {
    await open(50_000, 30_000);
    await page.evaluate(() => window.shots.look({ centerUm: [50_001, 30_001], umPerPx: 1 / 64 }));
    await points(
      [
        { origin: [50_000, 30_000], quantumUm: 0.05, rows: [[20, 20, 0, 1]] },
        {
          origin: [49_000.0125, 29_000],
          quantumUm: 0.05,
          rows: [
            [20_040, 20_040, 0, 1],
            [0, 0, 0, 1],
          ],
        },
      ],
      [red],
      0.16,
    );
    // (50 001, 30 001) is the middle; (50 002.0125, 30 002) lies 64.8 px right and 64 px below it.
    const found = await pixels([200, 150], [204, 150], [206, 150], [264, 214], [268, 214], [259, 214]);
    expect(found.map((pixel) => pixel[3] === 255)).toEqual([true, true, false, true, true, false]);
  });

  test("are recoloured and hidden by the palette alone", async () => {
    await points(at(100, 80), [red], 11, null, "same");
    const before = await page.evaluate(() => (window as unknown as { vertexBytes: number }).vertexBytes);
    expect(before).toBeGreaterThan(0);
    await points(at(100, 80), [{ color: "#00ff00", shape: "square" }], 11, null, "same");
    expect(await pixels([100, 80])).toEqual([[0, 255, 0, 255]]);
    await points(at(100, 80), [null], 11, null, "same");
    expect((await read()).coverage).toBe(0);
    expect(await page.evaluate(() => (window as unknown as { vertexBytes: number }).vertexBytes)).toBe(
      before,
    );
  });

  test("come back after the graphics card was taken away", async () => {
    await points(at(100, 80), [red], 11);
    await page.evaluate(async () => {
      window.shots.loseContext();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await window.shots.picture.settled();
    });
    expect(await pixels([100, 80], [110, 80])).toEqual([[255, 0, 0, 255], nothing]);
  });
});

test("a click is told from a drag, in stage pixels, also on a mirrored picture", async () => {
  await open();
  await page.evaluate(() => window.shots.look({ rotationDeg: 30, flipped: true, umPerPx: 0.5 }));
  await page.evaluate(() => {
    const log: string[] = [];
    Object.assign(window, { log });
    const { picture } = window.shots;
    picture.onPointer((event) => log.push(`${event.kind} ${event.atPx.map(Math.round)}`));
    picture.onCursor((found) => {
      const back = found && picture.project([found.xUm, found.yUm] as never);
      log.push(`cursor ${back?.map((px) => Math.round(px * 1e6) / 1e6)}`);
    });
  });
  const log = () => page.evaluate(() => (window as unknown as { log: string[] }).log.splice(0));
  await page.mouse.move(120, 90);
  expect(await log()).toEqual(["cursor 120,90", "move 120,90"]);
  await page.mouse.down();
  await page.mouse.up();
  expect(await log()).toContain("click 120,90");
  await page.mouse.down();
  await page.mouse.move(160, 140, { steps: 4 });
  await page.mouse.up();
  expect((await log()).filter((line) => line.startsWith("click"))).toEqual([]);
});
