import type { Bounds, Point } from "./space.ts";
import type { Platform } from "./table.ts";

/** Features of a slide, by code. Code = rank by descending total count over all rows. */
export interface GeneTable {
  readonly names: readonly string[];
  readonly ids: readonly string[] | null;
  /** (G,) total molecules over all rows, float64-exact. */
  readonly totals: Float64Array;
  /** (G,) rows. */
  readonly rows: Uint32Array;
  /** (G,) 1 for controls. */
  readonly isControl: Uint8Array;
}

/** Rows that count. `minQv: null` keeps all. */
export interface RowFilter {
  readonly minQv: number | null;
  readonly hideControls: boolean;
}

export interface FilterSummary {
  /** Rows and molecules that pass, of all. */
  readonly rows: number;
  readonly count: number;
  /** (G,) molecules per gene that pass. */
  readonly totals: Float64Array;
}

export interface ExpressionInfo {
  readonly platform: Platform;
  readonly rows: number;
  readonly totalCount: number;
  /** Smallest half-open box that holds every row (for a lattice: every spot's square). */
  readonly boundsUm: Bounds<"um">;
  /** Lattice pitch in µm; null for continuous coordinates. */
  readonly pitchUm: number | null;
  /** Whether `RowFilter.minQv` leaves out rows. */
  readonly hasQv: boolean;
  /**
   * The values of `RowFilter.minQv` that can be asked for, beside null: a store has sums for one only, and any value
   * stands for it. Null where any value holds as it is.
   */
  readonly minQvChoices: readonly number[] | null;
  readonly hasCells: boolean;
  readonly hasControls: boolean;
  /** Bytes held in workers for this table; of a store, the most that it keeps decoded. */
  readonly memoryBytes: number;
  /**
   * Sides of square bins, µm, ascending, that a store holds ready; multiples of one cost little more. Null where
   * every size costs the same.
   */
  readonly readyBinsUm: readonly number[] | null;
}

export type BinShape = "square" | "hex";

/**
 * Which bins, over all space: squares `[i·binUm, (i+1)·binUm)` from the slide's origin, or pointy-top hexagons
 * whose flat-to-flat width is `binUm` (centre (0,0) at the slide's origin; odd rows shifted right by half).
 * A row belongs to the square `floor(x/binUm), floor(y/binUm)` of its float64 position, or to the hexagon
 * whose centre is nearest.
 */
export interface BinLattice {
  readonly shape: BinShape;
  readonly binUm: number;
}

/** A rectangular window of a bin lattice: columns `col0 … col0+cols-1`, rows `row0 … row0+rows-1`. */
export interface BinWindow extends BinLattice {
  readonly col0: number;
  readonly row0: number;
  readonly cols: number;
  readonly rows: number;
}

/** Which genes, with which weights. `null` = every gene, weight 1. */
export interface GeneSet {
  readonly codes: readonly number[];
  readonly weights: readonly number[];
}

export type BinStatistic = "sum" | "mean" | "ratio";

export interface BinQuery extends BinLattice {
  readonly genes: GeneSet | null;
  /** Denominator of `ratio`; ignored otherwise. */
  readonly versus: GeneSet | null;
  /** `mean` divides the weighted sum by the sum of weights. `ratio` = genes / versus, NaN where versus is 0. */
  readonly statistic: BinStatistic;
  /** Bins that touch this box are computed, whole. */
  readonly boundsUm: Bounds<"um">;
  /** Standard deviation of the optional Gaussian smoothing, µm; 0 = none. */
  readonly smoothUm: number;
}

/** A histogram of the non-empty bins' values. */
export interface ValueHistogram {
  /** Bucket edges: (n+1,), ascending. */
  readonly edges: Float64Array;
  readonly counts: Uint32Array;
  /** Value at percentiles 0…100 of the non-empty bins: (101,). */
  readonly percentiles: Float64Array;
}

export interface BinRaster {
  readonly window: BinWindow;
  /**
   * (rows × cols,) row-major; 0 = empty (NaN for a ratio without denominator). Weighted sums are accumulated
   * in float64; this float32 copy is for the GPU.
   */
  readonly values: Float32Array;
  /** Molecules inside the window, exact, before weighting and smoothing; equals an independent count. */
  readonly count: number;
  readonly nonEmpty: number;
  readonly max: number;
  readonly histogram: ValueHistogram;
}

/** A tile of rows for drawing: 8 bytes a row. */
export interface PointTile {
  /** Stable while the table and filter stay: cache key of the GPU buffer. */
  readonly key: string;
  /** Position of quantum (0,0), slide µm, float64. */
  readonly originUm: Point<"um">;
  readonly quantumUm: number;
  readonly rows: number;
  /** (4·rows,) x, y (quanta), gene code, min(count, 65 535). */
  readonly data: Uint16Array;
}

/**
 * The part of the slide that a view shows: its box, and the four corners in order (either turn) when the view
 * is rotated. A row is inside when it is in the half-open box and, with corners, on no edge's outer side.
 */
export interface ViewArea {
  readonly boundsUm: Bounds<"um">;
  /** Corners of a convex quadrilateral; null = the box itself. */
  readonly cornersUm: readonly Point<"um">[] | null;
}

export interface ViewCount {
  readonly rows: number;
  readonly count: number;
}

/** What a region holds, exact. */
export interface RegionSums {
  readonly rows: number;
  readonly count: number;
  /** (G,) molecules by gene code. */
  readonly genes: Float64Array;
}

/** Bounds of a region's molecules, known before the exact figures: (G,) each. */
export interface RegionBracket {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

export interface PickedRow {
  readonly gene: number;
  readonly geneName: string;
  readonly count: number;
  readonly xUm: number;
  readonly yUm: number;
  readonly qv: number | null;
  readonly cell: string | null;
  readonly distanceUm: number;
}
