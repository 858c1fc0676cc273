/**
 * The coordinate spaces of a slide, and points and bounds that carry theirs.
 *
 * - `instrument`: as written in the file (spots, pixels or micrometres).
 * - `um`: the slide in micrometres, y down. Bins, tiles and the camera live here.
 * - `imagePx`: level-0 image pixels, y down, (0,0) the outer corner of the first pixel, centres at +0.5.
 * - `frame`: an annotation document's own: `imagePx`, or `um` where the slide has no image.
 * - `screenPx`: CSS pixels of the viewer element, (0,0) its top-left corner.
 */
export type Space = "instrument" | "um" | "imagePx" | "frame" | "screenPx";

declare const space: unique symbol;

/** A position in space `S`. The brand is invariant so that mixed spaces do not compile. */
export type Point<S extends Space> = readonly [x: number, y: number] & {
  readonly [space]: (s: S) => S;
};

/** Axis-aligned bounds in space `S`: `minX ≤ x < maxX`, `minY ≤ y < maxY`. */
export interface Bounds<S extends Space> {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly [space]?: (s: S) => S;
}

function cast<S extends Space>(x: number, y: number): Point<S> {
  return [x, y] as unknown as Point<S>;
}

/** Casts to a space. Only readers and this module say where a number pair lives. */
export const instrument = (x: number, y: number) => cast<"instrument">(x, y);
export const um = (x: number, y: number) => cast<"um">(x, y);
export const imagePx = (x: number, y: number) => cast<"imagePx">(x, y);
export const framePoint = (x: number, y: number) => cast<"frame">(x, y);
export const screenPx = (x: number, y: number) => cast<"screenPx">(x, y);

/** Bounds from corners; the caller vouches for the space. */
export function bounds<S extends Space>(minX: number, minY: number, maxX: number, maxY: number): Bounds<S> {
  return { minX, minY, maxX, maxY };
}

/** True when the two half-open boxes share a point. */
export function boundsOverlap<S extends Space>(a: Bounds<S>, b: Bounds<S>): boolean {
  return a.minX < b.maxX && b.minX < a.maxX && a.minY < b.maxY && b.minY < a.maxY;
}

/** True when `inner` lies wholly in `outer`. */
export function boundsContain<S extends Space>(outer: Bounds<S>, inner: Bounds<S>): boolean {
  return (
    outer.minX <= inner.minX &&
    outer.minY <= inner.minY &&
    outer.maxX >= inner.maxX &&
    outer.maxY >= inner.maxY
  );
}

/** The smallest box around both. */
export function boundsUnion<S extends Space>(a: Bounds<S>, b: Bounds<S>): Bounds<S> {
  return bounds(
    Math.min(a.minX, b.minX),
    Math.min(a.minY, b.minY),
    Math.max(a.maxX, b.maxX),
    Math.max(a.maxY, b.maxY),
  );
}

/** The box grown by `margin` (same unit) on every side. */
export function boundsGrow<S extends Space>(b: Bounds<S>, margin: number): Bounds<S> {
  return bounds(b.minX - margin, b.minY - margin, b.maxX + margin, b.maxY + margin);
}
