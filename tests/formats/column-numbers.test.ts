import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyCoordinates, copyCounts, copyFloats } from "../../src/formats/column-numbers.ts";
import type { ColumnVector, NumberVector } from "../../src/formats/column-vector.ts";

const at = { file: "a.parquet", column: "c", firstRow: 10 };
const vector = (values: NumberVector["values"], valid: NumberVector["valid"] = null): ColumnVector => ({
  kind: "number",
  length: values.length,
  values,
  valid,
});

describe("64-bit integers", () => {
  test("become the float64 nearest to them, as Number makes them", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), (numbers) => {
        for (const values of [BigInt64Array.from(numbers), BigUint64Array.from(numbers)]) {
          const out = new Float32Array(numbers.length);
          const long: ColumnVector = { kind: "long", length: values.length, values, valid: null };
          expect(copyFloats(long, out, 0, at, 0)).toBe(0);
          expect([...out]).toEqual([...Float32Array.from(values, Number)]);
        }
      }),
    );
    const values = BigInt64Array.of(-1n, 2n ** 31n - 1n, -(2n ** 31n) + 1n);
    const out = new Float64Array(4);
    copyCoordinates({ kind: "long", length: 3, values, valid: null }, out, 1, at);
    expect([...out]).toEqual([0, -1, 2_147_483_647, -2_147_483_647]);
  });
});

describe("positions", () => {
  test.each([
    ["float32", Float32Array.of(1, -2_147_483_520, 2_147_483_520, 0.5)],
    ["float64", Float64Array.of(1, -2_147_483_647, 2_147_483_647, 0.1)],
  ])("up to 2^31 are taken: %s", (_, values) => {
    const out = new (values.constructor as Float32ArrayConstructor)(5);
    copyCoordinates(vector(values), out, 1, at);
    expect([...out]).toEqual([0, ...values]);
  });

  test.each([
    ["coordinate-range", 2_147_483_648],
    ["coordinate-range", -2_147_483_648],
    ["value-not-number", Number.NaN],
    ["value-not-number", Number.NEGATIVE_INFINITY],
  ])("%s: %d, whose row is named, in whichever place", (code, bad) => {
    for (const index of [0, 1, 2, 4]) {
      const values = new Float32Array(5);
      values[index] = bad;
      for (const given of [values, Float64Array.from(values)]) {
        expect(() => copyCoordinates(vector(given), new Float64Array(5), 0, at)).toThrow(
          expect.objectContaining({
            facts: expect.objectContaining({
              code,
              params: { file: "a.parquet", line: 11 + index, column: "c", found: String(bad) },
            }),
          }),
        );
      }
    }
  });
});

test("a missing quality is 0 and counted", () => {
  const out = new Float32Array(6).fill(9);
  const values = Float32Array.of(1, Number.NaN, 3, Number.POSITIVE_INFINITY, 3.4e38);
  expect(copyFloats(vector(values), out, 1, at, 0)).toBe(2);
  expect([...out]).toEqual([9, 1, 0, 3, 0, Math.fround(3.4e38)]);
  // Bits 0 and 2 of 0b101: the first and the third are there.
  expect(
    copyFloats(vector(Float32Array.of(1, 2, 3), { bits: Uint8Array.of(0b101), offset: 0 }), out, 0, at, 0),
  ).toBe(1);
  expect([...out.subarray(0, 3)]).toEqual([1, 0, 3]);
});

test("counts are whole numbers below 2^32; zeros are counted", () => {
  const out = new Uint32Array(3);
  expect(copyCounts(vector(Float64Array.of(0, 4_294_967_295, 7)), out, 0, at)).toBe(1);
  expect([...out]).toEqual([0, 4_294_967_295, 7]);
  for (const bad of [-1, 1.5, 4_294_967_296, Number.NaN]) {
    expect(() => copyCounts(vector(Float64Array.of(1, bad)), out, 0, at)).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ code: "count-invalid" }) }),
    );
  }
});
