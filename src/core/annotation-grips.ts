import type { Annotation, Position } from "./annotation.ts";
import { boxGrips } from "./annotation-corners.ts";
import { geometryParts } from "./annotation-parts.ts";
import { RUN, type RunBoxes, runBoxes, runMeets } from "./chain-runs.ts";
import type { Box } from "./region.ts";

/** A place on a selected annotation that can be taken hold of. */
export interface Grip {
  readonly id: string;
  readonly at: Position;
  /**
   * A corner of a ring or chain; the middle of an edge, where a corner can be put in; a side or corner of the box of
   * a rectangle or ellipse (`index` 0–7, clockwise from the least corner).
   */
  readonly kind: "corner" | "middle" | "box";
  /** As `geometryParts` numbers them. */
  readonly part: number;
  /** Of the corner; of the one before the middle. */
  readonly index: number;
}

/** More corners in view than this are a line of handles, not handles: one comes nearer first. */
const MOST = 600;
/** Corners nearer than this to the last one that has a handle, CSS px, have none: one comes nearer first. */
const APART_PX = 14;
/** Edges shorter than this on the screen, CSS px, have no handle in their middle. */
const MIDDLE_PX = 28;

/** The grips in view of an annotation that can be edited; none of a locked one. */
export function gripsOf(
  { id, geometry, locked }: Annotation,
  view: Box,
  unitsPerPx: number,
): readonly Grip[] {
  if (locked) return [];
  const { x0, y0, x1, y1 } = view;
  const seen = (at: Position) => at[0] >= x0 && at[0] <= x1 && at[1] >= y0 && at[1] <= y1;
  if (geometry.type === "area" && geometry.shape !== "polygon")
    return boxGrips(geometry).flatMap((at, index) =>
      seen(at) ? [{ id, at, kind: "box" as const, part: 0, index }] : [],
    );
  const grips: Grip[] = [];
  const apart = (APART_PX * unitsPerPx) ** 2;
  const long = (MIDDLE_PX * unitsPerPx) ** 2;
  for (const [part, corners] of geometryParts(geometry).entries()) {
    const boxes = runBoxes(corners);
    let last: Position | null = null;
    for (let index = 0; index < corners.length; index++) {
      if (boxes && index % RUN === 0 && holdsNone(boxes, index / RUN, view, last, apart, long)) {
        index += RUN - 1;
        continue;
      }
      const at = corners[index]!;
      if ((last === null || squaredDistance(at, last) >= apart) && seen(at)) {
        grips.push({ id, at, kind: "corner", part, index });
        last = at;
      }
      const next = corners[index + 1] ?? (geometry.type === "area" ? corners[0] : undefined);
      if (!next || geometry.type === "points" || squaredDistance(at, next) < long) continue;
      const middle: Position = [(at[0] + next[0]) / 2, (at[1] + next[1]) / 2];
      if (seen(middle)) grips.push({ id, at: middle, kind: "middle", part, index });
    }
    if (grips.length > MOST) return [];
  }
  return grips;
}

/** True when no corner of a run gets a handle: out of view, or all too near to the last and to each other. */
function holdsNone(
  boxes: RunBoxes,
  run: number,
  view: Box,
  last: Position | null,
  apart: number,
  long: number,
): boolean {
  if (!runMeets(boxes, run, view)) return true;
  if (last === null) return false;
  const k = 4 * run;
  const [x0, y0, x1, y1] = [boxes[k]!, boxes[k + 1]!, boxes[k + 2]!, boxes[k + 3]!];
  const far = Math.max(last[0] - x0, x1 - last[0]) ** 2 + Math.max(last[1] - y0, y1 - last[1]) ** 2;
  return far < apart && (x1 - x0) ** 2 + (y1 - y0) ** 2 < long;
}

function squaredDistance(a: Position, b: Position): number {
  const dx = a[0] - b[0];
  const dy = a[1] - b[1];
  return dx * dx + dy * dy;
}

/** The nearest within `reach` units; of equals a corner before a middle. */
export function nearestGrip(grips: Iterable<Grip>, at: Position, reach: number): Grip | null {
  let best: Grip | null = null;
  let least = reach;
  for (const grip of grips) {
    const distance = Math.hypot(grip.at[0] - at[0], grip.at[1] - at[1]);
    const wins = distance < least || (distance === least && (best === null || best.kind === "middle"));
    if (!wins) continue;
    best = grip;
    least = distance;
  }
  return best;
}
