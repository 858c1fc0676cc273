import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ChunkEncoder, WrittenArray } from "../../store/array-writer.ts";
import { decodeCells, WIDE } from "../../store/finest-raster.ts";
import { finishStore, writeLists } from "../../store/store-finish.ts";
import type { StoreManifest } from "../../store/store-manifest.ts";
import { LedgerSink } from "../../store/store-sink.ts";
import { SummaryWriter } from "../../store/summary-writer.ts";
import type { TotalWriter } from "../../store/total-writer.ts";
import { manifestOf } from "./build-store.ts";
import { FolderSink } from "./node-folder.ts";
import { flushFolders, type OutFolder } from "./out-folder.ts";
import { PartFolder, type PartRecord } from "./part-folder.ts";
import { partRecords } from "./part-run.ts";
import { BINS_FILE, HIGH_RASTER_FILE, RASTER_FILE, TILES_FILE } from "./part-summaries.ts";
import type { PartsPlan } from "./parts-plan.ts";
import { readSpill, type SpillArray } from "./spill-file.ts";

/** Says that the store beside it is whole and has only to take its name. */
const WHOLE = "whole";
/** Records added between two looks at what waits to be written. */
const RECORDS_PER_DRAIN = 256;

export interface FinishOptions {
  readonly encoder: ChunkEncoder;
  readonly signal: AbortSignal;
}

/**
 * Makes the store of parts that are all done: sums what they have summed, exactly as one process would have, joins
 * their shards to it, and gives the store its name last. Killed at any moment, it may be run again.
 * @throws CentiscopeError `convert-parts-missing`, `convert-part-other`
 */
export async function finishParts(
  folder: OutFolder,
  plan: PartsPlan,
  options: FinishOptions,
): Promise<StoreManifest> {
  const there = folder.checkTarget(plan.replaces || existsSync(join(folder.work, WHOLE)));
  const manifest = manifestOf(plan.prepared, plan.provenance);
  if (!existsSync(join(folder.work, WHOLE))) {
    const records = partRecords(folder, plan, 0, 2 * plan.count);
    await joinParts(folder, plan, records, manifest, options);
    flushFolders(folder.store);
    writeFileSync(join(folder.work, WHOLE), "");
  }
  if (existsSync(folder.store)) folder.publish(there);
  folder.remove();
  return manifest;
}

async function joinParts(
  folder: OutFolder,
  plan: PartsPlan,
  records: readonly PartRecord[],
  manifest: StoreManifest,
  { encoder, signal }: FinishOptions,
): Promise<void> {
  const { prepared } = plan;
  const summed = join(folder.work, "summed");
  // What a finish that was killed has left: its sums are made anew, the shards it has moved stay.
  rmSync(summed, { recursive: true, force: true });
  const ledger = new LedgerSink(new FolderSink(summed));
  const parts = records.map((record) => ({ record, own: new PartFolder(folder, record.part) }));
  for (const { record, own } of parts) {
    for (const [path, file] of Object.entries(record.files)) {
      const places = [join(own.store, path), join(folder.store, path)];
      const found = places.find((place) => existsSync(place));
      if (!found || statSync(found).size !== file.bytes) throw own.other(`${path} is damaged or missing`);
      ledger.files.set(path, file);
    }
  }
  const summaries = new SummaryWriter(ledger, prepared.plan, prepared.supers, prepared.genes, encoder);
  await addTiles(summaries, parts, signal);
  await addRasters(summaries.totals, RASTER_FILE, parts, plan, signal);
  if (summaries.high) await addRasters(summaries.high, HIGH_RASTER_FILE, parts, plan, signal);
  await addGenes(summaries, parts, signal);
  const written = [
    ...joined(records, prepared.plan.rows),
    ...(await summaries.finish()),
    ...(await writeLists(ledger, prepared.genes, prepared.dictionaries)),
  ];
  signal.throwIfAborted();
  await finishStore(ledger, manifest, written);
  folder.checkHeld();
  for (const { record, own } of parts) {
    for (const path of Object.keys(record.files)) move(join(own.store, path), join(folder.store, path));
  }
  for (const path of ledger.files.keys()) move(join(summed, path), join(folder.store, path));
  move(join(summed, "manifest.json"), join(folder.store, "manifest.json"));
}

/** Moves a file; one that an earlier run has moved is not there any more. */
function move(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

interface Part {
  readonly record: PartRecord;
  readonly own: PartFolder;
}

function* spill({ record, own }: Part, name: string): Generator<SpillArray[]> {
  const expected = record.spills[name];
  if (expected) yield* readSpill(join(own.path, name), expected, (detail) => own.other(detail));
}

async function addTiles(
  summaries: SummaryWriter,
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<void> {
  let waiting = 0;
  for (const part of parts) {
    for (const [head, genes, counts] of spill(part, TILES_FILE)) {
      summaries.addSums(head![0]!, head![1]!, genes as Uint32Array, counts as Float64Array);
      waiting += 1;
      if (waiting % RECORDS_PER_DRAIN > 0) continue;
      signal.throwIfAborted();
      await summaries.drain();
    }
  }
}

async function addRasters(
  totals: TotalWriter,
  file: string,
  parts: readonly Part[],
  { prepared }: PartsPlan,
  signal: AbortSignal,
): Promise<void> {
  const { supers, plan } = prepared;
  let ended = 0;
  const endBefore = async (place: number): Promise<void> => {
    for (; ended < place; ended++) {
      signal.throwIfAborted();
      await totals.endSuper(supers[ended]!.col, supers[ended]!.row);
    }
  };
  for (const part of parts) {
    for (const [head, bytes] of spill(part, file)) {
      const [place, low, high] = head as unknown as [number, number, number];
      await endBefore(place);
      const key = low + high * 2 ** 32;
      const encoded = bytes as Uint8Array;
      const cells = await decodeCells(encoded, plan.rasterDtype);
      totals.addRaster({ col: key % WIDE, row: Math.floor(key / WIDE), cells, encoded });
    }
  }
  await endBefore(supers.length);
}

async function addGenes(
  summaries: SummaryWriter,
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<void> {
  for (const part of parts) {
    for (const code of part.record.chunkFirst) summaries.addChunk(code);
    for (const [head, codes, values] of spill(part, BINS_FILE)) {
      const [gene, level] = head as unknown as [number, number];
      summaries.addBins(gene, [{ level, codes: codes as Float64Array, values: values as Float64Array }]);
      signal.throwIfAborted();
      await summaries.drain();
    }
  }
}

/** The arrays of rows as one process would have written them: the shards of all parts together. */
function joined(records: readonly PartRecord[], rows: number): WrittenArray[] {
  const arrays = new Map<string, WrittenArray>();
  for (const { written } of records) {
    for (const one of written) {
      const shape = [...one.array.shape.slice(0, -1), rows];
      const shards = { ...arrays.get(one.path)?.shards, ...one.shards };
      arrays.set(one.path, { ...one, array: { ...one.array, shape }, shards });
    }
  }
  return [...arrays.values()];
}
