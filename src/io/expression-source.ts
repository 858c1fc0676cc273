import type {
  BinQuery,
  BinRaster,
  ExpressionInfo,
  FilterSummary,
  GeneTable,
  PickedRow,
  PointTile,
  RegionBracket,
  RegionSums,
  RowFilter,
  ViewArea,
  ViewCount,
} from "../core/expression.ts";
import type { PackedArea } from "../core/packed-area.ts";
import type { Bounds, Point } from "../core/space.ts";

export interface RegionOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears the bracket as soon as it is known, before rows are looked at. */
  readonly onBracket?: ((bracket: RegionBracket) => void) | undefined;
}

/**
 * Expression of one slide, whatever holds it: a table in the memory of workers, or a store that is read in parts.
 * Every method may be aborted; an aborted call rejects with the signal's reason within 200 ms and its work
 * stops. Every figure counts the rows that pass the current filter, all of them.
 */
export interface ExpressionSource {
  readonly info: ExpressionInfo;
  readonly genes: GeneTable;
  /** Applies a row filter to all that follows. */
  setFilter(filter: RowFilter, signal?: AbortSignal): Promise<FilterSummary>;
  /** Exact bins. Cost: one pass over the rows of tiles that touch the bounds. */
  bins(query: BinQuery, signal?: AbortSignal): Promise<BinRaster>;
  /**
   * Rows and molecules of `genes` (null = all) inside the area, exact. Cost: tiles on the area's edge. Null when a
   * store would have to read more for it than a view is worth; there are then too many rows to draw one by one.
   */
  countInArea(
    area: ViewArea,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<ViewCount | null>;
  /** Molecules per gene inside the area, exact: (G,) float64. */
  geneCounts(area: ViewArea, signal?: AbortSignal): Promise<Float64Array>;
  /** Every row of the tiles that touch the box, of `genes` (null = all). Tiles whose key is in `have` come without data (rows 0). */
  points(
    boundsUm: Bounds<"um">,
    genes: readonly number[] | null,
    have: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<PointTile[]>;
  /** The row nearest to `atUm` within `radiusUm`, among `genes` (null = all); undefined when there is none. */
  pick(
    atUm: Point<"um">,
    radiusUm: number,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<PickedRow | undefined>;
  /**
   * Rows and molecules of every gene in a region, exact: corners in slide µm; `core/region.ts` has the rule for rows
   * on edges. Cost: tiles on the region's edge.
   */
  countRegion(area: PackedArea, options?: RegionOptions): Promise<RegionSums>;
  /**
   * Fetches what the next pan or zoom is likely to ask for: around `boundsUm`, bins of `binUm` (null: none) and, when
   * they are few, rows. A table in memory has nothing to fetch.
   */
  prefetch?(boundsUm: Bounds<"um">, binUm: number | null, signal?: AbortSignal): Promise<void>;
  /** Frees workers and memory. */
  close(): void;
}
