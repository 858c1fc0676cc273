import type { Region } from "./region.ts";

/** The corners of an area in arrays that cross to a worker as they are. */
export interface PackedArea {
  /** (2·n,) x and y of each corner, frame units, ring after ring. */
  readonly corners: Float64Array<ArrayBuffer>;
  /** Corners up to and including each ring. */
  readonly ringEnds: Uint32Array<ArrayBuffer>;
  /** Rings up to and including each polygon: its outline, then its holes. */
  readonly polygonEnds: Uint32Array<ArrayBuffer>;
}

/** Some triangles, or some segments, that lie near each other. */
export interface OutlinePart {
  /** Triangles: x, y of each corner, quanta. Segments: x, y of both ends. */
  readonly places: Int32Array<ArrayBuffer>;
  /** Frame units. */
  readonly bounds: readonly [x0: number, y0: number, x1: number, y1: number];
}

/** An area as it is drawn at some scales. */
export interface OutlineLevel {
  /** No corner of the area lies further than this from what is drawn, frame units. */
  readonly error: number;
  readonly fills: readonly OutlinePart[];
  readonly lines: readonly OutlinePart[];
}

/** The area that was packed. */
export function unpackArea({ corners, ringEnds, polygonEnds }: PackedArea): Region {
  let [ring, corner] = [0, 0];
  return Array.from(polygonEnds, (end) => {
    const polygon: [number, number][][] = [];
    for (; ring < end; ring++) {
      const positions: [number, number][] = [];
      for (; corner < ringEnds[ring]!; corner++)
        positions.push([corners[2 * corner]!, corners[2 * corner + 1]!]);
      polygon.push(positions);
    }
    return polygon;
  });
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
