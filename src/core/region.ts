import { CentiscopeError } from "./errors.ts";
import { orientation } from "./orientation.ts";

/** A closed line through these corners; the last is joined to the first, whether it repeats it or not. */
export type Ring = readonly (readonly [x: number, y: number])[];
/** An outline and its holes. */
export type Polygon = readonly Ring[];
/** Polygons that together are one region; they may overlap. */
export type Region = readonly Polygon[];

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

interface Edge {
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
}

/** Which of two things a box is, or that an edge of the region touches it. */
export type BoxSide = "inside" | "outside" | "edge";

const BANDS = 1024;

/**
 * A region made ready for many questions.
 *
 * A point is in a ring when a ray from it towards +x crosses the ring an odd number of times, an edge counting
 * when one of its ends lies above the point (`y` greater) and the other does not, and the point lies strictly to
 * its left. So of a square, points on the edges of least x and least y are in, those on the other two are not, and
 * of two regions that share an edge exactly one has its points. A point is in a polygon when it is in the outline
 * and in none of the holes; in the region when it is in any polygon. Signs are exact (`orientation.ts`).
 */
export class PreparedRegion {
  /** Smallest box of all corners. */
  readonly bounds: Box;
  readonly edges: readonly Edge[];
  /** Per band of y, per ring: the edges that pass through. */
  private readonly bands: readonly (readonly (readonly Edge[])[])[];
  /** For each ring: its polygon, and whether it is a hole. */
  private readonly rings: readonly { readonly polygon: number; readonly hole: boolean }[];
  private readonly scale: number;

  constructor(region: Region) {
    const rings = region.flatMap((polygon, p) =>
      polygon.map((ring, r) => ({ polygon: p, hole: r > 0, edges: edgesOf(ring) })),
    );
    this.rings = rings;
    this.edges = rings.flatMap(({ edges }) => edges);
    let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { ax, ay } of this.edges) {
      x0 = Math.min(x0, ax);
      x1 = Math.max(x1, ax);
      y0 = Math.min(y0, ay);
      y1 = Math.max(y1, ay);
    }
    this.bounds = { x0, y0, x1, y1 };
    this.scale = y1 > y0 ? BANDS / (y1 - y0) : 0;
    const bands: Edge[][][] = Array.from({ length: BANDS }, () => rings.map(() => []));
    rings.forEach(({ edges }, ring) => {
      for (const edge of edges) {
        const [from, to] = [this.band(Math.min(edge.ay, edge.by)), this.band(Math.max(edge.ay, edge.by))];
        for (let band = from; band <= to; band++) bands[band]![ring]!.push(edge);
      }
    });
    this.bands = bands;
  }

  contains(x: number, y: number): boolean {
    const { x0, y0, x1, y1 } = this.bounds;
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) return false;
    const band = this.bands[this.band(y)]!;
    let polygon = -1;
    let inside = false;
    for (let ring = 0; ring < this.rings.length; ring++) {
      const { polygon: owner, hole } = this.rings[ring]!;
      if (owner !== polygon) {
        if (inside) return true;
        polygon = owner;
        inside = crossings(band[ring]!, x, y) % 2 === 1;
      } else if (inside && hole && crossings(band[ring]!, x, y) % 2 === 1) inside = false;
    }
    return inside;
  }

  /** Those of `edges` that touch the closed box, or come so near that rounding could tell. */
  touching(box: Box, edges: readonly Edge[] = this.edges): Edge[] {
    return edges.filter((edge) => touches(edge, box));
  }

  private band(y: number): number {
    return Math.min(BANDS - 1, Math.max(0, Math.floor((y - this.bounds.y0) * this.scale)));
  }
}

function edgesOf(ring: Ring): Edge[] {
  return ring.map(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length]!;
    return { ax, ay, bx, by };
  });
}

function crossings(edges: readonly Edge[], x: number, y: number): number {
  let count = 0;
  for (const { ax, ay, bx, by } of edges) {
    const up = by > y;
    if (ay > y === up) continue;
    const side = orientation(ax, ay, bx, by, x, y);
    if (up ? side > 0 : side < 0) count += 1;
  }
  return count;
}

/** False only when the edge and the closed box have no point in common. */
function touches({ ax, ay, bx, by }: Edge, { x0, y0, x1, y1 }: Box): boolean {
  if (Math.max(ax, bx) < x0 || Math.min(ax, bx) > x1) return false;
  if (Math.max(ay, by) < y0 || Math.min(ay, by) > y1) return false;
  if (ax === bx && ay === by) return true;
  const a = orientation(ax, ay, bx, by, x0, y0);
  const b = orientation(ax, ay, bx, by, x1, y0);
  const c = orientation(ax, ay, bx, by, x0, y1);
  const d = orientation(ax, ay, bx, by, x1, y1);
  return !((a > 0 && b > 0 && c > 0 && d > 0) || (a < 0 && b < 0 && c < 0 && d < 0));
}

/** @throws CentiscopeError `region-invalid` for a ring of fewer than three corners or a position that is not finite */
export function checkRegion(region: Region, file: string): void {
  for (const ring of region.flat()) {
    if (ring.length < 3)
      throw new CentiscopeError("region-invalid", { file, detail: `${ring.length} corners` });
    if (!ring.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))) {
      throw new CentiscopeError("region-invalid", { file, detail: "a position that is not finite" });
    }
  }
}
