import { binAt, HEX_ROW_SPACING, oddRow } from "./bin-window.ts";
import type { BinRaster } from "./expression.ts";
import type { Polygon, Ring } from "./region.ts";

/**
 * Corners of a hexagon about its centre, clockwise from the top on a screen: x in half widths, y in thirds of the
 * distance between rows. In these units all corners of all hexagons are whole.
 */
const CORNERS = [
  [0, -2],
  [1, -1],
  [1, 1],
  [0, 2],
  [-1, 1],
  [-1, -1],
] as const;
/** The neighbour beyond the edge from corner k to corner k + 1: columns for even and for odd rows, and rows. */
const NEIGHBOURS = [
  [0, 1, -1],
  [1, 1, 0],
  [0, 1, 1],
  [-1, 0, 1],
  [-1, -1, 0],
  [-1, 0, -1],
] as const;

/** Hexagons of a window by their place in it. */
class Lattice {
  readonly #raster: BinRaster;
  /** Corners side by side, at most. */
  readonly #stride: number;

  constructor(raster: BinRaster) {
    this.#raster = raster;
    this.#stride = 2 * raster.window.cols + 3;
  }

  /** The bin beyond edge k of bin `i`; −1 outside the window. */
  beyond(i: number, k: number): number {
    const { cols, rows, row0 } = this.#raster.window;
    const row = Math.floor(i / cols);
    const [even, odd, down] = NEIGHBOURS[k]!;
    const col = (i % cols) + (oddRow(row0 + row) ? odd : even);
    const to = row + down;
    return col < 0 || col >= cols || to < 0 || to >= rows ? -1 : to * cols + col;
  }

  /** A corner of bin `i` by its number: the same for all hexagons that meet there. */
  corner(i: number, k: number): number {
    const { cols, row0 } = this.#raster.window;
    const row = Math.floor(i / cols);
    const [x, y] = CORNERS[k % 6]!;
    const across = 2 * (i % cols) + (oddRow(row0 + row) ? 1 : 0) + x + 1;
    return (3 * row + y + 2) * this.#stride + across;
  }

  /** Where the corner of a number lies, in widths of a bin from the slide's origin. */
  place(corner: number): [x: number, y: number] {
    const { col0, row0 } = this.#raster.window;
    const across = (corner % this.#stride) - 1;
    const down = Math.floor(corner / this.#stride) - 2;
    return [col0 + across / 2, ((3 * row0 + down) * HEX_ROW_SPACING) / 3];
  }
}

/**
 * The hexagons that hang together with the one at a place, edge by edge, and whose value differs from that of the
 * start by at most `tolerance` (units of the raster). The start's value is the mean of it and the six around it, as
 * for pixels (`wandMask`); the start itself is always in. Null where the place lies in no bin with a value.
 * @param at slide µm
 * @returns outline and holes along the edges of the hexagons, in widths of a bin from the slide's origin
 */
export function hexWand(
  raster: BinRaster,
  at: readonly [x: number, y: number],
  tolerance: number,
): Polygon | null {
  const { window, values } = raster;
  const { col0, row0, cols, rows } = window;
  const lattice = new Lattice(raster);
  const [col, row] = binAt(window, at[0], at[1]);
  const within = col >= col0 && col < col0 + cols && row >= row0 && row < row0 + rows;
  const start = within ? (row - row0) * cols + (col - col0) : -1;
  if (start < 0 || Number.isNaN(values[start]!)) return null;
  let [sum, seen] = [values[start]!, 1];
  for (let k = 0; k < 6; k++) {
    const value = values[lattice.beyond(start, k)] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    seen += 1;
  }
  const mean = sum / seen;
  const taken = new Uint8Array(values.length);
  taken[start] = 1;
  const stack = [start];
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    for (let k = 0; k < 6; k++) {
      const next = lattice.beyond(i, k);
      if (next < 0 || taken[next] === 1 || !(Math.abs(values[next]! - mean) <= tolerance)) continue;
      taken[next] = 1;
      stack.push(next);
    }
  }
  return outlineOf(taken, lattice);
}

/** The edges between hexagons that are taken and those that are not, as rings: three edges meet, so none is in doubt. */
function outlineOf(taken: Uint8Array, lattice: Lattice): Polygon {
  const next = new Map<number, number>();
  for (let i = 0; i < taken.length; i++) {
    if (taken[i] === 0) continue;
    for (let k = 0; k < 6; k++) {
      const beyond = lattice.beyond(i, k);
      if (beyond < 0 || taken[beyond] === 0) next.set(lattice.corner(i, k), lattice.corner(i, k + 1));
    }
  }
  const rings: number[][] = [];
  for (const first of next.keys()) {
    const ring: number[] = [];
    for (let at: number | undefined = first; at !== undefined; ) {
      const to: number | undefined = next.get(at);
      if (to !== undefined) ring.push(at);
      next.delete(at);
      at = to;
    }
    rings.push(ring);
  }
  // One group has one outline, and it reaches highest, where numbers are least; the rest are its holes.
  const least = (ring: readonly number[]): number =>
    ring.reduce((low, corner) => Math.min(low, corner), Infinity);
  rings.sort((a, b) => least(a) - least(b));
  return rings.map((ring): Ring => ring.map((corner) => lattice.place(corner)));
}
