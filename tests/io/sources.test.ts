import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlobSource } from "../../src/io/blob.ts";
import type { ByteSource } from "../../src/io/byte-source.ts";
import { parseContentRange, retryAfterMs } from "../../src/io/http-response.ts";
import { MemorySource } from "../../src/io/memory.ts";

const DATA = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31) % 251);

describe.each<[string, () => ByteSource]>([
  ["memory", () => new MemorySource("a.bin", DATA)],
  ["blob", () => new BlobSource(new Blob([DATA]), "a.bin")],
])("%s", (_, open) => {
  test("reads exactly the bytes asked for, clamped to the size", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(800_000), fc.nat(800_000), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        expect(Buffer.compare(await open().read(start, end), DATA.subarray(start, end))).toBe(0);
      }),
      { numRuns: 20 },
    );
    expect(await open().size()).toBe(DATA.length);
  });

  test("streams all bytes in order", async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of open().stream()) chunks.push(chunk);
    expect(Buffer.compare(Buffer.concat(chunks), DATA)).toBe(0);
  });

  test("an aborted signal rejects with its reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(open().read(0, 9, signal)).rejects.toThrow("enough");
    await expect(open().stream(signal).getReader().read()).rejects.toThrow("enough");
  });
});

test("Content-Range", () => {
  expect(parseContentRange("bytes 0-99/1234")).toEqual({ start: 0, last: 99, total: 1234 });
  expect(parseContentRange("bytes 5-5/*")).toEqual({ start: 5, last: 5, total: null });
  for (const bad of [null, "", "bytes */1234", "bytes 9-5/100", "bytes 0-100/100", "items 0-9/10"]) {
    expect(parseContentRange(bad)).toBeUndefined();
  }
});

test("Retry-After in seconds or as a date, at most 30 s", () => {
  expect(retryAfterMs("2", 0)).toBe(2000);
  expect(retryAfterMs("999", 0)).toBe(30_000);
  expect(retryAfterMs("Thu, 01 Jan 1970 00:00:05 GMT", 1000)).toBe(4000);
  expect(retryAfterMs("soon", 0)).toBeUndefined();
});
