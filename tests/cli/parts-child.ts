/**
 * One step of a conversion in parts, as a process of its own: `node parts-child.js OUT KILL STEP [A [B]]`, STEP being
 * plan (of A parts), shards (A to B), finish or whole. Kills itself at step KILL on the disk, and prints its steps.
 */

import { buildStore } from "../../src/cli/convert/build-store.ts";
import { endParts, planParts, runParts } from "../../src/cli/convert/convert-parts.ts";
import { FolderSink } from "../../src/cli/convert/node-folder.ts";
import { encodeHere } from "../../src/store/array-writer.ts";
import { tableSource } from "../store/table.ts";
import { killAtStep, stepsTaken } from "./kill-steps.ts";
import { PARTS_TABLES, PROVENANCE } from "./parts-table.ts";

const [out, kill, step, a, b] = process.argv.slice(2) as [string, string, string, string?, string?];
killAtStep(Number(kill));
const { signal } = new AbortController();
const source = tableSource(PARTS_TABLES.spots);
const input = { name: "table.gem", bytes: 1 };
const shape = { memoryBytes: 2 ** 21, shardChunks: 1, provenance: PROVENANCE, signal };
const parts = { input, signal, encoder: encodeHere };
if (step === "plan") await planParts(source, input, out, Number(a), { ...shape, force: false });
else if (step === "shards") await runParts(out, Number(a), Number(b), parts);
else if (step === "finish") await endParts(out, parts);
else await buildStore(source, new FolderSink(out), { ...shape, scratchDir: a!, encoder: encodeHere });
console.info(stepsTaken());
