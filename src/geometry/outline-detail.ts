import earcut from "earcut";
import type { OutlineLevel, OutlinePart } from "../core/outline.ts";
import type { PackedArea } from "../core/packed-area.ts";

/** Corners as x and y in turn. */
type Flat = ArrayLike<number> & { readonly length: number };

/** Cells of the coarser levels, as parts of the area's longer side: corners that follow each other in one are one. */
const LEVELS = [2 ** 11, 2 ** 13, 2 ** 15, 2 ** 17];
/** A level that is not this much smaller than the finer one is left out. */
const WORTH = 0.7;
/** A polygon is cut up until no piece has more corners: triangulation takes longer than its corners' number grows. */
const PIECE = 512;
const MOST_CUTS = 48;
/** Parts are of so many triangles or segments, about. */
const PART = 2048;
const LIMIT = 2 ** 31 - 1;

/**
 * How an area of very many corners is drawn, at each scale by no more than can be seen there: the exact one first,
 * then ever coarser ones. For a worker: a million corners take seconds.
 * @param quantaPerUnit places are rounded to whole quanta
 */
export function outlineDetail(area: PackedArea, quantaPerUnit: number): OutlineLevel[] {
  let polygons = polygonsOf(area);
  const [x0, y0, x1, y1] = boundsOf(polygons.flat());
  const size = Math.max(x1 - x0, y1 - y0);
  const levels = [levelOf(polygons, 0, quantaPerUnit)];
  let corners = area.corners.length;
  for (const cells of LEVELS.toReversed()) {
    const cell = size / cells;
    const coarser = polygons.map((rings) => rings.map((ring) => thinned(ring, cell)));
    const left = coarser.reduce((sum, rings) => sum + rings.reduce((some, ring) => some + ring.length, 0), 0);
    if (left > WORTH * corners) continue;
    polygons = coarser;
    corners = left;
    // Thinned from what was thinned: the errors add up, each a quarter of the next.
    levels.push(levelOf(polygons, (4 / 3) * Math.SQRT2 * cell, quantaPerUnit));
  }
  return levels;
}

function polygonsOf({ corners, ringEnds, polygonEnds }: PackedArea): Flat[][] {
  let [ring, corner] = [0, 0];
  return Array.from(polygonEnds, (end) => {
    const rings: Flat[] = [];
    for (; ring < end; ring++) {
      rings.push(corners.subarray(2 * corner, 2 * ringEnds[ring]!));
      corner = ringEnds[ring]!;
    }
    return rings;
  });
}

/** Of corners that follow each other in one cell of a grid the first; some more where these are not three. */
function thinned(ring: Flat, cell: number): Flat {
  const kept: number[] = [];
  let [col, row] = [Number.NaN, Number.NaN];
  for (let i = 0; i < ring.length; i += 2) {
    const [c, r] = [Math.floor(ring[i]! / cell), Math.floor(ring[i + 1]! / cell)];
    if (c === col && r === row) continue;
    kept.push(i);
    [col, row] = [c, r];
  }
  const third = 2 * Math.floor(ring.length / 6);
  const enough = kept.length >= 3 || ring.length < 6;
  const all = enough ? kept : [...new Set([...kept, third, 2 * third])].sort((a, b) => a - b);
  return all.flatMap((at) => [ring[at]!, ring[at + 1]!]);
}

function levelOf(polygons: readonly (readonly Flat[])[], error: number, quantaPerUnit: number): OutlineLevel {
  const fills = new Parts(quantaPerUnit, 6);
  const lines = new Parts(quantaPerUnit, 4);
  for (const rings of polygons) {
    addTriangles(rings, fills, 0);
    for (const ring of rings) {
      const n = ring.length;
      for (let i = 0; i < n; i += 2) {
        const next = i + 2 === n ? 0 : i + 2;
        lines.add(ring[i]!, ring[i + 1]!);
        lines.add(ring[next]!, ring[next + 1]!);
      }
    }
  }
  return { error, fills: fills.end(), lines: lines.end() };
}

