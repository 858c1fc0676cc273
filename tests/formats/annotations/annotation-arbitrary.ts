import fc from "fast-check";
import type { Annotation, AnnotationGeometry } from "../../../src/core/annotation.ts";
import { ellipseRing, rectangleRing } from "../../../src/core/shape-rings.ts";

const number = fc.oneof(
  fc.integer({ min: -100_000, max: 300_000 }),
  fc.double({ min: -1e5, max: 3e5, noNaN: true }).map((n) => n + 0),
  fc.integer({ min: 0, max: 30_000_000 }).map((n) => n / 100),
);
const position = fc.tuple(number, number);
const ring = fc
  .array(position, { minLength: 3, maxLength: 8 })
  .filter((one) => one[0]![0] !== one.at(-1)![0] || one[0]![1] !== one.at(-1)![1]);
const box = fc
  .tuple(
    fc.integer({ min: 0, max: 9000 }),
    fc.integer({ min: 0, max: 9000 }),
    fc.integer({ min: 1, max: 900 }),
    fc.integer({ min: 1, max: 900 }),
  )
  .map(([x0, y0, width, height]) => ({ x0, y0, x1: x0 + width, y1: y0 + height }));

const geometry: fc.Arbitrary<AnnotationGeometry> = fc.oneof(
  fc
    .array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .filter((region) => region.length > 1 || region[0]!.length > 1 || region[0]![0]!.length !== 4)
    .map((region): AnnotationGeometry => ({ type: "area", region, shape: "polygon" })),
  box.map(
    (one): AnnotationGeometry => ({ type: "area", region: [[rectangleRing(one)]], shape: "rectangle" }),
  ),
  box.map(
    (one): AnnotationGeometry => ({ type: "area", region: [[ellipseRing(one, 16)]], shape: "ellipse" }),
  ),
  fc
    .tuple(
      fc.array(fc.array(position, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom("polyline" as const, "ruler" as const, "arrow" as const),
    )
    .map(([lines, shape]): AnnotationGeometry => ({ type: "line", lines, shape })),
  fc
    .tuple(
      fc.array(position, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("points" as const, "note" as const),
    )
    .map(([positions, shape]): AnnotationGeometry => ({ type: "points", positions, shape })),
);

/** Names as people and attackers give them. */
const text = fc.oneof(
  fc.constantFrom(
    "Tumour",
    "肿瘤",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@x",
    'a"b',
    "a,b\nc",
    "__proto__",
    "~/1",
    "toString",
    "Ω\u0000",
  ),
  fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
);
const key = text.filter((one) => !one.startsWith("centiscope:") && one !== "ANNOTATION_DESCRIPTION");
const color = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
const className = text.filter((one) => !one.includes(": ") && one.trim() !== "");
const measurement = fc
  .oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0))
  .map((n) => n + 0);

/** Any annotation that a document may hold, but parents, hidden ones and carried members included. */
export const annotation: fc.Arbitrary<Annotation> = fc.record({
  id: fc.uuid(),
  parentId: fc.option(fc.uuid()),
  geometry,
  objectType: fc.constantFrom("annotation", "detection", "cell", "tile", "tmaCore"),
  name: fc.option(text),
  description: fc.option(text),
  classification: fc.option(
    fc.record({ names: fc.array(className, { minLength: 1, maxLength: 3 }), color: fc.option(color) }),
  ),
  color: fc.option(color),
  locked: fc.boolean(),
  hidden: fc.boolean(),
  measurements: fc.dictionary(text, measurement, { maxKeys: 4, noNullPrototype: true }),
  metadata: fc.dictionary(key, text, { maxKeys: 4, noNullPrototype: true }),
  extra: fc.dictionary(
    fc.constantFrom(
      "/bbox",
      "/nucleusGeometry",
      "/geometry/plane",
      "/properties/isMissing",
      "/properties/a~1b~0c",
      "/properties/__proto__",
    ),
    fc.oneof(
      fc.constant(true),
      fc.constant([1, null, { z: "x" }]),
      fc.constant({ type: "Point", coordinates: [1, 2] }),
    ),
    { noNullPrototype: true },
  ),
});

export const annotations: fc.Arbitrary<Annotation[]> = fc.uniqueArray(annotation, {
  selector: ({ id }) => id,
  minLength: 1,
  maxLength: 6,
});
