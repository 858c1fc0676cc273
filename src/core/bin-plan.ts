import type { BinShape, BinStatistic, GeneSet } from "./expression.ts";
import { automaticBinUm, drawnBinUm } from "./lod.ts";

/** A selected gene with its code in the slide's table. */
export interface ShownGene {
  readonly code: number;
  readonly weight: number;
  readonly side: "over" | "under";
}

/** What the view asks for, with names resolved to codes. */
export interface Wish {
  readonly binShape: BinShape | "off";
  readonly binUm: number;
  readonly of: "all" | "genes";
  readonly statistic: BinStatistic;
  readonly smoothUm: number;
  readonly binsVisible: boolean;
  readonly pointsVisible: boolean;
  /** Selected genes that are visible (or the solo one), in drawing order. */
  readonly shown: readonly ShownGene[];
  /** True when the user selected any gene at all, visible or not. */
  readonly anySelected: boolean;
  /** Sides of bins that a store has ready; see `ExpressionInfo`. */
  readonly readyBinsUm: readonly number[] | null;
}

/** Which transcripts would be drawn one by one: of these genes; null = of all; undefined = none. */
export function pointGenes(wish: Wish): readonly number[] | null | undefined {
  if (!wish.pointsVisible) return undefined;
  if (wish.anySelected) return wish.shown.length > 0 ? wish.shown.map((gene) => gene.code) : undefined;
  return wish.binShape === "off" ? null : undefined;
}

/** True when the bins on screen already show the genes whose transcripts would be drawn. */
export function binsShowPoints(wish: Wish): boolean {
  return wish.binsVisible && wish.binShape !== "off" && wish.of === "genes" && wish.anySelected;
}

/** Bins to compute, without their bounds. */
export interface BinPlan {
  readonly shape: BinShape;
  readonly binUm: number;
  readonly genes: GeneSet | null;
  readonly versus: GeneSet | null;
  readonly statistic: BinStatistic;
  readonly smoothUm: number;
  /** True when the bins stand in for transcripts that are too many to draw. */
  readonly aggregated: boolean;
}

const sum = (codes: readonly number[]): GeneSet => ({ codes, weights: codes.map(() => 1) });

function weighted(genes: readonly ShownGene[]): GeneSet {
  return { codes: genes.map((gene) => gene.code), weights: genes.map((gene) => gene.weight) };
}

/**
 * Which bins the picture needs at this zoom; null for none. `tooMany` says that the transcripts asked for are
 * more than can be drawn, so their exact bins take their place.
 */
export function binPlan(wish: Wish, umPerPx: number, tooMany: boolean): BinPlan | null {
  if (tooMany && (wish.binShape === "off" || !wish.binsVisible || wish.anySelected)) {
    const codes = pointGenes(wish);
    return {
      shape: "square",
      binUm:
        wish.binShape === "square"
          ? drawnBinUm(wish.binUm, umPerPx, "square")
          : automaticBinUm(umPerPx, wish.readyBinsUm),
      genes: codes ? sum(codes) : null,
      versus: null,
      statistic: "sum",
      smoothUm: 0,
      aggregated: true,
    };
  }
  if (wish.binShape === "off" || !wish.binsVisible) return null;
  const base = {
    shape: wish.binShape,
    binUm: drawnBinUm(wish.binUm, umPerPx, wish.binShape),
    smoothUm: wish.smoothUm,
    aggregated: false,
  };
  if (wish.of === "all" || !wish.anySelected) {
    return { ...base, genes: null, versus: null, statistic: "sum" };
  }
  const over = wish.shown.filter((gene) => gene.side === "over");
  const under = wish.shown.filter((gene) => gene.side === "under");
  if (wish.statistic === "ratio") {
    return {
      ...base,
      genes: weighted(over),
      // A ratio without a second set is the share of all counts.
      versus: under.length > 0 ? weighted(under) : null,
      statistic: "ratio",
    };
  }
  return { ...base, genes: weighted(wish.shown), versus: null, statistic: wish.statistic };
}

/**
 * True for bins that a store has to count from its every spot, hexagons of all genes: they take time in the area, so
 * only those in view are asked for, and squares lie under them.
 */
export function countsSpots(
  { shape, genes, versus, statistic }: BinPlan,
  readyBinsUm: readonly number[] | null,
): boolean {
  return shape === "hex" && readyBinsUm !== null && (genes === null || (statistic === "ratio" && !versus));
}

/** True when two plans count the same, whatever the bins. */
export function ofSameGenes(a: BinPlan, b: BinPlan): boolean {
  const counted = ({ genes, versus, statistic }: BinPlan): string =>
    JSON.stringify([genes, versus, statistic]);
  return counted(a) === counted(b);
}

/** Equal keys ask for the same bins (bounds apart). */
export function planKey(plan: BinPlan): string {
  return JSON.stringify(plan);
}
