import earcut from "earcut";
import type { AnnotationGeometry, Position, Rgb } from "../core/annotation.ts";
import { annotationBox } from "../core/annotation-box.ts";
import type { Polygon } from "../core/region.ts";

/**
 * Quanta per unit of the document's frame. Positions on the GPU are whole quanta, and the shader subtracts the
 * screen's middle from them in integers: exact to 1/512 of a unit up to 8 million units from the origin.
 */
export const QUANTA_PER_UNIT = 256;
const LIMIT = 2 ** 31 - 1;

/** What is drawn of one annotation. */
export interface DrawnAnnotation {
  readonly geometry: AnnotationGeometry;
  readonly color: Rgb;
  /** Its outline is drawn twice as thick. */
  readonly marked?: boolean;
}

/** Glyphs of a fixed size on the screen. */
export const markerKinds = { point: 0, note: 1, arrow: 2, handle: 3, midpoint: 4 } as const;

/**
 * Arrays for the GPU of some annotations, the largest on the screen first, so that at any scale those large enough to
 * be drawn in full are the first `n`. The boxes that stand for the rest are told by their size as they are drawn.
 */
export interface AnnotationMesh {
  /** Longer side of the box of each annotation that is not a point, frame units, falling. */
  readonly sizes: Float64Array;
  /** Per annotation: vertices of fills, and segments, up to and including it. */
  readonly fillEnds: Uint32Array;
  readonly lineEnds: Uint32Array;
  /** 12 bytes a vertex: x, y (int32 quanta), RGBA. */
  readonly fills: ArrayBuffer;
  /** 20 bytes a segment: x, y of both ends (int32 quanta), RGB, 255 or, where it is marked, `MARKED`. */
  readonly lines: ArrayBuffer;
  /** 20 bytes a box: least and largest x, y (int32 quanta), RGBA. */
  readonly boxes: ArrayBuffer;
  /** 20 bytes a marker: x, y, and where it points from (int32 quanta), RGB and kind. */
  readonly markers: ArrayBuffer;
  /** Box of everything, frame units. */
  readonly bounds: readonly [x0: number, y0: number, x1: number, y1: number];
  /** Drawn at these scales only, frame units per CSS px, half-open; left out: at any. */
  readonly scales?: readonly [from: number, to: number];
}

export const FILL_BYTES = 12;
export const LINE_BYTES = 20;
const PLAIN = 255;
const MARKED = 254;

/** Records of int32s and a last word of four bytes, that grow. */
class Records {
  readonly #words: number;
  #ints: Int32Array;
  #count = 0;

  constructor(words: number) {
    this.#words = words;
    this.#ints = new Int32Array(words * 64);
  }

  get count(): number {
    return this.#count;
  }

