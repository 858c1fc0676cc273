import fc from "fast-check";
import Zstd from "numcodecs/zstd";
import { describe, expect, test } from "vitest";
import { ZSTDDecoder } from "zstddec";
import { huffmanFrame } from "../../src/store/huffman-frame.ts";

const zstd = Zstd.fromConfig({ id: "zstd", level: 1 });
const other = new ZSTDDecoder();
await other.init();

function packed(plane: Uint8Array): Uint8Array | undefined {
  const counts = new Uint32Array(256);
  for (const byte of plane) counts[byte] = counts[byte]! + 1;
  const out = new Uint8Array(plane.length + 600).fill(0xee);
  const end = huffmanFrame(plane, counts, out, 5);
  return end === 5 ? undefined : out.slice(5, end);
}

/** Bytes `0 … symbols − 1` (times `step`) whose shares fall by `fall` from one to the next; shuffled by `seed`. */
function plane(length: number, symbols: number, fall: number, step: number, seed: number): Uint8Array {
  let state = seed | 1;
  const random = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return Uint8Array.from({ length }, () => {
    const drawn = fall === 1 ? random() * symbols : Math.log(1 - random()) / Math.log(fall);
    return (Math.min(symbols - 1, Math.floor(drawn)) * step) & 255;
  });
}

describe("a Huffman-coded zstd frame", () => {
  test("is what two zstd decoders unpack, for any plane that is packed", async () => {
    let times = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.integer({ min: 256, max: 5000 }),
          fc.constantFrom(256, 1023, 1024, 16_383, 16_384, 65_791, 65_792, 131_072),
        ),
        fc.integer({ min: 2, max: 256 }),
        fc.constantFrom(0.2, 0.5, 0.8, 0.95, 0.99, 1),
        fc.constantFrom(1, 3, 85, 127),
        fc.integer(),
        async (length, symbols, fall, step, seed) => {
          const raw = plane(length, symbols, fall, step, seed);
          if (raw.every((byte) => byte === raw[0])) return;
          const frame = packed(raw);
          if (!frame) return;
          times += 1;
          expect(frame.length).toBeLessThan(length);
          for (const unpacked of [await zstd.decode(frame), other.decode(frame, length)]) {
            expect(Buffer.compare(unpacked, raw)).toBe(0);
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(times).toBeGreaterThan(60);
  });

  test("takes codes that would be longer than eleven bits", async () => {
    // Fibonacci's numbers make the deepest tree there is.
    const shares = [1, 1];
    while (shares.length < 18) shares.push(shares.at(-1)! + shares.at(-2)!);
    const raw = Uint8Array.from(
      shares.flatMap((share, symbol) => new Array<number>(share).fill(symbol * 13)),
    );
    const frame = packed(raw)!;
    expect(await zstd.decode(frame)).toEqual(raw);
    expect(other.decode(frame, raw.length)).toEqual(raw);
  });

  test("is within a tenth of the entropy of what is worth it, and leaves what is not", () => {
    const raw = plane(4096, 256, 0.9, 1, 7);
    const share = new Map<number, number>();
    for (const byte of raw) share.set(byte, (share.get(byte) ?? 0) + 1 / raw.length);
    const bits = [...share.values()].reduce((sum, p) => sum - p * Math.log2(p), 0);
    expect(packed(raw)!.length).toBeLessThan((1.1 * bits * raw.length) / 8);
    expect(packed(Uint8Array.from({ length: 4096 }, (_, i) => i))).toBe(undefined);
  });
});
