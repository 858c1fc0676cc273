import type { ValueScale } from "../../state/view.ts";

/** The histogram's axis: share of its width (0–1) for a value, under the same scale as the colours. */
export interface ValueAxis {
  readonly share: (value: number) => number;
  readonly value: (share: number) => number;
}

/** log is log(1 + v), so that 0 has a place. `max` ≤ 0 gives an axis of length one. */
export function valueAxis(scale: ValueScale, max: number): ValueAxis {
  const top = max > 0 ? max : 1;
  const forward = { linear: (v: number) => v, log: Math.log1p, sqrt: Math.sqrt }[scale];
  const backward = { linear: (v: number) => v, log: Math.expm1, sqrt: (v: number) => v * v }[scale];
  const length = forward(top);
  return {
    share: (value) => Math.max(0, Math.min(1, forward(Math.max(0, value)) / length)),
    value: (share) => backward(share * length),
  };
}

/** Percentile (0–100, to one decimal) of the non-empty bins at which `value` stands. */
export function percentileAt(percentiles: Float64Array, value: number): number {
  const last = percentiles.length - 1;
  if (!(value >= percentiles[0]!)) return 0;
  if (value >= percentiles[last]!) return 100;
  const above = percentiles.findIndex((candidate) => candidate > value);
  const low = percentiles[above - 1]!;
  const high = percentiles[above]!;
  return Math.round((above - 1 + (value - low) / (high - low)) * 10) / 10;
}
