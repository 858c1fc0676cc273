import type { ValueHistogram } from "./expression.ts";

/** Value at a percentile (0–100), linear between the histogram's whole percentiles. */
export function percentileValue(histogram: ValueHistogram, percentile: number): number {
  const p = Math.min(100, Math.max(0, percentile));
  const below = Math.floor(p);
  const low = histogram.percentiles[below] ?? 0;
  const high = histogram.percentiles[Math.min(100, below + 1)] ?? low;
  return low + (high - low) * (p - below);
}

/**
 * Values at the two ends of the colour scale. Absolute limits are counts per bin of `askedUm`; when larger bins
 * are drawn they grow with the area, so that a colour keeps its meaning in counts per µm².
 */
export function limitValues(
  limits: { readonly mode: "percentile" | "absolute"; readonly low: number; readonly high: number },
  histogram: ValueHistogram,
  askedUm: number,
  drawnUm: number,
): readonly [low: number, high: number] {
  if (limits.mode === "absolute") {
    const area = (drawnUm / askedUm) ** 2;
    return [limits.low * area, limits.high * area];
  }
  const low = limits.low <= 0 ? 0 : percentileValue(histogram, limits.low);
  const high = percentileValue(histogram, limits.high);
  return [low, high > low ? high : low + 1];
}