/** Triangles of a polygon; one of many corners is cut in two first, where fewest edges are cut. */
function addTriangles(rings: readonly Flat[], out: Parts, cuts: number): void {
  const corners = rings.reduce((sum, ring) => sum + ring.length / 2, 0);
  if (corners < 3) return;
  const [x0, y0, x1, y1] = boundsOf(rings);
  // Corners that lie in a line, or in one place, would never be apart.
  if (Math.min(x1 - x0, y1 - y0) < out.quantum) return;
  if (corners <= PIECE || cuts === MOST_CUTS) {
    // About a corner of its own, so that the triangulation's sums keep their digits.
    const flat: number[] = [];
    const holes: number[] = [];
    for (const ring of rings) {
      if (flat.length > 0) holes.push(flat.length / 2);
      for (let i = 0; i < ring.length; i += 2) flat.push(ring[i]! - x0, ring[i + 1]! - y0);
    }
    for (const corner of earcut(flat, holes, 2)) out.add(flat[2 * corner]! + x0, flat[2 * corner + 1]! + y0);
    return;
  }
  const middles = [(x0 + x1) / 2, (y0 + y1) / 2] as const;
  const [across, down] = [edgesOver(rings, 0, middles[0]), edgesOver(rings, 1, middles[1])];
  const axis = across < down || (across === down && x1 - x0 >= y1 - y0) ? 0 : 1;
  for (const sign of [1, -1] as const) {
    const half = rings.map((ring) => halfOf(ring, axis, middles[axis], sign));
    // A hole that is left without the outline it lies in lies on the cut.
    if (half[0]!.length >= 6)
      addTriangles(
        half.filter((ring) => ring.length >= 6),
        out,
        cuts + 1,
      );
  }
}

function edgesOver(rings: readonly Flat[], axis: 0 | 1, at: number): number {
  let over = 0;
  for (const ring of rings) {
    let before = ring[ring.length - 2 + axis]! < at;
    for (let i = axis; i < ring.length; i += 2) {
      const now = ring[i]! < at;
      if (now !== before) over++;
      before = now;
    }
  }
  return over;
}

/** The part of a ring below (`sign` 1) or above a line along the other axis (Sutherland & Hodgman 1974). */
function halfOf(ring: Flat, axis: 0 | 1, at: number, sign: 1 | -1): number[] {
  const half: number[] = [];
  let [px, py] = [ring[ring.length - 2]!, ring[ring.length - 1]!];
  let before = sign * (at - (axis === 0 ? px : py));
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i]!, ring[i + 1]!];
    const depth = sign * (at - (axis === 0 ? x : y));
    if (depth < 0 !== before < 0) {
      const share = before / (before - depth);
      if (axis === 0) half.push(at, py + share * (y - py));
      else half.push(px + share * (x - px), at);
    }
    if (depth >= 0) half.push(x, y);
    [px, py, before] = [x, y, depth];
  }
  return half;
}

function boundsOf(rings: readonly Flat[]): [x0: number, y0: number, x1: number, y1: number] {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [ring[i]!, ring[i + 1]!];
      if (x < x0) x0 = x;
      if (x > x1) x1 = x;
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
    }
  }
  return [x0, y0, x1, y1];
}

/** Places in the order in which they come, in parts of whole triangles or segments. */
class Parts {
  readonly #quantaPerUnit: number;
  /** Numbers of a triangle or segment. */
  readonly #each: number;
  readonly #done: OutlinePart[] = [];
  #places: Int32Array<ArrayBuffer>;
  #used = 0;
  #bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];

  /** Frame units. */
  get quantum(): number {
    return 1 / this.#quantaPerUnit;
  }

  constructor(quantaPerUnit: number, each: number) {
    this.#quantaPerUnit = quantaPerUnit;
    this.#each = each;
    this.#places = new Int32Array(PART * each);
  }

  add(x: number, y: number): void {
    const [x0, y0, x1, y1] = this.#bounds;
    this.#bounds = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
    this.#places[this.#used++] = this.#quanta(x);
    this.#places[this.#used++] = this.#quanta(y);
    if (this.#used === this.#places.length) this.#cut();
  }

  end(): OutlinePart[] {
    if (this.#used > 0) this.#cut();
    return this.#done;
  }

  #cut(): void {
    this.#done.push({ places: this.#places.slice(0, this.#used), bounds: this.#bounds });
    this.#places = new Int32Array(PART * this.#each);
    this.#used = 0;
    this.#bounds = [Infinity, Infinity, -Infinity, -Infinity];
  }

  #quanta(units: number): number {
    return Math.max(-LIMIT, Math.min(LIMIT, Math.round(units * this.#quantaPerUnit)));
  }
}
