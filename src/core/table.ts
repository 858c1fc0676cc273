import type { Affine } from "./affine.ts";

export type Platform =
  | "stereo-seq"
  | "xenium"
  | "merscope"
  | "cosmx"
  | "visium-hd"
  | "spatialdata"
  | "spatialdata-xenium"
  | "iss"
  | "table";

/** A thing the reader noticed and kept going: shown once with the slide. Text is a message code of `messages.ts`. */
export interface ReaderWarning {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/**
 * What a file's coordinates are in. `unit: "unknown"` means that neither the file nor its neighbours say:
 * the user is asked, never guessed for.
 */
export interface CoordinateFrame {
  /** `spot` = integer lattice positions (Stereo-seq DNB), `px` = image pixels of a known or unknown image. */
  readonly unit: "um" | "spot" | "px" | "unknown";
  /** Micrometres per unit (0.5 for a 500 nm lattice); null when the file does not say. */
  readonly umPerUnit: number | null;
  /** Where the figure comes from, for the slide's facts: "chip prefix SS2", "experiment.xenium" … */
  readonly source: string;
}

/**
 * What every expression reader yields: columns of equal length `rows`, in instrument coordinates.
 * All buffers are owned by the value and may be transferred.
 */
export interface TranscriptColumns {
  readonly platform: Platform;
  readonly rows: number;
  /**
   * (n,) positions as in the file after its own offsets (chip-absolute for GEM). Int32Array means an integer
   * lattice: exact and compact. Float32Array only when the file stores float32. All finite.
   */
  readonly x: Int32Array | Float32Array | Float64Array;
  readonly y: Int32Array | Float32Array | Float64Array;
  /** (n,) index into `geneNames`. */
  readonly gene: Uint16Array | Uint32Array;
  /** Unique feature names in order of first appearance. */
  readonly geneNames: readonly string[];
  /** Feature ids (Ensembl) parallel to `geneNames`, when the file has them. */
  readonly geneIds: readonly string[] | null;
  /** (G,) 1 where the feature is a control (negative probe, blank, unassigned codeword). */
  readonly geneIsControl: Uint8Array;
  /** (n,) molecules per row, ≥ 1; null when every row is one molecule. */
  readonly count: Uint16Array | Uint32Array | null;
  /** (n,) quality value, Phred-scaled 0–255; null when the file has none. */
  readonly qv: Float32Array | Uint8Array | null;
  /** (n,) index into `cellNames` + 1; 0 = outside any cell. Null when the file has no cells. */
  readonly cell: Uint32Array | null;
  readonly cellNames: readonly string[] | null;
  readonly frame: CoordinateFrame;
  /** From the file's own transform file or metadata; null when there is none. */
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  readonly warnings: readonly ReaderWarning[];
}

/**
 * How a table's rows are tiled. The position of quantum `q` of tile column `c` is
 * `originUm + (c · span + q) · quantumUm`, for x and y alike, in the slide's micrometres.
 *
 * On a lattice (`exact: true`) that product *is* the row's position (the spot's centre). Otherwise the u16
 * position is the floor of the true one, within `quantumUm`, for drawing and fast binning only; the true one
 * stands in `xExact`/`yExact`.
 */
export interface TileGeometry {
  readonly exact: boolean;
  readonly originXUm: number;
  readonly originYUm: number;
  readonly quantumUm: number;
  /** Quanta along a tile's side, 1 … 65 536. */
  readonly span: number;
}

/**
 * A run of whole tiles of a table: the unit that one bin worker owns. Rows of tile `t` are
 * `tileOffset[t] … tileOffset[t+1]`; those that pass the filter are its first `tileActive[t]`.
 */
export interface TableShard {
  readonly geometry: TileGeometry;
  /** (T,) tile column and row; Morton order. */
  readonly tileCol: Int32Array;
  readonly tileRow: Int32Array;
  /** (T+1,) first row of each tile. */
  readonly tileOffset: Uint32Array;
  /** (T,) rows of the tile that pass the current filter; they stand first. */
  readonly tileActive: Uint32Array;
  /** (n,) quanta within the tile. */
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  /** (n,) slide µm, float64 of the source value; null on a lattice. */
  readonly xExact: Float64Array | null;
  readonly yExact: Float64Array | null;
  /** (n,) gene code, rank by descending total count (0 = most abundant). */
  readonly gene: Uint16Array;
  /** (n,) counts; Uint32Array only when one exceeds 65 535. */
  readonly count: Uint16Array | Uint32Array;
  readonly qv: Uint8Array | null;
  /** (n,) cell code + 1, 0 = none. */
  readonly cell: Uint32Array | null;
}

/** Largest number of distinct features: gene codes are uint16. */
export const MAX_GENES = 65_536;
/** Largest in-memory table; beyond it a file is read on the command line only. */
export const MAX_ROWS = 20_000_000;
