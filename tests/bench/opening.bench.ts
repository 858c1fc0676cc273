import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "@playwright/test";
import { startServers } from "../e2e/server.mjs";
import { type Bench, type BenchContext, median, rendererOf } from "./bench.ts";
import { type Marks, watchDrawing } from "./first-picture.ts";
import { type LongestTask, longestTask } from "./main-thread.ts";
import { moments } from "./opening-moments.ts";

const PORT = 5276;
/** Its file states no scale, so the user is asked before it opens: a person's time, not ours. */
const ASKS_FIRST = "iss-breast";
/** The start page fetches nothing ahead after this. */
const QUIET_MS = 2000;

interface Opening {
  readonly firstPictureMs: number;
  readonly everythingMs: number;
}

interface Scripts {
  readonly files: number;
  readonly gzipBytes: number;
}

/** Scripts (workers' too) gzipped as a host would: those that the start page is drawn with, those fetched ahead then. */
async function startPage(browser: Browser, appUrl: string): Promise<{ needed: Scripts; ahead: Scripts }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const asked = new Map<string, number>();
  context.on("request", (request) => {
    const { href } = new URL(request.url());
    const path = href.slice(appUrl.length);
    if (href.startsWith(appUrl) && /\.m?js$/.test(path) && !asked.has(path)) asked.set(path, Date.now());
  });
  await page.goto(appUrl);
  await page
    .getByRole("button", { name: /^Open / })
    .first()
    .waitFor();
  const drawnAt = await page.evaluate(() => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    return performance.timeOrigin + (paint ?? performance.now());
  });
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(QUIET_MS);
  await context.close();
  const scripts = async (paths: readonly string[]): Promise<Scripts> => {
    const sizes = await Promise.all(
      paths.map(async (path) => gzipSync(await readFile(`dist/${path}`), { level: 9 }).length),
    );
    return { files: paths.length, gzipBytes: sizes.reduce((sum, size) => sum + size, 0) };
  };
  const paths = [...asked.keys()];
  const isNeeded = (path: string) => (asked.get(path) ?? 0) <= drawnAt;
  return {
    needed: await scripts(paths.filter(isNeeded)),
    ahead: await scripts(paths.filter((path) => !isNeeded(path))),
  };
}

/** Clicks a sample's card as a user does, and waits in the page for pixels: a picture, then all of it. */
async function openSample(page: Page, appUrl: string, title: string): Promise<Opening> {
  await page.addInitScript(watchDrawing);
  await page.goto(appUrl, { waitUntil: "networkidle" });
  const card = page.getByRole("button", { name: `Open ${title}` });
  await card.waitFor();
  await page.evaluate(() => {
    const { openingMarks: marks } = window as unknown as { openingMarks: Marks };
    const clicked = () => {
      marks.clicked = performance.now();
    };
    addEventListener("click", clicked, { capture: true, once: true });
  });
  await card.click();
  const { first = Number.NaN, all = Number.NaN } = await page.evaluate(async () => {
    while (window.centiscope?.status().slides.length === 0) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    await window.centiscope?.ready();
    const { openingMarks: marks } = window as unknown as { openingMarks: Marks };
    return { ...marks, all: performance.now() - (marks.clicked ?? Number.NaN) };
  });
  return { firstPictureMs: first, everythingMs: all };
}

async function run({ browser: shared, rounds, log }: BenchContext) {
  // In a process of its own: the runner's development server has set NODE_ENV, which React's build would follow.
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], { env });
  const host = await startServers(PORT);
  try {
    const browser = await shared();
    const { name: renderer } = await rendererOf(browser);
    const { needed, ahead } = await startPage(browser, host.appUrl);
    log(
      `${(needed.gzipBytes / 1000).toFixed(0)} kB gzip of script, ${(ahead.gzipBytes / 1000).toFixed(0)} kB ahead`,
    );

    const list = JSON.parse(await readFile("public/samples/index.json", "utf8")) as {
      samples: { id: string; title: { en: string } }[];
    };
    const samples = list.samples.filter(({ id }) => id !== ASKS_FIRST);
    const times = new Map<string, Opening[]>(samples.map(({ id }) => [id, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { id, title } of samples) {
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
        const opening = await openSample(await context.newPage(), host.appUrl, title.en);
        times.get(id)?.push(opening);
        log(
          `${id}: first picture ${opening.firstPictureMs.toFixed(0)} ms, all ${opening.everythingMs.toFixed(0)} ms`,
        );
        await context.close();
      }
    }

    const tasks = new Map<string, LongestTask[]>(moments.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { name, before, act } of moments) {
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
        const page = await context.newPage();
        await before(page, host.appUrl);
        const task = await longestTask(browser, page, () => act(page, host.appUrl));
        tasks.get(name)?.push(task);
        log(
          `${name}: longest task ${task.runningMs.toFixed(0)} ms, ${task.clockMs.toFixed(0)} ms by the clock`,
        );
        await context.close();
      }
    }

    const spread = (values: readonly number[]): string =>
      `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`;
    return [
      {
        title: "Script downloaded before a slide is opened",
        rows: [
          {
            scripts: needed.files,
            "gzip kB": needed.gzipBytes / 1000,
            "goal kB": 450,
            "fetched ahead, scripts": ahead.files,
            "fetched ahead, gzip kB": ahead.gzipBytes / 1000,
          },
        ],
        notes: [
          "Every script that the start page of the production build fetches, each gzipped at level 9: until its first contentful paint, and ahead. Ahead: while the start page stands and has nothing to do, it fetches and starts what the first slide will need; not when the browser is asked to save data. A slide that is opened meanwhile shares the line with it.",
        ],
      },
      {
        title: "From click to picture",
        rows: samples.map(({ id }) => {
          const found = times.get(id) ?? [];
          const first = found.map((opening) => opening.firstPictureMs);
          const all = found.map((opening) => opening.everythingMs);
          return {
            sample: id,
            "first picture ms": Math.round(median(first)),
            "range ms": spread(first),
            "all of it ms": Math.round(median(all)),
            "all range ms": spread(all),
          };
        }),
        notes: [
          `From the click on the sample's card to the frame in which tiles of the image or layers of the expression are first drawn into a canvas (the draw call itself is watched, not a state of ours); “all of it” until nothing loads and counts are exact. Fresh browser context each time, clicked as soon as the network is quiet, local static host, drawn by ${renderer}.`,
        ],
      },
      {
        title: "Longest task of the main thread",
        rows: moments.map(({ name }) => {
          const running = (tasks.get(name) ?? []).map((task) => task.runningMs);
          const clock = (tasks.get(name) ?? []).map((task) => task.clockMs);
          return {
            while: name,
            "running ms": median(running),
            "range ms": spread(running),
            "by the clock ms": Math.round(median(clock)),
            "clock range ms": spread(clock),
            "goal ms": 50,
          };
        }),
        notes: [
          "From a trace of the page's own process. Running: the time that the main thread itself ran in its longest task, the test's own looking at the page included. By the clock: with waiting for the graphics (in software, shaders are linked and frames drawn on the processor) and for a free core.",
        ],
      },
    ];
  } finally {
    await host.close();
  }
}

/** How soon a slide is there, what it costs to download, and whether the page stays responsive meanwhile. */
export const bench: Bench = { name: "opening", run };
