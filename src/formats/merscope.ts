import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Instrument, oneOf, readInstrument } from "./instrument-meaning.ts";
import { readMatrix } from "./matrix.ts";
import type { ReadOptions } from "./read-options.ts";

/** MERSCOPE's `detected_transcripts` table, with its transform to mosaic pixels when that is given. */
export async function merscope(
  transform: ByteSource | null,
  signal: AbortSignal | undefined,
): Promise<Instrument> {
  return {
    platform: "merscope",
    roles: (has) => ({
      x: "global_x",
      y: "global_y",
      gene: "gene",
      count: null,
      qv: null,
      cell: oneOf(has, "cell_id", "EntityID", "cell"),
    }),
    frame: { unit: "um", umPerUnit: 1, source: "MERSCOPE: global_x in µm" },
    instrumentToImagePx: transform ? await readMatrix(transform, signal) : null,
  };
}

/**
 * Reads a MERSCOPE `detected_transcripts.csv` (or Parquet): global positions in µm, mapped to mosaic pixels when
 * its `micron_to_mosaic_pixel_transform.csv` is given [Vizgen "MERSCOPE output file formats"].
 */
export async function readMerscope(
  source: ByteSource,
  transform: ByteSource | null,
  options: ReadOptions = {},
): Promise<TranscriptColumns> {
  return readInstrument(source, options, await merscope(transform, options.signal));
}
