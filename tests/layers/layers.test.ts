import { describe, expect, it } from "vitest";
import type { BinRaster } from "../../src/core/expression.ts";
import { cut } from "../../src/layers/bin-layer.ts";
import { genePalette, PALETTE_WIDTH } from "../../src/layers/gene-palette.ts";
import { hexInstances } from "../../src/layers/hex-layer.ts";
import { valueColorUniforms } from "../../src/layers/value-color.ts";

describe("gene palette", () => {
  it("holds colour and 1 + shape, one texel a gene, 0 for hidden", () => {
    const { texels, rows } = genePalette(3, null, [{ gene: 1, color: "#0a64ff", shape: "triangle" }]);
    expect(rows).toBe(1);
    expect([...texels.slice(0, 12)]).toEqual([0, 0, 0, 0, 10, 100, 255, 3, 0, 0, 0, 0]);
  });

  it("gives all other genes a common look and wraps at its width", () => {
    const { texels, rows } = genePalette(5000, { color: "#010203", shape: "circle" }, [
      { gene: 4999, color: "#ffffff", shape: "ring" },
      { gene: 5000, color: "#ffffff", shape: "ring" },
    ]);
    expect(rows).toBe(3);
    expect(texels.length).toBe(4 * PALETTE_WIDTH * 3);
    expect([...texels.slice(4 * 4998, 4 * 5001)]).toEqual([1, 2, 3, 1, 255, 255, 255, 8, 0, 0, 0, 0]);
  });
});

describe("value colours", () => {
  const colormap = new Uint8Array(1024);
  /** What the shader computes from the uniforms. */
  const position = (value: number, low: number, high: number, scale: "linear" | "log" | "sqrt") => {
    const u = valueColorUniforms({ colormap, low, high, scale, zero: "empty" }, 1);
    const x = scale === "log" ? Math.log1p(value) : scale === "sqrt" ? Math.sqrt(value) : value;
    return (x - u.low) * u.factor + u.bias;
  };

  it("run from 0 at the low limit to 1 at the high one", () => {
    for (const scale of ["linear", "log", "sqrt"] as const) {
      expect(position(3, 3, 50, scale)).toBeCloseTo(0, 12);
      expect(position(50, 3, 50, scale)).toBeCloseTo(1, 12);
    }
    expect(position(4, 0, 16, "sqrt")).toBeCloseTo(0.5, 12);
    expect(position(3, 0, 15, "log")).toBeCloseTo(0.5, 12);
  });

  it("are the top colour where the limits coincide", () => {
    expect(position(7, 7, 7, "log")).toBe(1);
  });
});

describe("hexagon instances", () => {
  it("leave out empty and undefined bins, 8 bytes each", () => {
    const raster: BinRaster = {
      window: { shape: "hex", binUm: 10, col0: -4, row0: 9, cols: 3, rows: 2 },
      values: Float32Array.of(0, 1.5, Number.NaN, 0, 0, -2),
      count: 0,
      nonEmpty: 0,
      max: 0,
      histogram: { edges: new Float64Array(), counts: new Uint32Array(), percentiles: new Float64Array() },
    };
    const buffer = hexInstances(raster, "empty");
    expect(buffer.byteLength).toBe(16);
    expect([...new Uint16Array(buffer, 0, 2), ...new Uint16Array(buffer, 8, 2)]).toEqual([1, 0, 2, 1]);
    expect([new Float32Array(buffer)[1], new Float32Array(buffer)[3]]).toEqual([1.5, -2]);
    // A ratio of 0 is a value; only what has none is left out.
    const ratios = hexInstances(raster, "value");
    expect([1, 3, 5, 7, 9].map((at) => new Float32Array(ratios)[at])).toEqual([0, 1.5, 0, 0, -2]);
  });
});

it("cuts a raster into parts that fit a texture", () => {
  const values = Float32Array.from({ length: 20 }, (_, i) => i);
  expect([...cut(values, 5, 3, 1, 2, 2)]).toEqual([8, 9, 13, 14]);
  expect([...cut(values, 5, 0, 2, 5, 1)]).toEqual([10, 11, 12, 13, 14]);
});
