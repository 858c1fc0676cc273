import { type Browser, expect, type Page, test } from "@playwright/test";
import type { Camera } from "../../src/core/camera.ts";
import type { FrameReading } from "./harness/alignment.ts";
import { serveHarness } from "./harness/serve.ts";

/** Largest distance from a marker in the image to the point that lies on it, CSS px. */
const LIMIT_PX = 0.5;
const MIN_FRAMES = 30;

test.setTimeout(300_000);

let harness: Awaited<ReturnType<typeof serveHarness>>;
test.beforeAll(async () => {
  harness = await serveHarness(5251);
});
test.afterAll(() => harness.close());

async function open(browser: Browser, deviceScaleFactor: number): Promise<Page> {
  const context = await browser.newContext({ deviceScaleFactor, viewport: { width: 860, height: 620 } });
  const page = await context.newPage();
  await page.goto(`${harness.url}alignment.html`);
  await page.waitForFunction(() => window.harness !== undefined);
  return page;
}

const show = (page: Page, slide: string) => page.evaluate((name) => window.harness.show(name), slide);
const jump = (page: Page, to: Partial<Camera>) => page.evaluate((camera) => window.harness.jump(camera), to);
const film = (page: Page, shots: readonly Partial<Camera>[], enough: number): Promise<FrameReading[]> =>
  page.evaluate(([to, frames]) => window.harness.film(to, frames), [shots, enough] as const);

function expectAligned(frames: readonly FrameReading[], atLeast: number) {
  expect(frames.length).toBeGreaterThanOrEqual(atLeast);
  const worst = frames.reduce((most, frame) => Math.max(most, frame.worstPx), 0);
  console.info(`  ${frames.length} frames, worst ${worst.toFixed(3)} px`);
  for (const frame of frames)
    expect(frame.worstPx, JSON.stringify(frame.camera)).toBeLessThanOrEqual(LIMIT_PX);
  const angles = new Set(frames.map((frame) => frame.camera.rotationDeg));
  const scales = new Set(frames.map((frame) => frame.camera.umPerPx));
  expect(angles.size).toBeGreaterThan(3);
  expect(scales.size).toBeGreaterThan(3);
  expect(new Set(frames.map((frame) => frame.camera.flipped)).size).toBe(2);
}

const shots: readonly Partial<Camera>[] = [
  { centerUm: [2600, 1700], umPerPx: 1, rotationDeg: 33 },
  { centerUm: [2300, 1900], umPerPx: 0.6, rotationDeg: 100, flipped: true },
  { centerUm: [3000, 2200], umPerPx: 1.4, rotationDeg: 200 },
  { centerUm: [1500, 1200], umPerPx: 0.8, rotationDeg: 341, flipped: false },
];

for (const ratio of [1, 2]) {
  test(`points lie on their markers in every frame of a moving camera, DPR ${ratio}`, async ({ browser }) => {
    const page = await open(browser, ratio);
    await show(page, "scan");
    expect(await page.evaluate(() => window.harness.webgl())).toContain("WebGL 2.0");
    await jump(page, { centerUm: [2000, 1500], umPerPx: 1 });
    expectAligned(await film(page, shots, MIN_FRAMES), MIN_FRAMES);

    // Another slide, turned, mirrored and with pixels that are not square; then the first again.
    await show(page, "skewed");
    const { centerUm } = await page.evaluate(() => window.harness.picture.camera()!);
    const there = (dx: number, dy: number, more: Partial<Camera>): Partial<Camera> => ({
      centerUm: [centerUm[0] + dx, centerUm[1] + dy],
      ...more,
    });
    const turned = [
      there(200, -150, { umPerPx: 1, rotationDeg: 70, flipped: true }),
      there(-250, 100, { umPerPx: 1.8, rotationDeg: 250, flipped: false }),
    ];
    expectAligned(await film(page, turned, 12), 12);
    await show(page, "scan");
    expectAligned(await film(page, shots, 8), 8);
    expect(await page.evaluate(() => window.harness.errors)).toEqual([]);
    await page.context().close();
  });
}

