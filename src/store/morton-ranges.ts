/** A rectangle of whole numbers, half-open. */
export interface CodeRect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Half-open interval of Morton codes. */
export interface CodeRange {
  readonly start: number;
  readonly end: number;
}

/** Squares smaller than 1/2^this of the rectangle's longer side are not told apart. */
const DEPTH = 6;

/**
 * Intervals of Morton codes, ascending and apart, that hold every code in the rectangle, and few others.
 * `gridLog2`: log2 of the grid's side.
 */
export function mortonRanges(rect: CodeRect, gridLog2: number): CodeRange[] {
  const ranges: { start: number; end: number }[] = [];
  const longest = Math.max(rect.x1 - rect.x0, rect.y1 - rect.y0);
  const smallest = Math.max(0, Math.floor(Math.log2(Math.max(1, longest))) - DEPTH);
  const descend = (log2: number, code: number, x: number, y: number): void => {
    const side = 2 ** log2;
    if (x >= rect.x1 || y >= rect.y1 || x + side <= rect.x0 || y + side <= rect.y0) return;
    const whole = x >= rect.x0 && y >= rect.y0 && x + side <= rect.x1 && y + side <= rect.y1;
    if (whole || log2 <= smallest) {
      const last = ranges.at(-1);
      if (last && last.end === code) last.end = code + side * side;
      else ranges.push({ start: code, end: code + side * side });
      return;
    }
    const half = side / 2;
    for (let part = 0; part < 4; part++) {
      descend(log2 - 1, code + part * half * half, x + (part & 1) * half, y + (part >> 1) * half);
    }
  };
  if (longest > 0) descend(gridLog2, 0, 0, 0);
  return ranges;
}
