import type { VisiumFiles } from "../../formats/visium-files.ts";
import { openVisiumHd } from "../../formats/visium-hd.ts";
import type { RowBatch } from "../row-source.ts";
import { extraColumnsOf, genesOf, type OpenedRows, withCounts } from "./table-rows.ts";

/** The bins of a Visium HD matrix, barcode by barcode. */
export async function openVisiumRows(
  files: VisiumFiles,
  unitUm: number | undefined,
  signal: AbortSignal,
): Promise<OpenedRows> {
  const table = await openVisiumHd(files, signal);
  const file = files.matrix.name;
  let zeroRows = 0;
  async function* batches(abort: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    zeroRows = 0;
    for await (const batch of table.batches(abort)) {
      const kept = withCounts({ ...batch, extra: {} });
      zeroRows += batch.rows - kept.rows;
      yield kept;
    }
  }
  return {
    source: {
      path: file,
      platform: "visium-hd",
      formatVersion: "10x matrix (HDF5)",
      lattice: true,
      unitUm: unitUm ?? table.frame.umPerUnit ?? Number.NaN,
      extraColumns: extraColumnsOf({ qv: false, cell: false, z: false, exon: false }),
      rowsExpected: table.rows,
      batches,
      genes: () => genesOf(table.names, table.ids),
      sizeBytes: await files.matrix.size(signal),
    },
    unit: table.frame.unit,
    unitSource: unitUm === undefined ? table.frame.source : "--um-per-unit",
    instrumentToImagePx: table.instrumentToImagePx,
    simulated: false,
    warnings: () => [
      ...table.warnings,
      ...(zeroRows > 0 ? [{ code: "warn-zero-counts", params: { file, rows: zeroRows } }] : []),
    ],
  };
}
