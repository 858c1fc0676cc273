import type { Position } from "../../src/core/annotation.ts";
import { expect, type Product, test } from "./app.ts";
import {
  changed,
  clear,
  distance,
  drawn,
  expectCorners,
  expectNear,
  frameOf,
  list,
  openBlock,
  type Px,
  placesOf,
  ringOf,
  roundEnds,
  select,
  shapeByKeys,
  wholeArea,
} from "./stage-hand.ts";

test("every tool and every shaping by keyboard, on a slide without an image; a file dropped is asked about", async ({
  product,
}) => {
  const { page } = product;
  const { keyboard } = page;
  await openBlock(product, 0.5, "square");
  const press = async (...keys: readonly string[]) => {
    for (const name of keys) await keyboard.press(name);
  };
  const typed = async (label: string, text: string) => {
    await page.getByLabel(label, { exact: true }).focus();
    await press("Control+a");
    await keyboard.type(text);
  };
  const stage = (await page.locator("[data-stage]").boundingBox()) ?? { width: 0, height: 0 };
  let [x, y] = [Math.round(stage.width / 2), Math.round(stage.height / 2)];
  const places: Px[] = [];
  /** Moves the crosshair, tens by the arrows and the rest with Shift, and places a corner. */
  const place = async (dx: number, dy: number) => {
    for (const [way, name] of [
      [dx, dx < 0 ? "ArrowLeft" : "ArrowRight"],
      [dy, dy < 0 ? "ArrowUp" : "ArrowDown"],
    ] as const) {
      for (let i = 0; i < Math.floor(Math.abs(way) / 10); i++) await press(name);
      for (let i = 0; i < Math.abs(way) % 10; i++) await press(`Shift+${name}`);
    }
    [x, y] = [x + dx, y + dy];
    places.push([x, y]);
    await press("Enter");
  };
  const draw = (tool: string, ...steps: readonly Px[]) =>
    drawn(product, async () => {
      places.length = 0;
      await press(tool);
      for (const [dx, dy] of steps) await place(dx, dy);
    });
  const placed = () => frameOf(product, places);

  // The first Enter shows the crosshair.
  await press("Enter");
  const rectangle = await draw("r", [0, 0], [63, 41]);
  const box = await placed();
  expectCorners([ringOf(rectangle)[0]!, ringOf(rectangle)[2]!], box);
  const ellipse = await draw("o", [0, 0], [-63, -41]);
  expectNear(wholeArea(ellipse), (Math.PI / 4) * wholeArea(rectangle), 2e-4);
  for (const tool of ["p", "d", "v"]) {
    const chain = await draw(tool, [0, 0], [60, 0], [0, 42], [0, 0]);
    const corners = (await placed()).slice(0, 3);
    expectCorners(tool === "v" ? placesOf(chain) : ringOf(chain), corners);
  }
  for (const tool of ["u", "t"])
    expectCorners(placesOf(await draw(tool, [0, 0], [-50, -11])), await placed());
  await select(product);
  const points = await draw(".", [0, 0]);
  const two = await changed(product, points.id, () => place(20, 0));
  expectCorners(placesOf(two), await placed());
  const note = await draw("n", [10, 10]);
  await expect(page.getByLabel("Text of the note")).toBeFocused();
  await keyboard.type("edge");
  await press("Enter");
  await expect.poll(async () => (await list(product)).find(({ id }) => id === note.id)?.name).toBe("edge");
  await clear(product);

  const perPx = distance(
    ...((await frameOf(product, [
      [0, 0],
      [1, 0],
    ])) as [Position, Position]),
  );
  const disk = 2 * roundEnds(20 * perPx);
  const brush = await draw("b", [0, 0]);
  expectNear(wholeArea(brush) * 2, disk, 1e-3);
  const more = await changed(product, brush.id, () => place(20, 0));
  expect(wholeArea(more)).toBeGreaterThan(1.3 * wholeArea(brush));
  const less = await changed(product, brush.id, () => press("Alt+Enter"));
  expect(wholeArea(less)).toBeLessThan(wholeArea(brush));
  await press("Backspace");
  await expect.poll(async () => (await list(product)).length).toBe(0);
  const middle = await page.evaluate(() => window.centiscope?.project([8, 10]) ?? [0, 0]);
  const block = await draw("w", [Math.round(middle[0]!) - x, Math.round(middle[1]!) - y]);
  expect(wholeArea(block)).toBeCloseTo(24, 9);

  // Split, by the same place again; carried by an outline that Enter takes hold of.
  const whole = await draw("r", [40, 40], [80, 60]);
  await press("k");
  await place(-100, -30);
  await place(120, 0);
  await press("Enter");
  await expect.poll(async () => (await list(product)).length).toBe(3);
  const halves = (await list(product)).slice(1);
  for (const half of halves) expectNear(wholeArea(half), wholeArea(whole) / 2, 1e-3);
  await clear(product);
  const box2 = await draw("r", [0, 0], [80, 60]);
  const carried = await changed(product, box2.id, async () => {
    await place(-60, 0);
    await place(7, 12);
  });
  const [grip, put] = (await placed()).slice(-2) as [Position, Position];
  expectCorners(
    ringOf(carried),
    ringOf(box2).map(([cx, cy]): Position => [cx + put[0] - grip[0], cy + put[1] - grip[1]]),
  );
  await clear(product);
  await press("s");
  await typed("Width in µm", "4");
  await typed("Height in µm", "2.5");
  await page.locator("[data-stage]").focus();
  const stamp = await drawn(product, () => press("Enter"));
  expect(wholeArea(stamp)).toBeCloseTo(10, 9);
  await press("Escape", "Escape");

  // By exact numbers.
  const moved = await changed(product, stamp.id, async () => {
    await shapeByKeys(product, "Move, turn, mirror…");
    await typed("To the right, µm", "3");
    await typed("Down, µm", "-2");
    await press("Tab", "Enter");
  });
  expectCorners(
    ringOf(moved),
    ringOf(stamp).map(([cx, cy]): Position => [cx + 3, cy - 2]),
  );
  const turned = await changed(product, stamp.id, async () => {
    await page.getByRole("button", { name: "Turn", exact: true }).focus();
    await press("Enter");
  });
  const width = (ring: readonly Position[]) =>
    Math.max(...ring.map(([cx]) => cx)) - Math.min(...ring.map(([cx]) => cx));
  expect(width(ringOf(turned))).toBeCloseTo(2.5, 9);
  await page.getByRole("button", { name: "Close", exact: true }).focus();
  await press("Enter");
  await clear(product);

  await shaping(product, typed);

  // A file that speaks of pixels, on a slide that has none.
  await dropOn(product, "outline.geojson", {
    type: "Feature",
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [2, 2],
          [12, 2],
          [12, 10],
          [2, 10],
          [2, 2],
        ],
      ],
    },
    properties: {},
  });
  const dialog = page.getByRole("dialog", { name: "Import of annotations" });
  await expect(dialog.getByText("does not say what the positions")).toBeVisible();
  await typed("Units in one unit of the file", "0.5");
  await typed("Offset x", "1");
  await typed("Offset y", "2");
  const [imported] = await Promise.all([
    drawn(product, async () => {
      await dialog.getByRole("button", { name: "Put on the slide" }).focus();
      await press("Enter");
    }),
  ]);
  expectCorners(ringOf(imported), [
    [2, 3],
    [7, 3],
    [7, 7],
    [2, 7],
  ]);
});

