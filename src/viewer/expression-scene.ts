import type { BinPlan } from "../core/bin-plan.ts";
import type { BinRaster, PointTile } from "../core/expression.ts";
import type { Bounds } from "../core/space.ts";
import type { ViewState } from "../state/view.ts";

/** Bins that are on screen, with what they were asked for. */
export interface ShownRaster {
  readonly plan: BinPlan;
  readonly key: string;
  readonly raster: BinRaster;
  readonly boundsUm: Bounds<"um">;
}

/** Transcripts that are on screen: tiles that cover `boundsUm`. */
export interface ShownPoints {
  /** Genes of the tiles' rows; null = all. Hidden genes are hidden by the palette. */
  readonly genes: readonly number[] | null;
  readonly key: string;
  readonly tiles: readonly PointTile[];
  readonly boundsUm: Bounds<"um">;
}

/** What the layers are made from. */
export interface ExpressionScene {
  readonly coarse: ShownRaster | null;
  readonly fine: ShownRaster | null;
  readonly points: ShownPoints | null;
  readonly view: ViewState;
  readonly limits: readonly [low: number, high: number] | null;
}
