import type { ViewArea } from "./expression.ts";
import type { Bounds } from "./space.ts";
import type { TableShard } from "./table.ts";

/** Edges of a convex area as half planes: a point is inside when `nx·(x − ax) + ny·(y − ay) ≥ 0` for each. */
interface HalfPlane {
  readonly ax: number;
  readonly ay: number;
  readonly nx: number;
  readonly ny: number;
}

/** A `ViewArea` prepared for testing many rows. */
export interface RowArea {
  readonly box: Bounds<"um">;
  readonly edges: readonly HalfPlane[];
}

export function rowArea(area: ViewArea): RowArea {
  const corners = area.cornersUm;
  if (corners === null) return { box: area.boundsUm, edges: [] };
  const next = (i: number) => corners[(i + 1) % corners.length]!;
  const doubleArea = corners.reduce((sum, [x, y], i) => sum + x * next(i)[1] - next(i)[0] * y, 0);
  const turn = doubleArea < 0 ? -1 : 1;
  return {
    box: area.boundsUm,
    edges: corners.map(([ax, ay], i) => ({
      ax,
      ay,
      nx: -turn * (next(i)[1] - ay),
      ny: turn * (next(i)[0] - ax),
    })),
  };
}

export function areaContains({ box, edges }: RowArea, x: number, y: number): boolean {
  if (!(x >= box.minX && x < box.maxX && y >= box.minY && y < box.maxY)) return false;
  for (const { ax, ay, nx, ny } of edges) if (nx * (x - ax) + ny * (y - ay) < 0) return false;
  return true;
}

/** The closed box around every position that a row of the tile can have. */
export function tileBox(shard: TableShard, tile: number): Bounds<"um"> {
  const { exact, originXUm, originYUm, quantumUm, span } = shard.geometry;
  const col = shard.tileCol[tile]! * span;
  const row = shard.tileRow[tile]! * span;
  const last = exact ? span - 1 : span;
  return {
    minX: originXUm + col * quantumUm,
    minY: originYUm + row * quantumUm,
    maxX: originXUm + (col + last) * quantumUm,
    maxY: originYUm + (row + last) * quantumUm,
  };
}

export type Overlap = "outside" | "partial" | "inside";

/** How a closed box lies to an area. Within rounding of an edge it is "partial", so that rows decide. */
export function overlapOf({ box, edges }: RowArea, tile: Bounds<"um">): Overlap {
  if (tile.minX >= box.maxX || tile.minY >= box.maxY || tile.maxX < box.minX || tile.maxY < box.minY) {
    return "outside";
  }
  let inside = tile.minX >= box.minX && tile.minY >= box.minY && tile.maxX < box.maxX && tile.maxY < box.maxY;
  for (const { ax, ay, nx, ny } of edges) {
    const x0 = nx * (tile.minX - ax);
    const x1 = nx * (tile.maxX - ax);
    const y0 = ny * (tile.minY - ay);
    const y1 = ny * (tile.maxY - ay);
    const rounding = (Math.abs(x0) + Math.abs(x1) + Math.abs(y0) + Math.abs(y1)) * 2 ** -50;
    if (Math.max(x0, x1) + Math.max(y0, y1) < -rounding) return "outside";
    if (Math.min(x0, x1) + Math.min(y0, y1) <= rounding) inside = false;
  }
  return inside ? "inside" : "partial";
}

/** Slide µm of a row along x, as exact as the table holds it. */
export function rowXUm(shard: TableShard, tile: number, row: number): number {
  if (shard.xExact) return shard.xExact[row]!;
  const { originXUm, quantumUm, span } = shard.geometry;
  return originXUm + (shard.tileCol[tile]! * span + shard.x[row]!) * quantumUm;
}

/** Slide µm of a row along y, as exact as the table holds it. */
export function rowYUm(shard: TableShard, tile: number, row: number): number {
  if (shard.yExact) return shard.yExact[row]!;
  const { originYUm, quantumUm, span } = shard.geometry;
  return originYUm + (shard.tileRow[tile]! * span + shard.y[row]!) * quantumUm;
}

/** Writes the rows `from … to` of a tile that lie in the area to `out`; returns how many. */
export function rowsInside(
  shard: TableShard,
  tile: number,
  from: number,
  to: number,
  area: RowArea,
  out: Uint32Array,
): number {
  let found = 0;
  const { xExact, yExact, x, y } = shard;
  if (xExact && yExact) {
    for (let i = from; i < to; i++) if (areaContains(area, xExact[i]!, yExact[i]!)) out[found++] = i;
    return found;
  }
  const { originXUm, originYUm, quantumUm, span } = shard.geometry;
  const col = shard.tileCol[tile]! * span;
  const row = shard.tileRow[tile]! * span;
  if (area.edges.length === 0) {
    // A position grows with its quantum, so the box is a range of quanta: whole numbers decide, exactly.
    const { box } = area;
    const x0 = firstAtLeast(originXUm, col, quantumUm, span, box.minX);
    const x1 = firstAtLeast(originXUm, col, quantumUm, span, box.maxX);
    const y0 = firstAtLeast(originYUm, row, quantumUm, span, box.minY);
    const y1 = firstAtLeast(originYUm, row, quantumUm, span, box.maxY);
    for (let i = from; i < to; i++) {
      const qx = x[i]!;
      const qy = y[i]!;
      if (qx >= x0 && qx < x1 && qy >= y0 && qy < y1) out[found++] = i;
    }
    return found;
  }
  for (let i = from; i < to; i++) {
    const xUm = originXUm + (col + x[i]!) * quantumUm;
    const yUm = originYUm + (row + y[i]!) * quantumUm;
    if (areaContains(area, xUm, yUm)) out[found++] = i;
  }
  return found;
}

/** The first quantum of a lattice tile whose position is at least `value`; `span` when there is none. */
function firstAtLeast(
  originUm: number,
  first: number,
  quantumUm: number,
  span: number,
  value: number,
): number {
  let low = 0;
  let high = span;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (originUm + (first + middle) * quantumUm >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
