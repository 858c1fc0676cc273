import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { FolderTree } from "../../src/cli/convert/node-folder.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { memoryOf } from "../e2e/page-memory.ts";
import { startServers } from "../e2e/server.mjs";
import { startHost } from "../e2e/static-host.ts";
import { type Bench, type BenchContext, type BenchSection, median, rendererOf } from "./bench.ts";
import { type Marks, watchDrawing } from "./first-picture.ts";
import { makeDrawn } from "./store-drawn.ts";

const PORT = 5280;
const FOLDER = resolve(".bench");
const NAME = "chip.centiscope.zarr";
const MB = 1e6;

type Row = Record<string, string | number>;

interface Traffic {
  requests: number;
  bytes: number;
}

/** What the page and its workers fetched from the store's host. */
function watchTraffic(page: Page, hostUrl: string): Traffic {
  const traffic = { requests: 0, bytes: 0 };
  page.context().on("response", (response) => {
    if (response.status() !== 206 || !response.url().startsWith(hostUrl)) return;
    traffic.requests += 1;
    traffic.bytes += Number(response.headers()["content-length"] ?? 0);
  });
  return traffic;
}

async function newPage(browser: Browser): Promise<Page> {
  const own = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: "en-GB" });
  const page = await own.newPage();
  await page.addInitScript(watchDrawing);
  return page;
}

/** Runs in the page: from the call to the first drawing, and until nothing loads. */
async function openHere(address: string): Promise<{ first: number; all: number }> {
  const { openingMarks: marks } = window as unknown as { openingMarks: Marks };
  const from = performance.now();
  marks.clicked = from;
  await window.centiscope?.open([address]);
  await window.centiscope?.ready();
  return { first: marks.first ?? Number.NaN, all: performance.now() - from };
}

/** Questions as a user asks them: from the gesture until the picture is drawn, or the figures are there. */
const QUESTIONS: readonly {
  readonly name: string;
  readonly goalMs: number;
  readonly ask: (page: Page) => Promise<number>;
}[] = [
  {
    name: "one gene over the whole chip (Gene0, not the most abundant)",
    goalMs: 500,
    ask: (page) =>
      page.evaluate(async () => {
        const viewer = window.centiscope!;
        const from = performance.now();
        viewer.select(["Gene0"]);
        await viewer.ready();
        return performance.now() - from;
      }),
  },
  {
    name: "every transcript of a 1080p view, one spot a pixel",
    goalMs: 360,
    ask: (page) =>
      page.evaluate(async () => {
        const viewer = window.centiscope!;
        viewer.select([]);
        await viewer.ready();
        const { centerUm } = viewer.camera()!;
        const from = performance.now();
        viewer.setCamera({ centerUm, umPerPx: 0.5 });
        await viewer.ready();
        return performance.now() - from;
      }),
  },
  {
    name: "every gene's count in a quarter of the chip",
    goalMs: 2000,
    ask: (page) =>
      page.evaluate(async () => {
        const { regions, camera } = window.centiscope!;
        const [x, y] = camera()!.centerUm;
        const [zero, one] = [regions.toUm([0, 0])!, regions.toUm([1, 1])!];
        const inFrame = (um: number, axis: 0 | 1) => (um - zero[axis]) / (one[axis] - zero[axis]);
        const [x0, y0, x1, y1] = [inFrame(0, 0), inFrame(0, 1), inFrame(x, 0), inFrame(y, 1)];
        const ring = [
          [x0, y0],
          [x1, y0],
          [x1, y1],
          [x0, y1],
          [x0, y0],
        ];
        const geometry = { type: "Polygon", coordinates: [ring] };
        const [id] = await regions.add({ type: "Feature", geometry, properties: {} });
        const from = performance.now();
        await regions.counts(id!);
        return performance.now() - from;
      }),
  },
];

/** Over all of the chip at ever other places and scales, with genes and bins, until the time is up. */
async function tour(page: Page, minutes: number, log: (line: string) => void): Promise<Row> {
  const end = Date.now() + minutes * 60_000;
  const heaps: number[] = [];
  let nextReading = 0;
  let looks = 0;
  const extent = await page.evaluate(() => window.centiscope!.camera()!.centerUm.map((at) => 2 * at));
  for (; Date.now() < end; looks++) {
    const at = (part: number, side: number) => side * (0.1 + 0.8 * ((looks * part) % 1));
    const look = {
      centerUm: [at(0.618034, extent[0]!), at(0.381966, extent[1]!)] as const,
      umPerPx: [0.4, 0.8, 2, 5, 0.5, 12][looks % 6]!,
      genes: [[], ["Gene0", "Gene7"], [`Gene${looks % 900}`]][looks % 3]!,
      bin: ([0.5, 10, 50, 100] as const)[looks % 4]!,
    };
    await page.evaluate(async ({ centerUm, umPerPx, genes, bin }) => {
      const viewer = window.centiscope!;
      viewer.select(genes);
      viewer.setBin(bin, "square");
      viewer.setCamera({ centerUm: [...centerUm], umPerPx });
      await viewer.ready();
    }, look);
    if (Date.now() < nextReading) continue;
    nextReading = Date.now() + (minutes * 60_000) / 10;
    heaps.push(await memoryOf(page));
    log(`look ${looks + 1}: ${Math.round(heaps.at(-1)! / MB)} MB`);
  }
  heaps.push(await memoryOf(page));
  return {
    minutes,
    looks,
    "MB at the end": Math.round(heaps.at(-1)! / MB),
    "most MB": Math.round(Math.max(...heaps) / MB),
    "goal MB": 400,
  };
}

