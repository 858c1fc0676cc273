import type { TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { type Instrument, oneOf, readInstrument } from "./instrument-meaning.ts";
import type { ReadOptions } from "./read-options.ts";

/** Micrometres per CosMx SMI pixel [NanoString "CosMx SMI data file readme"]. */
export const COSMX_UM_PER_PX = 0.120280945;

/**
 * CosMx's transcript table: global pixels, whose y points up, so it is negated (slides are y down). Cells are
 * numbered per field of view: "2_17" is cell 17 of field 2; cell 0 is none.
 */
export const COSMX: Instrument = {
  platform: "cosmx",
  roles: (has) => ({
    x: "x_global_px",
    y: "y_global_px",
    gene: "target",
    count: null,
    qv: null,
    cell: oneOf(has, "cell_ID", "cell_id", "cell"),
  }),
  frame: { unit: "px", umPerUnit: COSMX_UM_PER_PX, source: "CosMx: 0.120280945 µm per px, y negated" },
  instrumentToImagePx: null,
  noCell: ["0"],
  cellPrefix: "fov",
  flipY: true,
};

/** Reads a CosMx `*_tx_file.csv[.gz]`. */
export async function readCosmx(source: ByteSource, options: ReadOptions = {}): Promise<TranscriptColumns> {
  const columns = await readInstrument(source, options, COSMX);
  // The owner negates its own buffer; 0 − y keeps +0.
  const { y } = columns;
  for (let i = 0; i < y.length; i++) y[i] = 0 - y[i]!;
  return columns;
}
