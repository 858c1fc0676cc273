import { execFileSync } from "node:child_process";
import type { Browser, Page } from "@playwright/test";
import { startServers } from "../e2e/server.mjs";
import { type Bench, type BenchContext, type BenchSection, median, rendererOf } from "./bench.ts";
import { type LongestTask, longestTask } from "./main-thread.ts";
import { measureCounts } from "./regions-counts.ts";
import { cellOutlines, geojsonOf, PICTURE } from "./regions-data.ts";
import { panAbout, type Subject, type Watched, watch } from "./regions-page.ts";

const PORT = 5278;
const OBJECTS = 50_000;
/** A library that is slower is not panned for longer. */
const PANNED_MS = 8000;
const PANNED_FRAMES = 60;
const SCENES = [
  { name: "all in view", scale: null },
  { name: "some 250 in view", scale: 4 },
] as const;

const LIBRARIES = ["Centiscope", "Annotorious"] as const;
type Library = (typeof LIBRARIES)[number];
type Row = Record<string, string | number>;

/** What a library did with a scene, or with all objects at once. */
interface Seen {
  readonly task: LongestTask;
  readonly watched: Watched;
  readonly panned: number[];
  /** The polygon that was drawn is there: else what was measured was no drawing of one. */
  readonly ended: boolean;
}

type SubjectWindow = Window & { subject: Subject; watched: () => Watched };

/** The product on the picture alone, without expression. */
async function openOurs(page: Page, appUrl: string, seed: number): Promise<string> {
  await page.goto(
    `${appUrl}?open=${encodeURIComponent(`${appUrl}samples/he-simulated/CMU-1-Small-Region.svs`)}`,
  );
  await page.waitForFunction(() => window.centiscope !== undefined);
  await page.evaluate(() => window.centiscope?.ready());
  await page.getByRole("tab", { name: "Regions" }).click();
  await page.getByRole("toolbar", { name: "Drawing" }).waitFor();
  const given = { text: geojsonOf(cellOutlines(seed, OBJECTS)), ...PICTURE };
  await page.evaluate(({ text, width, height }) => {
    const { centiscope } = window;
    if (!centiscope) throw new Error("no centiscope");
    const { regions } = centiscope;
    const [x0, y0] = regions.toUm([0, 0])!;
    const [x1, y1] = regions.toUm([width, height])!;
    const umPerImagePx = (y1 - y0) / height;
    const stage = document.querySelector("[data-stage]")!.getBoundingClientRect();
    const subject: Subject = {
      bring: () => regions.import(text, { frame: "imagePx" }),
      count: () => regions.list().length,
      look: (scale) => {
        const umPerPx = scale === null ? (y1 - y0) / stage.height : umPerImagePx / scale;
        centiscope.setCamera({ centerUm: [(x0 + x1) / 2, (y0 + y1) / 2], umPerPx });
      },
      pan: (dxPx) => {
        const camera = centiscope.camera();
        if (!camera) return;
        const [x, y] = camera.centerUm;
        centiscope.setCamera({ centerUm: [x + dxPx * camera.umPerPx, y] });
      },
    };
    Object.assign(window, { subject });
  }, given);
  return "[data-stage]";
}

async function openPeer(page: Page, serverUrl: string, seed: number): Promise<string> {
  await page.route("**/regions-blank", (route) =>
    route.fulfill({ contentType: "text/html", body: "<!doctype html><title>regions</title><body>" }),
  );
  await page.goto(new URL("regions-blank", serverUrl).href);
  const url = new URL("tests/bench/regions-peer-page.ts", serverUrl).href;
  await page.evaluate(
    `import(${JSON.stringify(url)}).then(async (m) => { window.subject = await m.mountPeer(${seed}, ${OBJECTS}); })`,
  );
  return "body > div";
}

/** A polygon of twelve corners around the middle, by mouse; both libraries end it with a double click. */
async function drawPolygon(page: Page, stage: string): Promise<void> {
  const box = await page.locator(stage).first().boundingBox();
  if (!box) throw new Error("the stage is not there");
  const at = (k: number): [number, number] => [
    Math.round(box.x + box.width / 2 + 150 * Math.cos((2 * Math.PI * k) / 12)),
    Math.round(box.y + box.height / 2 + 150 * Math.sin((2 * Math.PI * k) / 12)),
  ];
  // Up follows down at once, as by a quick hand: Annotorious takes a press of over 300 ms for no click.
  const press = (clickCount: number) =>
    Promise.all([page.mouse.down({ clickCount }), page.mouse.up({ clickCount })]);
  for (let k = 0; k < 12; k++) {
    await page.mouse.move(...at(k), { steps: 6 });
    await press(1);
  }
  await press(2);
}

async function settled(page: Page, objects: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => (window as unknown as SubjectWindow).subject.count() === wanted,
    objects,
    { timeout: 60_000 },
  );
  // Two frames that the page had time to draw, and whatever it does when it has nothing else to do.
  await page.waitForTimeout(3000);
}

