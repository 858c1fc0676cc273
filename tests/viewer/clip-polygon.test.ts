import { describe, expect, it } from "vitest";
import { clipPolygon } from "../../src/viewer/clip-polygon.ts";

const square = (low: number, high: number): [number, number][] => [
  [low, low],
  [high, low],
  [high, high],
  [low, high],
];

/** Shoelace formula. */
function area(corners: readonly (readonly [number, number])[]): number {
  const twice = corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

describe("clipPolygon", () => {
  it("leaves what lies inside, and nothing of what lies outside", () => {
    expect(clipPolygon(square(2, 8), 10, 10, 1)).toEqual(square(2, 8));
    expect(clipPolygon(square(20, 30), 10, 10, 1)).toEqual([]);
  });

  it("makes the box's own frame of a view that holds all of it", () => {
    const cut = clipPolygon(square(-50, 50), 30, 20, 1);
    expect(area(cut)).toBeCloseTo(28 * 18, 9);
    for (const [x, y] of cut) {
      expect([1, 29]).toContain(x);
      expect([1, 19]).toContain(y);
    }
  });

  it("cuts a turned square's four corners off", () => {
    // |x − 5| + |y − 5| ≤ 6 has area 72; beyond the box 0…10 lie four triangles of height 1 and base 2.
    const diamond = [
      [5, -1],
      [11, 5],
      [5, 11],
      [-1, 5],
    ] as const;
    expect(area(clipPolygon(diamond, 10, 10, 0))).toBeCloseTo(72 - 4, 9);
    expect(clipPolygon(diamond, 10, 10, 0)).toHaveLength(8);
  });
});
