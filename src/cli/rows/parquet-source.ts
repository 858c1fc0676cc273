import { openParquetRows } from "../../formats/parquet.ts";
import type { TableMeaning, TablePreview } from "../../formats/table-meaning.ts";
import type { TranscriptBuilder } from "../../formats/transcript-builder.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { RowBatch } from "../row-source.ts";
import { DRAIN_ROWS, Drain, extraColumnsOf, genesOf, type OpenedRows } from "./table-rows.ts";
import { STREAM_OPTIONS } from "./text-source.ts";

/** A table of Parquet parts in order, row group by row group. */
export async function openParquetSource(
  parts: readonly ByteSource[],
  path: string,
  unitUm: number | undefined,
  meaningOf: (preview: TablePreview) => TableMeaning,
  flipY: boolean,
  signal: AbortSignal,
): Promise<OpenedRows> {
  const open = (abort: AbortSignal) =>
    openParquetRows(parts, { ...STREAM_OPTIONS, signal: abort }, Number.POSITIVE_INFINITY, meaningOf);
  const { meaning, rows, bytesTotal } = await open(signal);
  const { roles, frame } = meaning;
  let last: TranscriptBuilder | undefined;
  async function* batches(abort: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    last = undefined;
    let drain: Drain | undefined;
    for await (const builder of (await open(abort)).batches()) {
      last = builder;
      drain ??= new Drain(builder, flipY);
      if (builder.rows >= DRAIN_ROWS) yield drain.take();
    }
    if (drain && last && last.rows > 0) yield drain.take();
  }
  return {
    source: {
      path,
      platform: meaning.platform,
      formatVersion: "Parquet",
      lattice: false,
      unitUm: unitUm ?? frame.umPerUnit ?? Number.NaN,
      extraColumns: extraColumnsOf({
        qv: roles.qv !== null,
        cell: roles.cell !== null,
        z: (meaning.z ?? null) !== null,
        exon: false,
      }),
      rowsExpected: rows,
      batches,
      genes: () => genesOf(last?.genes.texts() ?? [], null),
      sizeBytes: bytesTotal,
    },
    unit: frame.unit,
    unitSource: unitUm === undefined ? frame.source : "--um-per-unit",
    instrumentToImagePx: meaning.instrumentToImagePx ?? null,
    simulated: false,
    warnings: () => last?.warnings() ?? [],
  };
}
