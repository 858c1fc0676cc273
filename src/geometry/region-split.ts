import { ClipType } from "clipper2-ts";
import type { Position } from "../core/annotation.ts";
import type { Region, Ring } from "../core/region.ts";
import { distanceToEdge, footOnEdge } from "../core/simplify-ring.ts";
import { CornerMemory, clipToRegion, GRID, regionToGrid } from "./clip-grid.ts";
import { uniteRegions } from "./region-boolean.ts";
import { strokeRegion } from "./stroke-region.ts";

/** Half the width of the blade that the line is. */
const BLADE = 4 / GRID;

/**
 * The parts into which a line cuts a region. The line is not prolonged: where it ends inside, it does not cut. A
 * region that it does not cut comes back as its own parts.
 *
 * A blade 1/128 of a unit wide is taken out, and both banks are then moved onto the line: parts meet there, and
 * together have the area of the whole, to about that width where the line meets an edge at a narrow angle.
 */
export function splitRegion(region: Region, line: readonly Position[]): Region[] {
  const whole = uniteRegions([region]);
  const memory = new CornerMemory();
  const [body, blade] = [regionToGrid(whole, memory), regionToGrid(strokeRegion(line, BLADE), memory)];
  const parts = clipToRegion(ClipType.Difference, body, blade, memory);
  if (parts.length <= whole.length) return whole.map((polygon) => [polygon]);
  const own = new Set(whole.flat(2).map(([x, y]) => `${x} ${y}`));
  const onLine = (ring: Ring): Ring =>
    ring.map((corner) => (own.has(`${corner[0]} ${corner[1]}`) ? corner : movedOnto(line, corner)));
  // Where the line ended inside, the banks of the cut lie on each other now: they enclose nothing, and go.
  return parts.map((rings) => uniteRegions([[rings.map(onLine)]])).filter((part) => part.length > 0);
}

/** The corner on the line, at its nearest bend if that is near, when it lies on the blade's bank; else as it was. */
function movedOnto(line: readonly Position[], corner: Position): Position {
  const [x, y] = corner;
  let nearest = corner;
  let best = BLADE * 1.5;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const distance = distanceToEdge(x, y, a[0], a[1], b[0], b[1]);
    if (distance > best) continue;
    best = distance;
    nearest = footOnEdge(x, y, a[0], a[1], b[0], b[1]);
  }
  if (nearest === corner) return corner;
  const bend = line.find(([bx, by]) => Math.hypot(bx - x, by - y) <= BLADE * 3);
  return bend ?? nearest;
}
