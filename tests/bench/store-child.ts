/**
 * Converts a drawn chip in a process of its own, from sources bundled as those of the command line are:
 * `node store-child.js whole ROWS SEED THREADS OUT`, `plan ROWS SEED PARTS OUT`, `shards FROM TO OUT`, `finish OUT`.
 * Prints what it did as JSON; `drawMs` is the time that drawing the rows took of it.
 */

import { basename } from "node:path";
import { endParts, planParts, runParts } from "../../src/cli/convert/convert-parts.ts";
import { convertStore } from "../../src/cli/convert/convert-store.ts";
import { encodePool } from "../../src/cli/convert/encode-pool.ts";
import type { RowBatch, RowSource } from "../../src/cli/row-source.ts";
import { chipSource } from "./store-data.ts";

const provenance = {
  platform: "stereo-seq",
  source: { name: "simulated.gem", formatVersion: "simulated", bytes: 0, sha256: null },
  converter: "bench",
  simulated: true,
  toImagePx: null,
} as const;

let drawMs = 0;

/** The source; what its batches take to be drawn is added to `drawMs`. */
function timed(source: RowSource): RowSource {
  async function* batches(signal: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    const drawn = source.batches(signal)[Symbol.asyncIterator]();
    for (;;) {
      const from = performance.now();
      const { done, value } = await drawn.next();
      drawMs += performance.now() - from;
      if (done) return;
      yield value;
    }
  }
  return { ...source, batches };
}

const [mode, ...rest] = process.argv.slice(2) as [string, ...string[]];
const out = rest.at(-1)!;
const [first, second, third] = rest.map(Number) as [number, number, number];
const { signal } = new AbortController();
const input = { name: basename(out), bytes: null };
const start = performance.now();
let rows = 0;
if (mode === "whole") {
  const pool = encodePool(third);
  const options = { signal, provenance, encoder: pool.encoder };
  rows = (await convertStore(timed(chipSource(first, second)), out, options)).plan.rows;
  await pool.close();
} else if (mode === "plan") {
  const options = { signal, provenance, memoryBytes: 2 ** 30, force: true };
  const made = await planParts(timed(chipSource(first, second)), input, out, third, options);
  rows = made.prepared.plan.rows;
} else {
  const pool = encodePool(0);
  const options = { signal, input, encoder: pool.encoder };
  if (mode === "shards") await runParts(out, first, second, options);
  else rows = (await endParts(out, options)).plan.rows;
}
const { user, system } = process.cpuUsage();
const peakMb = process.resourceUsage().maxRSS / 1024;
const wallMs = performance.now() - start;
console.info(JSON.stringify({ rows, wallMs, drawMs, cpuMs: (user + system) / 1000, peakMb }));
