import { describe, expect, it } from "vitest";
import { affine, applyAffine } from "../../src/core/affine.ts";
import { register } from "../../src/core/register.ts";
import { bounds, um } from "../../src/core/space.ts";

const image = { widthPx: 1000, heightPx: 500, umPerPx: [0.5, 0.25] as const };
const table = {
  umPerUnit: 1,
  instrumentToImagePx: null,
  unitIsImagePx: false,
  boundsUm: bounds<"um">(10, 10, 600, 60),
};

describe("register", () => {
  it("puts an image alone in its own micrometres", () => {
    const found = register(image, null);
    // 100 µm / 0.5 µm per px = 200 px; 100 / 0.25 = 400 px.
    expect(found && applyAffine(found.umToImagePx, um(100, 100))).toEqual([200, 400]);
    expect(found?.boundsUm).toEqual({ minX: 0, minY: 0, maxX: 500, maxY: 125 });
    expect(found?.scaleKnown).toBe(true);
  });

  it("shares the origin when the image knows its scale and the table is in µm", () => {
    const found = register(image, table);
    expect(found && applyAffine(found.umToImagePx, um(50, 50))).toEqual([100, 200]);
    expect(found?.boundsUm).toEqual({ minX: 0, minY: 0, maxX: 600, maxY: 125 });
  });

  it("trusts the file's own transform above the image's scale", () => {
    // The MERSCOPE matrix of the vendor's test data, rounded: px = 9.25 · µm − 125, 9.25 · µm + 121.
    const instrumentToImagePx = affine<"instrument", "imagePx">(9.25, 0, 0, 9.25, -125, 121);
    const found = register(image, { ...table, instrumentToImagePx });
    expect(found && applyAffine(found.umToImagePx, um(20, 4))).toEqual([60, 158]);
  });

  it("tells when the file's transform is for an image of another scale than this one's", () => {
    const of = (px: number, umPerPx: readonly [number, number] | null, umPerUnit: number | null = 1) => {
      const instrumentToImagePx = affine<"instrument", "imagePx">(0, px, -px, 0, 7, -3);
      return register({ ...image, umPerPx }, { ...table, umPerUnit, instrumentToImagePx })?.otherUmPerPx;
    };
    // A Xenium morphology's transform on an H&E image of 0.2738 µm.
    expect(of(1 / 0.2125, [0.2738, 0.2738])).toBeCloseTo(0.2125, 12);
    expect(of(1 / 0.2125, [0.17, 0.17])).toBeCloseTo(0.2125, 12);
    // Stretched by 3 % it is an alignment; nothing stated is nothing contradicted.
    expect(of(1 / 0.2125, [0.2125 * 1.03, 0.2125 * 1.03])).toBeNull();
    expect(of(1 / 0.2125, null)).toBeNull();
    expect(of(1 / 0.2125, [0.2738, 0.2738], null)).toBeNull();
    expect(register(image, table)?.otherUmPerPx).toBeNull();
  });

  it("divides by the unit before the file's transform", () => {
    const instrumentToImagePx = affine<"instrument", "imagePx">(2, 0, 0, 2, 1, 1);
    const found = register(image, { ...table, umPerUnit: 0.5, instrumentToImagePx });
    // 10 µm = 20 units → 41 px.
    expect(found && applyAffine(found.umToImagePx, um(10, 10))).toEqual([41, 41]);
  });

  it("asks (undefined) when neither transform nor scale ties image and table", () => {
    expect(register({ ...image, umPerPx: null }, table)).toBeUndefined();
  });

  it("takes units for image pixels when the user says so, scale unknown", () => {
    const found = register({ ...image, umPerPx: null }, { ...table, umPerUnit: null, unitIsImagePx: true });
    expect(found && applyAffine(found.umToImagePx, um(7, 9))).toEqual([7, 9]);
    expect(found?.scaleKnown).toBe(false);
  });

  it("tells when the rows lie outside the image", () => {
    const found = register(image, { ...table, boundsUm: bounds<"um">(5000, 5000, 6000, 6000) });
    expect(found?.apart).toBe(true);
    expect(register(image, table)?.apart).toBe(false);
  });

  it("refuses a singular transform", () => {
    const instrumentToImagePx = affine<"instrument", "imagePx">(0, 0, 0, 0, 1, 1);
    expect(register(image, { ...table, instrumentToImagePx })).toBeUndefined();
  });
});