/** Rows of the store that lies there; undefined when none does. */
async function rowsThere(): Promise<number | undefined> {
  const reader = await StoreReader.open(new FolderTree(join(FOLDER, NAME))).catch(() => undefined);
  return reader?.manifest.plan.rows;
}

async function run(context: BenchContext): Promise<BenchSection[]> {
  const { seed, rounds, log, tourMinutes } = context;
  mkdirSync(FOLDER, { recursive: true });
  const there = await rowsThere();
  const near = there !== undefined && Math.abs(there / context.rows - 1) < 0.1;
  const rows = near ? there : (await makeDrawn(context.rows, seed, FOLDER, join(FOLDER, NAME))).rows;
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], { env });
  const app = await startServers(PORT);
  const host = await startHost(FOLDER);
  try {
    const browser = await context.browser();
    const { name: renderer } = await rendererOf(browser);
    const address = `${host.url}${NAME}`;
    const opened: { byLink: number; first: number; all: number; traffic: Traffic }[] = [];
    const asked = QUESTIONS.map((): { ms: number; traffic: Traffic }[] => []);
    for (let round = 0; round < rounds; round++) {
      const linked = await newPage(browser);
      await linked.addInitScript(() => {
        (window as unknown as { openingMarks: Marks }).openingMarks.clicked = 0;
      });
      await linked.goto(`${app.appUrl}?open=${encodeURIComponent(address)}`);
      await linked.waitForFunction(() =>
        Number.isFinite((window as unknown as { openingMarks: Marks }).openingMarks.first),
      );
      const byLink = await linked.evaluate(
        () => (window as unknown as { openingMarks: Marks }).openingMarks.first!,
      );
      await linked.context().close();
      const page = await newPage(browser);
      const traffic = watchTraffic(page, host.url);
      await page.goto(app.appUrl, { waitUntil: "networkidle" });
      const { first, all } = await page.evaluate(openHere, address);
      opened.push({ byLink, first, all, traffic: { ...traffic } });
      log(
        `first picture ${Math.round(first)} ms, by a link ${Math.round(byLink)} ms, all ${Math.round(all)} ms`,
      );
      for (const [i, { name, ask }] of QUESTIONS.entries()) {
        const before = { ...traffic };
        const ms = await ask(page);
        const spent = { requests: traffic.requests - before.requests, bytes: traffic.bytes - before.bytes };
        asked[i]!.push({ ms, traffic: spent });
        log(`${name}: ${Math.round(ms)} ms, ${(spent.bytes / MB).toFixed(1)} MB`);
      }
      await page.context().close();
    }
    const page = await newPage(browser);
    await page.goto(`${app.appUrl}?open=${encodeURIComponent(address)}`);
    await page.waitForFunction(() => (window.centiscope?.status().slides.length ?? 0) > 0);
    await page.evaluate(() => window.centiscope?.ready());
    const toured = await tour(page, tourMinutes, log);
    await page.context().close();
    const last = opened.at(-1)!.traffic;
    return [
      {
        title: `A chip of ${rows.toLocaleString("en-GB")} rows in Chromium, from click to picture`,
        rows: [
          {
            "first picture ms": Math.round(median(opened.map(({ first }) => first))),
            "goal ms": 1000,
            "all of it ms": Math.round(median(opened.map(({ all }) => all))),
            "by a link, from nothing, ms": Math.round(median(opened.map(({ byLink }) => byLink))),
            requests: last.requests,
            MB: last.bytes / MB,
          },
        ],
        notes: [
          `The store over HTTP on loopback, by its address: from the start page that stands, and by a link in a browser that has nothing yet (the page's scripts included). Until the first drawing into a canvas, as under “opening”. A stage of 1920 × 1080 px with its panels, drawn by ${renderer}.`,
        ],
      },
      {
        title: "Questions there",
        rows: QUESTIONS.map(({ name, goalMs }, i) => ({
          question: name,
          ms: Math.round(median(asked[i]!.map(({ ms }) => ms))),
          "goal ms": goalMs,
          requests: asked[i]!.at(-1)!.traffic.requests,
          MB: asked[i]!.at(-1)!.traffic.bytes / MB,
        })),
        notes: [
          "Cold, one after the other on a page of their own; until the picture is drawn and the status line says exact, or until the figures are there. Goals: half a second for a gene over the chip; else twice those in Node.",
        ],
      },
      {
        title: "A tour over the chip",
        rows: [toured],
        notes: [
          "Places and scales that do not come again, with bins and transcripts of no, one and two genes. JavaScript heap and array buffers of the page and all its workers, without garbage.",
        ],
      },
    ];
  } finally {
    await host.close();
    await app.close();
  }
}

/** The largest chip in the browser; it opens the store that `store` made last where that has as many rows. */
export const bench: Bench = { name: "chip", run };