  add(ints: readonly number[], color: Rgb, last: number): void {
    const at = this.#count * this.#words;
    if (at + this.#words > this.#ints.length) {
      const grown = new Int32Array(this.#ints.length * 2);
      grown.set(this.#ints);
      this.#ints = grown;
    }
    for (let i = 0; i < ints.length; i++) this.#ints[at + i] = quanta(ints[i]!);
    this.#ints[at + this.#words - 1] = wordOf(color, last);
    this.#count++;
  }

  bytes(): ArrayBuffer {
    return this.#ints.slice(0, this.#count * this.#words).buffer;
  }
}

function wordOf([red, green, blue]: Rgb, last: number): number {
  return red | (green << 8) | (blue << 16) | (last << 24);
}

/** The last word of a record of a fill, or of a segment. */
export function lastWord(color: Rgb, marked: boolean): number {
  return wordOf(color, marked ? MARKED : PLAIN);
}

function quanta(units: number): number {
  return Math.max(-LIMIT, Math.min(LIMIT, Math.round(units * QUANTA_PER_UNIT)));
}

/** A marker that is not an annotation's own: a handle of a selected one. */
export interface DrawnMarker {
  readonly at: Position;
  readonly kind: keyof typeof markerKinds;
  readonly color: Rgb;
}

/** Cost: triangulation (earcut), about n·log n in the corners of each polygon. */
export function annotationMesh(
  annotations: readonly DrawnAnnotation[],
  handles: readonly DrawnMarker[] = [],
): AnnotationMesh {
  const sized = annotations
    .map((annotation) => {
      const box = annotationBox(annotation.geometry);
      return { ...annotation, box, size: Math.max(box.x1 - box.x0, box.y1 - box.y0) };
    })
    .filter(({ size }) => size >= 0)
    .sort((a, b) => b.size - a.size);
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  const include = (x0: number, y0: number, x1: number, y1: number) => {
    bounds[0] = Math.min(bounds[0], x0);
    bounds[1] = Math.min(bounds[1], y0);
    bounds[2] = Math.max(bounds[2], x1);
    bounds[3] = Math.max(bounds[3], y1);
  };
  const shapes = sized.filter(({ geometry }) => geometry.type !== "points");
  const fills = new Records(3);
  const lines = new Records(5);
  const markers = new Records(5);
  const fillEnds = new Uint32Array(shapes.length);
  const lineEnds = new Uint32Array(shapes.length);
  shapes.forEach(({ geometry, color, marked }, i) => {
    const look = marked ? MARKED : PLAIN;
    if (geometry.type === "area")
      for (const polygon of geometry.region) addPolygon(fills, lines, polygon, color, look);
    else if (geometry.type === "line") {
      for (const chain of geometry.lines) {
        for (let k = 1; k < chain.length; k++) lines.add([...chain[k - 1]!, ...chain[k]!], color, look);
        const [from, to] = [chain.at(-2), chain.at(-1)];
        if (geometry.shape === "arrow" && from && to) markers.add([...to, ...from], color, markerKinds.arrow);
      }
    }
    fillEnds[i] = fills.count;
    lineEnds[i] = lines.count;
  });
  const boxes = new Records(5);
  for (const { box, color } of shapes) boxes.add([box.x0, box.y0, box.x1, box.y1], color, 255);
  for (const { geometry, color, box } of sized) {
    include(box.x0, box.y0, box.x1, box.y1);
    if (geometry.type !== "points") continue;
    const kind = geometry.shape === "note" ? markerKinds.note : markerKinds.point;
    for (const at of geometry.positions) markers.add([...at, ...at], color, kind);
  }
  for (const { at, kind, color } of handles) {
    include(at[0], at[1], at[0], at[1]);
    markers.add([...at, ...at], color, markerKinds[kind]);
  }
  return {
    sizes: Float64Array.from(shapes, ({ size }) => size),
    fillEnds,
    lineEnds,
    fills: fills.bytes(),
    lines: lines.bytes(),
    boxes: boxes.bytes(),
    markers: markers.bytes(),
    bounds,
  };
}

/** How many of the annotations, from the first, are at least `leastUnits` large. */
export function largeOnes({ sizes }: Pick<AnnotationMesh, "sizes">, leastUnits: number): number {
  let [low, high] = [0, sizes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sizes[middle]! >= leastUnits) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addPolygon(fills: Records, lines: Records, polygon: Polygon, color: Rgb, look: number): void {
  const flat: number[] = [];
  const holes: number[] = [];
  // About a corner of its own, so that the triangulation's sums keep their digits.
  const [ox, oy] = polygon[0]?.[0] ?? [0, 0];
  for (const ring of polygon) {
    if (flat.length > 0) holes.push(flat.length / 2);
    for (let i = 0; i < ring.length; i++) {
      const [x, y] = ring[i]!;
      const next = ring[i + 1 === ring.length ? 0 : i + 1]!;
      flat.push(x - ox, y - oy);
      lines.add([x, y, next[0], next[1]], color, look);
    }
  }
  for (const corner of earcut(flat, holes, 2))
    fills.add([flat[2 * corner]! + ox, flat[2 * corner + 1]! + oy], color, 255);
}
