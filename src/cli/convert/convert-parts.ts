import { mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Provenance, StoreManifest } from "../../store/store-manifest.ts";
import { atPath } from "../file-source.ts";
import type { RowSource } from "../row-source.ts";
import { isUrl } from "../source-files.ts";
import { Buckets } from "./buckets.ts";
import { bufferBytes } from "./build-store.ts";
import { inWords } from "./convert-store.ts";
import { type FinishOptions, finishParts } from "./finish-parts.ts";
import { flushFolder, OutFolder } from "./out-folder.ts";
import { runPart } from "./part-run.ts";
import { checkInput, type InputFacts, type PartsPlan, partSpan, planText, readPlan } from "./parts-plan.ts";
import { prepare, recordWords, storeColumns } from "./prepared.ts";
import { ScratchFile } from "./scratch.ts";

export interface PlanOptions {
  readonly provenance: Provenance;
  readonly memoryBytes: number;
  /** Starts anew where a plan is, and replaces a store that is there when the parts are ended. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly onRows?: (rows: number) => void;
  /** As in `BuildOptions`. */
  readonly shardChunks?: number;
}

/** What is known of an input without reading it. Throws `path-missing`. */
export function inputFacts(path: string): InputFacts {
  if (isUrl(path)) return { name: path, bytes: null };
  const found = atPath(path, () => statSync(path));
  return { name: basename(path.replace(/[/\\]+$/, "")), bytes: found.isFile() ? found.size : null };
}

/**
 * Reads all rows, deals them by place into a file in `OUT.part`, and leaves there a plan of `count` parts by place and
 * as many by gene. The plan is written last: a folder without it is cleared away by the next run.
 */
export async function planParts(
  source: RowSource,
  input: InputFacts,
  out: string,
  count: number,
  options: PlanOptions,
): Promise<PartsPlan> {
  const { force, memoryBytes } = options;
  const folder = new OutFolder(out);
  folder.checkTarget(force);
  if (force && folder.isPlanned) {
    folder.takePlanned();
    folder.remove();
  }
  folder.clearStale();
  const replaces = folder.checkTarget(force);
  folder.take();
  try {
    const byPlace = new ScratchFile(join(folder.scratch, "by-place"));
    const words = recordWords(storeColumns(source));
    const buckets = new Buckets(byPlace, words, bufferBytes(memoryBytes));
    const { provenance, signal, onRows, shardChunks } = options;
    const prepared = await prepare(source, buckets, {
      file: provenance.source.name,
      memoryBytes,
      signal,
      shardChunks,
      ...(onRows ? { onRows } : {}),
    });
    const extents = buckets.store();
    byPlace.keep();
    mkdirSync(join(folder.work, "parts"));
    const text = planText({ input, count, memoryBytes, replaces, provenance, prepared, extents });
    folder.checkHeld();
    writeFileSync(`${folder.plan}.new`, text, { flush: true });
    renameSync(`${folder.plan}.new`, folder.plan);
    flushFolder(folder.work);
    folder.unlock();
    return readPlan(folder);
  } catch (thrown) {
    folder.checkHeld();
    folder.remove();
    throw inWords(out, thrown);
  }
}

export interface PartsOptions extends FinishOptions {
  readonly input: InputFacts;
  readonly onPart?: (part: number, facts: { readonly rows: number; readonly wasDone: boolean }) => void;
  readonly onRows?: (rows: number, of: number) => void;
}

/** Runs the parts `[from, to)` one after the other; those that are done already are left as they are. */
export async function runParts(
  out: string,
  from: number,
  to: number,
  options: PartsOptions,
): Promise<PartsPlan> {
  const folder = new OutFolder(out);
  const plan = readPlan(folder);
  checkInput(folder, plan, options.input);
  for (let part = from; part < Math.min(to, 2 * plan.count); part++) {
    try {
      const fresh = await runPart(folder, plan, part, options);
      const span = partSpan(plan, part);
      options.onPart?.(part, { rows: span.to - span.from, wasDone: !fresh });
    } catch (thrown) {
      throw inWords(out, thrown);
    }
  }
  return plan;
}

/** Ends a conversion in parts: the store takes its name, and `OUT.part` goes. */
export async function endParts(
  out: string,
  { input, encoder, signal }: FinishOptions & { readonly input: InputFacts },
): Promise<StoreManifest> {
  const folder = new OutFolder(out);
  const plan = readPlan(folder);
  checkInput(folder, plan, input);
  folder.takePlanned();
  try {
    return await finishParts(folder, plan, { encoder, signal });
  } catch (thrown) {
    folder.checkHeld();
    folder.unlock();
    throw inWords(out, thrown);
  }
}