async function dropOn(product: Product, name: string, content: unknown): Promise<void> {
  const transfer = await product.page.evaluateHandle(
    ([its, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], its));
      return data;
    },
    [name, JSON.stringify(content)] as const,
  );
  for (const event of ["dragenter", "dragover", "drop"])
    await product.page.getByRole("main").dispatchEvent(event, { dataTransfer: transfer });
}

/** What the menu makes of squares of 4 µm that overlap by 1.5 × 2 µm, against arithmetic. */
async function shaping(
  product: Product,
  typed: (label: string, text: string) => Promise<void>,
): Promise<void> {
  const { page } = product;
  const add = async (...ring: readonly Position[]) => {
    const feature = {
      type: "Feature",
      geometry: { type: "Polygon", coordinates: [[...ring, ring[0]]] },
      properties: {},
    };
    return drawn(product, () =>
      page.evaluate((one) => window.centiscope?.regions.add(one), feature).then(() => {}),
    );
  };
  const square = (x: number, y: number) => add([x, y], [x + 4, y], [x + 4, y + 4], [x, y + 4]);
  const [left, right] = [await square(2, 3), await square(4.5, 5)];
  for (const [item, area] of [
    ["Unite", 2 * 16 - 3],
    ["Take the others from the first", 16 - 3],
    ["Only what all have in common", 3],
  ] as const) {
    await select(product, left, right);
    const made = await changed(product, left.id, () => shapeByKeys(product, item));
    expect(wholeArea(made)).toBeCloseTo(area, 9);
    expect(await list(product)).toHaveLength(1);
    await page.evaluate(() => window.centiscope?.regions.undo());
  }

  // Margins outwards, corners rounded by chords: at most 1 % of the distance inside the arc.
  await select(product, left);
  await shapeByKeys(product, "Margins…");
  await typed("Width in µm; negative: inwards", "0.5");
  await typed("Number of bands", "2");
  const known = new Set((await list(product)).map(({ id }) => id));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await list(product)).length).toBe(4);
  const [inner, outer] = (await list(product)).filter(({ id }) => !known.has(id));
  const grown = (d: number) => {
    const chords = Math.ceil(Math.PI / 2 / (2 * Math.acos(1 - 0.01)));
    return 16 * d + 4 * chords * (d ** 2 / 2) * Math.sin(Math.PI / 2 / chords);
  };
  expectNear(wholeArea(inner!), grown(0.5), 1e-3);
  expectNear(wholeArea(inner!) + wholeArea(outer!), grown(1), 1e-3);

  // The first band is a frame; without its hole it is the square and the band.
  await select(product, inner!);
  const filled = await changed(product, inner!.id, () => shapeByKeys(product, "Fill holes"));
  expect(wholeArea(filled)).toBeCloseTo(wholeArea(inner!) + 16, 6);

  // A bow tie is two triangles; a corner that the screen does not show goes.
  const bow = await add([2, 2], [6, 6], [6, 2], [2, 6]);
  await select(product, bow);
  const untied = await changed(product, bow.id, () => shapeByKeys(product, "Resolve crossings"));
  expect(wholeArea(untied)).toBeCloseTo(8, 6);
  const fine = await add([2, 2], [4, 2.001], [6, 2], [6, 6], [2, 6]);
  await select(product, fine);
  const simple = await changed(product, fine.id, () => shapeByKeys(product, "Simplify to this zoom"));
  expect(ringOf(simple)).toHaveLength(4);
  await clear(product);
}
