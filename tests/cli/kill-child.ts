/**
 * Converts a table and kills itself with SIGKILL at the n-th step on the disk, half way through a write:
 * `node kill-child.js OUT N [--force]`. Run by `convert-kill.test.ts`; with N = 0 it lives and prints the steps. With DISK_FULL_FROM_WRITE=N in the environment its
 * writes fail from the n-th on; the failure's code and detail are printed.
 */

import { convertStore } from "../../src/cli/convert/convert-store.ts";
import { CentiscopeError } from "../../src/core/errors.ts";
import { makeTable, tableSource } from "../store/table.ts";
import { fullFromWrite, killAtStep, stepsTaken } from "./kill-steps.ts";

const [out, last, force] = process.argv.slice(2) as [string, string, string?];
const fullAt = process.env.DISK_FULL_FROM_WRITE;
if (fullAt) fullFromWrite(Number(fullAt));
else killAtStep(Number(last));

/** The second table differs, so that an old store is told from a new one. */
const table = makeTable({
  seed: force ? 8 : 6,
  rows: 3000,
  genes: 5,
  lattice: true,
  side: 900,
  x0: 0,
  y0: 0,
  unitUm: 0.5,
  repeats: 0.2,
  bigCounts: false,
});
const conversion = convertStore(tableSource(table), out, {
  provenance: {
    platform: "stereo-seq",
    source: { name: "table.gem", formatVersion: "test", bytes: 0, sha256: null },
    converter: "test",
    simulated: false,
    toImagePx: null,
  },
  memoryBytes: 2 ** 20,
  force: force !== undefined,
  signal: new AbortController().signal,
});
if (fullAt) {
  const facts = await conversion.then(
    () => null,
    (thrown: unknown) => (thrown instanceof CentiscopeError ? thrown.facts : { code: String(thrown) }),
  );
  console.info(JSON.stringify(facts));
} else {
  await conversion;
  console.info(stepsTaken());
}
