import { type Bench, type BenchContext, type BenchSection, median, rendererOf } from "./bench.ts";
import type { PointsLibrary, PointsMeasured } from "./points-page.ts";

const NAMES: Readonly<Record<PointsLibrary, string>> = {
  ours: "TranscriptLayer",
  scatterplot: "deck.gl ScatterplotLayer, binary attributes",
  regl: "regl-scatterplot",
};
/** Bytes on the GPU: ours u16×4; deck.gl f32×2 + u8×4; regl-scatterplot one RGBA float texel. */
const BYTES: Readonly<Record<PointsLibrary, number>> = { ours: 8, scatterplot: 12, regl: 16 };

interface Step {
  readonly rows: number;
  /** Fresh pages, the libraries in turn. */
  readonly turns: number;
  readonly frames: number;
  readonly libraries: readonly PointsLibrary[];
}

const ALL: readonly PointsLibrary[] = ["ours", "regl", "scatterplot"];

/** ScatterplotLayer takes 10 s a frame at 1 M points in software GL: it has one turn there, and none beyond. */
const SOFTWARE_PLAN: readonly Step[] = [
  { rows: 100_000, turns: 3, frames: 5, libraries: ALL },
  { rows: 1_000_000, turns: 3, frames: 3, libraries: ALL },
  { rows: 5_000_000, turns: 2, frames: 1, libraries: ["ours", "regl"] },
  { rows: 10_000_000, turns: 1, frames: 2, libraries: ["ours", "regl"] },
];

const CARD_PLAN: readonly Step[] = [100_000, 1_000_000, 5_000_000, 10_000_000].map((rows) => ({
  rows,
  turns: 3,
  frames: 9,
  libraries: ALL,
}));

async function measure(
  { browser, serverUrl, seed }: BenchContext,
  library: PointsLibrary,
  rows: number,
  frames: number,
): Promise<PointsMeasured> {
  const page = await (await browser()).newPage({ viewport: { width: 800, height: 600 } });
  try {
    await page.route("**/points-blank", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: "<!doctype html><title>points</title><body style='margin:0'>",
      }),
    );
    const base = await serverUrl();
    await page.goto(new URL("points-blank", base).href);
    const url = new URL("tests/bench/points-page.ts", base).href;
    const given = JSON.stringify([library, seed, rows, frames]);
    return await page.evaluate<PointsMeasured>(
      `import(${JSON.stringify(url)}).then((m) => m.measurePoints(...${given}))`,
    );
  } finally {
    await page.close();
  }
}

async function run(context: BenchContext): Promise<BenchSection[]> {
  const rows: Record<string, string | number>[] = [];
  const { name: renderer, isSoftware } = await rendererOf(await context.browser());
  for (const { rows: count, turns, frames, libraries } of isSoftware ? SOFTWARE_PLAN : CARD_PLAN) {
    const measured = new Map<PointsLibrary, PointsMeasured[]>(libraries.map((library) => [library, []]));
    for (let turn = 0; turn < turns; turn++) {
      for (const [library, found] of measured) {
        const slow = isSoftware && library === "scatterplot";
        if (slow && turn > 0) continue;
        context.log(`${count / 1e6} M points, ${NAMES[library]}, turn ${turn + 1}`);
        found.push(await measure(context, library, count, slow && count > 1e5 ? 1 : frames));
      }
    }
    const frameOf = (found: readonly PointsMeasured[] = []) => median(found.flatMap((one) => one.frames));
    const ours = frameOf(measured.get("ours"));
    for (const [library, found] of measured) {
      const lit = Math.min(...found.map((one) => one.lit));
      if (lit < 50_000) throw new Error(`${NAMES[library]} drew only ${lit} pixels.`);
      rows.push({
        points: `${count / 1e6} M`,
        library: NAMES[library],
        "bytes a point": BYTES[library],
        "frame ms": frameOf(found),
        "× ours": frameOf(found) / ours,
        "first picture ms": median(found.map((one) => one.first)),
        "recoloured picture ms": median(found.flatMap((one) => one.recolored)),
      });
    }
  }
  return [
    {
      title: "Points: 800 × 600, 3 px discs, 25 000 genes",
      rows,
      notes: [
        `Drawn by ${renderer}${isSoftware ? ": ratios on a graphics card differ" : ""}. Medians over fresh pages, the libraries in turn; the GPU is waited for by reading a pixel.`,
        "First picture: from typed arrays as the library takes them to the picture, shaders warm; regl-scatterplot's includes its conversion to arrays and its spatial index. A recoloured picture is one in which every gene changed its colour: ours uploads a palette of 104 KB and no vertex, ScatterplotLayer rewrites and uploads 4 bytes a point, regl-scatterplot has 4 categories in place of 25 000 genes.",
        ...(isSoftware
          ? [
              "ScatterplotLayer is not run beyond 1 M points: a frame there takes as long as the rest of this benchmark.",
            ]
          : []),
      ],
    },
  ];
}

export const bench: Bench = { name: "points", run };
