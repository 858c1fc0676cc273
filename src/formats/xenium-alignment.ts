import { type Affine, affine, composeAffine, invertAffine, scaleTranslate } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { readMatrix } from "./matrix.ts";

/** Side of a morphology image's pixel, µm, where no `experiment.xenium` states it: of every Xenium so far. */
const PIXEL_UM = 0.2125;

/** µm of a run to pixels of its morphology image. */
export const xeniumPixels = (pixelUm: number): Affine<"instrument", "imagePx"> =>
  scaleTranslate(1 / pixelUm, 1 / pixelUm);

/**
 * `*_imagealignment.csv`, turned round: pixels of a run's morphology image to those of the picture that is aligned to
 * it. The file maps the picture's pixels to the morphology's [10x "Xenium Explorer", image alignment].
 */
export async function readAlignment(
  alignment: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Affine<"imagePx", "imagePx">> {
  const back = invertAffine(await readMatrix(alignment, signal));
  if (!back)
    throw new CentiscopeError("transform-invalid", { file: alignment.name, detail: "its determinant is 0" });
  const { a, b, c, d, e, f } = back;
  return affine(a, b, c, d, e, f);
}

/** µm of a run to pixels of an aligned picture; `own`: to those of its morphology, null where nothing states them. */
export function onAligned(
  alignment: Affine<"imagePx", "imagePx">,
  own: Affine<"instrument", "imagePx"> | null,
): Affine<"instrument", "imagePx"> {
  return composeAffine(alignment, own ?? xeniumPixels(PIXEL_UM));
}
