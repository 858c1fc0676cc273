import { type Affine, affine, invertAffine, scaleTranslate } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Instrument, oneOf, readInstrument } from "./instrument-meaning.ts";
import { readJson } from "./json-file.ts";
import { readMatrix } from "./matrix.ts";
import type { ReadOptions } from "./read-options.ts";

/** Side of a morphology image's pixel, µm, where no `experiment.xenium` states it: of every Xenium so far. */
const PIXEL_UM = 0.2125;

/** What says where a Xenium table lies on a picture. */
export interface XeniumPlace {
  /** `experiment.xenium`: the size of the morphology images' pixels. */
  readonly experiment: ByteSource | null;
  /** `*_imagealignment.csv` of the picture that is shown, when that is another than the morphology. */
  readonly alignment: ByteSource | null;
}

/** Xenium's `transcripts` table, mapped to the pixels of the morphology image, or of one that is aligned to it. */
export async function xenium(
  { experiment, alignment }: XeniumPlace,
  signal: AbortSignal | undefined,
): Promise<Instrument> {
  const pixelUm = experiment ? await readPixelSize(experiment, signal) : null;
  return {
    platform: "xenium",
    roles: (has) => ({
      x: "x_location",
      y: "y_location",
      gene: "feature_name",
      count: null,
      qv: oneOf(has, "qv"),
      cell: oneOf(has, "cell_id"),
    }),
    frame: { unit: "um", umPerUnit: 1, source: "Xenium: x_location in µm" },
    instrumentToImagePx: alignment
      ? await alignedTo(alignment, pixelUm ?? PIXEL_UM, signal)
      : pixelUm === null
        ? null
        : scaleTranslate(1 / pixelUm, 1 / pixelUm),
  };
}

/** The file maps pixels of the aligned image to those of the morphology: backwards from there, by its inverse. */
async function alignedTo(
  alignment: ByteSource,
  pixelUm: number,
  signal: AbortSignal | undefined,
): Promise<Affine<"instrument", "imagePx">> {
  const back = invertAffine(await readMatrix(alignment, signal));
  if (!back)
    throw new CentiscopeError("transform-invalid", { file: alignment.name, detail: "its determinant is 0" });
  const { a, b, c, d, e, f } = back;
  return affine(a / pixelUm, b / pixelUm, c / pixelUm, d / pixelUm, e, f);
}

/**
 * Reads a Xenium `transcripts.parquet` or `transcripts.csv[.gz]` [10x "Xenium Onboard Analysis", outputs].
 * Positions are µm from the morphology image's top-left corner; with `experiment` (`experiment.xenium`) they are
 * mapped to its pixels by its `pixel_size`; with `alignment` to those of the picture that it aligns.
 */
export async function readXenium(
  source: ByteSource,
  place: XeniumPlace,
  options: ReadOptions = {},
): Promise<TranscriptColumns> {
  return readInstrument(source, options, await xenium(place, options.signal));
}

/** Micrometres per pixel of the morphology image, from `experiment.xenium`; null when it does not say. */
export async function readPixelSize(
  experiment: ByteSource,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  const { pixel_size: pixelUm } = await readJson(experiment, signal);
  if (pixelUm === undefined || pixelUm === null) return null;
  if (typeof pixelUm !== "number" || !(pixelUm > 0) || !Number.isFinite(pixelUm)) {
    throw new CentiscopeError("metadata-invalid", {
      file: experiment.name,
      detail: `pixel_size ${String(pixelUm)}`,
    });
  }
  return pixelUm;
}
