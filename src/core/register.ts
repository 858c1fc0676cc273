import {
  type Affine,
  affine,
  applyAffineToBounds,
  composeAffine,
  invertAffine,
  lengthScale,
  scaleTranslate,
} from "./affine.ts";
import { type Bounds, bounds, boundsOverlap, boundsUnion } from "./space.ts";

/** What is known of a slide's image for registration. */
export interface ImageGeometry {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Micrometres per level-0 pixel; null when unknown. */
  readonly umPerPx: readonly [x: number, y: number] | null;
}

/** What is known of a slide's table. */
export interface TableGeometry {
  /** Micrometres per unit of the file; null when unknown and the user goes on without. */
  readonly umPerUnit: number | null;
  /** From the file's own transform; null when there is none. */
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  /** The user, or the format, says that a unit is a level-0 pixel of the image. */
  readonly unitIsImagePx: boolean;
  readonly boundsUm: Bounds<"um">;
}

export interface Registration {
  readonly umToImagePx: Affine<"um", "imagePx">;
  /** The slide: image and table together. */
  readonly boundsUm: Bounds<"um">;
  /** False when "µm" stands for a unit of unknown size. */
  readonly scaleKnown: boolean;
  /** True when the table's rows all lie outside the image: a wrong transform or the wrong pair of files. */
  readonly apart: boolean;
  /** µm per pixel by the file's own transform, where that is another than the image states; else null. */
  readonly otherUmPerPx: number | null;
}

/** An alignment may stretch tissue by a few percent; another image is of another scale altogether. */
const STRETCHED = 1.05;

/**
 * Puts image and table of a slide in one frame. The slide's µm are the table's when there is one
 * (`µm = unit · umPerUnit`), else the image's (`µm = px · umPerPx`). In order of trust: the file's own transform,
 * "a unit is an image pixel", the image's µm per pixel with a common origin.
 * Undefined when the image's scale is needed and unknown: the user must be asked.
 */
export function register(image: ImageGeometry | null, table: TableGeometry | null): Registration | undefined {
  const scaleKnown = table ? table.umPerUnit !== null : (image?.umPerPx ?? null) !== null;
  const umToImagePx = imageTransform(image, table);
  if (!umToImagePx) return undefined;
  const back = invertAffine(umToImagePx);
  if (!back) return undefined;
  const imageUm = image
    ? applyAffineToBounds(back, bounds<"imagePx">(0, 0, image.widthPx, image.heightPx))
    : undefined;
  const tableUm = table?.boundsUm;
  const boundsUm =
    imageUm && tableUm ? boundsUnion(imageUm, tableUm) : (imageUm ?? tableUm ?? bounds<"um">(0, 0, 1, 1));
  return {
    umToImagePx,
    boundsUm: tableUm && imageUm && !boundsOverlap(imageUm, tableUm) ? imageUm : boundsUm,
    scaleKnown,
    apart: imageUm !== undefined && tableUm !== undefined && !boundsOverlap(imageUm, tableUm),
    otherUmPerPx: image && table ? otherScale(image, table, 1 / lengthScale(umToImagePx)) : null,
  };
}

function otherScale(
  { umPerPx }: ImageGeometry,
  { instrumentToImagePx, umPerUnit }: TableGeometry,
  byTransform: number,
): number | null {
  if (!umPerPx || !instrumentToImagePx || umPerUnit === null) return null;
  const times = byTransform / Math.sqrt(umPerPx[0] * umPerPx[1]);
  return Math.max(times, 1 / times) > STRETCHED ? byTransform : null;
}

function imageTransform(
  image: ImageGeometry | null,
  table: TableGeometry | null,
): Affine<"um", "imagePx"> | undefined {
  if (!image) return affine(1, 0, 0, 1, 0, 0);
  if (!table) return scaleTranslate(1 / (image.umPerPx?.[0] ?? 1), 1 / (image.umPerPx?.[1] ?? 1));
  const unit = table.umPerUnit ?? 1;
  const umToInstrument = scaleTranslate<"um", "instrument">(1 / unit, 1 / unit);
  if (table.instrumentToImagePx) return composeAffine(table.instrumentToImagePx, umToInstrument);
  if (table.unitIsImagePx) return scaleTranslate(1 / unit, 1 / unit);
  if (image.umPerPx) return scaleTranslate(1 / image.umPerPx[0], 1 / image.umPerPx[1]);
  return undefined;
}
