import fc from "fast-check";
import { expect, test } from "vitest";
import { ParquetError } from "../../src/formats/parquet-error.ts";
import { decodeRuns, isOneRun } from "../../src/formats/parquet-runs.ts";

/** Decodes bytes that stand `before` bytes into their buffer. */
function decoded(bytes: readonly number[], width: number, count: number, before = 0): number[] {
  const buffer = new Uint8Array(4 * Math.ceil((before + bytes.length + 8) / 4));
  buffer.set(bytes, before);
  const view = buffer.subarray(before, before + bytes.length);
  const out = new Int32Array(count);
  decodeRuns(view, new Int32Array(buffer.buffer), 0, bytes.length, width, out, count);
  return [...out];
}

/** A run as the format's description defines it, bit by bit. */
type Run = { readonly packed: readonly number[] } | { readonly value: number; readonly times: number };

function encoded(runs: readonly Run[], width: number): number[] {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  return runs.flatMap((run) => {
    if ("times" in run) {
      const bytes = Array.from(
        { length: Math.ceil(width / 8) },
        (_, i) => Math.floor(run.value / 256 ** i) % 256,
      );
      return [...varint(run.times * 2), ...bytes];
    }
    const bits = run.packed.flatMap((value) =>
      Array.from({ length: width }, (_, i) => Math.floor(value / 2 ** i) % 2),
    );
    const bytes = Array.from({ length: bits.length / 8 }, (_, i) =>
      bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, k) => sum + bit * 2 ** k, 0),
    );
    return [...varint((run.packed.length / 8) * 2 + 1), ...bytes];
  });
}

test("the example of the format's description: 0 to 7 in three bits each", () => {
  expect(decoded([0b11, 0b10001000, 0b11000110, 0b11111010], 3, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("runs of any width, wherever they stand", () => {
  const cases = fc.integer({ min: 0, max: 32 }).chain((width) => {
    const value = fc.nat({ max: 2 ** Math.min(width, 31) - 1 });
    const packed = fc
      .array(fc.array(value, { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 5 })
      .map((groups): Run => ({ packed: groups.flat() }));
    const repeated = fc.record({ value, times: fc.integer({ min: 0, max: 300 }) });
    const runs = fc.array(fc.oneof(packed, repeated), { maxLength: 6 });
    return fc.tuple(fc.constant(width), runs, fc.nat({ max: 7 }), fc.nat({ max: 5 }));
  });
  fc.assert(
    fc.property(cases, ([width, runs, before, less]) => {
      const all = runs.flatMap((run) =>
        "times" in run ? new Array<number>(run.times).fill(run.value) : [...run.packed],
      );
      const bytes = encoded(runs, width);
      // The last values of a run may be padding.
      const values = all.slice(0, Math.max(0, all.length - less));
      expect(decoded(bytes, width, values.length, before)).toEqual(values);
      expect(() => decoded(bytes, width, all.length + 1, before)).toThrow(ParquetError);
    }),
  );
});

test("any bytes give values or a ParquetError", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(255), { maxLength: 40 }), fc.integer({ min: 0, max: 32 }), (bytes, width) => {
      try {
        expect(decoded(bytes, width, 1000)).toHaveLength(1000);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ParquetError);
      }
    }),
  );
});

test("levels without a gap are told by their first run", () => {
  const ones = (times: number, value = 1) => Uint8Array.from(encoded([{ value, times }], 1));
  expect(isOneRun(ones(300), 0, 3, 1, 300)).toBe(true);
  expect(isOneRun(ones(300), 0, 3, 1, 301)).toBe(false);
  expect(isOneRun(ones(300, 0), 0, 3, 1, 300)).toBe(false);
  expect(isOneRun(ones(300), 0, 2, 1, 300)).toBe(false);
  expect(isOneRun(Uint8Array.of(255, 255, 255, 255, 255, 255, 1), 0, 7, 1, 3)).toBe(false);
});
