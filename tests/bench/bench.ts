import type { Browser } from "@playwright/test";

/** What the runner hands to each benchmark. */
export interface BenchContext {
  /** Seed of every generated data set; the same seed gives the same rows. */
  readonly seed: number;
  /** Interleaved repeats; medians are reported. */
  readonly rounds: number;
  /** Rows of the table that the store is measured with. */
  readonly rows: number;
  /** Rows of the files that it is converted from, at most: making them takes longer than converting them. */
  readonly fileRows: number;
  /** Which stages of a benchmark that has some are run (`store`: files, drawn, peer, questions); null for all. */
  readonly stages: readonly string[] | null;
  /** How long the tour over the chip takes. */
  readonly tourMinutes: number;
  /** A headless Chromium with live WebGL2, shared by the run. */
  readonly browser: () => Promise<Browser>;
  /** Base URL of the development server that serves this repository. */
  readonly serverUrl: () => Promise<string>;
  /** Progress to the terminal. */
  readonly log: (line: string) => void;
}

/** What the browser draws with, as its WebGL says. */
export async function rendererOf(browser: Browser): Promise<{ name: string; isSoftware: boolean }> {
  const page = await browser.newPage();
  try {
    const name = await page.evaluate(() => {
      const gl = document.createElement("canvas").getContext("webgl2");
      const unmasked = gl?.getExtension("WEBGL_debug_renderer_info");
      return gl && unmasked ? String(gl.getParameter(unmasked.UNMASKED_RENDERER_WEBGL)) : "";
    });
    if (!name) throw new Error("The browser has no WebGL2.");
    return { name, isSoftware: /swiftshader|llvmpipe/i.test(name) };
  } finally {
    await page.close();
  }
}

/** One table of `docs/BENCHMARKS.md`. Every row has the same keys; a `peer` column or rows name who is compared. */
export interface BenchSection {
  readonly title: string;
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly notes: readonly string[];
}

/** A file `tests/bench/<name>.bench.ts` exports this as `bench`. */
export interface Bench {
  readonly name: string;
  readonly run: (context: BenchContext) => Promise<BenchSection[]>;
}

/** The middle value; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** Deterministic uniform numbers in [0, 1): mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
