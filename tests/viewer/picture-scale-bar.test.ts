import fc from "fast-check";
import { expect, it } from "vitest";
import { scaleBar } from "../../src/viewer/scale-bar.ts";

const label = (umPerPx: number, width: number) => {
  const { value, unit, widthPx } = scaleBar(umPerPx, width);
  return `${value} ${unit} ${Number(widthPx.toFixed(6))}`;
};

it("chooses round lengths", () => {
  expect(label(1, 150)).toBe("100 µm 100");
  expect(label(1, 200)).toBe("200 µm 200");
  expect(label(0.25, 160)).toBe("20 µm 80");
  expect(label(5, 199)).toBe("500 µm 100");
  expect(label(5, 200)).toBe("1 mm 200");
  expect(label(20, 160)).toBe("2 mm 100");
  expect(label(100, 160)).toBe("1 cm 100");
  expect(label(1 / 64, 160)).toBe("2 µm 128");
  expect(label(1 / 640, 160)).toBe("0.2 µm 128");
});

it("is never wider than allowed nor narrower than 40 % of it", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (umPerPx) => {
      const { widthPx, lengthUm } = scaleBar(umPerPx, 160);
      expect(widthPx).toBeLessThanOrEqual(160 * (1 + 1e-6));
      expect(widthPx).toBeGreaterThanOrEqual(64 * (1 - 1e-6));
      const lead = Number(lengthUm.toExponential(6).split("e")[0]);
      expect([1, 2, 5]).toContain(lead);
    }),
  );
});
