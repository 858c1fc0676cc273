import fc from "fast-check";
import { expect, test } from "vitest";
import { ParquetError } from "../../src/formats/parquet-error.ts";
import { decodeSnappy, SNAPPY_RATIO } from "../../src/formats/snappy.ts";

function unpacked(packed: readonly number[], size: number): number[] {
  const out = new Uint8Array(size);
  decodeSnappy(Uint8Array.from(packed), out);
  return [...out];
}

// Elements by hand from github.com/google/snappy, format_description.txt.
test.each([
  ["nothing", [0], []],
  ["a literal", [3, (3 - 1) << 2, 97, 98, 99], [97, 98, 99]],
  [
    "a copy of one more byte that overlaps: ab, then six from 2 before",
    [8, 1 << 2, 97, 98, ((6 - 4) << 2) | 1, 2],
    "abababab",
  ],
  ["a copy of two more bytes", [6, 2 << 2, 97, 98, 99, ((3 - 1) << 2) | 2, 3, 0], "abcabc"],
  ["a copy of four more bytes", [4, 2 << 2, 97, 98, 99, 3, 3, 0, 0, 0], "abca"],
])("%s", (_, packed, expected) => {
  const bytes = typeof expected === "string" ? [...new TextEncoder().encode(expected)] : expected;
  expect(unpacked(packed, bytes.length)).toEqual(bytes);
});

test("literals of one to four bytes of length", () => {
  for (const [size, head] of [
    [60, [59 << 2]],
    [61, [60 << 2, 60]],
    [70_000, [62 << 2, 69_999 & 255, (69_999 >> 8) & 255, 69_999 >> 16]],
    [300, [61 << 2, 299 & 255, 299 >> 8]],
    [26, [63 << 2, 25, 0, 0, 0]],
  ] as const) {
    const data = Array.from({ length: size }, (_, i) => (i * 7) & 255);
    const length =
      size < 128
        ? [size]
        : size < 16_384
          ? [(size & 127) | 128, size >> 7]
          : [(size & 127) | 128, ((size >> 7) & 127) | 128, size >> 14];
    expect(unpacked([...length, ...head, ...data], size)).toEqual(data);
  }
});

test.each([
  ["another size", [3, 2 << 2, 97, 98, 99], 4],
  ["no size", [], 0],
  ["a size without an end", [128, 128, 128, 128, 128, 1], 0],
  ["a literal past the end", [3, 2 << 2, 97, 98], 3],
  ["a literal longer than the page", [2, 2 << 2, 97, 98, 99], 2],
  ["a length cut off", [3, 63 << 2, 1], 3],
  ["a copy from before the start", [5, 0, 97, 1, 2], 5],
  ["a copy from nowhere", [5, 0, 97, 1, 0], 5],
  ["a copy longer than the page", [4, 0, 97, 1, 1], 4],
  ["too little", [4, 0, 97], 4],
])("damage: %s", (_, packed, size) => {
  expect(() => unpacked(packed, size)).toThrow(ParquetError);
});

test("any bytes give a page or a ParquetError, and none unpacks to more than the limit", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(255), { minLength: 1, maxLength: 60 }), (packed) => {
      const size = packed[0]! & 127;
      try {
        expect(unpacked([size, ...packed.slice(1)], size)).toHaveLength(size);
        expect(size).toBeLessThanOrEqual(64 + packed.length * SNAPPY_RATIO);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ParquetError);
      }
    }),
    { numRuns: 2000 },
  );
});
