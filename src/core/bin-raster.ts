import { windowOf } from "./bin-window.ts";
import { smoothBins, smoothingReachUm } from "./density.ts";
import type { BinQuery, BinRaster, BinWindow, GeneSet } from "./expression.ts";
import { histogramOf } from "./quantile.ts";
import { boundsGrow } from "./space.ts";

/** What the kernels counted for a query, merged over all shards. */
export interface BinSums {
  /** `windowsOf(query).counted`, row-major. */
  readonly genes: Float64Array;
  /** The same of `query.versus`; needed for a ratio only. */
  readonly versus: Float64Array | null;
  /** Molecules of `query.genes` inside `windowsOf(query).shown`, unweighted. */
  readonly count: number;
}

/**
 * The windows of a query: `shown` is the answer's; `counted`, which the kernels fill, is wider by the reach of the
 * smoothing (else the same object). Molecules are counted in `shown`: with smoothing, that is a second pass.
 * Throws as `windowOf`.
 */
export function windowsOf(query: BinQuery, file?: string): { shown: BinWindow; counted: BinWindow } {
  const shown = windowOf(query, query.boundsUm, file);
  if (!(query.smoothUm > 0)) return { shown, counted: shown };
  const reach = smoothingReachUm(query.smoothUm, query);
  return { shown, counted: windowOf(query, boundsGrow(query.boundsUm, reach), file) };
}

/** A gene set as `weights[code]`, (geneCount,); null for every gene with weight 1. */
export function weightsOf(set: GeneSet | null, geneCount: number): Float64Array | null {
  if (set === null) return null;
  const weights = new Float64Array(geneCount);
  for (let i = 0; i < set.codes.length; i++) {
    const code = set.codes[i]!;
    if (code < geneCount) weights[code] = weights[code]! + set.weights[i]!;
  }
  return weights;
}

/**
 * The raster of a query. A sum or a mean of 0 is an empty bin; a ratio is empty (NaN) where its denominator is 0.
 * Smoothing is of the sums, before any division. Weights that sum to 0 have no mean: their sum stays undivided.
 * `geneCount` is the number of genes that `genes: null` stands for.
 */
export function binRaster(query: BinQuery, sums: BinSums, geneCount: number, file?: string): BinRaster {
  const { shown, counted } = windowsOf(query, file);
  const sharp = query.smoothUm > 0 ? null : sums.genes;
  const genes = sharp ?? crop(smoothBins(sums.genes, counted, query.smoothUm), counted, shown);
  const values = new Float32Array(genes.length);
  const filled = new Float32Array(genes.length);
  let nonEmpty = 0;
  let max = Number.NEGATIVE_INFINITY;
  const keep = (i: number, value: number) => {
    values[i] = value;
    const stored = values[i]!;
    filled[nonEmpty++] = stored;
    if (stored > max) max = stored;
  };
  if (query.statistic === "ratio") {
    const below = sums.versus ?? new Float64Array(sums.genes.length);
    const versus = sharp ? below : crop(smoothBins(below, counted, query.smoothUm), counted, shown);
    for (let i = 0; i < values.length; i++) {
      if (versus[i] === 0) values[i] = Number.NaN;
      else keep(i, genes[i]! / versus[i]!);
    }
  } else {
    const divisor = query.statistic === "mean" ? totalWeight(query.genes, geneCount) : 1;
    for (let i = 0; i < values.length; i++) {
      if (genes[i] !== 0) keep(i, genes[i]! / divisor);
    }
  }
  return {
    window: shown,
    values,
    count: sums.count,
    nonEmpty,
    max: nonEmpty > 0 ? max : 0,
    histogram: histogramOf(filled.subarray(0, nonEmpty)),
  };
}

function totalWeight(set: GeneSet | null, geneCount: number): number {
  const total = set === null ? geneCount : set.weights.reduce((a, b) => a + b, 0);
  return total === 0 ? 1 : total;
}

/** The part of `values`, which fill `from`, that lies in `to`, which lies in `from`. */
function crop(values: Float64Array, from: BinWindow, to: BinWindow): Float64Array {
  const out = new Float64Array(to.cols * to.rows);
  for (let row = 0; row < to.rows; row++) {
    const start = (to.row0 - from.row0 + row) * from.cols + to.col0 - from.col0;
    out.set(values.subarray(start, start + to.cols), row * to.cols);
  }
  return out;
}
