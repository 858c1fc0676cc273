import { expect, it } from "vitest";
import type { AnnotationGeometry } from "../../../src/core/annotation.ts";
import { annotationBox } from "../../../src/core/annotation-box.ts";
import { placedAt, sizeKept } from "../../../src/ui/regions/region-clipboard.ts";

const rectangle = (x: number, y: number, width: number, height: number): AnnotationGeometry => ({
  type: "area",
  shape: "rectangle",
  region: [
    [
      [
        [x, y],
        [x + width, y],
        [x + width, y + height],
        [x, y + height],
      ],
    ],
  ],
});

it("keeps what is pasted on another slide as large as it was, and its parts where they were to each other", () => {
  // A pixel is 0.5 µm on the one slide and 0.25 µm on the other, whose image is mirrored against its µm.
  const from = { a: 0.5, b: 0, c: 0, d: 0.5, e: 100, f: 0 };
  const to = { a: -0.25, b: 0, c: 0, d: 0.25, e: 0, f: 7 };
  const placed = placedAt(
    [rectangle(0, 0, 20, 10), rectangle(30, 0, 10, 10)],
    sizeKept(from, to),
    [1000, 500],
  );
  // 20 px of 0.5 µm = 10 µm = 40 px of 0.25 µm; mirrored, the first lies right of the second: 80 px from end to end.
  expect(placed.map(annotationBox)).toEqual([
    { x0: 1000, y0: 490, x1: 1040, y1: 510 },
    { x0: 960, y0: 490, x1: 980, y1: 510 },
  ]);
  expect(placed.map((geometry) => geometry.shape)).toEqual(["rectangle", "rectangle"]);
});

it("keeps units where a scale is not known", () => {
  const [placed] = placedAt(
    [rectangle(5, 5, 20, 10)],
    sizeKept(null, { a: 2, b: 0, c: 0, d: 2, e: 0, f: 0 }),
    [0, 0],
  );
  expect(annotationBox(placed!)).toEqual({ x0: -10, y0: -5, x1: 10, y1: 5 });
});
