import { scaleTranslate } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Instrument, oneOf, readInstrument } from "./instrument-meaning.ts";
import { readJson } from "./json-file.ts";
import type { ReadOptions } from "./read-options.ts";

/** Xenium's `transcripts` table; with `experiment` (`experiment.xenium`) it is mapped to the image's pixels. */
export async function xenium(
  experiment: ByteSource | null,
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
    instrumentToImagePx: pixelUm === null ? null : scaleTranslate(1 / pixelUm, 1 / pixelUm),
  };
}

/**
 * Reads a Xenium `transcripts.parquet` or `transcripts.csv[.gz]` [10x "Xenium Onboard Analysis", outputs].
 * Positions are µm from the morphology image's top-left corner; with `experiment` (`experiment.xenium`) they are
 * mapped to its pixels by its `pixel_size`.
 */
export async function readXenium(
  source: ByteSource,
  experiment: ByteSource | null,
  options: ReadOptions = {},
): Promise<TranscriptColumns> {
  return readInstrument(source, options, await xenium(experiment, options.signal));
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
