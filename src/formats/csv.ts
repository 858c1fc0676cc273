import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { hashBytes } from "./byte-dictionary.ts";
import { scanDelimited } from "./delimited.ts";
import { FIELD } from "./delimited-fields.ts";
import { columnNames, type TableHead } from "./delimited-head.ts";
import type { ScanPlan } from "./delimited-scan.ts";
import type { ReadOptions } from "./read-options.ts";
import {
  ALL_POINTS,
  checkRoles,
  plainMeaning,
  previewOf,
  type TableMeaning,
  type TablePreview,
} from "./table-meaning.ts";
import { TranscriptBuilder } from "./transcript-builder.ts";

/**
 * Reads any delimited text (comma, semicolon, tab; quotes; gzip) whose columns are told by name or by
 * `options.roles`. `meaning` is an instrument's; without it the table is a plain one. Positions are float64,
 * exactly the decimal numbers of the file. Throws CentiscopeErrors, ColumnsNeeded among them.
 */
export async function readCsv(
  source: ByteSource,
  options: ReadOptions = {},
  meaningOf?: (preview: TablePreview) => TableMeaning,
): Promise<TranscriptColumns> {
  let meaning: TableMeaning | undefined;
  const { plan } = await scanDelimited(source, options, (head): ScanPlan => {
    const names = columnNames(head);
    const preview = previewOf(source.name, names, head.sample);
    meaning = meaningOf?.(preview) ?? plainMeaning(preview, options.roles);
    return csvPlan(source.name, head, meaning, options);
  });
  const { platform, frame, instrumentToImagePx } = meaning!;
  return plan.builder.finish({ platform, frame, instrumentToImagePx: instrumentToImagePx ?? null });
}

/** How to read the rows of a delimited text of this meaning. */
export function csvPlan(
  file: string,
  head: TableHead,
  meaning: TableMeaning,
  options: ReadOptions,
): ScanPlan {
  const { roles } = meaning;
  const names = columnNames(head);
  checkRoles(file, names, roles);
  const fields = new Uint8Array(head.columns);
  const set = (column: string | null | undefined, field: number) => {
    if (column != null && names.includes(column)) fields[names.indexOf(column)] = field;
  };
  if (options.extras) set(meaning.z, FIELD.z);
  set(meaning.cellPrefix, FIELD.cellPrefix);
  set(roles.qv, FIELD.qv);
  set(roles.count, FIELD.count);
  set(roles.cell, FIELD.cell);
  set(roles.gene, FIELD.gene);
  set(roles.x, FIELD.x);
  set(roles.y, FIELD.y);
  const builder = new TranscriptBuilder({
    file,
    coordinates: "float64",
    hasCount: roles.count !== null,
    hasQv: roles.qv !== null,
    hasCell: roles.cell !== null,
    hasZ: fields.includes(FIELD.z),
    geneColumn: roles.gene ?? "",
    maxRows: options.maxRows,
  });
  if (roles.gene === null) {
    const name = new TextEncoder().encode(ALL_POINTS);
    builder.internGene(name, 0, name.length, hashBytes(name, 0, name.length));
  }
  return {
    builder,
    fields,
    names,
    separator: head.separator,
    integer: false,
    offsetX: 0,
    offsetY: 0,
    noCell: meaning.noCell,
  };
}
