import type { Platform } from "../core/table.ts";

/** Column names by which an instrument's transcript table is known. */
const SIGNATURES: readonly (readonly [platform: Platform, names: readonly string[]])[] = [
  ["xenium", ["x_location", "y_location", "feature_name"]],
  ["merscope", ["global_x", "global_y", "gene"]],
  ["cosmx", ["x_global_px", "y_global_px", "target"]],
  ["iss", ["gene_name", "global_X_pos", "global_Y_pos"]],
];

/** The instrument whose transcript table has these columns; undefined for any other table. */
export function platformByColumns(names: readonly string[]): Platform | undefined {
  return SIGNATURES.find(([, signature]) => signature.every((name) => names.includes(name)))?.[0];
}
