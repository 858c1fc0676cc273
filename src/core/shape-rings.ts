import type { Position } from "./annotation.ts";
import type { Box, Ring } from "./region.ts";

/**
 * Corners of the ring that stands for an ellipse. Its area is that of the ellipse less 0.01 %:
 * (2π/n)²/6 = 1.0e-4 for n = 256.
 */
export const ELLIPSE_CORNERS = 256;

/** Corners from (x0, y0) by (x1, y0): from the x axis towards the y axis. */
export function rectangleRing({ x0, y0, x1, y1 }: Box): Ring {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/**
 * A ring on the ellipse in the box, whose own box is exactly that box: the four ends of the axes are corners. The
 * quarters are mirror images, so equal boxes give equal rings wherever they lie.
 */
export function ellipseRing({ x0, y0, x1, y1 }: Box, corners = ELLIPSE_CORNERS): Ring {
  const quarter = Math.max(1, Math.round(corners / 4));
  const [cx, cy] = [x0 + (x1 - x0) / 2, y0 + (y1 - y0) / 2];
  const [rx, ry] = [(x1 - x0) / 2, (y1 - y0) / 2];
  const ring: Position[] = [];
  for (let i = 0; i < quarter * 4; i++) {
    const turn = i % quarter;
    const near = turn === 0 ? 1 : Math.cos((turn / quarter) * (Math.PI / 2));
    const far = turn === 0 ? 0 : Math.sin((turn / quarter) * (Math.PI / 2));
    const side = Math.floor(i / quarter);
    const [ux, uy] = (
      [
        [near, far],
        [-far, near],
        [-near, -far],
        [far, -near],
      ] as const
    )[side]!;
    const x = ux === 1 ? x1 : ux === -1 ? x0 : cx + rx * ux;
    const y = uy === 1 ? y1 : uy === -1 ? y0 : cy + ry * uy;
    ring.push([x, y]);
  }
  return ring;
}

/** Whether four corners, in order, are a rectangle whose sides lie along the axes. */
export function isUprightRectangle(ring: Ring): boolean {
  return (
    ring.length === 4 &&
    ring.every(([x, y], i) => {
      const [nx, ny] = ring[(i + 1) % 4]!;
      const [fx, fy] = ring[(i + 2) % 4]!;
      return (x === nx) !== (y === ny) && x !== fx && y !== fy;
    })
  );
}

/** The ring without a last corner that repeats the first, as many files write it; null when there is none. */
export function withoutClosing(ring: Ring): Ring | null {
  const [first, last] = [ring[0], ring.at(-1)];
  const closes = ring.length > 1 && first![0] === last![0] && first![1] === last![1];
  return closes ? ring.slice(0, -1) : null;
}
