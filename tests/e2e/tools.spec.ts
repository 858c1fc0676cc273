import type { Position } from "../../src/core/annotation.ts";
import { expect, test } from "./app.ts";
import { areaOf } from "./plain-counts.ts";
import {
  along,
  changed,
  clear,
  click,
  distance,
  distanceTo,
  drag,
  drawn,
  expectCorners,
  expectNear,
  frameOf,
  likePixels,
  list,
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

for (const view of VIEWS) {
  test(`every tool by mouse, turned by ${view.rotationDeg}°${view.flipped ? ", mirrored" : ""}`, async ({
    product,
  }) => {
    const { page } = product;
    await openToDraw(product, view);
    const { keyboard } = page;
    await page.getByRole("checkbox", { name: "Transcripts" }).uncheck();
    await product.ready();
    const [zero, one] = (await frameOf(product, [
      [0, 0],
      [1, 0],
    ])) as [Position, Position];
    const perPx = distance(zero, one);
    const [o, ex, ey] = (await toUm(product, [
      [0, 0],
      [1, 0],
      [0, 1],
    ])) as [Position, Position, Position];
    const um2 = Math.abs((ex[0] - o[0]) * (ey[1] - o[1]) - (ex[1] - o[1]) * (ey[0] - o[0]));
    const key = (name: string, act: () => Promise<void>) =>
      drawn(product, async () => {
        await keyboard.press(name);
        await act();
      });

    // Ellipse: π/4 of its box, in the frame's own axes; with Shift a rectangle is a square.
    const [from, to] = (await frameOf(product, [
      [120, 200],
      [270, 300],
    ])) as [Position, Position];
    const box = Math.abs((to[0] - from[0]) * (to[1] - from[1]));
    const ellipse = await key("o", () => drag(product, [120, 200], [200, 260], [270, 300]));
    expectNear(wholeArea(ellipse), (Math.PI / 4) * box, 2e-4);
    const square = await key("r", async () => {
      await keyboard.down("Shift");
      await drag(product, [320, 200], [380, 260], [400, 250]);
      await keyboard.up("Shift");
    });
    const [c0, c1, c2] = ringOf(square) as [Position, Position, Position];
    expect(distance(c0, c1)).toBeCloseTo(distance(c1, c2), 6);

    // Freehand follows the way of the hand.
    const way = Array.from({ length: 40 }, (_, i): Px => {
      const turn = (i / 40) * 2 * Math.PI;
      return [Math.round(560 + 70 * Math.cos(turn)), Math.round(260 + 50 * Math.sin(2 * turn + 1))];
    });
    const freehand = await key("d", () => drag(product, ...way));
    const wayInFrame = await frameOf(product, way);
    for (const at of wayInFrame) expect(distanceTo(ringOf(freehand), true, at)).toBeLessThan(perPx);
    for (const at of ringOf(freehand)) expect(distanceTo(wayInFrame, true, at)).toBeLessThan(perPx);
    expectNear(wholeArea(freehand), areaOf(wayInFrame), 0.02);

    // Polygon along a drag, closed by a double click; polyline by clicks.
    const polygon = await key("p", async () => {
      await drag(product, ...along([100, 400], [200, 400], [200, 480]));
      await click(product, [100, 480], { clickCount: 2 });
    });
    expectNear(wholeArea(polygon), 100 * 80 * perPx ** 2, 0.02);
    const bends: Px[] = [
      [300, 420],
      [340, 480],
      [400, 430],
    ];
    const polyline = await key("v", async () => {
      for (const px of bends) await click(product, px);
      await keyboard.press("Enter");
    });
    expect(polyline.geometry.shape).toBe("polyline");
    expectCorners(placesOf(polyline), await frameOf(product, bends));

    // Ruler and arrow: between two places; the ruler's words say its length.
    const ends: Px[] = [
      [440, 400],
      [600, 520],
    ];
    const ruler = await key("u", () => drag(product, ends[0]!, [500, 500], ends[1]!));
    expectCorners(placesOf(ruler), await frameOf(product, ends));
    const [a, b] = (await toUm(product, placesOf(ruler))) as [Position, Position];
    const words = page.locator("[data-stage-label]");
    await expect
      .poll(async () => Math.abs(Number.parseFloat((await words.textContent()) ?? "") / distance(a, b) - 1))
      .toBeLessThan(5e-4);
    await expect(words).toHaveText(/^[\d.]+ µm$/);
    const arrow = await key("t", async () => {
      await click(product, [440, 560]);
      await click(product, [560, 600]);
    });
    expect(arrow.geometry.shape).toBe("arrow");
    expectCorners(
      placesOf(arrow),
      await frameOf(product, [
        [440, 560],
        [560, 600],
      ]),
    );

    // Points: one set, with a class; a note with its text.
    const dots: Px[] = [
      [120, 540],
      [160, 600],
      [220, 560],
    ];
    await select(product);
    const points = await key(".", () => click(product, dots[0]!));
    const set = await changed(product, points.id, async () => {
      await click(product, dots[1]!);
      await click(product, dots[2]!);
    });
    await expect.poll(async () => placesOf((await list(product)).at(-1)!).length).toBe(3);
    expectCorners(placesOf((await list(product)).at(-1)!), await frameOf(product, dots));
    await keyboard.press("Escape");
    const panel = page.getByRole("region", { name: "1 selected" });
    await panel.getByRole("combobox", { name: "Class" }).click();
    await page.getByRole("option", { name: "Immune cells" }).click();
    await expect
      .poll(async () => (await list(product)).find(({ id }) => id === set.id)?.classification?.names)
      .toEqual(["Immune cells"]);
    const note = await key("n", async () => {
      await click(product, [300, 600]);
      await page.getByLabel("Text of the note").fill("mitosis?");
      await keyboard.press("Enter");
    });
    await expect(words.getByText("mitosis?")).toBeVisible();
    expectCorners(placesOf(note), await frameOf(product, [[300, 600]]));
    expect(await list(product)).toHaveLength(9);
    await clear(product);

    // Brush: a straight stroke; one that begins on it is united with it; Alt takes away one across it.
    const radius = 20 * perPx;
    const stroke = 2 * radius * 200 * perPx + roundEnds(radius);
    const level = along([200, 300], [400, 300]);
    const across = along([300, 200], [300, 400]);
    const painted = await key("b", () => drag(product, ...level));
    expectNear(wholeArea(painted), stroke, 1e-3);
    const both = await changed(product, painted.id, () => drag(product, ...along([300, 300], [300, 380])));
    const more = 2 * radius * (80 * perPx - radius) + roundEnds(radius) / 2;
    expectNear(wholeArea(both), stroke + more, 1e-3);
    await keyboard.down("Alt");
    const cut = await changed(product, painted.id, () => drag(product, ...across));
    await keyboard.up("Alt");
    expectNear(wholeArea(cut), stroke - 4 * radius ** 2, 1e-3);
    expect(cut.geometry.type === "area" && cut.geometry.region).toHaveLength(2);
    await clear(product);

    // Wand on the image: what a plain search over its pixels finds.
    const nucleus = await page.evaluate(() => window.centiscope?.project([21.5, 29.25]) ?? [0, 0]);
    const on: Px = [Math.round(nucleus[0]!), Math.round(nucleus[1]!)];
    const alike = await key("w", () => click(product, on));
    expectNear(wholeArea(alike) / perPx ** 2, await likePixels(product, on), 0.05);
    await clear(product);

    // Stamp: the area typed, to the last digit.
    await keyboard.press("s");
    const areaField = page.getByLabel("Area in mm²");
    await areaField.fill("");
    await areaField.pressSequentially("0.000105");
    await areaField.press("Enter");
    const stamp = await drawn(product, () => click(product, [300, 300]));
    expectNear(wholeArea(stamp) * um2, 105, 1e-9);
    await page.getByRole("group", { name: "Options of the tool" }).getByText("Ellipse").click();
    const round = await drawn(product, () => click(product, [500, 300]));
    expectNear(wholeArea(round) * um2, 105, 1.1e-4);
    await keyboard.press("Escape");
    await clear(product);

    // Split: through the middle gives halves.
    const whole = await key("r", () => drag(product, [200, 200], [300, 300], [440, 420]));
    await keyboard.press("k");
    await click(product, [120, 250]);
    await click(product, [520, 370]);
    await keyboard.press("Enter");
    await expect.poll(async () => (await list(product)).length).toBe(2);
    const halves = (await list(product)).map(wholeArea);
    for (const half of halves) expectNear(half, wholeArea(whole) / 2, 5e-5);
    expectNear(halves[0]! + halves[1]!, wholeArea(whole), 5e-5);
    await clear(product);

    // Corners: pulled, put in, taken away; the outline carries the whole; others' corners draw a snapping hand.
    const corners: Px[] = [
      [200, 200],
      [400, 220],
      [300, 420],
    ];
    const triangle = await key("p", async () => {
      for (const px of corners) await click(product, px);
      await keyboard.press("Enter");
    });
    const edit = (act: () => Promise<void>) => changed(product, triangle.id, act);
    const pulled = await edit(() => drag(product, [200, 200], [180, 190], [160, 180]));
    const [moved] = (await frameOf(product, [[160, 180]])) as [Position];
    expectCorners(ringOf(pulled), [moved, ...ringOf(triangle).slice(1)]);
    const put = await edit(() => drag(product, [350, 320], [370, 330], [410, 340]));
    const [inserted] = (await frameOf(product, [[410, 340]])) as [Position];
    expectCorners(ringOf(put), [moved, ringOf(triangle)[1]!, inserted, ringOf(triangle)[2]!]);
    await keyboard.down("Alt");
    const taken = await edit(() => click(product, [410, 340]));
    await keyboard.up("Alt");
    expectCorners(ringOf(taken), ringOf(pulled));
    const carried = await edit(() => drag(product, [220, 190], [240, 230], [260, 240]));
    const [begin, end] = (await frameOf(product, [
      [220, 190],
      [260, 240],
    ])) as [Position, Position];
    expectCorners(
      ringOf(carried),
      ringOf(taken).map(([x, y]): Position => [x + end[0] - begin[0], y + end[1] - begin[1]]),
    );
    const magnet = page.getByRole("button", { name: "Snap to corners and edges of others" });
    await magnet.click();
    const beside = await key("v", async () => {
      await click(product, [205, 234]);
      await click(product, [100, 500]);
      await keyboard.press("Enter");
    });
    expect(placesOf(beside)[0]).toEqual(ringOf(carried)[0]);
    await magnet.click();

    // Locked, nothing of it moves; hidden, nothing of it is met; J goes on to the next.
    await select(product, triangle);
    await panel.getByRole("button", { name: "Lock", exact: true }).click();
    await keyboard.down("Alt");
    await click(product, [200, 230]);
    await keyboard.up("Alt");
    expect((await list(product)).find(({ id }) => id === triangle.id)).toMatchObject({
      locked: true,
      geometry: carried.geometry,
    });
    await select(product, triangle);
    await panel.getByRole("button", { name: "Unlock", exact: true }).click();
    await panel.getByRole("button", { name: "Hide", exact: true }).click();
    await click(product, [400, 300]);
    const selected = () => page.evaluate(() => window.centiscope?.regions.state().selected);
    expect(await selected()).toEqual([]);
    await keyboard.press("j");
    const [next] = (await selected()) ?? [];
    await keyboard.press("Shift+j");
    expect([next, (await selected())?.[0]].toSorted()).toEqual([triangle.id, beside.id].toSorted());
  });
}
