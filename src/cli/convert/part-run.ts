import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import type { ChunkEncoder } from "../../store/array-writer.ts";
import { GenesWriter } from "../../store/genes-writer.ts";
import { PointsWriter } from "../../store/points-writer.ts";
import { superLog2 } from "../../store/store-plan.ts";
import { LedgerSink } from "../../store/store-sink.ts";
import { StoredBuckets } from "./buckets.ts";
import { bufferBytes } from "./build-store.ts";
import { GeneBuckets, GeneLayout } from "./gene-buckets.ts";
import { writeGenes } from "./gene-stage.ts";
import { FolderSink } from "./node-folder.ts";
import type { OutFolder } from "./out-folder.ts";
import { BY_GENE_FILE, PartFolder, type PartRecord } from "./part-folder.ts";
import { BINS_FILE, PartSummaries } from "./part-summaries.ts";
import { type PartsPlan, partSpan } from "./parts-plan.ts";
import { writePoints } from "./point-stage.ts";
import { ScratchFile } from "./scratch.ts";
import { SpillWriter } from "./spill-file.ts";

export interface PartOptions {
  readonly encoder: ChunkEncoder;
  readonly signal: AbortSignal;
  readonly onRows?: (rows: number, of: number) => void;
}

/** How the rows of a plan are dealt by gene: the same in every process. */
function layoutOf({ prepared }: PartsPlan): GeneLayout {
  const columns = prepared.stored.filter(({ byGene }) => byGene);
  return new GeneLayout(prepared.plan, prepared.genes.rows, columns, prepared.mostRows);
}

/** The records of parts `[from, to)`. Throws `convert-parts-missing` with the numbers of those that are not done. */
export function partRecords(folder: OutFolder, plan: PartsPlan, from: number, to: number): PartRecord[] {
  const numbers = Array.from({ length: to - from }, (_, k) => from + k);
  const records = numbers.map((part) => new PartFolder(folder, part).record(plan.id));
  const missing = numbers.filter((_, k) => !records[k]);
  if (missing.length > 0) {
    const listed = missing.slice(0, 20).join(", ") + (missing.length > 20 ? ", …" : "");
    throw new CentiscopeError("convert-parts-missing", {
      file: basename(folder.out),
      parts: listed,
      done: numbers.length - missing.length,
      of: numbers.length,
    });
  }
  return records as PartRecord[];
}

/**
 * Writes one part; true when it was not done before. It reads only what the plan and, for a part by gene, the parts by
 * place have left, and writes only its own folder, which takes its name last: it may be killed and run again at any
 * moment, even twice at once.
 */
export async function runPart(
  folder: OutFolder,
  plan: PartsPlan,
  part: number,
  options: PartOptions,
): Promise<boolean> {
  const own = new PartFolder(folder, part);
  if (own.record(plan.id)) return false;
  const run = own.begin();
  try {
    const done =
      part < plan.count
        ? await byPlace(folder, plan, part, run, options)
        : await byGene(folder, plan, part, run, options);
    own.end(run, { plan: plan.id, part, ...done });
  } catch (thrown) {
    rmSync(run, { recursive: true, force: true });
    throw thrown;
  }
  return true;
}

async function byPlace(
  folder: OutFolder,
  plan: PartsPlan,
  part: number,
  run: string,
  { encoder, signal, onRows }: PartOptions,
): Promise<Omit<PartRecord, "plan" | "part">> {
  const { prepared } = plan;
  const span = partSpan(plan, part);
  const ledger = new LedgerSink(new FolderSink(join(run, "store")));
  const places = new Map(prepared.supers.map(({ col, row }, place) => [`${col},${row}`, place]));
  const placeOf = (col: number, row: number): number => places.get(`${col},${row}`)!;
  const isLow = prepared.genes.division?.isLow ?? null;
  const summaries = new PartSummaries(run, prepared.plan, isLow, placeOf, encoder);
  const range = { shardChunks: prepared.shardChunks, firstRow: span.from };
  const writer = new PointsWriter(ledger, prepared.plan, prepared.stored, summaries, range, encoder);
  const file = new ScratchFile(join(run, BY_GENE_FILE));
  const buffer = bufferBytes(plan.memoryBytes);
  const dealer = new GeneBuckets(file, layoutOf(plan), buffer, 2 * superLog2(prepared.plan.lattice));
  const input = new ScratchFile(join(folder.scratch, "by-place"), "r");
  try {
    await writePoints(prepared, {
      records: new StoredBuckets(input, plan.extents),
      span,
      room: {
        mostRows: prepared.mostRows,
        scratchPath: (name) => join(run, "scratch", name),
        bufferBytes: buffer,
      },
      writer,
      summaries,
      dealer,
      signal,
      onRows: (rows) => onRows?.(rows, span.to - span.from),
    });
  } finally {
    input.close();
  }
  const dealt = dealer.buckets.store();
  file.keep();
  return {
    written: await writer.finish(),
    files: Object.fromEntries(ledger.files),
    spills: summaries.close(),
    dealt,
    chunkFirst: [],
  };
}

async function byGene(
  folder: OutFolder,
  plan: PartsPlan,
  part: number,
  run: string,
  { encoder, signal, onRows }: PartOptions,
): Promise<Omit<PartRecord, "plan" | "part">> {
  const { prepared } = plan;
  const span = partSpan(plan, part);
  const records = partRecords(folder, plan, 0, plan.count);
  const ledger = new LedgerSink(new FolderSink(join(run, "store")));
  const chunkFirst: number[] = [];
  const onChunk = (firstCode: number): void => {
    chunkFirst.push(firstCode);
  };
  const range = { shardChunks: prepared.shardChunks, firstRow: span.from };
  const writer = new GenesWriter(ledger, prepared.plan, prepared.stored, onChunk, range, encoder);
  const bins = new SpillWriter(join(run, BINS_FILE));
  const files = records.map(
    (_, place) => new ScratchFile(join(new PartFolder(folder, place).path, BY_GENE_FILE), "r"),
  );
  try {
    await writeGenes(prepared, {
      layout: layoutOf(plan),
      dealt: records.map(({ dealt }, place) => new StoredBuckets(files[place]!, dealt)),
      span,
      writer,
      onBins: (gene, kept) => {
        for (const { level, codes, values } of kept) bins.add(Uint32Array.of(gene, level), codes, values);
      },
      drain: async () => {},
      signal,
      onRows: (rows) => onRows?.(rows, span.to - span.from),
    });
  } finally {
    for (const file of files) file.close();
  }
  return {
    written: await writer.finish(),
    files: Object.fromEntries(ledger.files),
    spills: { [BINS_FILE]: bins.close() },
    dealt: [],
    chunkFirst,
  };
}
