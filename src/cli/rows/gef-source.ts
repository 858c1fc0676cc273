import type { ReaderWarning } from "../../core/table.ts";
import { finestBin, gefFrame } from "../../formats/gef.ts";
import { openGef } from "../../formats/gef-file.ts";
import { readGefGenes } from "../../formats/gef-genes.ts";
import { gefOffset, gefRows } from "../../formats/gef-rows.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { RowBatch } from "../row-source.ts";
import { extraColumnsOf, genesOf, type OpenedRows, withCounts } from "./table-rows.ts";

/** The finest bin of a square-bin GEF, gene by gene as it is stored. */
export async function openGefRows(
  input: ByteSource,
  unitUm: number | undefined,
  signal: AbortSignal,
): Promise<OpenedRows> {
  const file = input.name;
  const gef = await openGef(input, signal);
  const bin = finestBin(file, gef);
  const table = await readGefGenes(file, bin, signal);
  const { codes, names, ids } = merged(table.names, table.ids);
  const offset = await gefOffset(bin, signal);
  const { frame, warnings } = gefFrame(file, bin);
  if (!offset.sure) {
    warnings.push({ code: "warn-gef-offset", params: { file, offsetX: bin.minX, offsetY: bin.minY } });
  }
  let zeroRows = 0;
  async function* batches(abort: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    zeroRows = 0;
    for await (const batch of gefRows(file, bin, table, offset, abort, true)) {
      for (let i = 0; i < batch.rows; i++) batch.gene[i] = codes[batch.gene[i]!]!;
      const { rows, x, y, gene, count, exon } = batch;
      const kept = withCounts({ rows, x, y, gene, count, extra: exon ? { exon } : {} });
      zeroRows += rows - kept.rows;
      yield kept;
    }
  }
  const noted = (): ReaderWarning[] =>
    zeroRows > 0
      ? [...warnings, { code: "warn-zero-counts", params: { file, rows: zeroRows } }]
      : [...warnings];
  return {
    source: {
      path: file,
      platform: "stereo-seq",
      formatVersion: `GEF ${gef.version}`,
      lattice: true,
      unitUm: unitUm ?? frame.umPerUnit ?? Number.NaN,
      extraColumns: extraColumnsOf({ qv: false, cell: false, z: false, exon: bin.exon !== null }),
      rowsExpected: bin.rows,
      batches,
      genes: () => genesOf(names, ids),
      sizeBytes: await input.size(signal),
    },
    unit: frame.unit,
    unitSource: unitUm === undefined ? frame.source : "--um-per-unit",
    instrumentToImagePx: null,
    simulated: gef.simulated,
    warnings: noted,
  };
}

/** One code for each distinct gene (by id where there are ids), in the table's order. */
function merged(names: readonly string[], ids: readonly string[] | null) {
  const byKey = new Map<string, number>();
  const kept: number[] = [];
  const codes = Uint32Array.from((ids ?? names).entries(), ([index, key]) => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, kept.length);
    return kept.push(index) - 1;
  });
  return {
    codes,
    names: kept.map((index) => names[index] || (ids?.[index] ?? "") || NO_NAME),
    ids: ids && kept.map((index) => ids[index]!),
  };
}

const NO_NAME = "(no name)";