test("points lie on their markers at the far corner of a slide of centimetres", async ({ browser }) => {
  const page = await open(browser, 1);
  await show(page, "chip");
  const corner: Partial<Camera> = { centerUm: [1_050_432, 540_032], umPerPx: 0.25 };
  await jump(page, { ...corner, centerUm: [1_048_064, 539_136] });
  const { maxX, maxY } = await page.evaluate(() => window.harness.picture.viewBoundsUm());
  expect([maxX > 1_048_000, maxY > 539_000]).toEqual([true, true]);
  // Markers lie every 1024 µm from 1 000 512; zoomed to 10 px per µm one is 300 px across.
  const marker: readonly [number, number] = [1_000_512 + 47 * 1024, 500_512 + 38 * 1024];
  await jump(page, { centerUm: [marker[0] + 4, marker[1] - 3], umPerPx: 0.5 });
  const frames = await film(
    page,
    [
      { centerUm: [marker[0] + 30, marker[1] + 20], umPerPx: 0.2, rotationDeg: 45, flipped: true },
      { centerUm: [marker[0] - 20, marker[1] - 30], umPerPx: 0.4, rotationDeg: 10, flipped: false },
    ],
    12,
  );
  expectAligned(frames, 12);
  await page.context().close();
});

test("regions lie on their markers in every frame, turned, mirrored, and 5 cm from the corner", async ({
  browser,
}) => {
  const page = await open(browser, 1);
  await page.evaluate(() => window.harness.showRegions("skewed"));
  const { centerUm } = await page.evaluate(() => window.harness.picture.camera()!);
  const near = (dx: number, dy: number, more: Partial<Camera>): Partial<Camera> => ({
    centerUm: [centerUm[0] + dx, centerUm[1] + dy],
    ...more,
  });
  const turned = [
    near(200, -150, { umPerPx: 1, rotationDeg: 70, flipped: true }),
    near(-250, 100, { umPerPx: 1.8, rotationDeg: 250, flipped: false }),
  ];
  expectAligned(await film(page, turned, 12), 12);

  await page.evaluate(() => window.harness.showRegions("chip"));
  const marker: readonly [number, number] = [1_000_512 + 47 * 1024, 500_512 + 38 * 1024];
  await jump(page, { centerUm: [marker[0] + 4, marker[1] - 3], umPerPx: 0.5 });
  // Well inside the stage: at its edge a disc and an octagon of one middle are cut to different ones.
  const far = [
    { centerUm: [marker[0] + 8, marker[1] + 5], umPerPx: 0.2, rotationDeg: 45, flipped: true },
    { centerUm: [marker[0] - 6, marker[1] - 8], umPerPx: 0.4, rotationDeg: 10, flipped: false },
  ] as const;
  expectAligned(await film(page, far, 12), 12);
  expect(await page.evaluate(() => window.harness.errors)).toEqual([]);
  await page.context().close();
});

test("both canvases follow the stage's size and the screen's resolution", async ({ browser }) => {
  // Without Playwright's own emulation, which would set the resolution back.
  const context = await browser.newContext({ viewport: null });
  const page = await context.newPage();
  await page.goto(`${harness.url}alignment.html`);
  await page.waitForFunction(() => window.harness !== undefined);
  await show(page, "scan");
  const cdp = await context.newCDPSession(page);
  const sizes = () =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLCanvasElement>("#stage canvas")].map((c) => [c.width, c.height]),
    );
  for (const [deviceScaleFactor, widthPx, expected] of [
    [2, "523.4px", [1046, 660]],
    [1.5, "524px", [786, 495]],
    [1.5, "523px", [783, 495]],
  ] as const) {
    const metrics = { width: 860, height: 620, deviceScaleFactor, mobile: false };
    await cdp.send("Emulation.setDeviceMetricsOverride", metrics);
    await page.evaluate((width) => {
      document.getElementById("stage")!.style.width = width;
    }, widthPx);
    await expect.poll(sizes).toEqual([expected, expected]);
  }
  await jump(page, { centerUm: [2000, 1500], umPerPx: 1 });
  expectAligned(await film(page, shots, 8), 8);
  await context.close();
});
