import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { serveHarness } from "./harness/serve.ts";

let harness: Awaited<ReturnType<typeof serveHarness>>;
test.beforeAll(async () => {
  harness = await serveHarness(5254);
});
test.afterAll(() => harness.close());

async function open(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${harness.url}annotations.html`);
  await page.waitForFunction(() => window.annotationHarness !== undefined);
  await page.evaluate(() => window.annotationHarness.saved());
  return page;
}

const read = (page: Page) => page.evaluate(() => window.annotationHarness.read());

/** Until so many annotations are there, and all of them on the disk. */
async function count(page: Page, wanted: number): Promise<void> {
  await page.waitForFunction((n) => window.annotationHarness.read().annotations.length === n, wanted);
  await page.evaluate(() => window.annotationHarness.saved());
}

test("two tabs that draw at the same time come to the same slide, and each undoes its own", async ({
  context,
}) => {
  const [one, two] = [await open(context), await open(context)];
  await Promise.all([
    one.evaluate(() => window.annotationHarness.edit("one", 200)),
    two.evaluate(() => window.annotationHarness.edit("two", 200)),
  ]);
  for (const page of [one, two]) await count(page, 400);
  expect((await read(two)).annotations).toEqual((await read(one)).annotations);
  expect(await one.evaluate(() => window.annotationHarness.stored())).toHaveLength(400);

  await one.evaluate(() => {
    while (window.annotationHarness.undo());
  });
  for (const page of [one, two]) await count(page, 200);
  expect((await read(one)).annotations.every(({ id }) => id.startsWith("two-"))).toBe(true);
  expect((await read(two)).annotations).toEqual((await read(one)).annotations);

  // A reload keeps the tab's own undo and redo; the other's stays the other's.
  await one.reload();
  await one.waitForFunction(() => window.annotationHarness !== undefined);
  await one.evaluate(() => window.annotationHarness.saved());
  expect((await read(one)).undoLabel).toBe(null);
  expect(await one.evaluate(() => window.annotationHarness.redo())).toBe(true);
  for (const page of [one, two]) await count(page, 201);

  // A tab that is closed leaves its steps to who opens the slide next.
  await two.close();
  const three = await open(context);
  await count(three, 201);
  expect((await read(three)).undoLabel).toBe("add");
});
