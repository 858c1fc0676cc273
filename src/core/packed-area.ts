import { CentiscopeError } from "./errors.ts";
import type { PlaneMap } from "./plane-map.ts";
import type { Region } from "./region.ts";

/**
 * The corners of an area in arrays, which cross to a worker and to the disk in no time: a browser copies a million
 * pairs of numbers in a second, during which the page would stand still.
 */
export interface PackedArea {
  /** (2·n,) x and y of each corner, ring after ring. */
  readonly corners: Float64Array<ArrayBuffer>;
  /** Corners up to and including each ring. */
  readonly ringEnds: Uint32Array<ArrayBuffer>;
  /** Rings up to and including each polygon: its outline, then its holes. */
  readonly polygonEnds: Uint32Array<ArrayBuffer>;
}

export function packArea(region: Region): PackedArea {
  const rings = region.flat();
  const corners = new Float64Array(2 * rings.reduce((sum, ring) => sum + ring.length, 0));
  const ringEnds = new Uint32Array(rings.length);
  let at = 0;
  for (let k = 0; k < rings.length; k++) {
    for (const corner of rings[k]!) {
      corners[at++] = corner[0];
      corners[at++] = corner[1];
    }
    ringEnds[k] = at / 2;
  }
  let ends = 0;
  const polygonEnds = Uint32Array.from(region, (polygon) => {
    ends += polygon.length;
    return ends;
  });
  return { corners, ringEnds, polygonEnds };
}

/** Corners unpacked in one step, some milliseconds' worth. */
const AT_ONCE = 20_000;

/** The area that was packed. */
export function unpackArea(area: PackedArea): Region {
  const steps = unpackSteps(area);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same in steps, for a thread that has to answer meanwhile. */
export function* unpackSteps({ corners, ringEnds, polygonEnds }: PackedArea): Generator<undefined, Region> {
  const region: [number, number][][][] = [];
  let [ring, corner] = [0, 0];
  for (const end of polygonEnds) {
    const polygon: [number, number][][] = [];
    for (; ring < end; ring++) {
      const positions: [number, number][] = [];
      for (; corner < ringEnds[ring]!; corner++) {
        positions.push([corners[2 * corner]!, corners[2 * corner + 1]!]);
        if (corner % AT_ONCE === AT_ONCE - 1) yield;
      }
      polygon.push(positions);
    }
    region.push(polygon);
  }
  return region;
}

/** The area elsewhere; the one given stays as it is. Corners are those of `mapRegion`, to the last bit. */
export function mapArea({ a, b, c, d, e, f }: PlaneMap, area: PackedArea): PackedArea {
  const corners = new Float64Array(area.corners.length);
  for (let i = 0; i < corners.length; i += 2) {
    const [x, y] = [area.corners[i]!, area.corners[i + 1]!];
    corners[i] = a * x + c * y + e;
    corners[i + 1] = b * x + d * y + f;
  }
  return { ...area, corners };
}

/** @throws CentiscopeError `region-invalid` for a ring of fewer than three corners or a position that is not finite */
export function checkArea({ corners, ringEnds }: PackedArea, file: string): void {
  const invalid = (detail: string): CentiscopeError =>
    new CentiscopeError("region-invalid", { file, detail });
  let from = 0;
  for (const end of ringEnds) {
    if (end - from < 3) throw invalid(`${end - from} corners`);
    from = end;
  }
  if (!corners.every(Number.isFinite)) throw invalid("a position that is not finite");
}
