import type { Bounds, Point, Space } from "./space.ts";
import { bounds } from "./space.ts";

/**
 * A planar affine map from `From` to `To`, float64:
 * `x' = a·x + c·y + e`, `y' = b·x + d·y + f` (the order of CSS `matrix(a,b,c,d,e,f)`).
 */
export interface Affine<From extends Space, To extends Space> {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  readonly from?: (s: From) => From;
  readonly to?: (s: To) => To;
}

/** Coefficients in CSS matrix order. */
export function affine<From extends Space, To extends Space>(
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
): Affine<From, To> {
  return { a, b, c, d, e, f };
}

/** Scale by (sx, sy), then translate by (tx, ty). */
export function scaleTranslate<From extends Space, To extends Space>(
  sx: number,
  sy: number,
  tx = 0,
  ty = 0,
): Affine<From, To> {
  return affine(sx, 0, 0, sy, tx, ty);
}

export function applyAffine<From extends Space, To extends Space>(
  m: Affine<From, To>,
  p: Point<From>,
): Point<To> {
  return [m.a * p[0] + m.c * p[1] + m.e, m.b * p[0] + m.d * p[1] + m.f] as unknown as Point<To>;
}

/** `second ∘ first`. */
export function composeAffine<A extends Space, B extends Space, C extends Space>(
  second: Affine<B, C>,
  first: Affine<A, B>,
): Affine<A, C> {
  return affine(
    second.a * first.a + second.c * first.b,
    second.b * first.a + second.d * first.b,
    second.a * first.c + second.c * first.d,
    second.b * first.c + second.d * first.d,
    second.a * first.e + second.c * first.f + second.e,
    second.b * first.e + second.d * first.f + second.f,
  );
}

/** The determinant of the linear part: its absolute value is the area scale. */
export function determinant<From extends Space, To extends Space>(m: Affine<From, To>): number {
  return m.a * m.d - m.b * m.c;
}

/** Undefined when the map is singular or not finite. */
export function invertAffine<From extends Space, To extends Space>(
  m: Affine<From, To>,
): Affine<To, From> | undefined {
  const det = m.a * m.d - m.b * m.c;
  if (!Number.isFinite(det) || det === 0) return undefined;
  const a = m.d / det;
  const b = -m.b / det;
  const c = -m.c / det;
  const d = m.a / det;
  return affine(a, b, c, d, -(a * m.e + c * m.f), -(b * m.e + d * m.f));
}

/** The geometric-mean length scale √|det|: `To` units per `From` unit. */
export function lengthScale<From extends Space, To extends Space>(m: Affine<From, To>): number {
  return Math.sqrt(Math.abs(m.a * m.d - m.b * m.c));
}

/** The axis-aligned box around the mapped corners. */
export function applyAffineToBounds<From extends Space, To extends Space>(
  m: Affine<From, To>,
  box: Bounds<From>,
): Bounds<To> {
  const xs: number[] = [];
  const ys: number[] = [];
  for (const x of [box.minX, box.maxX]) {
    for (const y of [box.minY, box.maxY]) {
      xs.push(m.a * x + m.c * y + m.e);
      ys.push(m.b * x + m.d * y + m.f);
    }
  }
  return bounds(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
}
