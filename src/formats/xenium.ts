import { CentiscopeError } from "../core/errors.ts";
import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Instrument, oneOf, readInstrument } from "./instrument-meaning.ts";
import { readJson } from "./json-file.ts";
import type { ReadOptions } from "./read-options.ts";
import { onAligned, readAlignment, xeniumPixels } from "./xenium-alignment.ts";

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
  const own = pixelUm === null ? null : xeniumPixels(pixelUm);
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
    instrumentToImagePx: alignment ? onAligned(await readAlignment(alignment, signal), own) : own,
  };
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
