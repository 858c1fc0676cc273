import type { Affine } from "../core/affine.ts";
import { type ColumnGuess, type ColumnRoles, guessColumns, rolesOf, SURE } from "../core/column-guess.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { CoordinateFrame, Platform } from "../core/table.ts";

/** The name that every row gets in a table without a gene column. */
export const ALL_POINTS = "(all points)";

/** What a table's columns mean, for the readers of delimited text and Parquet alike. */
export interface TableMeaning {
  readonly platform: Platform;
  readonly roles: ColumnRoles;
  readonly frame: CoordinateFrame;
  readonly instrumentToImagePx?: Affine<"instrument", "imagePx"> | null;
  /** Cell names that mean "in no cell", besides the empty one and null. */
  readonly noCell: readonly string[];
  /** The column of focal depths, when there is one. */
  readonly z?: string | null;
  /** A column that makes cell names unique when put before them with "_" (CosMx: fov). */
  readonly cellPrefix?: string;
}

/** What a user needs to see to choose columns. */
export interface TablePreview {
  readonly file: string;
  readonly names: readonly string[];
  /** The first rows as text, each as long as `names`. */
  readonly sample: readonly (readonly string[])[];
  readonly guess: ColumnGuess;
}

/** Thrown when the columns of a table cannot be told by name: ask with `preview`, then read again with roles. */
export class ColumnsNeeded extends CentiscopeError {
  readonly preview: TablePreview;

  constructor(preview: TablePreview) {
    const { guess, names, file } = preview;
    const missing = [guess.x === null && "x", guess.y === null && "y", guess.gene === null && "gene"];
    super("columns-missing", {
      file,
      missing: missing.filter(Boolean).join(", ") || "x, y, gene",
      columns: names.slice(0, 40).join(", "),
    });
    this.preview = preview;
  }
}

/** Cells that tables write for "none". */
export const NO_CELL = ["-1", "-1.0", "UNASSIGNED", "unassigned", "None", "nan", "NaN", "NA", "null", "<NA>"];

/** The preview of a table from its column names and first rows. */
export function previewOf(
  file: string,
  names: readonly string[],
  sample: readonly (readonly string[])[],
): TablePreview {
  return { file, names, sample, guess: guessColumns(names, sample) };
}

/**
 * The meaning of a table that no instrument claims: the user's roles, else a sure guess. Throws ColumnsNeeded.
 * The unit is only known when a column's name says it.
 */
export function plainMeaning(preview: TablePreview, roles: ColumnRoles | undefined): TableMeaning {
  const sure = preview.guess.confidence >= SURE ? rolesOf(preview.guess) : undefined;
  const used = roles ?? sure;
  if (!used) throw new ColumnsNeeded(preview);
  return { platform: "table", roles: used, frame: frameByName(used.x), noCell: NO_CELL, z: zColumn(preview) };
}

/** The column of focal depths by its usual names; null when there is none. */
export function zColumn(preview: TablePreview): string | null {
  return ["z_location", "global_z", "z", "z_um"].find((name) => preview.names.includes(name)) ?? null;
}

/** `x_um` and `x_microns` say micrometres, `x_px` and `pxl_col…` say pixels; anything else says nothing. */
export function frameByName(xColumn: string): CoordinateFrame {
  const words = xColumn.toLowerCase().split(/[^a-z0-9µ]+/);
  const source = `column ${xColumn}`;
  if (words.some((word) => /^(um|µm|microns?|micrometers?|micrometres?)$/.test(word))) {
    return { unit: "um", umPerUnit: 1, source };
  }
  if (words.some((word) => /^(px|pxl|pixels?)$/.test(word))) return { unit: "px", umPerUnit: null, source };
  return { unit: "unknown", umPerUnit: null, source: "not stated" };
}

/** Throws when a role names a column that the table does not have. */
export function checkRoles(file: string, names: readonly string[], roles: ColumnRoles): void {
  for (const column of [roles.x, roles.y, roles.gene, roles.count, roles.qv, roles.cell]) {
    if (column !== null && !names.includes(column)) {
      throw new CentiscopeError("column-unknown", { file, column, columns: names.slice(0, 40).join(", ") });
    }
  }
}
