import { describe, expect, it } from "vitest";
import { isSixteenBitPng, pictureSize } from "../../src/core/image-sniff.ts";

/** Signature and IHDR as Pillow writes them: 800 × 600, `depth` bits, grey. */
const png = (depth: number) =>
  Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
    ...[0, 0, 3, 32, 0, 0, 2, 88, depth, 0, 0, 0, 0],
  ]);

describe("the head of a PNG", () => {
  it("says its size, and whether it has more bits than a browser shows", () => {
    expect(pictureSize(png(8))).toEqual([800, 600]);
    expect([8, 16].map((depth) => isSixteenBitPng(png(depth)))).toEqual([false, true]);
    expect(isSixteenBitPng(new Uint8Array(30).fill(16))).toBe(false);
  });
});
