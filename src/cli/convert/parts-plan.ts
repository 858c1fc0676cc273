import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import { CHUNK_ROWS } from "../../store/rows-writer.ts";
import type { Provenance } from "../../store/store-manifest.ts";
import type { BucketExtents } from "./buckets.ts";
import type { OutFolder } from "./out-folder.ts";
import type { RowSpan } from "./point-stage.ts";
import type { Prepared } from "./prepared.ts";

/** What tells one input from another without reading it. */
export interface InputFacts {
  readonly name: string;
  /** Null for a folder or an address. */
  readonly bytes: number | null;
}

/** A conversion that many processes share: what was learnt from the rows, and where they lie by place. */
export interface PartsPlan {
  /** Hash of all below: parts of another plan are told by it. */
  readonly id: string;
  readonly input: InputFacts;
  /** Parts by place are 0 … count − 1, parts by gene count … 2·count − 1. */
  readonly count: number;
  readonly memoryBytes: number;
  readonly replaces: boolean;
  readonly provenance: Provenance;
  readonly prepared: Prepared;
  /** Of `by-place` in the folder's scratch, by bucket. */
  readonly extents: readonly BucketExtents[];
}

/** The rows of a part: whole shards of the order it is of. Parts are more than shards when the table is small. */
export function partSpan({ count, prepared }: PartsPlan, part: number): RowSpan {
  const shardRows = CHUNK_ROWS * prepared.shardChunks;
  const shards = Math.ceil(prepared.plan.rows / shardRows);
  const place = part % count;
  const cut = (k: number): number =>
    Math.min(prepared.plan.rows, Math.floor((k * shards) / count) * shardRows);
  return { from: cut(place), to: cut(place + 1) };
}

/** The plan as text; numbers come back to the last bit. */
export function planText(plan: Omit<PartsPlan, "id">): string {
  const { prepared } = plan;
  const { genes } = prepared;
  const body = JSON.stringify({
    ...plan,
    prepared: {
      ...prepared,
      rank: [...prepared.rank],
      dictionaries: [...prepared.dictionaries],
      genes: {
        names: genes.names,
        ids: genes.ids,
        totals: [...genes.totals],
        rows: [...genes.rows],
        isControl: [...genes.isControl],
        division: genes.division && {
          gene: [...genes.division.gene],
          isLow: [...genes.division.isLow],
        },
      },
    },
  });
  return `${createHash("sha256").update(body).digest("hex")}\n${body}`;
}

/** The plan of a folder. Throws `convert-no-plan` where there is none that is whole. */
export function readPlan(folder: OutFolder): PartsPlan {
  const missing = (detail: string): CentiscopeError =>
    new CentiscopeError("convert-no-plan", {
      file: basename(folder.out),
      part: basename(folder.work),
      detail,
    });
  let text: string;
  try {
    text = readFileSync(folder.plan, "utf8");
  } catch (thrown) {
    // A task that is run again after the last one.
    if (existsSync(folder.out)) throw missing("a store is there already");
    throw missing(thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown));
  }
  const line = text.indexOf("\n");
  const id = text.slice(0, line);
  const body = text.slice(line + 1);
  if (createHash("sha256").update(body).digest("hex") !== id) throw missing("plan.json is damaged");
  const json = JSON.parse(body) as Omit<PartsPlan, "id" | "prepared"> & {
    readonly prepared: Omit<Prepared, "dictionaries"> & {
      readonly dictionaries: readonly (readonly [string, readonly string[]])[];
    };
  };
  const { prepared } = json;
  const { genes } = prepared;
  return {
    ...json,
    id,
    prepared: {
      ...prepared,
      rank: Uint32Array.from(prepared.rank),
      dictionaries: new Map(prepared.dictionaries),
      genes: {
        ...genes,
        totals: Float64Array.from(genes.totals),
        rows: Float64Array.from(genes.rows),
        isControl: Uint8Array.from(genes.isControl),
        division: genes.division && {
          gene: Uint32Array.from(genes.division.gene),
          isLow: Uint8Array.from(genes.division.isLow),
        },
      },
    },
  };
}

/** Throws `convert-plan-other` unless the plan is of this input. */
export function checkInput(folder: OutFolder, plan: PartsPlan, input: InputFacts): void {
  if (plan.input.name === input.name && plan.input.bytes === input.bytes) return;
  const words = ({ name, bytes }: InputFacts): string => (bytes === null ? name : `${name}, ${bytes} bytes`);
  throw new CentiscopeError("convert-plan-other", {
    file: basename(folder.out),
    part: basename(folder.work),
    planned: words(plan.input),
    found: words(input),
  });
}
