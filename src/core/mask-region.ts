import type { Position } from "./annotation.ts";
import type { Region, Ring } from "./region.ts";

/** Steps along pixel edges: right, down, left, up; the inside lies on the right hand (y down). */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/**
 * The outlines of a mask along the edges of its pixels, holes included: pixel (x, y) is the square from (x, y) to
 * (x + 1, y + 1). Pixels belong together when they share a side; each such group is one polygon. Corners only where
 * the edge turns. The region holds a pixel's centre exactly where the mask is not 0.
 */
export function maskRegion(mask: Uint8Array, width: number, height: number): Region {
  const labels = new Int32Array(width * height);
  const traced = new Uint8Array(width * height);
  const isIn = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] !== 0;
  const polygons: Ring[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      if (!isIn(x, y) || isIn(x, y - 1) || traced[pixel]) continue;
      if (labels[pixel] === 0) {
        polygons.push([]);
        label(mask, labels, width, pixel, polygons.length);
      }
      polygons[labels[pixel]! - 1]!.push(trace(isIn, traced, width, x, y));
    }
  }
  return polygons;
}

/** Gives the pixels that hang together with this one their number. */
function label(mask: Uint8Array, labels: Int32Array, width: number, start: number, number: number): void {
  const stack = [start];
  labels[start] = number;
  for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
    const x = pixel % width;
    for (const next of [
      x > 0 ? pixel - 1 : -1,
      x + 1 < width ? pixel + 1 : -1,
      pixel - width,
      pixel + width,
    ]) {
      if (next < 0 || next >= mask.length || mask[next] === 0 || labels[next] !== 0) continue;
      labels[next] = number;
      stack.push(next);
    }
  }
}

/** The ring that runs right along the upper edge of pixel (x, y). Marks the pixels whose upper edge it passes. */
function trace(
  isIn: (x: number, y: number) => boolean,
  traced: Uint8Array,
  width: number,
  startX: number,
  startY: number,
): Ring {
  const ring: Position[] = [];
  let [x, y, heading] = [startX, startY, 0];
  do {
    if (heading === 0) traced[y * width + x] = 1;
    const [dx, dy] = STEPS[heading]!;
    [x, y] = [x + dx, y + dy];
    // The pixels ahead, on the right and on the left hand of the way.
    const [rx, ry] = STEPS[(heading + 1) % 4]!;
    const ahead = (side: 1 | -1): boolean => isIn(x + (dx + side * rx - 1) / 2, y + (dy + side * ry - 1) / 2);
    const turn = !ahead(1) ? 1 : ahead(-1) ? 3 : 0;
    if (turn !== 0) ring.push([x, y]);
    heading = (heading + turn) % 4;
  } while (x !== startX || y !== startY || heading !== 0);
  return ring;
}
