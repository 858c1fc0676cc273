import { mortonOf } from "./morton.ts";
import type { CodeRect } from "./morton-ranges.ts";
import type { StorePlan } from "./store-plan.ts";

/** Half-open box in µm: `x0 ≤ x < x1`. */
export interface UmBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The bounds in quanta from the grid's origin, widened so that rounding leaves nothing out; clipped to rows. */
export function gridRect(plan: StorePlan, boundsUm: UmBox | null): CodeRect {
  const { extent } = plan;
  const quantumUm = plan.unitUm / plan.quantaPerUnit;
  const low = (um: number, least: number, origin: number): number =>
    Math.max(least, Math.floor(um / quantumUm) - 1) - origin;
  const high = (um: number, most: number, origin: number): number =>
    Math.min(most, Math.ceil(um / quantumUm) + 1) - origin;
  const box = boundsUm ?? { x0: -Infinity, y0: -Infinity, x1: Infinity, y1: Infinity };
  return {
    x0: low(box.x0, extent.x0, plan.originX),
    y0: low(box.y0, extent.y0, plan.originY),
    x1: high(box.x1, extent.x1, plan.originX),
    y1: high(box.y1, extent.y1, plan.originY),
  };
}

/** Tiles (Morton indices, ascending) that the bounds touch. */
export function tilesIn(plan: StorePlan, boundsUm: UmBox | null): number[] {
  const rect = gridRect(plan, boundsUm);
  const side = 2 ** plan.tileLog2;
  const tiles: number[] = [];
  if (!(rect.x0 < rect.x1 && rect.y0 < rect.y1)) return tiles;
  for (let row = Math.floor(rect.y0 / side); row * side < rect.y1; row++) {
    for (let col = Math.floor(rect.x0 / side); col * side < rect.x1; col++) tiles.push(mortonOf(col, row));
  }
  return tiles.sort((a, b) => a - b);
}
