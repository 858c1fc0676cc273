import type { ReaderWarning } from "../../core/table.ts";
import { csvPlan } from "../../formats/csv.ts";
import { type Scanned, scanRows } from "../../formats/delimited.ts";
import { columnNames, parseTableHead, type TableHead } from "../../formats/delimited-head.ts";
import type { ScanPlan } from "../../formats/delimited-scan.ts";
import { gemTable } from "../../formats/gem.ts";
import type { ReadOptions } from "../../formats/read-options.ts";
import { sniff } from "../../formats/sniff.ts";
import { previewOf, type TableMeaning, type TablePreview } from "../../formats/table-meaning.ts";
import type { TranscriptBuilder } from "../../formats/transcript-builder.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { RowBatch } from "../row-source.ts";
import { BUILDER_ROWS, DRAIN_ROWS, Drain, extraColumnsOf, genesOf, type OpenedRows } from "./table-rows.ts";

/** A chip of 6 × 6 cm as text is half a terabyte; the ratio of gzip, not the size, tells a bomb. */
export const STREAM_OPTIONS: ReadOptions = {
  extras: true,
  maxRows: BUILDER_ROWS,
  budget: { bytes: 2 ** 44 },
};

/** A Stereo-seq GEM, row by row. */
export async function openGemRows(
  input: ByteSource,
  unitUm: number | undefined,
  signal: AbortSignal,
): Promise<OpenedRows> {
  const head = await headOf(input, signal);
  const said = gemTable(input.name, STREAM_OPTIONS);
  const { builder } = said.plan(head);
  const { frame, warnings } = said.frame();
  let table = said;
  let genes = genesOf([], null);
  const rows = stream(input, false, () => {
    table = gemTable(input.name, STREAM_OPTIONS);
    return table.plan;
  });
  return {
    source: {
      path: input.name,
      platform: "stereo-seq",
      formatVersion: said.version(),
      lattice: true,
      unitUm: unitUm ?? frame.umPerUnit ?? Number.NaN,
      extraColumns: extraColumnsOf(keptBy(builder)),
      rowsExpected: null,
      batches: rows.batches,
      genes: () => {
        const last = rows.last();
        if (!last) return genes;
        const named = table.genes(last);
        genes = genesOf(named?.names ?? last.plan.builder.genes.texts(), named?.ids ?? null);
        return genes;
      },
      sizeBytes: await sizeOf(input, signal),
    },
    unit: frame.unit,
    unitSource: unitUm === undefined ? frame.source : "--um-per-unit",
    instrumentToImagePx: null,
    simulated: said.simulated(),
    warnings: () => [...warnings, ...rows.warnings()],
  };
}

/** Any other delimited text, with the meaning of its instrument or its own. */
export async function openTextRows(
  input: ByteSource,
  unitUm: number | undefined,
  meaningOf: (preview: TablePreview) => TableMeaning,
  flipY: boolean,
  signal: AbortSignal,
): Promise<OpenedRows> {
  const head = await headOf(input, signal);
  const meaning = meaningOf(previewOf(input.name, columnNames(head), head.sample));
  const plan = (from: TableHead) => csvPlan(input.name, from, meaning, STREAM_OPTIONS);
  const { builder } = plan(head);
  const rows = stream(input, flipY, () => plan);
  return {
    source: {
      path: input.name,
      platform: meaning.platform,
      formatVersion: "text",
      lattice: false,
      unitUm: unitUm ?? meaning.frame.umPerUnit ?? Number.NaN,
      extraColumns: extraColumnsOf(keptBy(builder)),
      rowsExpected: null,
      batches: rows.batches,
      genes: () => genesOf(rows.last()?.plan.builder.genes.texts() ?? [], null),
      sizeBytes: await sizeOf(input, signal),
    },
    unit: meaning.frame.unit,
    unitSource: unitUm === undefined ? meaning.frame.source : "--um-per-unit",
    instrumentToImagePx: meaning.instrumentToImagePx ?? null,
    simulated: false,
    warnings: rows.warnings,
  };
}

function keptBy(builder: TranscriptBuilder) {
  return { qv: builder.hasQv, cell: builder.hasCell, z: builder.hasZ, exon: builder.hasExon };
}

async function headOf(input: ByteSource, signal: AbortSignal): Promise<TableHead> {
  const { bytes, ended } = await sniff(input, 1 << 16, signal);
  return parseTableHead(bytes, ended, input.name);
}

/** 0 where a server does not tell. */
async function sizeOf(input: ByteSource, signal: AbortSignal): Promise<number> {
  return input.size(signal).catch((thrown) => {
    signal.throwIfAborted();
    if (thrown instanceof Error && thrown.name === "NetworkError") return 0;
    throw thrown;
  });
}

/** Batches of a text, drained from one builder of bounded size. */
function stream(input: ByteSource, flipY: boolean, planOf: () => (head: TableHead) => ScanPlan) {
  let last: Scanned | undefined;
  async function* batches(signal: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    last = undefined;
    let drain: Drain | undefined;
    for await (const scanned of scanRows(input, { ...STREAM_OPTIONS, signal }, planOf())) {
      last = scanned;
      const { builder } = scanned.plan;
      drain ??= new Drain(builder, flipY);
      if (builder.rows >= DRAIN_ROWS) yield drain.take();
    }
    if (drain && last && last.plan.builder.rows > 0) yield drain.take();
  }
  const warnings = (): ReaderWarning[] => last?.plan.builder.warnings() ?? [];
  return { batches, last: () => last, warnings };
}
