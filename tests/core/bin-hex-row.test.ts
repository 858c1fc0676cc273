import fc from "fast-check";
import { expect, it } from "vitest";
import { addHexRow } from "../../src/core/bin-hex.ts";
import { binAt } from "../../src/core/bin-window.ts";
import type { BinWindow } from "../../src/core/expression.ts";

/** Widths of few and of very many spots; some on which spots lie midway between centres. */
const widths = fc.oneof(
  fc.constantFrom(4, 8, 10, 20, 50, 100, 7.5, 8 / Math.sqrt(3), 64 * Math.sqrt(3)),
  fc.double({ min: 0.4, max: 400, noNaN: true }),
);
const cases = fc.record({
  binUm: widths,
  pitchUm: fc.constantFrom(0.5, 1, 0.715),
  col: fc.integer({ min: -3000, max: 3000 }),
  row: fc.integer({ min: -3000, max: 3000 }),
  counts: fc.array(fc.oneof(fc.constant(0), fc.nat(9)), { minLength: 1, maxLength: 256 }),
  left: fc.integer({ min: -3, max: 3 }),
  cols: fc.integer({ min: 1, max: 40 }),
});

it("puts each spot of a row in the hexagon that the definition names, or nowhere outside the window", () => {
  fc.assert(
    fc.property(cases, ({ binUm, pitchUm, col, row, counts, left, cols }) => {
      const lattice = { shape: "hex", binUm } as const;
      const yUm = row * pitchUm;
      const [firstCol, firstRow] = binAt(lattice, col * pitchUm, yUm);
      const window: BinWindow = { ...lattice, col0: firstCol + left, row0: firstRow - 1, cols, rows: 3 };
      const expected = new Float64Array(cols * window.rows);
      counts.forEach((count, i) => {
        const [c, r] = binAt(lattice, (col + i) * pitchUm, yUm);
        const [inCol, inRow] = [c - window.col0, r - window.row0];
        if (inCol >= 0 && inCol < cols && inRow >= 0 && inRow < 3) expected[inRow * cols + inCol]! += count;
      });
      const found = new Float64Array(expected.length);
      addHexRow(Uint32Array.from(counts), col, pitchUm, yUm, window, found);
      expect(found).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
