import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnnotationGeometry, Position, Rgb } from "../../src/core/annotation.ts";
import { annotationMesh, largeOnes, QUANTA_PER_UNIT } from "../../src/layers/annotation-mesh.ts";

const red: Rgb = [255, 0, 0];
const ring = (x: number, y: number, side: number): Position[] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const area = (...rings: Position[][]): AnnotationGeometry => ({
  type: "area",
  shape: "polygon",
  region: [rings],
});

/** Area of the triangles, squared units. */
function filled(fills: ArrayBuffer): number {
  const words = new Int32Array(fills);
  let twice = 0;
  for (let i = 0; i < words.length; i += 9) {
    const [ax, ay, , bx, by, , cx, cy] = words.subarray(i, i + 9);
    twice += Math.abs((bx! - ax!) * (cy! - ay!) - (cx! - ax!) * (by! - ay!));
  }
  return twice / 2 / QUANTA_PER_UNIT ** 2;
}

describe("the mesh of annotations", () => {
  it("fills areas without their holes, wherever they lie", () => {
    for (const far of [0, 400_000]) {
      const mesh = annotationMesh([
        { geometry: area(ring(far, far, 100), ring(far + 20, far + 20, 30)), color: red },
      ]);
      expect(filled(mesh.fills)).toBe(100 * 100 - 30 * 30);
      // Eight edges of 20 bytes.
      expect(mesh.lines.byteLength).toBe(8 * 20);
    }
  });

  it("has positions exact to half a quantum 10 cm from the origin", () => {
    const at = 400_000.123;
    const mesh = annotationMesh([{ geometry: area(ring(at, at, 10)), color: red }]);
    expect(new Int32Array(mesh.lines)[0]! / QUANTA_PER_UNIT).toBeCloseTo(at, 2);
  });

  it("has the large ones first, so that at any scale they are a beginning of the arrays", () => {
    const sides = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sides, fc.integer({ min: 0, max: 600 }), (all, least) => {
        const mesh = annotationMesh(all.map((side) => ({ geometry: area(ring(0, 0, side)), color: red })));
        const large = all.filter((side) => side >= least).length;
        expect(largeOnes(mesh, least)).toBe(large);
        expect(mesh.lineEnds[large - 1] ?? 0).toBe(4 * large);
        expect(mesh.fillEnds[large - 1] ?? 0).toBe(6 * large);
        const boxes = new Int32Array(mesh.boxes);
        const largest = all.toSorted((a, b) => b - a);
        for (const [i, side] of largest.entries()) expect(boxes[5 * i + 2]).toBe(side * QUANTA_PER_UNIT);
      }),
    );
  });

  it("makes nothing of nothing", () => {
    const mesh = annotationMesh([
      { geometry: area([]), color: red },
      { geometry: { type: "line", shape: "arrow", lines: [[]] }, color: red },
    ]);
    expect([mesh.fills, mesh.lines, mesh.boxes, mesh.markers].map((bytes) => bytes.byteLength)).toEqual([
      0, 0, 0, 0,
    ]);
  });
});
