import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { assemblyScript } from "../../vite.assemblyscript.ts";
import { runProcess } from "./process.ts";
import { bytesOf } from "./store-convert.ts";

/** What store-child.ts prints. */
interface ChildFigures {
  readonly rows: number;
  readonly wallMs: number;
  readonly drawMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
}

type Row = Record<string, string | number>;
type Child = (...args: readonly (string | number)[]) => Promise<ChildFigures>;

/** Bundles store-child.ts into a folder; runs it with the given words. */
async function buildChild(folder: string): Promise<Child> {
  const outDir = join(folder, "child");
  await build({
    configFile: false,
    publicDir: false,
    logLevel: "error",
    plugins: [assemblyScript()],
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: "node20",
      minify: false,
      rolldownOptions: {
        input: {
          "store-child": "tests/bench/store-child.ts",
          "encode.worker": "src/cli/convert/encode.worker.ts",
        },
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  });
  return async (...args) => {
    const { stdout } = await runProcess([join(outDir, "store-child.js"), ...args.map(String)]);
    return JSON.parse(stdout) as ChildFigures;
  };
}

/** Makes the store of a drawn chip of about so many rows, by all cores. */
export async function makeDrawn(
  wanted: number,
  seed: number,
  folder: string,
  store: string,
): Promise<ChildFigures> {
  const child = await buildChild(folder);
  rmSync(store, { recursive: true, force: true });
  return child("whole", wanted, seed, availableParallelism() - 1, store);
}

/**
 * Converts a drawn chip of about so many rows into `store`: in one thread; where there are more, with all threads
 * compressing, and in parts, a process for each core. One row of the table each.
 */
export async function convertDrawn(
  wanted: number,
  seed: number,
  folder: string,
  store: string,
  log: (line: string) => void,
): Promise<{ readonly conversions: Row[]; readonly rows: number }> {
  const child = await buildChild(folder);
  const cores = availableParallelism();
  const conversions: Row[] = [];
  const note = (what: string, rows: number, wallMs: number, cpuMs: number, peakMb: number): void => {
    const row = {
      what,
      "M rows/s": rows / wallMs / 1000,
      "M rows/s of CPU": rows / cpuMs / 1000,
      "peak MB": peakMb,
      "B/row": bytesOf(store) / rows,
    };
    log(`${what}: ${row["M rows/s"].toFixed(2)} M rows/s, ${row["M rows/s of CPU"].toFixed(2)} of CPU`);
    conversions.push(row);
  };
  let rows = 0;
  for (const threads of cores > 2 ? [0, cores - 1] : [0]) {
    rmSync(store, { recursive: true, force: true });
    const made = await child("whole", wanted, seed, threads, store);
    ({ rows } = made);
    const what = threads === 0 ? "centiscope, one thread" : `centiscope, ${threads} threads more to compress`;
    note(what, rows, made.wallMs - made.drawMs, made.cpuMs - made.drawMs, made.peakMb);
  }
  const start = performance.now();
  const all = [await child("plan", wanted, seed, cores, store)];
  const { drawMs } = all[0]!;
  for (const first of [0, cores]) {
    const parts = Array.from({ length: cores }, (_, k) => child("shards", first + k, first + k + 1, store));
    all.push(...(await Promise.all(parts)));
  }
  rmSync(store, { recursive: true, force: true });
  all.push(await child("finish", store));
  const cpuMs = all.reduce((sum, figures) => sum + figures.cpuMs, 0);
  const peakMb = Math.max(...all.map((figures) => figures.peakMb));
  const wallMs = performance.now() - start - drawMs;
  note(`centiscope, in parts, ${cores} processes`, rows, wallMs, cpuMs - drawMs, peakMb);
  return { conversions, rows };
}
