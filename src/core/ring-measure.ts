import type { Box, Ring } from "./region.ts";

/** A sum that keeps what rounding drops (Neumaier 1974): its error does not grow with the number of terms. */
function makeSum(): { add(value: number): void; total(): number } {
  let sum = 0;
  let lost = 0;
  return {
    add(value) {
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    total: () => sum + lost,
  };
}

/**
 * Shoelace area in squared units of the ring, positive when it turns from the x axis towards the y axis. Corners are
 * taken from the first one, so a small ring far from the origin loses no digits. Of a ring that crosses itself it is
 * the area weighted by winding, which is not the area that the ring covers.
 */
export function ringArea(ring: Ring): number {
  const [x0, y0] = ring[0] ?? [0, 0];
  const sum = makeSum();
  for (let i = 0; i < ring.length; i++) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[(i + 1) % ring.length]!;
    sum.add((ax - x0) * (by - y0));
    sum.add(-(bx - x0) * (ay - y0));
  }
  return sum.total() / 2;
}

/** First moments of the area about the origin: centroid = moments / area. Signed like `ringArea`. */
export function ringMoments(ring: Ring): readonly [x: number, y: number] {
  const [x0, y0] = ring[0] ?? [0, 0];
  const [sumX, sumY] = [makeSum(), makeSum()];
  for (let i = 0; i < ring.length; i++) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[(i + 1) % ring.length]!;
    const cross = (ax - x0) * (by - y0) - (bx - x0) * (ay - y0);
    sumX.add((ax - x0 + bx - x0) * cross);
    sumY.add((ay - y0 + by - y0) * cross);
  }
  const area = ringArea(ring);
  return [sumX.total() / 6 + area * x0, sumY.total() / 6 + area * y0];
}

/** Length of the chain of positions, in their units; a closed one also counts the way back to its start. */
export function chainLength(chain: Ring, closed: boolean): number {
  const sum = makeSum();
  for (let i = closed ? 0 : 1; i < chain.length; i++) {
    const [ax, ay] = chain[(i + chain.length - 1) % chain.length]!;
    const [bx, by] = chain[i]!;
    sum.add(Math.hypot(bx - ax, by - ay));
  }
  return sum.total();
}

/** Smallest box of all positions; of none it is empty (`x0 > x1`). */
export function chainsBox(chains: Iterable<Ring>): Box {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const chain of chains) {
    for (const [x, y] of chain) {
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
  }
  return { x0, y0, x1, y1 };
}
