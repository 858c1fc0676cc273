import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Affine, affine, applyAffine, invertAffine } from "../../src/core/affine.ts";
import { bounds, screenPx, um } from "../../src/core/space.ts";
import { SlideViewport } from "../../src/layers/slide-viewport.ts";
import {
  cameraFromImage,
  fitImage,
  type ImageCamera,
  imageFromCamera,
  imageToScreen,
  maxScale,
  minScale,
  normalDegrees,
  umToScreen,
} from "../../src/viewer/camera-math.ts";
import { wholePixels } from "../../src/viewer/gestures.ts";

const size = { width: 800, height: 600 };
const half = affine<"um", "imagePx">(2, 0, 0, 2, 100, 50);

const affines = fc
  .record({
    turn: fc.double({ min: 0, max: 6.28, noNaN: true }),
    sx: fc.double({ min: 0.05, max: 20, noNaN: true }),
    ratio: fc.double({ min: 0.5, max: 2, noNaN: true }),
    mirrored: fc.boolean(),
    e: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
    f: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  })
  .map(({ turn, sx, ratio, mirrored, e, f }): Affine<"um", "imagePx"> => {
    const sy = (mirrored ? -1 : 1) * sx * ratio;
    return affine(sx * Math.cos(turn), sx * Math.sin(turn), -sy * Math.sin(turn), sy * Math.cos(turn), e, f);
  });
const views = fc.record({
  centerPx: fc.tuple(
    fc.double({ min: -1e5, max: 1e5, noNaN: true }),
    fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  ),
  scale: fc.double({ min: 1e-3, max: 64, noNaN: true }),
  rotationDeg: fc.double({ min: 0, max: 359.9, noNaN: true }),
  flipped: fc.boolean(),
});

describe("image to screen", () => {
  const view: ImageCamera = { centerPx: [1000, 500], scale: 2, rotationDeg: 0, flipped: false };
  const at = (changes: Partial<ImageCamera>, x: number, y: number) => {
    const m = imageToScreen({ ...view, ...changes }, size);
    return [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f];
  };

  it("puts the centre in the middle and scales about it", () => {
    expect(at({}, 1000, 500)).toEqual([400, 300]);
    expect(at({}, 1010, 505)).toEqual([420, 310]);
  });

  it("turns clockwise, then mirrors left to right", () => {
    expect(at({ rotationDeg: 90 }, 1010, 500)).toEqual([400, 320]);
    expect(at({ rotationDeg: 90 }, 1000, 510)).toEqual([380, 300]);
    expect(at({ flipped: true }, 1010, 505)).toEqual([380, 310]);
    expect(at({ rotationDeg: 90, flipped: true }, 1000, 510)).toEqual([420, 300]);
  });
});

describe("camera", () => {
  it("is the image's view in micrometres", () => {
    const camera = cameraFromImage(
      { centerPx: [1100, 1050], scale: 0.25, rotationDeg: -90, flipped: true },
      half,
    );
    expect(camera).toEqual({ centerUm: [500, 500], umPerPx: 2, rotationDeg: 270, flipped: true });
  });

  it("survives the way there and back, whatever the transform", () => {
    fc.assert(
      fc.property(affines, views, (m, view) => {
        const back = imageFromCamera(cameraFromImage(view, m), m);
        expect(back.centerPx[0]).toBeCloseTo(view.centerPx[0], 6);
        expect(back.centerPx[1]).toBeCloseTo(view.centerPx[1], 6);
        expect(back.scale / view.scale).toBeCloseTo(1, 10);
        expect(back.flipped).toBe(view.flipped);
      }),
    );
  });

  it("projects and unprojects as exact inverses, flip included", () => {
    fc.assert(
      fc.property(
        affines,
        views,
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 0, max: 600 }),
        (m, view, x, y) => {
          const there = umToScreen(view, m, size);
          const back = invertAffine(there);
          if (!back) throw new Error("singular");
          const [px, py] = applyAffine(there, applyAffine(back, screenPx(x, y)));
          expect(Math.hypot(px - x, py - y)).toBeLessThan(1e-5);
        },
      ),
    );
  });

  it("gives deck.gl the same pixels as the image", () => {
    fc.assert(
      fc.property(affines, views, (m, view) => {
        const map = umToScreen(view, m, size);
        const { centerUm } = cameraFromImage(view, m);
        const viewport = new SlideViewport({
          ...size,
          centerUm,
          linear: [map.a, map.b, map.c, map.d],
        });
        const camera = cameraFromImage(view, m);
        const x = centerUm[0] + 130 * camera.umPerPx;
        const y = centerUm[1] - 70 * camera.umPerPx;
        const expected = applyAffine(map, um(x, y));
        const [px, py] = viewport.project([x, y]);
        expect(Math.hypot(px! - expected[0], py! - expected[1])).toBeLessThan(1e-4);
        const [ox, oy] = viewport.offsetPx(x, y);
        expect(Math.hypot(ox + 400 - expected[0], oy + 300 - expected[1])).toBeLessThan(1e-4);
      }),
    );
  });
});