/** One round of one library: everything brought, then each scene drawn in and panned. */
async function measure(
  context: BenchContext,
  browser: Browser,
  library: Library,
  appUrl: string,
): Promise<{ readonly importMs: number; readonly importTask: LongestTask; readonly scenes: Seen[] }> {
  const { log } = context;
  const own = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  const page = await own.newPage();
  try {
    const stage =
      library === "Centiscope"
        ? await openOurs(page, appUrl, context.seed)
        : await openPeer(page, await context.serverUrl(), context.seed);
    let importMs = Number.NaN;
    const importTask = await longestTask(browser, page, async () => {
      importMs = await page.evaluate(async () => {
        const { subject } = window as unknown as SubjectWindow;
        const from = performance.now();
        await subject.bring();
        await new Promise(requestAnimationFrame);
        return performance.now() - from;
      });
      await settled(page, OBJECTS);
    });
    const scenes: Seen[] = [];
    for (const [i, { scale }] of SCENES.entries()) {
      await page.evaluate((to) => (window as unknown as SubjectWindow).subject.look(to), scale);
      await page.waitForTimeout(2000);
      const panned = await page.evaluate(panAbout, { frames: PANNED_FRAMES, mostMs: PANNED_MS });
      if (library === "Centiscope") await page.keyboard.press("p");
      else await page.evaluate(() => (window as unknown as { subject: { draw(): void } }).subject.draw());
      await page.evaluate(watch);
      const task = await longestTask(browser, page, () => drawPolygon(page, stage));
      const watched = await page.evaluate(() => (window as unknown as SubjectWindow).watched());
      // A library that does not come to an end of it in time is measured as far as it came.
      const ended = await settled(page, OBJECTS + i + 1).then(
        () => true,
        (thrown: unknown) => {
          if (library === "Centiscope") throw thrown;
          log(`${library} has not ended the polygon`);
          return false;
        },
      );
      scenes.push({ task, watched, panned, ended });
    }
    return { importMs, importTask, scenes };
  } finally {
    await own.close();
  }
}

async function run(context: BenchContext): Promise<BenchSection[]> {
  const { seed, rounds, log } = context;
  const counts = await measureCounts(seed, rounds, log);
  const env = { ...process.env, NODE_ENV: "production" };
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], { env });
  const host = await startServers(PORT);
  try {
    const browser = await context.browser();
    const { name: renderer } = await rendererOf(browser);
    const found = new Map<Library, Awaited<ReturnType<typeof measure>>[]>(
      LIBRARIES.map((name) => [name, []]),
    );
    for (let round = 0; round < rounds; round++) {
      for (const library of LIBRARIES) {
        const seen = await measure(context, browser, library, host.appUrl);
        found.get(library)?.push(seen);
        log(
          `${library}: ${Math.round(seen.importMs)} ms to bring, longest ${Math.round(seen.importTask.clockMs)} ms; ${seen.scenes
            .map(
              ({ task, watched, panned }) =>
                `frame ${median(panned).toFixed(0)} ms panned, ${median(watched.frames).toFixed(0)} ms drawn, input ${median(watched.inputs).toFixed(0)} ms, longest ${task.clockMs.toFixed(0)} ms`,
            )
            .join("; ")}`,
        );
      }
    }
    const of = (library: Library) => found.get(library) ?? [];
    const drawn = SCENES.flatMap(({ name }, i) => {
      const scenes = (library: Library): Seen[] => of(library).map((one) => one.scenes[i]!);
      const panned = (library: Library) => median(scenes(library).flatMap((one) => one.panned));
      return LIBRARIES.map((library): Row => {
        const all = scenes(library);
        const inputs = all.flatMap(({ watched }) => watched.inputs).sort((a, b) => a - b);
        return {
          scene: name,
          by: library,
          "longest task, running ms": median(all.map(({ task }) => task.runningMs)),
          "by the clock ms": median(all.map(({ task }) => task.clockMs)),
          "input to picture ms": median(inputs),
          "19 of 20 within ms": inputs[Math.floor(inputs.length * 0.95)] ?? Number.NaN,
          "frame while drawing ms": median(all.flatMap(({ watched }) => watched.frames)),
          "polygon is there": `${all.filter(({ ended }) => ended).length} of ${all.length}`,
          "frame while panning ms": panned(library),
          "panning, × Centiscope": panned(library) / panned("Centiscope"),
        };
      });
    });
    const brought = LIBRARIES.map((library): Row => {
      const all = of(library);
      return {
        by: library,
        from: library === "Centiscope" ? "the text of a GeoJSON file" : "objects in memory",
        "ms until all are there": Math.round(median(all.map(({ importMs }) => importMs))),
        "longest task, running ms": Math.round(median(all.map(({ importTask }) => importTask.runningMs))),
        "by the clock ms": Math.round(median(all.map(({ importTask }) => importTask.clockMs))),
      };
    });
    return [
      {
        title: "Counts of every gene in a polygon with a hole: 1 M rows, 25 000 genes, one thread, Node",
        rows: counts,
        notes: [
          "Seeded polygons of 64 corners with a hole of 32 in the middle of the chip; every answer equals the others', gene by gene. DuckDB: one expression with a term for each edge, after the box.",
        ],
      },
      {
        title: `Drawing a polygon by mouse among ${OBJECTS.toLocaleString("en-GB")} objects`,
        rows: drawn,
        notes: [
          `Objects as large as cells, 12 corners each, on a picture of ${PICTURE.width} × ${PICTURE.height} px; a stage of 736 × 720 px; drawn by ${renderer}. Ours is the product with its panels, list and saving; Annotorious 3.8.10 a bare page.`,
          "Longest task: as under “opening”. Input to picture: from the time of a pointer's event to the end of the frame after it. Panning: the camera is moved in every frame by script. Where the polygon is not there in the end, the figures of drawing are not of drawing one. Goals: no task of ours over 50 ms while drawing; at least 5 × the frame rate of Annotorious.",
        ],
      },
      {
        title: `Bringing ${OBJECTS.toLocaleString("en-GB")} objects`,
        rows: brought,
        notes: [
          "Ours reads the text in a worker, checks every object, keeps the step for undo and saves it twice on the disk, part of it after they are there; the longest task is of all that. Annotorious takes objects that are made for it beforehand, and keeps nothing.",
        ],
      },
    ];
  } finally {
    await host.close();
  }
}

/** Regions: exact counts, and a slide full of objects. */
export const bench: Bench = { name: "regions", run };
