import { MAX_BIN_UM, MIN_BIN_UM } from "../../state/actions.ts";
import { BIN_STOPS_UM } from "../../state/view.ts";

/**
 * Positions of the size slider are multiples of `POSITION_STEP` up to `LAST_POSITION`: 0 = single transcripts,
 * the next one 0.5 µm, the last 200 µm, on a log scale. One step is 3 %, about a pixel of the panel.
 */
export const POSITION_STEP = 5;
export const LAST_POSITION = 1000;

/** Bin size at a slider position, µm, rounded to what can be read; null = single transcripts. */
export function binSizeAt(position: number): number | null {
  if (position < POSITION_STEP) return null;
  const stop = BIN_STOPS_UM.find((candidate) => positionOf(candidate) === position);
  if (stop !== undefined) return stop;
  const share = (position - POSITION_STEP) / (LAST_POSITION - POSITION_STEP);
  const sizeUm = MIN_BIN_UM * (MAX_BIN_UM / MIN_BIN_UM) ** share;
  const perUm = sizeUm < 2 ? 100 : sizeUm < 10 ? 20 : sizeUm < 50 ? 10 : 2;
  return Math.min(MAX_BIN_UM, Math.round(sizeUm * perUm) / perUm);
}

/** Slider position of a bin size; 0 for null. `positionOf(binSizeAt(p)) === p`, or arrow keys would stick. */
export function positionOf(binUm: number | null): number {
  if (binUm === null) return 0;
  const share = Math.log(binUm / MIN_BIN_UM) / Math.log(MAX_BIN_UM / MIN_BIN_UM);
  const position = POSITION_STEP + Math.max(0, Math.min(1, share)) * (LAST_POSITION - POSITION_STEP);
  return Math.round(position / POSITION_STEP) * POSITION_STEP;
}

const LEAST_SMOOTH_UM = 0.5;
const SMOOTH_RANGE = 400;

/** Smoothing at a position 0…100 of its slider, µm: 0 = none, then 0.5–200 on a log scale. */
export function smoothAt(position: number): number {
  if (position === 0) return 0;
  return Number((LEAST_SMOOTH_UM * SMOOTH_RANGE ** ((position - 1) / 99)).toPrecision(3));
}

/** Slider position of a smoothing, µm. */
export function smoothPosition(smoothUm: number): number {
  if (smoothUm <= 0) return 0;
  const share = Math.log(smoothUm / LEAST_SMOOTH_UM) / Math.log(SMOOTH_RANGE);
  return Math.round(1 + 99 * Math.max(0, Math.min(1, share)));
}
