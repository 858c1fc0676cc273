import { HEX_ROW_SPACING, oddRow } from "./bin-window.ts";
import type { BinWindow } from "./expression.ts";

/** The Gaussian is cut at this many standard deviations (0.3 % of it lies beyond) and made to sum to 1 again. */
const CUT_SIGMAS = 3;

/** How far smoothing reaches: bins this much beyond a box are needed to smooth it, µm. */
export function smoothingReachUm(sigmaUm: number, window: Pick<BinWindow, "binUm">): number {
  return sigmaUm > 0 ? CUT_SIGMAS * sigmaUm + window.binUm : 0;
}

/**
 * Smooths sums by a Gaussian of standard deviation `sigmaUm`; (rows × cols,) in, a new array out. What the window
 * does not hold counts as 0, and what spreads beyond it is lost; elsewhere the total is kept.
 *
 * A Gaussian of the distance between two centres is a product of one in x and one in y, so squares take two
 * passes. Rows of hexagons lie half a width apart, so each row is spread along x twice, to centres of its own
 * parity and of the other, before the pass along y.
 */
export function smoothBins(values: Float64Array, window: BinWindow, sigmaUm: number): Float64Array {
  if (!(sigmaUm > 0)) return Float64Array.from(values);
  const { cols, rows, binUm, row0 } = window;
  const hex = window.shape === "hex";
  const sigmaX = sigmaUm / binUm;
  const same = spreadRows(values, window, gaussian(sigmaX, 0), () => 0);
  // From an odd row, the even centre `col` lies half a width right of the odd centre `col − 1`.
  const other = hex
    ? spreadRows(values, window, gaussian(sigmaX, 0.5), (row) => (oddRow(row0 + row) ? 1 : 0))
    : same;
  const vertical = gaussian(hex ? sigmaX / HEX_ROW_SPACING : sigmaX, 0);
  const reach = (vertical.length - 1) / 2;
  const out = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let from = Math.max(0, row - reach); from <= Math.min(rows - 1, row + reach); from++) {
      const weight = vertical[from - row + reach]!;
      const source = (from - row) % 2 === 0 ? same : other;
      for (let col = 0; col < cols; col++) {
        out[row * cols + col] = out[row * cols + col]! + weight * source[from * cols + col]!;
      }
    }
  }
  return out;
}

/**
 * Weights at distances `i − shift` bins for i = −reach … reach (without shift) or −reach+1 … reach (half a bin),
 * summing to 1.
 */
function gaussian(sigmaBins: number, shift: 0 | 0.5): Float64Array {
  const reach = Math.max(1, Math.ceil(CUT_SIGMAS * sigmaBins));
  const weights = new Float64Array(shift === 0 ? 2 * reach + 1 : 2 * reach);
  const first = shift === 0 ? -reach : -reach + shift;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const z = (first + i) / sigmaBins;
    // The floor keeps both half-bin neighbours of a Gaussian far narrower than a bin from vanishing.
    weights[i] = Math.max(Math.exp(-0.5 * z * z), Math.abs(first + i) <= 0.5 ? 1e-300 : 0);
    sum += weights[i]!;
  }
  return weights.map((weight) => weight / sum);
}

/** Spreads every row along x; `offsetOf(row)` shifts the targets of a row by whole columns. */
function spreadRows(
  values: Float64Array,
  window: BinWindow,
  weights: Float64Array,
  offsetOf: (row: number) => number,
): Float64Array {
  const { cols, rows } = window;
  const reach = Math.floor(weights.length / 2);
  const out = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    const offset = offsetOf(row) - reach;
    for (let col = 0; col < cols; col++) {
      const value = values[start + col]!;
      if (value === 0) continue;
      const from = Math.max(0, -(col + offset));
      const to = Math.min(weights.length, cols - (col + offset));
      for (let i = from; i < to; i++) {
        const at = start + col + offset + i;
        out[at] = out[at]! + value * weights[i]!;
      }
    }
  }
  return out;
}
