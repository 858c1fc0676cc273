import type { ByteSource } from "../io/byte-source.ts";
import type { ExpressionPlan } from "./slide-plan.ts";

/** The files of one Visium HD binning. */
export interface VisiumFiles {
  /** `filtered_feature_bc_matrix.h5`. */
  readonly matrix: ByteSource;
  /** `spatial/tissue_positions.parquet`. */
  readonly positions: ByteSource | null;
  /** `spatial/scalefactors_json.json`. */
  readonly scalefactors: ByteSource | null;
  /** `spatial/tissue_hires_image.png` or `…_lowres_…`, when that is what is shown. */
  readonly picture: ByteSource | null;
}

/** The files of a plan. */
export function visiumFiles(plan: ExpressionPlan & { readonly format: "visium-hd" }): VisiumFiles {
  const { file, positions, scalefactors, picture } = plan;
  return {
    matrix: file.source,
    positions: positions?.source ?? null,
    scalefactors: scalefactors?.source ?? null,
    picture: picture?.source ?? null,
  };
}

/** Which member of `scalefactors_json.json` says how far Space Ranger scaled a picture down, by the picture's name. */
export function scaledDown(name: string): string | undefined {
  const which = /^tissue_(hires|lowres)_image\./i.exec(name)?.[1];
  return which && `tissue_${which.toLowerCase()}_scalef`;
}
