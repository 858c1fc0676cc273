/** Powers of ten that float64 holds exactly. */
export const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * The float64 nearest to a decimal number in `bytes[start, end)`, correctly rounded; NaN when it is not a finite
 * decimal number. The general way: scanners take it when their fast way (a mantissa below 2^53 and at most 22
 * decimals, where one division rounds once) does not apply.
 */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 400) return Number.NaN;
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  text = text.trim();
  if (!NUMBER.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}
