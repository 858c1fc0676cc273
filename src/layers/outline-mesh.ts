import type { AnnotationGeometry, Rgb } from "../core/annotation.ts";
import { annotationBox } from "../core/annotation-box.ts";
import type { OutlineLevel, OutlinePart } from "../core/outline.ts";
import { type AnnotationMesh, annotationMesh, type DrawnAnnotation, lastWord } from "./annotation-mesh.ts";

/** What is drawn lies no further than this from where it belongs, px. */
const MOST_ERROR_PX = 0.25;
/** Corners of what stands for an area until its detail is known. */
const STAND_IN = 2000;
const NOTHING = new ArrayBuffer(0);
const NONE = new Uint32Array(1);

/** Meshes of an area of very many corners: the parts of each level, and the box that stands for it when it is small. */
export function outlineMeshes(drawn: DrawnAnnotation, levels: readonly OutlineLevel[]): AnnotationMesh[] {
  const { color, marked = false, geometry } = drawn;
  const box = annotationBox(geometry);
  const sizes = Float64Array.of(Math.max(box.x1 - box.x0, box.y1 - box.y0));
  const parts = levels.flatMap(({ error, fills, lines }, k) => {
    const next = levels[k + 1];
    const scales = [error / MOST_ERROR_PX, next ? next.error / MOST_ERROR_PX : Infinity] as const;
    const look = { sizes, scales, color, marked };
    return [
      ...fills.map((part) => new PartMesh(part, "fills", look)),
      ...lines.map((part) => new PartMesh(part, "lines", look)),
    ];
  });
  const corner: AnnotationGeometry = {
    type: "line",
    shape: "polyline",
    lines: [
      [
        [box.x0, box.y0],
        [box.x1, box.y1],
      ],
    ],
  };
  // Of a line from corner to corner only the box is kept.
  const whole = annotationMesh([{ geometry: corner, color, marked }]);
  return [{ ...whole, lineEnds: NONE, lines: NOTHING }, ...parts];
}

/** Stands for an area while its detail is made: some of its corners, as an outline. */
export function standInMesh(drawn: DrawnAnnotation): AnnotationMesh[] {
  return ringMesh(drawn, STAND_IN);
}

/** Draws an area whose detail cannot be made: all of its outline, without a fill. */
export function outlineOnlyMesh(drawn: DrawnAnnotation): AnnotationMesh[] {
  return ringMesh(drawn, Infinity);
}

/** The rings of an area as lines, by about so many of their corners. */
function ringMesh({ geometry, ...look }: DrawnAnnotation, most: number): AnnotationMesh[] {
  if (geometry.type !== "area") return [annotationMesh([{ geometry, ...look }])];
  const rings = geometry.region.flat().filter((ring) => ring.length > 0);
  const corners = rings.reduce((sum, ring) => sum + ring.length, 0);
  const step = Math.max(1, Math.ceil(corners / most));
  const lines = rings.map((ring) => [...ring.filter((_, i) => i % step === 0), ring[0]!]);
  return [annotationMesh([{ geometry: { type: "line", shape: "polyline", lines }, ...look }])];
}

interface PartLook {
  readonly sizes: Float64Array;
  readonly scales: readonly [from: number, to: number];
  readonly color: Rgb;
  readonly marked: boolean;
}

/** The arrays for the GPU are put together when they are asked for: most parts are never seen. */
class PartMesh implements AnnotationMesh {
  readonly sizes: Float64Array;
  readonly scales: readonly [from: number, to: number];
  readonly fillEnds: Uint32Array;
  readonly lineEnds: Uint32Array;
  readonly bounds: AnnotationMesh["bounds"];
  readonly boxes = NOTHING;
  readonly markers = NOTHING;
  readonly #part: OutlinePart;
  readonly #kind: "fills" | "lines";
  readonly #word: number;

  constructor(part: OutlinePart, kind: "fills" | "lines", { sizes, scales, color, marked }: PartLook) {
    this.#part = part;
    this.#kind = kind;
    this.#word = lastWord(color, kind === "lines" && marked);
    this.sizes = sizes;
    this.scales = scales;
    this.bounds = part.bounds;
    this.fillEnds = kind === "fills" ? Uint32Array.of(part.places.length / 2) : NONE;
    this.lineEnds = kind === "lines" ? Uint32Array.of(part.places.length / 4) : NONE;
  }

  get fills(): ArrayBuffer {
    return this.#kind === "fills" ? withWord(this.#part.places, 2, this.#word) : NOTHING;
  }

  get lines(): ArrayBuffer {
    return this.#kind === "lines" ? withWord(this.#part.places, 4, this.#word) : NOTHING;
  }
}

/** Every `each` places, and `word` after them. */
function withWord(places: Int32Array, each: number, word: number): ArrayBuffer {
  const records = new Int32Array((places.length / each) * (each + 1));
  for (let from = 0, to = 0; from < places.length; to++) {
    for (let k = 0; k < each; k++) records[to++] = places[from++]!;
    records[to] = word;
  }
  return records.buffer;
}
