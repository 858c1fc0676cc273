import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "@playwright/test";
import "../../src/viewer/embedding.ts";

let child: ChildProcess | undefined;
test.afterEach(async () => {
  if (!child || child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
});

/** Starts `centiscope view` as a user does, and resolves to the address that it prints. */
async function view(...paths: string[]): Promise<string> {
  child = spawn(process.execPath, ["bin/centiscope.mjs", "view", "--no-open", ...paths], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(createInterface({ input: child.stdout! }), "line");
  return String(line);
}

test("view opens a table and its image from this machine, and ends on Ctrl+C", async ({ page }) => {
  const address = await view(
    "tests/fixtures/gef/v2.gef",
    "public/samples/he-simulated/CMU-1-Small-Region.svs",
  );
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?open=/);
  await page.goto(address);
  await page.waitForFunction(() => window.centiscope !== undefined);
  await page.evaluate(() => window.centiscope?.ready());
  const status = await page.evaluate(() => window.centiscope?.status());
  expect(status?.slides).toMatchObject([{ image: "ready", expression: "ready", errors: [] }]);
  // Rows and genes with rows of tests/fixtures/expected/gef.json.
  expect(status?.table).toMatchObject({ rows: 64, genes: 4 });
  const ended = once(child!, "exit");
  child!.kill("SIGINT");
  expect((await ended)[0]).toBe(0);
});

test("view of a store's folder opens its transcripts", async ({ page }) => {
  const store = "public/samples/xenium-breast/xenium_rep1_io.points_only.spatialdata.zarr";
  await page.goto(await view(store));
  await page.waitForFunction(() => window.centiscope !== undefined);
  await page.evaluate(() => window.centiscope?.ready());
  const status = await page.evaluate(() => window.centiscope?.status());
  expect(status?.table).toMatchObject({ rows: 213_191 });
});
