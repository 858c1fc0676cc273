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
