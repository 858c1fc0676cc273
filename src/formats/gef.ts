import { CentiscopeError } from "../core/errors.ts";
import { type CoordinateFrame, MAX_ROWS, type ReaderWarning, type TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { hashBytes } from "./byte-dictionary.ts";
import { Breather } from "./event-loop.ts";
import { type GefBin, type GefFile, openGef } from "./gef-file.ts";
import { readGefGenes } from "./gef-genes.ts";
import { gefOffset, gefRows } from "./gef-rows.ts";
import type { ReadOptions } from "./read-options.ts";
import { chipInName, chipPitch } from "./stereo-chip.ts";
import { TranscriptBuilder } from "./transcript-builder.ts";

/** The finest bin of a square-bin GEF, whose rows are all the others'. Throws `gef-cells` for a cell-bin one. */
export function finestBin(file: string, gef: GefFile): GefBin {
  if (gef.kind === "cell") throw new CentiscopeError("gef-cells", { file, cells: gef.cells });
  const [bin] = gef.bins;
  if (!bin) throw new CentiscopeError("hdf5-missing", { file, dataset: "/geneExp/bin1" });
  return bin;
}

/** The size of a spot: the file's resolution, else the pitch of the chip that its name carries. */
export function gefFrame(file: string, bin: GefBin): { frame: CoordinateFrame; warnings: ReaderWarning[] } {
  if (bin.resolutionNm > 0) {
    const source = `GEF resolution ${bin.resolutionNm} nm`;
    return { frame: { unit: "spot", umPerUnit: bin.resolutionNm / 1000, source }, warnings: [] };
  }
  const chip = chipInName(file);
  const pitch = chip === undefined ? undefined : chipPitch(chip);
  if (pitch) {
    const source = `chip prefix ${pitch.prefix}`;
    const params = { file, source: `${pitch.nm} nm (${source})` };
    const warnings = [{ code: "warn-resolution", params }];
    return { frame: { unit: "spot", umPerUnit: pitch.nm / 1000, source }, warnings };
  }
  const warning = { code: "warn-pitch-unknown", params: { file, chip: chip ?? "–" } };
  return { frame: { unit: "spot", umPerUnit: null, source: "resolution 0" }, warnings: [warning] };
}

/**
 * Reads the finest bin of a square-bin GEF whole, up to the row limit: positions in whole spots of the chip. Genes of
 * version ≥ 4 are told apart by geneID and shown by geneName. Throws CentiscopeErrors.
 */
export async function readGef(source: ByteSource, options: ReadOptions = {}): Promise<TranscriptColumns> {
  const { signal } = options;
  const file = source.name;
  const bin = finestBin(file, await openGef(source, signal));
  const limit = Math.min(options.maxRows ?? MAX_ROWS, MAX_ROWS);
  if (bin.rows > limit) {
    throw new CentiscopeError("too-many-rows", { file, limit: limit.toLocaleString("en-US") });
  }
  if (bin.rows === 0) throw new CentiscopeError("table-empty", { file });
  const genes = await readGefGenes(file, bin, signal);
  const offset = await gefOffset(bin, signal);
  const builder = new TranscriptBuilder({
    file,
    coordinates: "int32",
    hasCount: true,
    hasQv: false,
    hasCell: false,
    geneColumn: "gene",
    maxRows: limit,
  });
  builder.reserve(bin.rows);
  const keys = genes.ids ?? genes.names;
  const encoder = new TextEncoder();
  const codes = new Int32Array(keys.length).fill(-1);
  const codeOf = (gene: number): number => {
    const bytes = encoder.encode(keys[gene]!);
    const code = builder.internGene(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
    if (bytes.length === 0) {
      const at = genes.order.indexOf(gene);
      builder.unnamedRows += genes.starts[at + 1]! - genes.starts[at]! - 1;
    }
    return code;
  };
  const shown: string[] = [];
  const breather = new Breather(signal);
  const bytesTotal = bin.rows * bin.expression.type.size;
  let read = 0;
  for await (const batch of gefRows(file, bin, genes, offset, signal)) {
    const { x, y, gene, count } = builder;
    let n = builder.rows;
    for (let i = 0; i < batch.rows; i++) {
      if (batch.count[i] === 0) {
        builder.zeroRows++;
        continue;
      }
      const index = batch.gene[i]!;
      let code = codes[index]!;
      if (code < 0) {
        code = codeOf(index);
        codes[index] = code;
        shown[code] ??= genes.names[index] || keys[index]!;
      }
      x[n] = batch.x[i]!;
      y[n] = batch.y[i]!;
      gene[n] = code;
      count[n] = batch.count[i]!;
      n++;
    }
    builder.rows = n;
    read += batch.rows;
    if (breather.due) {
      const bytesRead = read * bin.expression.type.size;
      options.onProgress?.({ bytesRead, bytesTotal, rows: builder.rows });
      await breather.breathe();
    }
  }
  const { frame, warnings } = gefFrame(file, bin);
  if (!offset.sure) {
    warnings.push({ code: "warn-gef-offset", params: { file, offsetX: bin.minX, offsetY: bin.minY } });
  }
  return builder.finish({
    platform: "stereo-seq",
    frame,
    warnings,
    ...(genes.ids ? { genes: { ids: builder.genes.texts(), names: shown } } : {}),
  });
}
