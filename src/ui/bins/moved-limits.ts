import type { Limits } from "../../state/view.ts";
import { percentileAt } from "./value-axis.ts";

export interface LimitsMove {
  /** Where the thumbs stood and stand, in steps of the axis. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Value at a step of the axis. */
  readonly valueAt: (step: number) => number;
  readonly percentiles: Float64Array;
  /** Values on the axis for one of absolute limits. */
  readonly factor: number;
}

/**
 * The limits after a thumb moved. The other end stays as it was: counts repeat, so that the percentile read back from
 * where its thumb stands may be another one.
 */
export function movedLimits(limits: Limits, { from, to, valueAt, percentiles, factor }: LimitsMove): Limits {
  const read = (step: number) => {
    const value = step === 0 ? 0 : valueAt(step);
    return limits.mode === "percentile" ? percentileAt(percentiles, value) : value / factor;
  };
  const low = to[0] === from[0] ? limits.low : read(to[0]);
  const high = to[1] === from[1] ? limits.high : read(to[1]);
  if (limits.mode === "absolute") return { mode: "absolute", low, high };
  // Two places of the axis may share a percentile: the scale must keep a length.
  const lowest = Math.min(99.5, low);
  return { mode: "percentile", low: lowest, high: Math.max(lowest + 0.5, high) };
}
