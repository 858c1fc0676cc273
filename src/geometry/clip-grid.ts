import { Clipper64, ClipType, FillRule, type Path64, type Paths64, PolyTree64 } from "clipper2-ts";
import { CentiscopeError } from "../core/errors.ts";
import type { Polygon, Region, Ring } from "../core/region.ts";
import { withoutFlatSpikes } from "./flat-spikes.ts";
import { scanSteps } from "./scan-steps.ts";

/**
 * The clipping library counts in whole numbers. Ours are 1/1024 of the document's unit: a quarter of a nanometre for
 * a usual image, below half of the 0.01 px that QuPath keeps, and a power of two, so binary fractions stay exact.
 */
export const GRID = 1024;
/** Furthest from the origin, in the document's units. 2^30 · 1024 · 2 is exact in float64. */
export const MOST_FAR = 2 ** 30;
/** Scan-line steps of one operation: half a minute at worst. An outline of a million corners takes two seconds. */
const MOST_STEPS = 100_000_000;

/**
 * Remembers where corners were before they were put on the grid, so that those an operation leaves come back to the
 * last bit. One is made for each operation.
 */
export class CornerMemory {
  private readonly corners = new Map<number, readonly [x: number, y: number]>();

  /** The ring on the grid. @throws shape-not-finite, shape-out-of-range */
  toGrid(ring: Ring): Path64 {
    return ring.map((corner) => {
      const [x, y] = corner;
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        throw new CentiscopeError("shape-not-finite", { x, y });
      }
      if (Math.abs(x) > MOST_FAR || Math.abs(y) > MOST_FAR) {
        throw new CentiscopeError("shape-out-of-range", { x, y, limit: MOST_FAR });
      }
      const point = { x: Math.round(x * GRID) + 0, y: Math.round(y * GRID) + 0 };
      const key = keyOf(point.x, point.y);
      if (!this.corners.has(key)) this.corners.set(key, corner);
      return point;
    });
  }

  toRing(path: Path64): Ring {
    return path.map(({ x, y }) => {
      const corner = this.corners.get(keyOf(x, y));
      const known = corner && Math.round(corner[0] * GRID) === x && Math.round(corner[1] * GRID) === y;
      return known ? corner : [x / GRID + 0, y / GRID + 0];
    });
  }
}

/** Places further apart than 65 536 units may share a key; the corner that is found is compared. */
function keyOf(x: number, y: number): number {
  return (x % 2 ** 26) * 2 ** 26 + (y % 2 ** 26);
}

/** Runs one boolean operation. @throws shape-too-intricate */
export function clip(type: ClipType, rule: FillRule, subject: Paths64, other: Paths64 = []): Paths64 {
  const out: Paths64 = [];
  prepared(subject, other).execute(type, rule, out);
  return out;
}

/** The same, with the answer sorted into outlines and holes. */
export function clipToRegion(type: ClipType, subject: Paths64, other: Paths64, memory: CornerMemory): Region {
  const tree = new PolyTree64();
  prepared(subject, other).execute(type, FillRule.Positive, tree);
  const polygons: Polygon[] = [];
  const take = (node: PolyTree64): void => {
    for (let i = 0; i < node.count; i++) {
      const outline = node.child(i) as PolyTree64;
      const rings: Ring[] = [memory.toRing(outline.polygon ?? [])];
      for (let h = 0; h < outline.count; h++) {
        const hole = outline.child(h) as PolyTree64;
        rings.push(memory.toRing(hole.polygon ?? []));
        take(hole);
      }
      polygons.push(rings);
    }
  };
  take(tree);
  return polygons;
}

function prepared(subject: Paths64, other: Paths64): Clipper64 {
  const paths = [subject, other].map((set) => set.map(withoutFlatSpikes).filter((path) => path.length > 0));
  const [subjects, others] = [paths[0]!, paths[1]!];
  if (scanSteps(paths.flat(), MOST_STEPS) > MOST_STEPS) {
    const corners = paths.flat().reduce((sum, path) => sum + path.length, 0);
    throw new CentiscopeError("shape-too-intricate", { corners });
  }
  const clipper = new Clipper64();
  if (subjects.length > 0) clipper.addSubject(subjects);
  if (others.length > 0) clipper.addClip(others);
  return clipper;
}

/**
 * The region on the grid, as `PreparedRegion` understands it: each ring by the even-odd rule, holes taken from their
 * own outline alone, polygons together. Winding numbers of the paths sum to more than 0 exactly where the region is.
 */
export function regionToGrid(region: Region, memory: CornerMemory): Paths64 {
  const paths: Paths64 = [];
  for (const [outline, ...holes] of region) {
    if (!outline) continue;
    const filled = evenOdd([memory.toGrid(outline)]);
    const cut = holes.flatMap((hole) => evenOdd([memory.toGrid(hole)]));
    for (const path of cut.length > 0 ? clip(ClipType.Difference, FillRule.Positive, filled, cut) : filled) {
      paths.push(path);
    }
  }
  return paths;
}

/** What the paths cover by the even-odd rule: outlines turn positive, holes negative. */
export function evenOdd(paths: Paths64): Paths64 {
  return clip(ClipType.Union, FillRule.EvenOdd, paths);
}
