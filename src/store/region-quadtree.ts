import type { Box, PreparedRegion } from "../core/region.ts";
import { rowPlace } from "./row-place.ts";
import type { StorePlan } from "./store-plan.ts";

/** Squares of the quadtree: level 0 is a tile, each next one four of it. Ascending Morton indices. */
export interface RegionSquares {
  /** Per level, the largest squares that lie wholly inside the region. */
  readonly inside: readonly (readonly number[])[];
  /** Tiles that an edge of the region touches. */
  readonly edge: readonly number[];
}

/** Rounding of a position in µm, relative: boxes are widened by more than that. */
const SLACK = 1e-12;

/** The box, in µm, of all positions that rows of a square may have. */
function squareBox(plan: StorePlan, x: number, y: number, side: number): Box {
  // A lattice's last position is the middle of the last spot; a continuous one ends short of the next quantum.
  const last = plan.lattice ? side - 1 : side;
  const place = rowPlace(plan);
  const low = (at: number): number => {
    const um = place(at / plan.quantaPerUnit);
    return um - Math.abs(um) * SLACK;
  };
  const high = (at: number): number => {
    const um = place(at / plan.quantaPerUnit);
    return um + Math.abs(um) * SLACK;
  };
  const [left, top] = [plan.originX + x, plan.originY + y];
  return { x0: low(left), y0: low(top), x1: high(left + last), y1: high(top + last) };
}

/** Which squares a region consists of: the plan of a count, made without reading anything. */
export function regionSquares(plan: StorePlan, region: PreparedRegion): RegionSquares {
  const levels = plan.gridLog2 - plan.tileLog2;
  const inside: number[][] = Array.from({ length: levels + 1 }, () => []);
  const edge: number[] = [];
  const { extent } = plan;
  type Edges = ReturnType<PreparedRegion["touching"]>;
  const descend = (level: number, index: number, x: number, y: number, edges: Edges): void => {
    const side = 2 ** (plan.tileLog2 + level);
    const [left, top] = [plan.originX + x, plan.originY + y];
    if (left >= extent.x1 || top >= extent.y1 || left + side <= extent.x0 || top + side <= extent.y0) return;
    const box = squareBox(plan, x, y, side);
    const near = region.touching(box, edges);
    if (near.length === 0) {
      if (region.contains(box.x0, box.y0)) inside[level]!.push(index);
      return;
    }
    if (level === 0) {
      edge.push(index);
      return;
    }
    const half = side / 2;
    for (let part = 0; part < 4; part++) {
      descend(level - 1, index * 4 + part, x + (part & 1) * half, y + (part >> 1) * half, near);
    }
  };
  if (region.edges.length > 0) descend(levels, 0, 0, 0, [...region.edges]);
  return { inside, edge };
}
