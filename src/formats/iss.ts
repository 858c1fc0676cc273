import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Instrument, readInstrument } from "./instrument-meaning.ts";
import type { ReadOptions } from "./read-options.ts";

/**
 * An in-situ sequencing table (`gene_name`, `global_X_pos`, `global_Y_pos`): pixels of the stitched image, whose
 * size the table does not say.
 */
export const ISS: Instrument = {
  platform: "iss",
  roles: () => ({
    x: "global_X_pos",
    y: "global_Y_pos",
    gene: "gene_name",
    count: null,
    qv: null,
    cell: null,
  }),
  frame: { unit: "px", umPerUnit: null, source: "column global_X_pos" },
  instrumentToImagePx: null,
};

/** Reads an in-situ sequencing table. */
export function readIss(source: ByteSource, options: ReadOptions = {}): Promise<TranscriptColumns> {
  return readInstrument(source, options, ISS);
}
