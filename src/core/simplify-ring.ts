import type { Position } from "./annotation.ts";
import type { Ring } from "./region.ts";

/**
 * The chain with fewer positions: none that is left out lies further than `tolerance` from the new one (Douglas and
 * Peucker 1973). The ends stay.
 */
export function simplifyChain(chain: readonly Position[], tolerance: number): readonly Position[] {
  const keep = new Uint8Array(chain.length);
  if (chain.length === 0) return chain;
  keep[0] = 1;
  keep[chain.length - 1] = 1;
  markKept(chain, 0, chain.length - 1, tolerance, keep);
  return chain.filter((_, i) => keep[i] === 1);
}

/** The same for a ring. At least three corners stay, so that a small ring does not vanish. */
export function simplifyRing(ring: Ring, tolerance: number): Ring {
  if (ring.length <= 3) return ring;
  const far = furthest(ring, 0);
  const keep = new Uint8Array(ring.length + 1);
  const closed = [...ring, ring[0]!];
  keep[0] = 1;
  keep[far] = 1;
  markKept(closed, 0, far, tolerance, keep);
  markKept(closed, far, ring.length, tolerance, keep);
  if (ring.reduce((sum, _, i) => sum + keep[i]!, 0) < 3) {
    const [, left] = furthestFromChord(closed, 0, far);
    const [, right] = furthestFromChord(closed, far, ring.length);
    keep[left >= 0 ? left : right] = 1;
    if (right >= 0) keep[right] = 1;
  }
  return ring.filter((_, i) => keep[i] === 1);
}

function furthest(ring: Ring, from: number): number {
  const [x, y] = ring[from]!;
  let [best, at] = [-1, 0];
  ring.forEach(([px, py], i) => {
    const distance = Math.hypot(px - x, py - y);
    if (distance > best) [best, at] = [distance, i];
  });
  return at;
}

function markKept(chain: Ring, from: number, to: number, tolerance: number, keep: Uint8Array): void {
  const stack: [number, number][] = [[from, to]];
  for (let span = stack.pop(); span; span = stack.pop()) {
    const [distance, at] = furthestFromChord(chain, span[0], span[1]);
    if (at < 0 || distance <= tolerance) continue;
    keep[at] = 1;
    stack.push([span[0], at], [at, span[1]]);
  }
}

/** The position between two of a chain that lies furthest from the edge between them; −1 when there is none. */
function furthestFromChord(chain: Ring, from: number, to: number): [distance: number, at: number] {
  const [[ax, ay], [bx, by]] = [chain[from]!, chain[to]!];
  let [best, at] = [-1, -1];
  for (let i = from + 1; i < to; i++) {
    const [x, y] = chain[i]!;
    const distance = distanceToEdge(x, y, ax, ay, bx, by);
    if (distance > best) [best, at] = [distance, i];
  }
  return [best, at];
}

/** Distance from (x, y) to the edge from a to b. */
export function distanceToEdge(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [fx, fy] = footOnEdge(x, y, ax, ay, bx, by);
  return Math.hypot(x - fx, y - fy);
}

/** The place on the edge from a to b that is nearest to (x, y). */
export function footOnEdge(x: number, y: number, ax: number, ay: number, bx: number, by: number): Position {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const t = squared > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / squared)) : 0;
  return [ax + t * dx, ay + t * dy];
}
