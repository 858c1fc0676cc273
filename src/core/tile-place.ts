import type { Affine } from "./affine.ts";
import { type Bounds, bounds } from "./space.ts";
import type { TileGeometry, TranscriptColumns } from "./table.ts";
import {
  chooseGrid,
  continuousGeometry,
  continuousLimits,
  extentOf,
  latticeGeometry,
  latticeLimits,
  MAX_LATTICE_SPOTS,
  type TileGrid,
} from "./tile-grid.ts";

interface Placed {
  readonly grid: TileGrid;
  readonly geometry: TileGeometry;
  readonly boundsUm: Bounds<"um">;
}

/** Rows of an exact lattice: (n,) spots, let go of when sorted. */
export interface LatticeRows extends Placed {
  readonly exact: true;
  x: Int32Array;
  y: Int32Array;
}

/** Rows anywhere: (n,) slide µm, let go of when sorted. */
export interface ContinuousRows extends Placed {
  readonly exact: false;
  x: Float64Array;
  y: Float64Array;
}

export type PlacedRows = LatticeRows | ContinuousRows;

/** Brings rows to the slide and chooses their tiles. See `buildTableSteps` for what a row's position is. */
export function placeRows(
  columns: Pick<TranscriptColumns, "x" | "y">,
  toUm: Affine<"instrument", "um">,
  rowsPerTile: number,
): PlacedRows {
  const { x, y } = columns;
  if (x instanceof Int32Array && y instanceof Int32Array && isLatticeScale(toUm)) {
    const extent = extentOf(x, y);
    if (Math.max(extent.maxX - extent.minX, extent.maxY - extent.minY) < MAX_LATTICE_SPOTS) {
      const grid = chooseGrid(x, y, extent, latticeLimits, rowsPerTile);
      const pitch = toUm.a;
      return {
        exact: true,
        x,
        y,
        grid,
        geometry: latticeGeometry(grid, pitch, toUm.e, toUm.f),
        boundsUm: bounds(
          extent.minX * pitch + toUm.e,
          extent.minY * pitch + toUm.f,
          (extent.maxX + 1) * pitch + toUm.e,
          (extent.maxY + 1) * pitch + toUm.f,
        ),
      };
    }
  }
  const [xUm, yUm] = transformed(x, y, toUm, x instanceof Int32Array && y instanceof Int32Array ? 0.5 : 0);
  const extent = extentOf(xUm, yUm);
  const grid = chooseGrid(xUm, yUm, extent, continuousLimits, rowsPerTile);
  return {
    exact: false,
    x: xUm,
    y: yUm,
    grid,
    geometry: continuousGeometry(grid),
    boundsUm: bounds(extent.minX, extent.minY, nextAbove(extent.maxX), nextAbove(extent.maxY)),
  };
}

/** True for a uniform positive scale with any translation, under which lattice steps stay equal and upright. */
function isLatticeScale(m: Affine<"instrument", "um">): boolean {
  return m.a > 0 && m.a === m.d && m.b === 0 && m.c === 0;
}

function transformed(
  x: TranscriptColumns["x"],
  y: TranscriptColumns["y"],
  m: Affine<"instrument", "um">,
  half: number,
): [xUm: Float64Array, yUm: Float64Array] {
  const xUm = new Float64Array(x.length);
  const yUm = new Float64Array(x.length);
  const { a, b, c, d, e, f } = m;
  for (let i = 0; i < xUm.length; i++) {
    const px = x[i]! + half;
    const py = y[i]! + half;
    xUm[i] = a * px + c * py + e;
    yUm[i] = b * px + d * py + f;
  }
  return [xUm, yUm];
}

/** The smallest float64 above a finite `v`. */
export function nextAbove(v: number): number {
  if (v === 0) return Number.MIN_VALUE;
  const value = new Float64Array([v]);
  const bits = new BigInt64Array(value.buffer);
  bits[0]! += v > 0 ? 1n : -1n;
  return value[0]!;
}

/** Adds rows `from … to` to the dense histogram of tiles. */
export function countCells(placed: PlacedRows, outCells: Uint32Array, from: number, to: number): void {
  const { log2Side, col0, row0, cols } = placed.grid;
  if (placed.exact) {
    const { x, y } = placed;
    for (let i = from; i < to; i++) {
      outCells[((y[i]! >> log2Side) - row0) * cols + (x[i]! >> log2Side) - col0]!++;
    }
    return;
  }
  const { x, y } = placed;
  const inverse = 2 ** -log2Side;
  for (let i = from; i < to; i++) {
    outCells[(Math.floor(y[i]! * inverse) - row0) * cols + Math.floor(x[i]! * inverse) - col0]!++;
  }
}

/** Gives rows `from … to` their place in tile order: `nextOfCell` holds each tile's next free place and moves on. */
export function assignRows(
  placed: PlacedRows,
  outNextOfCell: Uint32Array,
  outPlace: Uint32Array,
  from: number,
  to: number,
): void {
  const { log2Side, col0, row0, cols } = placed.grid;
  if (placed.exact) {
    const { x, y } = placed;
    for (let i = from; i < to; i++) {
      outPlace[i] = outNextOfCell[((y[i]! >> log2Side) - row0) * cols + (x[i]! >> log2Side) - col0]!++;
    }
    return;
  }
  const { x, y } = placed;
  const inverse = 2 ** -log2Side;
  for (let i = from; i < to; i++) {
    const cell = (Math.floor(y[i]! * inverse) - row0) * cols + Math.floor(x[i]! * inverse) - col0;
    outPlace[i] = outNextOfCell[cell]!++;
  }
}

/**
 * The quanta within the tile along one axis, in the order of `place`. Scaling by powers of two is exact and so is
 * the difference of whole numbers: the quantum is the true floor. (`v - floor(v)` would round for a small
 * negative `v`.)
 */
export function quantise(
  values: Int32Array | Float64Array,
  log2Side: number,
  place: Uint32Array,
): Uint16Array {
  const out = new Uint16Array(values.length);
  if (values instanceof Int32Array) {
    const mask = 2 ** log2Side - 1;
    for (let i = 0; i < values.length; i++) out[place[i]!] = values[i]! & mask;
    return out;
  }
  const inverse = 2 ** -log2Side;
  for (let i = 0; i < values.length; i++) {
    const v = values[i]! * inverse;
    out[place[i]!] = Math.floor(v * 65_536) - Math.floor(v) * 65_536;
  }
  return out;
}
