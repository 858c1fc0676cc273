import type { CDPSession } from "@playwright/test";
import type { Position } from "../../src/core/annotation.ts";
import { expect, Product, test } from "./app.ts";
import {
  along,
  changed,
  clear,
  distance,
  drawn,
  expectCorners,
  expectNear,
  frameOf,
  likePixels,
  list,
  onPage,
  openToDraw,
  type Px,
  placesOf,
  ringOf,
  roundEnds,
  select,
  toUm,
  VIEWS,
  wholeArea,
} from "./stage-hand.ts";

test("every tool by finger and pen, turned and mirrored; two fingers zoom and draw nothing", async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const product = new Product(page, baseURL ?? "");
  await page.goto(`${baseURL}?sample=merscope-mouse`);
  await page.waitForFunction(() => window.centiscope !== undefined);
  await openToDraw(product, VIEWS[1]);
  await page.getByRole("checkbox", { name: "Transcripts" }).uncheck();
  await product.ready();
  const session: CDPSession = await context.newCDPSession(page);
  const touch = async (type: "touchStart" | "touchMove" | "touchEnd", ...places: readonly Px[]) => {
    const at = await Promise.all(places.map((px) => onPage(product, px)));
    await session.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: at.map(([x, y], id) => ({ x, y, id })),
    });
  };
  const finger = async (...places: readonly Px[]) => {
    await touch("touchStart", places[0]!);
    for (const px of places.slice(1)) await touch("touchMove", px);
    await touch("touchEnd");
  };
  const pen = async (...places: readonly Px[]) => {
    const send = async (type: "mousePressed" | "mouseMoved" | "mouseReleased", px: Px) => {
      const [x, y] = await onPage(product, px);
      await session.send("Input.dispatchMouseEvent", {
        type,
        x,
        y,
        button: "left",
        buttons: type === "mouseReleased" ? 0 : 1,
        clickCount: 1,
        pointerType: "pen",
      });
    };
    await send("mousePressed", places[0]!);
    for (const px of places.slice(1)) await send("mouseMoved", px);
    await send("mouseReleased", places.at(-1)!);
  };
  /** By a button of the toolbar, as fingers choose: the browser makes a press of a tap when it sees fit. */
  const choose = async (name: RegExp) => {
    const button = page.getByRole("toolbar", { name: "Drawing" }).getByRole("button", { name });
    await button.tap();
    await expect(button).toHaveAttribute("aria-pressed", "true");
  };
  const by = (name: RegExp, act: () => Promise<void>) =>
    drawn(product, async () => {
      await choose(name);
      await act();
    });
  const [zero, one] = (await frameOf(product, [
    [0, 0],
    [1, 0],
  ])) as [Position, Position];
  const perPx = distance(zero, one);

  const span: Px[] = [
    [120, 200],
    [200, 230],
    [260, 300],
  ];
  const [from, , to] = (await frameOf(product, span)) as [Position, Position, Position];
  const rectangle = await by(/^Rectangle/, () => finger(...span));
  expectCorners(
    [ringOf(rectangle)[0]!, ringOf(rectangle)[2]!],
    [
      [Math.min(from[0], to[0]), Math.min(from[1], to[1])],
      [Math.max(from[0], to[0]), Math.max(from[1], to[1])],
    ],
  );
  const ellipse = await by(/^Ellipse/, () => finger(...span));
  expectNear(wholeArea(ellipse), (Math.PI / 4) * wholeArea(rectangle), 2e-4);
  const corners: Px[] = [
    [320, 200],
    [420, 210],
    [380, 300],
  ];
  const inFrame = await frameOf(product, corners);
  // A finger means the first corner from 18 px away.
  const polygon = await by(/^Polygon/, async () => {
    for (const px of [...corners, [330, 210] as const]) await finger(px);
  });
  expectCorners(ringOf(polygon), inFrame);
  for (const hand of [finger, pen]) {
    const way = along([480, 200], [600, 200], [600, 300], [480, 300]);
    const freehand = await by(/^Freehand/, () => hand(...way));
    expectCorners(ringOf(freehand), await frameOf(product, way));
  }
  const bends: Px[] = [
    [120, 380],
    [200, 420],
    [260, 380],
  ];
  // The same place again ends it.
  const polyline = await by(/^Polyline/, async () => {
    for (const px of [...bends, bends[2]!]) await finger(px);
  });
  expectCorners(placesOf(polyline), await frameOf(product, bends));
  for (const [name, hand] of [
    [/^Ruler/, pen],
    [/^Arrow/, finger],
  ] as const) {
    const line = await by(name, () => hand([320, 380], [360, 400], [440, 420]));
    expectCorners(
      placesOf(line),
      await frameOf(product, [
        [320, 380],
        [440, 420],
      ]),
    );
  }
  await select(product);
  const points = await by(/^Points/, () => finger([500, 380]));
  const more = await changed(product, points.id, () => pen([560, 400]));
  expectCorners(
    placesOf(more),
    await frameOf(product, [
      [500, 380],
      [560, 400],
    ]),
  );
  const note = await by(/^Text note/, async () => {
    await finger([500, 480]);
    await page.getByLabel("Text of the note").fill("fold");
    await page.keyboard.press("Enter");
  });
  expectCorners(placesOf(note), await frameOf(product, [[500, 480]]));
  await clear(product);

  const brush = await by(/^Brush/, () => finger(...along([200, 300], [400, 300])));
  const radius = 20 * perPx;
  expectNear(wholeArea(brush), 2 * radius * 200 * perPx + roundEnds(radius), 1e-3);
  await choose(/^Split/);
  await finger([300, 200], [300, 300], [300, 400]);
  await expect.poll(async () => (await list(product)).length).toBe(2);
  for (const half of await list(product)) expectNear(wholeArea(half), wholeArea(brush) / 2, 1e-3);
  await clear(product);
  const nucleus = await page.evaluate(() => window.centiscope?.project([21.5, 29.25]) ?? [0, 0]);
  const on: Px = [Math.round(nucleus[0]!), Math.round(nucleus[1]!)];
  const alike = await by(/^Wand/, () => finger(on));
  expectNear(wholeArea(alike) / perPx ** 2, await likePixels(product, on), 0.05);
  await clear(product);
  const stamp = await by(/^Stamp/, async () => {
    await page.getByLabel("Width in µm").fill("12");
    await page.getByLabel("Height in µm").fill("5");
    await finger([350, 350]);
  });
  const sides = await toUm(product, ringOf(stamp));
  expectNear(distance(sides[0]!, sides[1]!), 12, 1e-5);
  expectNear(distance(sides[1]!, sides[2]!), 5, 1e-5);
  await clear(product);

  const before = (await product.camera()).umPerPx;
  await choose(/^Rectangle/);
  await touch("touchStart", [300, 300]);
  await touch("touchStart", [300, 300], [360, 360]);
  for (let i = 1; i <= 5; i++)
    await touch("touchMove", [300 - 10 * i, 300 - 10 * i], [360 + 10 * i, 360 + 10 * i]);
  await touch("touchEnd");
  await product.ready();
  expect((await product.camera()).umPerPx).toBeLessThan(0.8 * before);
  expect(await list(product)).toEqual([]);
  expect(product.faults).toEqual([]);
  await context.close();
});
