import { describe, expect, it } from "vitest";
import { colormapNames, colormapRgba } from "../../src/core/colormap.ts";

describe("colour maps", () => {
  it("have 256 opaque colours", () => {
    for (const name of colormapNames) {
      const rgba = colormapRgba(name);
      expect(rgba.length).toBe(1024);
      for (let i = 3; i < 1024; i += 4) expect(rgba[i]).toBe(255);
    }
  });

  // Ends as published: viridis #440154 → #fde725, magma #000004 → #fcfdbf, cividis #00224e → #fee838 (matplotlib),
  // batlow #011959 → #faccfa (Crameri).
  it.each([
    ["viridis", [68, 1, 84], [253, 231, 37]],
    ["magma", [0, 0, 4], [252, 253, 191]],
    ["cividis", [0, 34, 78], [254, 232, 56]],
    ["batlow", [1, 25, 89], [250, 204, 250]],
    ["grey", [0, 0, 0], [255, 255, 255]],
  ] as const)("%s starts and ends as published", (name, first, last) => {
    const rgba = colormapRgba(name);
    expect([...rgba.slice(0, 3)]).toEqual(first);
    expect([...rgba.slice(1020, 1023)]).toEqual(last);
  });

  it("grow lighter all the way", () => {
    const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    for (const name of colormapNames) {
      const rgba = colormapRgba(name);
      let before = -1;
      for (let i = 0; i < 256; i++) {
        const [r = 0, g = 0, b = 0] = [...rgba.slice(4 * i, 4 * i + 3)].map((c) => linear(c / 255));
        const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        expect(luminance).toBeGreaterThan(before - 0.004);
        before = luminance;
      }
    }
  });
});
