/** Numbers read by index: any typed array. */
export interface Values {
  readonly length: number;
  readonly [index: number]: number;
}

/** What a channel is drawn with; the domain's half of `ChannelView`. */
export interface Contrast {
  readonly visible: boolean;
  /** `#rrggbb` */
  readonly color: string;
  readonly limits: readonly [low: number, high: number];
}

/** `#rrggbb` to 0–255 each; white when it is no such colour. */
export function parseColor(color: string): readonly [r: number, g: number, b: number] {
  const match = /^#([0-9a-f]{6})$/i.exec(color);
  const value = match ? Number.parseInt(match[1]!, 16) : 0xffffff;
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/**
 * Contrast limits that leave out the lowest and highest 0.1 % of the values (nearest rank; not-a-number left
 * out). When both fall together, the values' extremes; when those do too, `range`.
 */
export function suggestLimits(
  values: Float64Array,
  range: readonly [number, number],
): readonly [number, number] {
  const sorted = values.filter((v) => Number.isFinite(v)).sort();
  const n = sorted.length;
  if (n === 0) return range;
  const low = sorted[Math.floor(0.001 * (n - 1))]!;
  const high = sorted[Math.ceil(0.999 * (n - 1))]!;
  if (high > low) return [low, high];
  const first = sorted[0]!;
  const last = sorted[n - 1]!;
  return last > first ? [first, last] : range;
}

/**
 * Adds one channel into RGBA: `out += colour · clamp((v − low) / (high − low), 0, 1)`, saturating at 255; alpha
 * is the caller's. `values[i · samples + sample]` is pixel i. With high ≤ low, values above low are full.
 */
export function addChannel(
  out: Uint8ClampedArray,
  values: Values,
  samples: number,
  sample: number,
  view: Contrast,
): void {
  if (!view.visible) return;
  const [r, g, b] = parseColor(view.color);
  const [low, high] = view.limits;
  const scale = high > low ? 1 / (high - low) : Number.POSITIVE_INFINITY;
  const pixels = out.length / 4;
  for (let i = 0; i < pixels; i++) {
    const value = values[i * samples + sample]!;
    if (!(value > low)) continue;
    const t = Math.min(1, (value - low) * scale);
    const o = 4 * i;
    out[o] = out[o]! + r * t;
    out[o + 1] = out[o + 1]! + g * t;
    out[o + 2] = out[o + 2]! + b * t;
  }
}

/**
 * Writes colour pixels: each of red, green, blue stretched between its own limits, or 0 when hidden. A fourth
 * sample is alpha, full at `alphaTop`; with null, or without one, pixels are opaque.
 */
export function drawColour(
  out: Uint8ClampedArray,
  values: Values,
  samples: number,
  views: readonly Contrast[],
  alphaTop: number | null,
): void {
  const pixels = out.length / 4;
  const identity = views.every((v) => v.visible && v.limits[0] === 0 && v.limits[1] === 255);
  for (let c = 0; c < 3; c++) {
    const view = views[c];
    const [low, high] = view?.limits ?? [0, 255];
    const scale = high > low ? 255 / (high - low) : Number.POSITIVE_INFINITY;
    if (view && !view.visible) continue;
    for (let i = 0; i < pixels; i++) {
      const value = values[i * samples + c]!;
      out[4 * i + c] = identity ? value : value > low ? (value - low) * scale : 0;
    }
  }
  for (let i = 0; i < pixels; i++) {
    out[4 * i + 3] = samples === 4 && alphaTop !== null ? (values[i * samples + 3]! / alphaTop) * 255 : 255;
  }
}
