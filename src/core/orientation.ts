/** Shewchuk's bound (Adaptive Precision Floating-Point Arithmetic, 1997): below it the sign may be wrong. */
const ERROR_BOUND = (3 + 16 * 2 ** -53) * 2 ** -53;
/** Products smaller than this may have lost bits to underflow. */
const TINY = 1e-280;

const view = new DataView(new ArrayBuffer(8));

/** A finite float64 as `mantissa · 2^exponent`, exactly. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = field === 0 ? fraction : fraction | 0x10000000000000n;
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(1, field) - 1075 };
}

function exactSign(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  const all = [ax, ay, bx, by, px, py].map(parts);
  const least = Math.min(...all.map(({ exponent }) => exponent));
  const [qax, qay, qbx, qby, qpx, qpy] = all.map(
    ({ mantissa, exponent }) => mantissa << BigInt(exponent - least),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint];
  const det = (qax - qpx) * (qby - qpy) - (qay - qpy) * (qbx - qpx);
  return det > 0n ? 1 : det < 0n ? -1 : 0;
}

/**
 * On which side of the line from a to b the point p lies: positive when a, b, p turn from the x axis towards the
 * y axis, 0 on the line. The sign is that of exact arithmetic on the float64 coordinates, all finite.
 */
export function orientation(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  const left = (ax - px) * (by - py);
  const right = (ay - py) * (bx - px);
  const det = left - right;
  const size = Math.abs(left) + Math.abs(right);
  if (Math.abs(det) > ERROR_BOUND * size && size > TINY) return det;
  return exactSign(ax, ay, bx, by, px, py);
}
