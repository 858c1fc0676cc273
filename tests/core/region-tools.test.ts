import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AnnotationGeometry } from "../../src/core/annotation.ts";
import { maskRegion } from "../../src/core/mask-region.ts";
import { mapGeometry, mirrorAt, moveByUm, turnAbout } from "../../src/core/move-geometry.ts";
import { mapPosition } from "../../src/core/plane-map.ts";
import { PreparedRegion } from "../../src/core/region.ts";
import { ringContacts } from "../../src/core/ring-contacts.ts";
import { ellipseRing } from "../../src/core/shape-rings.ts";
import { wandMask } from "../../src/core/wand-mask.ts";

const mask = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      pixels: fc.array(fc.integer({ min: 0, max: 2 }), {
        minLength: width * height,
        maxLength: width * height,
      }),
    }),
  );

describe("maskRegion", () => {
  test("holds the centre of each pixel of the mask and of no other, and its rings do not cross", () => {
    fc.assert(
      fc.property(mask, ({ width, height, pixels }) => {
        const region = maskRegion(Uint8Array.from(pixels), width, height);
        const prepared = new PreparedRegion(region);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            expect(prepared.contains(x + 0.5, y + 0.5)).toBe(pixels[y * width + x] !== 0);
          }
        }
        const contacts = ringContacts(region.flat());
        expect(contacts.kind === "contact" && contacts.crossing).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("a frame is one polygon with a hole; corners only where it turns; diagonal pixels are two polygons", () => {
    const frame = maskRegion(Uint8Array.from([1, 1, 1, 1, 0, 1, 1, 1, 1]), 3, 3);
    expect(frame).toEqual([
      [
        [
          [3, 0],
          [3, 3],
          [0, 3],
          [0, 0],
        ],
        [
          [1, 1],
          [1, 2],
          [2, 2],
          [2, 1],
        ],
      ].map((ring, i) => (i === 0 ? ring : expect.arrayContaining(ring))),
    ]);
    expect(maskRegion(Uint8Array.from([1, 0, 0, 1]), 2, 2)).toHaveLength(2);
    expect(maskRegion(new Uint8Array(4), 2, 2)).toEqual([]);
  });
});

describe("wandMask", () => {
  /** Breadth first over single pixels: nothing shared with the runs of the wand. */
  function bruteFill(
    values: readonly number[],
    width: number,
    height: number,
    x: number,
    y: number,
    like: (v: number) => boolean,
  ) {
    const seen = new Set([y * width + x]);
    for (const pixel of seen) {
      const [px, py] = [pixel % width, Math.floor(pixel / width)];
      for (const [nx, ny] of [
        [px - 1, py],
        [px + 1, py],
        [px, py - 1],
        [px, py + 1],
      ] as const) {
        if (nx >= 0 && ny >= 0 && nx < width && ny < height && like(values[ny * width + nx]!))
          seen.add(ny * width + nx);
      }
    }
    return Uint8Array.from({ length: width * height }, (_, i) => (seen.has(i) ? 1 : 0));
  }

  test("finds what hangs together, like brute force", () => {
    fc.assert(
      fc.property(
        mask,
        fc.nat(),
        fc.nat(),
        fc.double({ min: 0, max: 2, noNaN: true }),
        ({ width, height, pixels }, u, v, tolerance) => {
          const [x, y] = [u % width, v % height];
          const near = pixels.filter(
            (_, i) => Math.abs((i % width) - x) <= 1 && Math.abs(Math.floor(i / width) - y) <= 1,
          );
          const mean = near.reduce((sum, value) => sum + value, 0) / near.length;
          const raster = { width, height, channels: 1, data: Float32Array.from(pixels) } as const;
          expect(wandMask(raster, x, y, tolerance)).toEqual(
            bruteFill(pixels, width, height, x, y, (value) => Math.abs(value - mean) <= tolerance),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test("colours count by their worst channel, and where there is no picture the wand does not go", () => {
    const pixel = (r: number, g: number, b: number, a = 255) => [r, g, b, a];
    const data = Uint8Array.from([
      ...pixel(200, 100, 100),
      ...pixel(201, 100, 100),
      ...pixel(200, 100, 100, 0),
      ...pixel(200, 100, 100),
    ]);
    expect([...wandMask({ width: 4, height: 1, channels: 4, data }, 0, 0, 2)]).toEqual([1, 1, 0, 0]);
    expect([
      ...wandMask({ width: 2, height: 1, channels: 1, data: Float32Array.from([1, Number.NaN]) }, 0, 0, 9),
    ]).toEqual([1, 0]);
    expect([
      ...wandMask({ width: 2, height: 1, channels: 1, data: Float32Array.from([1, 1]) }, 5, 0, 9),
    ]).toEqual([0, 0]);
  });
});

describe("moving", () => {
  const frame = { a: 0, b: 0.25, c: -0.25, d: 0, e: 100, f: 50 };
  const ellipse: AnnotationGeometry = {
    type: "area",
    region: [[ellipseRing({ x0: 0, y0: 0, x1: 40, y1: 20 }, 16)]],
    shape: "ellipse",
  };

  test("a move is so many µm in µm, on a turned slide too", () => {
    const map = moveByUm(frame, 3, -7);
    const [before, after] = [mapPosition(frame, [5, 6]), mapPosition(frame, mapPosition(map, [5, 6]))];
    expect([after[0] - before[0], after[1] - before[1]]).toEqual([3, -7]);
  });

  test("four quarter turns are where it began, to the last bit; an ellipse stays one by quarters only", () => {
    const square = { a: 0.2125, b: 0, c: 0, d: 0.2125, e: 0, f: 0 };
    const quarter = turnAbout(square, [20, 10], 90);
    expect(mapGeometry(quarter, ellipse)).toMatchObject({ shape: "ellipse" });
    const places: AnnotationGeometry = {
      type: "points",
      positions: [
        [3, 4],
        [26.5, 7.25],
      ],
      shape: "points",
    };
    let turned: AnnotationGeometry = places;
    for (let turn = 0; turn < 4; turn++) turned = mapGeometry(quarter, turned);
    expect(turned).toEqual(places);
    expect(mapGeometry(turnAbout(square, [20, 10], 30), ellipse)).toMatchObject({ shape: "polygon" });
  });

  test("mirrored twice it is where it was, and left is right", () => {
    const mirror = mirrorAt({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }, [10, 0], "leftRight");
    expect(mapPosition(mirror, [12, 5])).toEqual([8, 5]);
    expect(mapPosition(mirror, mapPosition(mirror, [12, 5]))).toEqual([12, 5]);
  });

  test("turns keep lengths in µm where pixels are not square", () => {
    const oblong = { a: 0.5, b: 0, c: 0, d: 0.25, e: 0, f: 0 };
    const map = turnAbout(oblong, [0, 0], 37);
    const [x, y] = mapPosition(oblong, mapPosition(map, [8, 0]));
    expect(Math.hypot(x, y)).toBeCloseTo(4, 12);
    expect(Math.atan2(y, x)).toBeCloseTo((37 * Math.PI) / 180, 12);
    expect(() => turnAbout({ ...oblong, a: 0 }, [0, 0], 10)).toThrow("scale");
  });
});
