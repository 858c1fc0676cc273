import { CentiscopeError } from "../core/errors.ts";
import { FIELD } from "./delimited-fields.ts";
import type { TableHead } from "./delimited-head.ts";

/** Names of GEM columns in lower case, aliases included [geftools `read_task.cpp`, Stereopy `reader.py`]. */
const COLUMN: Readonly<Record<string, number>> = {
  x: FIELD.x,
  y: FIELD.y,
  midcount: FIELD.count,
  midcounts: FIELD.count,
  umicount: FIELD.count,
  umicounts: FIELD.count,
  cellid: FIELD.cell,
  cell_id: FIELD.cell,
  label: FIELD.cell,
  exoncount: FIELD.exon,
};

/** True when the head is a GEM's: its `#FileFormat`, its column names, or bare rows `gene x y count`. */
export function isGem(head: TableHead): boolean {
  if (head.comments.some((line) => /^FileFormat\s*=\s*GEM/i.test(line))) return true;
  const names = head.names.map((name) => name.trim().toLowerCase());
  const fields = names.map((name) => (Object.hasOwn(COLUMN, name) ? COLUMN[name] : undefined));
  return (
    (names.includes("geneid") || names.includes("genename") || names.includes("gene")) &&
    [FIELD.x, FIELD.y, FIELD.count].every((field) => fields.includes(field))
  );
}

/** What each column is. `names` is empty in a GEM without a row of column names: then the order tells. */
export function fieldsOf(head: TableHead, file: string): { fields: Uint8Array; hasNames: boolean } {
  const fields = new Uint8Array(head.columns);
  if (head.names.length === 0) {
    const second = head.sample[0]?.[1] ?? "";
    const hasNames = head.columns >= 5 && !/^-?\d+$/.test(second.trim());
    const at = hasNames ? 2 : 1;
    if (head.columns < at + 3) missing(head, file, "geneID, x, y, MIDCount");
    fields[0] = FIELD.gene;
    if (hasNames) fields[1] = FIELD.name;
    fields[at] = FIELD.x;
    fields[at + 1] = FIELD.y;
    fields[at + 2] = FIELD.count;
    if (isCellBin(head) && head.columns > at + 3) fields[head.columns - 1] = FIELD.cell;
    return { fields, hasNames };
  }
  const names = head.names.map((name) => name.trim().toLowerCase());
  names.forEach((name, column) => {
    if (Object.hasOwn(COLUMN, name) && !fields.includes(COLUMN[name]!)) fields[column] = COLUMN[name]!;
  });
  const id = names.findIndex((name) => name === "geneid" || name === "gene");
  const name = names.indexOf("genename");
  const gene = id >= 0 ? id : name;
  if (gene >= 0) fields[gene] = FIELD.gene;
  if (id >= 0 && name >= 0) fields[name] = FIELD.name;
  const absent = [
    ["geneID", FIELD.gene],
    ["x", FIELD.x],
    ["y", FIELD.y],
    ["MIDCount", FIELD.count],
  ].filter(([, field]) => !fields.includes(field as number));
  if (absent.length > 0) missing(head, file, absent.map(([label]) => label).join(", "));
  return { fields, hasNames: id >= 0 && name >= 0 };
}

/** A cell-bin GEM lists only molecules in cells and numbers those from 0; elsewhere label 0 is the background. */
export function isCellBin(head: TableHead): boolean {
  return head.comments.some((line) => /^BinType\s*=\s*CellBin/i.test(line));
}

function missing(head: TableHead, file: string, what: string): never {
  const columns = head.names.length > 0 ? head.names.join(", ") : `${head.columns}`;
  throw new CentiscopeError("columns-missing", { file, missing: what, columns });
}
