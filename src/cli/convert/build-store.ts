import { join } from "node:path";
import type { ChunkEncoder } from "../../store/array-writer.ts";
import type { QualityBound } from "../../store/features.ts";
import { GenesWriter } from "../../store/genes-writer.ts";
import { PointsWriter } from "../../store/points-writer.ts";
import { finishStore, writeLists } from "../../store/store-finish.ts";
import type { Provenance, StoreManifest } from "../../store/store-manifest.ts";
import { superLog2, type TileChoice } from "../../store/store-plan.ts";
import { LedgerSink, type StoreSink } from "../../store/store-sink.ts";
import { SummaryWriter } from "../../store/summary-writer.ts";
import type { RowSource } from "../row-source.ts";
import { Buckets } from "./buckets.ts";
import { GeneBuckets, GeneLayout } from "./gene-buckets.ts";
import { writeGenes } from "./gene-stage.ts";
import { writePoints } from "./point-stage.ts";
import { type Prepared, prepare, recordWords, storeColumns } from "./prepared.ts";
import { ScratchFile } from "./scratch.ts";

/** How far a conversion is: rows done of this phase, of how many when that is known. */
export interface ConvertProgress {
  readonly phase: "read" | "tiles" | "genes";
  readonly rows: number;
  readonly of: number | null;
}

export interface BuildOptions {
  readonly provenance: Provenance;
  /** An empty folder for temporary files; about 30 bytes a row. */
  readonly scratchDir: string;
  /** What the conversion may hold at once, about. */
  readonly memoryBytes: number;
  readonly encoder: ChunkEncoder;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ConvertProgress) => void;
  /** Most rows sorted at once, when it is not to follow from `memoryBytes`. */
  readonly mostRows?: number;
  readonly tile?: TileChoice;
  /** What divides genes by quality, null for nothing, when it is not to follow from the source. */
  readonly bound?: QualityBound | null;
  /** Chunks of a shard of rows, when they are not to be as SPEC §5 has them. */
  readonly shardChunks?: number;
}

/** The share of the memory that buckets buffer before they go to disk. */
export function bufferBytes(memoryBytes: number): number {
  return memoryBytes / 8;
}

/** The manifest of a store of prepared rows. */
export function manifestOf(prepared: Prepared, provenance: Provenance): StoreManifest {
  const { plan, stored, genes, dictionaries } = prepared;
  return {
    ...provenance,
    plan,
    columns: stored.map((column) => ({ ...column, dictionary: dictionaries.has(column.name) })),
    hasGeneIds: genes.ids !== null,
    quality: prepared.quality,
  };
}

/**
 * Writes the store of a source into an empty sink, holding a bounded part of it: rows are dealt by place to disk,
 * sorted and written; dealt by gene and written again.
 */
export async function buildStore(
  source: RowSource,
  sink: StoreSink,
  options: BuildOptions,
): Promise<StoreManifest> {
  const { memoryBytes, scratchDir, signal, encoder } = options;
  const scratch = (name: string): string => join(scratchDir, name);
  const room = { scratchPath: scratch, bufferBytes: bufferBytes(memoryBytes) };
  const tell = (phase: ConvertProgress["phase"], of: number | null) => (rows: number) =>
    options.onProgress?.({ phase, rows, of });
  const byPlace = new ScratchFile(scratch("by-place"));
  const buckets = new Buckets(byPlace, recordWords(storeColumns(source)), room.bufferBytes);
  const prepared = await prepare(source, buckets, {
    file: options.provenance.source.name,
    memoryBytes,
    signal,
    onRows: tell("read", source.rowsExpected),
    mostRows: options.mostRows,
    tile: options.tile,
    shardChunks: options.shardChunks,
    bound: options.bound,
  });
  const { plan, stored, genes, supers, mostRows, shardChunks } = prepared;
  const ledger = new LedgerSink(sink);
  const summaries = new SummaryWriter(ledger, plan, supers, genes, encoder);
  const range = { shardChunks, firstRow: 0 };
  const span = { from: 0, to: plan.rows };
  const points = new PointsWriter(ledger, plan, stored, summaries, range, encoder);
  const geneColumns = stored.filter(({ byGene }) => byGene);
  const layout = new GeneLayout(plan, genes.rows, geneColumns, mostRows);
  const byGene = new ScratchFile(scratch("by-gene"));
  const dealer = new GeneBuckets(byGene, layout, room.bufferBytes, 2 * superLog2(plan.lattice));
  await writePoints(prepared, {
    records: buckets,
    span,
    room: { ...room, mostRows },
    writer: points,
    summaries,
    dealer,
    signal,
    onRows: tell("tiles", plan.rows),
  });
  byPlace.remove();
  const written = await points.finish();
  const onChunk = (firstCode: number) => summaries.addChunk(firstCode);
  const writer = new GenesWriter(ledger, plan, stored, onChunk, range, encoder);
  await writeGenes(prepared, {
    layout,
    dealt: [dealer.buckets],
    span,
    writer,
    onBins: (gene, kept) => summaries.addBins(gene, kept),
    drain: () => summaries.drain(),
    signal,
    onRows: tell("genes", plan.rows),
  });
  byGene.remove();
  written.push(...(await writer.finish()), ...(await summaries.finish()));
  written.push(...(await writeLists(ledger, genes, prepared.dictionaries)));
  const manifest = manifestOf(prepared, options.provenance);
  signal.throwIfAborted();
  await finishStore(ledger, manifest, written);
  return manifest;
}
