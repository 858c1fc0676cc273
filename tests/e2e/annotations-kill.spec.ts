import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, expect, type Page, test } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureChromium } from "../chromium.mjs";
import type { HarnessReading } from "./harness/annotations.ts";
import { serveHarness } from "./harness/serve.ts";

/** `CENTISCOPE_KILLS=100` for the long run. */
const KILLS = Number(process.env.CENTISCOPE_KILLS ?? 3);

test.setTimeout(120_000 + KILLS * 30_000);

let harness: Awaited<ReturnType<typeof serveHarness>>;
let profile: string;
test.beforeAll(async () => {
  harness = await serveHarness(5253);
});
test.afterAll(() => harness.close());
test.beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), "centiscope-kill-"));
});
test.afterEach(async () => {
  // A test that failed has left its browser running.
  await Promise.all([...running].map((browser) => browser.kill()));
  await removeFolder(profile);
});

/**
 * The killed browser's helpers write into it until they notice. `maxRetries` alone does not help: Node tries again to
 * remove the folder, but not what came into it meanwhile.
 */
async function removeFolder(path: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  console.warn(`  ${path} is left behind: it was written to until the end`);
}

const running = new Set<KillableBrowser>();

/** A browser of our own over a profile that outlives it. */
class KillableBrowser {
  readonly #process: ChildProcess;
  readonly #browser: Browser;
  readonly page: Page;

  private constructor(child: ChildProcess, browser: Browser, page: Page) {
    this.#process = child;
    this.#browser = browser;
    this.page = page;
    running.add(this);
  }

  static async start(): Promise<KillableBrowser> {
    const flags = [
      ...CHROMIUM_FLAGS,
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
    ];
    const child = spawn(ensureChromium(), [...flags, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
    const address = await new Promise<string>((resolve, reject) => {
      let said = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
        if (found) resolve(found);
      });
      child.on("exit", () => reject(new Error(`the browser ended: ${said}`)));
    });
    const browser = await chromium.connectOverCDP(address);
    const context = browser.contexts()[0];
    if (!context) throw new Error("the browser has no context");
    return new KillableBrowser(child, browser, await context.newPage());
  }

  /** Ends the browser's process as a crash or the system does: at once, whatever it is at. */
  async kill(): Promise<void> {
    running.delete(this);
    const ended = new Promise((resolve) => this.#process.on("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
    await this.#browser.close();
  }

  async open(): Promise<Page> {
    await this.page.goto(`${harness.url}annotations.html`);
    await this.page.waitForFunction(() => window.annotationHarness !== undefined);
    await this.page.evaluate(() => window.annotationHarness.saved());
    return this.page;
  }
}

/** What the first `steps` steps of the harness's endless edit amount to, counted apart from the product. */
function expected(steps: number): HarnessReading["annotations"] {
  const squares = new Map<string, { id: string; name: string | null; side: number }>();
  for (let n = 0; n < steps; n++) {
    const first = squares.get(`s${n - (n % 10)}`);
    if (n % 10 === 7 && first) first.name = `named ${n}`;
    else if (n % 10 === 8 && first) first.side = n + 2;
    else if (n % 10 === 9 && first) first.side = n - 9 + 1;
    else squares.set(`s${n}`, { id: `s${n}`, name: null, side: n + 1 });
  }
  return [...squares.values()];
}

/** Seeded (Park and Miller): how many steps are seen to be saved before the next kill. */
function* lives(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647;
    yield 1 + (state % 60);
  }
}

test(`no step that was called saved is lost in ${KILLS} kills of the browser, and none is doubled`, async () => {
  const life = lives(20_261_126);
  let saved = 0;
  for (let kill = 0; kill <= KILLS; kill++) {
    const browser = await KillableBrowser.start();
    const page = await browser.open();
    const stored = await page.evaluate(() => window.annotationHarness.stored());
    const reading = await page.evaluate(() => window.annotationHarness.read());
    expect(stored.length).toBeGreaterThanOrEqual(saved);
    expect(new Set(stored).size).toBe(stored.length);
    expect(reading).toEqual({ ...reading, annotations: expected(stored.length), draft: null, failed: null });
    if (kill === KILLS) {
      console.info(`  ${stored.length} steps survived ${KILLS} kills`);
      await undoEverything(page, stored.length);
      await browser.kill();
      break;
    }
    const wanted = stored.length + life.next().value;
    const enough = new Promise<void>((resolve) => {
      page.on("console", (message) => {
        const count = /^saved (\d+)$/.exec(message.text())?.[1];
        saved = Math.max(saved, Number(count ?? 0));
        if (saved >= wanted) resolve();
      });
    });
    await page.evaluate((from) => window.annotationHarness.editOn(from), stored.length);
    await enough;
    await browser.kill();
  }
});

/** What was done before the crashes can be undone, to the first step: one operation each, but for those that were. */
async function undoEverything(page: Page, steps: number): Promise<void> {
  const left = await page.evaluate(async () => {
    while (window.annotationHarness.read().undoLabel !== null) {
      window.annotationHarness.undo();
      await window.annotationHarness.saved();
    }
    return window.annotationHarness.read().annotations.length;
  });
  expect(left).toBe(0);
  const undone = Math.floor(steps / 10);
  expect(await page.evaluate(() => window.annotationHarness.stored())).toHaveLength(2 * (steps - undone));
}

test("a kill in mid-stroke takes the corner that was not placed; the rest is offered and becomes a step", async () => {
  const browser = await KillableBrowser.start();
  await (await browser.open()).evaluate(() => window.annotationHarness.draw(5));
  await browser.kill();
  const next = await KillableBrowser.start();
  const page = await next.open();
  await page.waitForFunction(() => window.annotationHarness.read().draft === "draw");
  expect(await page.evaluate(() => window.annotationHarness.read().annotations)).toEqual([]);
  await page.evaluate(() => window.annotationHarness.restoreDraft());
  await page.evaluate(() => window.annotationHarness.saved());
  await page.reload();
  await page.waitForFunction(() => window.annotationHarness !== undefined);
  await page.evaluate(() => window.annotationHarness.saved());
  const reading = await page.evaluate(() => window.annotationHarness.read());
  expect(reading).toEqual({
    annotations: [{ id: "drawn", name: null, side: 5 }],
    draft: null,
    undoLabel: "draw",
    failed: null,
  });
  await next.kill();
});
