import { CentiscopeError } from "../core/errors.ts";
import type { CoordinateFrame, ReaderWarning, TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Scanned, scanDelimited } from "./delimited.ts";
import { FIELD } from "./delimited-fields.ts";
import type { TableHead } from "./delimited-head.ts";
import type { ScanPlan } from "./delimited-scan.ts";
import { fieldsOf, isCellBin } from "./gem-columns.ts";
import type { ReadOptions } from "./read-options.ts";
import { chipInName, chipPitch } from "./stereo-chip.ts";
import { TranscriptBuilder } from "./transcript-builder.ts";

/** Values of the `#Key=Value` lines by lower-case key. */
function headerValues(head: TableHead): ReadonlyMap<string, string> {
  const pairs = head.comments.map((line) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line));
  return new Map(pairs.flatMap((pair) => (pair ? [[pair[1]!.toLowerCase(), pair[2]!] as const] : [])));
}

function frameOf(
  values: ReadonlyMap<string, string>,
  file: string,
): { frame: CoordinateFrame; warnings: ReaderWarning[] } {
  const chip = values.get("stereo-seqchip") ?? chipInName(file);
  const pitch = chip === undefined ? undefined : chipPitch(chip);
  if (pitch) {
    const source = `chip prefix ${pitch.prefix}`;
    return { frame: { unit: "spot", umPerUnit: pitch.nm / 1000, source }, warnings: [] };
  }
  const warning = { code: "warn-pitch-unknown", params: { file, chip: chip ?? "–" } };
  return { frame: { unit: "spot", umPerUnit: null, source: "unknown chip" }, warnings: [warning] };
}

function offset(values: ReadonlyMap<string, string>, key: string, file: string): number {
  const text = values.get(key) ?? "0";
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value)) {
    throw new CentiscopeError("value-not-number", { file, line: 1, column: `#${key}`, found: text });
  }
  return value;
}

/** A GEM's own reading of its rows, and what it says when they are read. */
export interface GemTable {
  readonly plan: (head: TableHead) => ScanPlan;
  /** What the header says: "GEMv0.1"; "GEM" when there is none. */
  readonly version: () => string;
  /** A header line says that the counts are made up. */
  readonly simulated: () => boolean;
  readonly frame: () => { readonly frame: CoordinateFrame; readonly warnings: ReaderWarning[] };
  /** Names and ids of the builder's gene codes; undefined when a gene is its name. */
  readonly genes: (scanned: Scanned) => { readonly names: string[]; readonly ids: string[] } | undefined;
}

/**
 * Stereo-seq GEM (.gem, .gem.gz; versions 0.1 and 0.2): positions are whole spots of the chip, offsets added. Genes
 * are told apart by geneID; version 0.2 shows geneName.
 */
export function gemTable(file: string, options: ReadOptions): GemTable {
  let values: ReadonlyMap<string, string> = new Map();
  let named = false;
  return {
    plan: (head) => {
      values = headerValues(head);
      const { fields, hasNames } = fieldsOf(head, file);
      named = hasNames;
      const gene = head.names[fields.indexOf(FIELD.gene)] ?? "geneID";
      const exon = fields.indexOf(FIELD.exon);
      if (exon >= 0 && !options.extras) fields[exon] = FIELD.skip;
      return {
        builder: new TranscriptBuilder({
          file,
          coordinates: "int32",
          hasCount: true,
          hasQv: false,
          hasCell: fields.includes(FIELD.cell),
          hasExon: fields.includes(FIELD.exon),
          geneColumn: gene,
          maxRows: options.maxRows,
        }),
        fields,
        names: head.names.length > 0 ? head.names : Array.from(fields, (_, i) => String(i + 1)),
        separator: head.separator,
        integer: true,
        offsetX: offset(values, "offsetx", file),
        offsetY: offset(values, "offsety", file),
        noCell: ["-1", "NA", "nan", ...(isCellBin(head) ? [] : ["0"])],
      };
    },
    simulated: () => values.has("simulated") || /\bsimulated\b/i.test(values.get("note") ?? ""),
    version: () => values.get("fileformat") ?? "GEM",
    frame: () => frameOf(values, file),
    genes: ({ scanner, plan }) => {
      if (!named) return undefined;
      const ids = plan.builder.genes.texts();
      return { ids, names: ids.map((id, code) => scanner.geneNames[code]?.trim() || id) };
    },
  };
}

/** Reads a GEM whole. Throws CentiscopeErrors. */
export async function readGem(source: ByteSource, options: ReadOptions = {}): Promise<TranscriptColumns> {
  const table = gemTable(source.name, options);
  const scanned = await scanDelimited(source, options, table.plan);
  const genes = table.genes(scanned);
  return scanned.plan.builder.finish({
    platform: "stereo-seq",
    ...table.frame(),
    ...(genes ? { genes } : {}),
  });
}
