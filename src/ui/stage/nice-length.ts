/** A round length for a scale bar and how long it is on screen. */
export interface ScaleLength {
  /** 1, 2 or 5 times a power of ten, µm. */
  readonly lengthUm: number;
  readonly widthPx: number;
}

/** The longest round length that fits into `maxPx` CSS pixels. */
export function niceLength(umPerPx: number, maxPx: number): ScaleLength {
  const longestUm = umPerPx * maxPx;
  const decade = 10 ** Math.floor(Math.log10(longestUm));
  const digit = [5, 2, 1].find((candidate) => candidate * decade <= longestUm * (1 + 1e-12)) ?? 1;
  const lengthUm = digit * decade;
  return { lengthUm, widthPx: lengthUm / umPerPx };
}

/** Magnification as it is read: "0.6×", "20×"; one decimal below ten. */
export function magnificationWords(times: number): string {
  if (times >= 9.95) return `${Math.round(times)}×`;
  return times >= 0.1 ? `${times.toFixed(1)}×` : `${times.toPrecision(1)}×`;
}
