/** A scale bar: its length on the slide and on the screen, and the parts of its label. */
export interface ScaleBar {
  readonly lengthUm: number;
  readonly widthPx: number;
  /** `value` `unit` is the label; the interface writes the number in the user's language. */
  readonly value: number;
  readonly unit: "µm" | "mm" | "cm";
}

/**
 * The longest bar of 1, 2 or 5 × 10ⁿ µm that is at most `maxWidthPx` wide. 1000 µm are written as 1 mm,
 * 10 000 µm as 1 cm.
 */
export function scaleBar(umPerPx: number, maxWidthPx: number): ScaleBar {
  const most = umPerPx * maxWidthPx;
  const exponent = Math.floor(Math.log10(most) + 1e-12);
  const lead = most / 10 ** exponent;
  const step = lead >= 5 - 1e-9 ? 5 : lead >= 2 - 1e-9 ? 2 : 1;
  const lengthUm = exponent >= 0 ? step * 10 ** exponent : step / 10 ** -exponent;
  const widthPx = lengthUm / umPerPx;
  if (lengthUm >= 10_000) return { lengthUm, widthPx, value: lengthUm / 10_000, unit: "cm" };
  if (lengthUm >= 1000) return { lengthUm, widthPx, value: lengthUm / 1000, unit: "mm" };
  return { lengthUm, widthPx, value: lengthUm, unit: "µm" };
}
