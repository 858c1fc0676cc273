/**
 * Smooths a field by a Gaussian of `sigmaPx`, as three running means of the widths that give its variance (Kovesi
 * 2010, "Fast almost-Gaussian filtering"); the field is mirrored at its edges. Returns a new field.
 */
export function gaussianBlur(
  field: Float32Array,
  width: number,
  height: number,
  sigmaPx: number,
): Float32Array {
  const passes = 3;
  const ideal = Math.sqrt((12 * sigmaPx * sigmaPx) / passes + 1);
  const lower = Math.floor(ideal) - (Math.floor(ideal) % 2 === 0 ? 1 : 0);
  const smaller = Math.round(
    (12 * sigmaPx * sigmaPx - passes * lower * lower - 4 * passes * lower - 3 * passes) / (-4 * lower - 4),
  );
  const out = Float32Array.from(field);
  const between = new Float32Array(field.length);
  for (let pass = 0; pass < passes; pass++) {
    const radius = ((pass < smaller ? lower : lower + 2) - 1) / 2;
    for (let y = 0; y < height; y++) runningMean(out, between, y * width, 1, width, radius);
    for (let x = 0; x < width; x++) runningMean(between, out, x, width, height, radius);
  }
  return out;
}

/** The mean of 2·radius+1 neighbours along one line of `length` values `step` apart. */
function runningMean(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  const at = (i: number): number => {
    const j = i < 0 ? -1 - i : i >= length ? 2 * length - 1 - i : i;
    return from[start + Math.min(length - 1, Math.max(0, j)) * step]!;
  };
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  const share = 1 / (2 * radius + 1);
  for (let i = 0; i < length; i++) {
    to[start + i * step] = sum * share;
    sum += at(i + radius + 1) - at(i - radius);
  }
}
