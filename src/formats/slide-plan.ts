import type { Platform, ReaderWarning } from "../core/table.ts";
import type { SourceFile } from "../io/byte-source.ts";

/** Which files hold the expression of a slide, and what they are. */
export type ExpressionPlan =
  | { readonly format: "gem"; readonly file: SourceFile }
  | { readonly format: "gef"; readonly file: SourceFile }
  | {
      readonly format: "visium-hd";
      readonly file: SourceFile;
      readonly positions: SourceFile | null;
      readonly scalefactors: SourceFile | null;
      /** The first image, when it is one that Space Ranger scaled down. */
      readonly picture: SourceFile | null;
    }
  | {
      readonly format: "xenium";
      readonly file: SourceFile;
      readonly experiment: SourceFile | null;
      /** Of the first image, when that is none of the run's own. */
      readonly alignment: SourceFile | null;
    }
  | { readonly format: "merscope"; readonly file: SourceFile; readonly transform: SourceFile | null }
  | { readonly format: "cosmx"; readonly file: SourceFile }
  | { readonly format: "iss"; readonly file: SourceFile }
  | {
      readonly format: "spatialdata";
      /** The points element's name. */
      readonly element: string;
      readonly attributes: SourceFile;
      /** In order of their numbers. */
      readonly parts: readonly SourceFile[];
      /** Metadata of the first image, when it is of the same store. */
      readonly image: SourceFile | null;
    }
  | {
      readonly format: "table";
      readonly container: "text" | "parquet";
      /** One file, or the parts of one Parquet table in order. */
      readonly files: readonly SourceFile[];
    };

/**
 * An image of the slide: `raster` is a PNG, JPEG or WebP that the browser decodes whole, `zarr` an OME-Zarr, whose file is
 * the metadata of its group.
 */
export interface ImagePlan {
  readonly kind: "tiff" | "dzi" | "iiif" | "raster" | "zarr";
  readonly file: SourceFile;
  /** Further files of the same picture, a stain or so each, in order. */
  readonly more: readonly SourceFile[];
}

/** What a set of files is: the files of one slide and their parts in it. */
export interface SlidePlan {
  /** A name for the slide, from its folder or file. */
  readonly name: string;
  readonly expression: ExpressionPlan | null;
  /** All images found; the first one is the one to show. */
  readonly images: readonly ImagePlan[];
  /** What says where the first image lies on a Xenium run's own. */
  readonly alignment: SourceFile | null;
  /** Files that have no part in it. */
  readonly unknown: readonly SourceFile[];
  readonly warnings: readonly ReaderWarning[];
}

/** The platform of a plan's expression, before it is read. */
export function platformOf(plan: ExpressionPlan): Platform {
  return plan.format === "gem" || plan.format === "gef" ? "stereo-seq" : plan.format;
}
