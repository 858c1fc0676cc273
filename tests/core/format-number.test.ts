import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatExtent,
  formatFixed,
  formatInteger,
  formatLength,
  formatPercent,
  formatSignificant,
} from "../../src/core/format-number.ts";

/** U+202F, the narrow space between groups. */
const _ = "\u202f";
/** Its spaces are U+00A0: an extent is never broken between its numbers. */
const onOneLine = (text: string) => text.replaceAll(" ", "\u00a0");

describe("numbers", () => {
  it("groups thousands with a narrow space in both languages", () => {
    for (const language of ["en", "zh-CN"]) {
      expect(formatInteger(213_191, language)).toBe(`213${_}191`);
      expect(formatFixed(3412.64, language, 1)).toBe(`3${_}412.6`);
    }
  });

  it("writes a true minus and a dash for what is no number", () => {
    expect(formatInteger(-12, "en")).toBe("\u221212");
    expect(formatInteger(Number.NaN, "en")).toBe("–");
    expect(formatInteger(Number.POSITIVE_INFINITY, "en")).toBe("–");
  });

  it("changes from µm to mm at a millimetre", () => {
    expect(formatLength(20, "en")).toBe("20 µm");
    expect(formatLength(0.5, "en")).toBe("0.5 µm");
    expect(formatLength(999, "en")).toBe("999 µm");
    expect(formatLength(1000, "en")).toBe("1 mm");
    expect(formatLength(7500, "en")).toBe("7.5 mm");
  });

  it("never writes micrometres when the scale is unknown", () => {
    expect(formatLength(1500, "en", false)).toBe(`1${_}500 px`);
    expect(formatExtent(5272, 3911, "en", false)).toBe(onOneLine(`5${_}272 × 3${_}911 px`));
  });

  it("gives both sides of an extent one unit", () => {
    expect(formatExtent(7521, 5472, "en")).toBe(onOneLine("7.5 × 5.5 mm"));
    expect(formatExtent(1500, 150, "en")).toBe(onOneLine(`1${_}500 × 150 µm`));
  });

  it("counts bytes in thousands", () => {
    expect(formatBytes(999, "en")).toBe("999 B");
    expect(formatBytes(4_823_000, "en")).toBe("4.8 MB");
    expect(formatBytes(160_000_000, "en")).toBe("160 MB");
  });

  it("never rounds a share up to 100 %", () => {
    expect(formatPercent(100, "en")).toBe("100 %");
    expect(formatPercent(99.97, "en")).toBe("99.9 %");
    expect(formatPercent(12.34, "en")).toBe("12.3 %");
  });

  it("keeps significant digits of small values", () => {
    expect(formatSignificant(0.035_41, "en", 3)).toBe("0.0354");
  });
});