describe("fit", () => {
  it("fills 94 % of the tighter side, turned or not", () => {
    const box = bounds<"um">(0, 0, 1000, 500);
    const upright = fitImage(box, half, size, 0, false);
    expect(upright.centerPx).toEqual([1100, 550]);
    // 1000 µm = 2000 image px on 800 px: 0.94 · 800 / 2000
    expect(upright.scale).toBeCloseTo(0.376, 10);
    // turned by 90°: 2000 image px on 600 px
    expect(fitImage(box, half, size, 90, true).scale).toBeCloseTo(0.282, 10);
  });

  it("is at least twice the smallest zoom, however it is turned, and just that at the tightest", () => {
    fc.assert(
      fc.property(affines, views, (transform, { rotationDeg, flipped }) => {
        const box = bounds<"um">(10, 20, 310, 120);
        const least = minScale(box, transform, size);
        const { scale } = fitImage(box, transform, size, rotationDeg, flipped);
        expect(scale / 2).toBeGreaterThanOrEqual(least * (1 - 1e-12));
      }),
    );
    // A diagonal of 5 µm, 10 px, upright in 600 px.
    const box = bounds<"um">(0, 0, 4, 3);
    const upright = 90 - (Math.atan2(3, 4) * 180) / Math.PI;
    expect(minScale(box, half, size)).toBeCloseTo((0.94 * 600) / 10 / 2, 9);
    expect(fitImage(box, half, size, upright, false).scale / 2).toBeCloseTo(minScale(box, half, size), 9);
    expect(minScale(bounds<"um">(1, 1, 1, 1), half, size)).toBe(1 / 4);
  });

  it("shows one point of no extent at 1 µm per pixel", () => {
    expect(fitImage(bounds<"um">(5, 5, 5, 5), half, size, 0, false).scale).toBe(0.5);
  });
});

it("sizes canvases in whole CSS and device pixels", () => {
  expect(wholePixels(801.7, 1)).toBe(801);
  expect(wholePixels(801, 2)).toBe(801);
  expect(wholePixels(801, 1.5)).toBe(800);
  expect(wholePixels(803, 1.25)).toBe(800);
  expect(wholePixels(803, 1.1000000238)).toBe(803);
  expect(wholePixels(0, 1)).toBe(1);
});

it("normalises degrees", () => {
  expect([0, 360, -90, 725].map(normalDegrees)).toEqual([0, 0, 270, 5]);
  expect(Object.is(normalDegrees(-360), 0)).toBe(true);
});

it("allows 64 px per µm and 40 px per image px", () => {
  expect(maxScale(half)).toBe(40);
  expect(maxScale(affine<"um", "imagePx">(1, 0, 0, 1, 0, 0))).toBe(64);
});
