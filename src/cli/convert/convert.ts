import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { formatInteger } from "../../core/format-number.ts";
import { Breather } from "../../formats/event-loop.ts";
import { geneCount, type StoreManifest } from "../../store/store-manifest.ts";
import { isUrl } from "../source-files.ts";
import { numberOption, UsageError, type Verb, type VerbArguments } from "../verb.ts";
import { endParts, inputFacts, planParts, runParts } from "./convert-parts.ts";
import { convertStore } from "./convert-store.ts";
import { encodePool } from "./encode-pool.ts";
import { openSource } from "./open-source.ts";
import { progressLine } from "./progress.ts";

const PHASES = { read: "reading rows", tiles: "writing tiles", genes: "writing genes" } as const;

/** Read at once to be hashed. */
const HASHED_BYTES = 1 << 20;
/** More than any array job has. */
const MOST_PARTS = 10_000;

export const convert: Verb = {
  usage: "IN OUT.centiscope.zarr",
  about:
    "Makes a store of an expression table of any size: every row that has a count, twice, and exact sums at every scale, as a folder that any static host serves. Memory stays bounded whatever the size; temporary files take about 30 bytes a row beside OUT. A run that is stopped or killed leaves nothing half made at OUT.",
  options: {
    memory: { type: "string", value: "MB", help: "what may be held in memory, about (default 1024)" },
    threads: { type: "string", value: "N", help: "threads that compress beside the one that sorts" },
    force: { type: "boolean", help: "replace a store that is there, once the new one is whole" },
    plan: {
      type: "string",
      value: "N",
      help: "for many machines: read the rows and plan N parts by place and N by gene, on a disk that all share",
    },
    shards: { type: "string", value: "A:B", help: "write parts A to B − 1 of the plan" },
    finish: { type: "boolean", help: "make the store of the plan, once all parts are done" },
    "um-per-unit": { type: "string", value: "X", help: "µm of one unit of x and y, where files do not say" },
  },
  paths: [2, 2],
  example: "centiscope convert sample.tissue.gef sample.centiscope.zarr",
  run: async (args, context) => {
    const [from, given] = args.paths as [string, string];
    const out = given.replace(/[/\\]+$/, "");
    const step = stepOf(args);
    const memory = numberOption(args, "memory", 64, 2 ** 20) ?? 1024;
    const threads = numberOption(args, "threads", 0, 256) ?? Math.max(1, availableParallelism() - 1);
    const pool = encodePool(threads);
    const line = progressLine(context);
    const { signal } = context;
    try {
      const input = inputFacts(from);
      if (step.kind === "shards") {
        const parts: { part: number; rows: number; wasDone: boolean }[] = [];
        await runParts(out, step.from, step.to, {
          input,
          signal,
          encoder: pool.encoder,
          onPart: (part, facts) => parts.push({ part, ...facts }),
          onRows: (rows, of) => line.step("writing rows", rows, of),
        });
        line.end();
        const words = parts.map(({ part, rows, wasDone }) => {
          const amount = `${formatInteger(rows, "en")} rows`;
          return `part ${part}: ${wasDone ? "was done before" : amount}\n`;
        });
        context.out(args.json ? `${JSON.stringify({ out, parts })}\n` : words.join(""));
        return 0;
      }
      if (step.kind === "finish") {
        const manifest = await endParts(out, { input, signal, encoder: pool.encoder });
        context.out(told(out, manifest, args.json));
        return 0;
      }
      const opened = await openSource(from, context, {
        given: numberOption(args, "um-per-unit", 1e-6, 1e6),
      });
      try {
        const { provenance } = opened;
        const sha256 = opened.store ? provenance.source.sha256 : await hashOf(from, signal);
        const options = {
          provenance: {
            ...provenance,
            source: { ...provenance.source, sha256 },
            converter: `centiscope ${args.version}`,
          },
          memoryBytes: memory * 2 ** 20,
          force: args.options.force === true,
          signal,
        };
        if (step.kind === "plan") {
          const onRows = (rows: number) => line.step(PHASES.read, rows, opened.source.rowsExpected);
          const made = await planParts(opened.source, input, out, step.count, { ...options, onRows });
          line.end();
          opened.tellWarnings();
          const { count } = made;
          const { rows, total } = made.prepared.plan;
          const genes = geneCount(made.prepared);
          const facts = { out, rows, genes, total, byPlace: [0, count], byGene: [count, 2 * count] };
          context.out(
            args.json
              ? `${JSON.stringify(facts)}\n`
              : `${basename(out)}: ${formatInteger(rows, "en")} rows in ${2 * count} parts. Run --shards 0:${count}, then --shards ${count}:${2 * count}, then --finish.\n`,
          );
          return 0;
        }
        const manifest = await convertStore(opened.source, out, {
          ...options,
          encoder: pool.encoder,
          onProgress: ({ phase, rows, of }) => line.step(PHASES[phase], rows, of),
        });
        line.end();
        opened.tellWarnings();
        context.out(told(out, manifest, args.json));
      } finally {
        await opened.close();
      }
    } finally {
      line.end();
      await pool.close();
    }
    return 0;
  },
};

/** What of a conversion is to be done. */
type Step =
  | { readonly kind: "all" | "finish" }
  | { readonly kind: "plan"; readonly count: number }
  | { readonly kind: "shards"; readonly from: number; readonly to: number };

function stepOf(args: VerbArguments): Step {
  const { plan, shards, finish } = args.options;
  const given = [plan, shards, finish].filter((option) => option !== undefined && option !== false);
  if (given.length > 1) throw new UsageError("--plan, --shards and --finish are steps: one at a time.");
  if (plan !== undefined) {
    const count = numberOption(args, "plan", 1, MOST_PARTS)!;
    if (!Number.isInteger(count)) throw new UsageError(`--plan is a whole number, not “${plan}”.`);
    return { kind: "plan", count };
  }
  if (shards !== undefined) {
    const [, from, to] = /^(\d{1,6}):(\d{1,6})$/.exec(String(shards)) ?? [];
    if (!(Number(from) < Number(to))) {
      throw new UsageError(`--shards is FROM:TO, parts FROM to TO − 1, not “${shards}”.`);
    }
    return { kind: "shards", from: Number(from), to: Number(to) };
  }
  return { kind: finish === true ? "finish" : "all" };
}

/** A store that was made, in words or as JSON. */
function told(out: string, manifest: StoreManifest, json: boolean): string {
  const { plan, columns } = manifest;
  const { rows, total } = plan;
  const genes = geneCount(manifest);
  if (json) {
    const facts = { out, rows, genes, total, columns: columns.map(({ name }) => name) };
    return `${JSON.stringify(facts)}\n`;
  }
  const [r, g, t] = [rows, genes, total].map((value) => formatInteger(value, "en"));
  return `${basename(out)}: ${r} rows, ${g} genes, ${t} molecules\n`;
}

/** SHA-256 of a local file; null for a folder or an address. */
async function hashOf(path: string, signal: AbortSignal): Promise<string | null> {
  if (isUrl(path) || !statSync(path).isFile()) return null;
  const hash = createHash("sha256");
  // One buffer for all: a stream makes a new one of each piece.
  const piece = new Uint8Array(HASHED_BYTES);
  const breather = new Breather(signal);
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const bytes = readSync(descriptor, piece);
      if (bytes === 0) return hash.digest("hex");
      hash.update(piece.subarray(0, bytes));
      if (breather.due) await breather.breathe();
    }
  } finally {
    closeSync(descriptor);
  }
}
