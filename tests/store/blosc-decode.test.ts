import fc from "fast-check";
import Blosc from "numcodecs/blosc";
import { describe, expect, test } from "vitest";
import { decodePlanes } from "../../src/store/blosc-decode.ts";
import { encodeChunk } from "../../src/store/chunk-encode.ts";

const CRC_BYTES = 4;
/** Planes of one byte throughout, of few values, of noise. */
const plane = fc.constantFrom("zero", "same", "few", "noise");
const forms = fc.record({
  typesize: fc.constantFrom(2, 4, 8),
  planes: fc.array(plane, { minLength: 8, maxLength: 8 }),
  blocks: fc.integer({ min: 1, max: 3 }),
  elements: fc.constantFrom(128, 1024),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
});

function rawBytes({
  typesize,
  planes,
  blocks,
  elements,
  seed,
}: typeof forms extends fc.Arbitrary<infer T> ? T : never) {
  let state = seed;
  const next = (most: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % most;
  };
  const raw = new Uint8Array(blocks * elements * typesize);
  for (let k = 0; k < typesize; k++) {
    const kind = planes[k]!;
    for (let i = k; i < raw.length; i += typesize) {
      raw[i] = kind === "zero" ? 0 : kind === "same" ? 7 : kind === "few" ? next(3) : next(256);
    }
  }
  return raw;
}

describe("frames of planes", () => {
  test("unpack to what was packed, as blosc unpacks them", async () => {
    const blosc = Blosc.fromConfig({ id: "blosc" });
    await fc.assert(
      fc.asyncProperty(forms, async (form) => {
        const raw = rawBytes(form);
        const encoded = await encodeChunk(raw, {
          typesize: form.typesize,
          blockBytes: form.elements * form.typesize,
        });
        const frame = encoded.subarray(0, encoded.length - CRC_BYTES);
        const decoded = await decodePlanes(frame);
        expect(decoded && Buffer.compare(decoded, raw)).toBe(0);
        expect(Buffer.compare((await blosc.decode(frame)) as Uint8Array, raw)).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test("of another make are left to blosc", async () => {
    const raw = Uint8Array.from({ length: 4096 }, (_, i) => i % 7);
    for (const config of [
      { cname: "lz4", shuffle: 1 },
      { cname: "zstd", shuffle: 0 },
      { cname: "zstd", shuffle: 2 },
    ]) {
      const other = Blosc.fromConfig({ id: "blosc", clevel: 5, ...config });
      expect(await decodePlanes((await other.encode(raw)) as Uint8Array)).toBeUndefined();
    }
  });

  test("that are damaged throw or give other bytes, never more than they announce", async () => {
    const raw = Uint8Array.from({ length: 8192 }, (_, i) => (i % 2 === 0 ? (i * i) % 11 : 0));
    const encoded = await encodeChunk(raw, { typesize: 2, blockBytes: 8192 });
    const frame = encoded.subarray(0, encoded.length - CRC_BYTES);
    await fc.assert(
      fc.asyncProperty(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        // The sizes are checked before a frame is unpacked.
        fc.pre(at < 4 || at >= 12);
        const damaged = frame.slice();
        damaged[at] = damaged[at]! ^ bits;
        const decoded = await decodePlanes(damaged).catch((thrown: unknown) => thrown);
        if (decoded instanceof Uint8Array) expect(decoded.length).toBe(raw.length);
        else if (decoded !== undefined) expect(decoded).toBeInstanceOf(Error);
      }),
      { numRuns: 300 },
    );
    await expect(decodePlanes(frame.subarray(0, 40))).rejects.toThrow("past its end");
  });
});
