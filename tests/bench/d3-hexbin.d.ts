/** The part of d3-hexbin 0.2 that is measured; it ships no types. */
declare module "d3-hexbin" {
  interface Hexbin {
    (points: ArrayLike<number>): number[][];
    x(of: (point: number) => number): Hexbin;
    y(of: (point: number) => number): Hexbin;
    radius(radius: number): Hexbin;
  }
  export function hexbin(): Hexbin;
}
