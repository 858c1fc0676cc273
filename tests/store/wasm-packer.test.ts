import fc from "fast-check";
import { expect, test } from "vitest";
import { packBlock } from "../../src/store/block-packer.ts";
import { encodeChunk, encodeChunkWith } from "../../src/store/chunk-encode.ts";
import { wasmPacker } from "../../src/store/wasm-packer.ts";
import { randomFrom } from "../bench/bench.ts";

const pack = await wasmPacker();

/** Numbers of `typesize` bytes whose bytes fall off geometrically by `fall`, scaled by `step`; `fall` 1: even. */
function numbers(elements: number, typesize: number, fall: number, step: number, seed: number): Uint8Array {
  const random = randomFrom(seed);
  const raw = new Uint8Array(elements * typesize);
  // The upper bytes are seldom other than 0, as of small numbers; a plane may be the same byte throughout.
  for (let i = 0; i < raw.length; i++) {
    const drawn = fall === 1 ? random() * 256 : Math.log(1 - random()) / Math.log(fall);
    const byte = (Math.floor(drawn) * step) & 255;
    raw[i] = i % typesize === 0 || random() < 0.2 ? byte : 0;
  }
  return raw;
}

test("packs every block as its plain twin does", () => {
  const found = { coded: 0, plain: 0, constant: 0, zstd: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(2, 2, 2, 4, 8),
      fc.oneof(
        fc.integer({ min: 128, max: 4500 }),
        fc.constantFrom(4096, 16_383, 16_384, 65_792, 131_072, 131_080),
      ),
      fc.constantFrom(0.001, 0.3, 0.7, 0.9, 0.97, 0.99, 1),
      fc.constantFrom(0, 1, 3, 85, 127),
      fc.integer(),
      (typesize, elements, fall, step, seed) => {
        const raw = numbers(elements, typesize, fall, step, seed);
        const form = { typesize, blockBytes: raw.length };
        const expected = packBlock(raw, 0, form, typesize);
        const packed = pack(raw, 0, form, typesize);
        expect(packed.length).toBe(expected.length);
        packed.forEach(({ bytes, forZstd }, k) => {
          expect(forZstd).toBe(expected[k]!.forZstd);
          expect(Buffer.compare(bytes, expected[k]!.bytes)).toBe(0);
          if (forZstd) found.zstd += 1;
          else if (bytes.length === 13) found.constant += 1;
          else if (bytes.length < elements) found.coded += 1;
          else found.plain += 1;
        });
      },
    ),
    { numRuns: 300 },
  );
  for (const times of Object.values(found)) expect(times).toBeGreaterThan(20);
});

test("packs codes that would be longer than eleven bits as its plain twin does", () => {
  // Fibonacci's numbers make the deepest tree there is.
  const shares = [1, 1];
  while (shares.length < 18) shares.push(shares.at(-1)! + shares.at(-2)!);
  const words = Uint16Array.from(
    shares.flatMap((share, symbol) => new Array<number>(share).fill(symbol * 13)),
  );
  const raw = new Uint8Array(words.buffer);
  const form = { typesize: 2, blockBytes: raw.length };
  expect(pack(raw, 0, form, 2)).toEqual(packBlock(raw, 0, form, 2));
});

test("chunks of several blocks and of one are encoded alike by both", async () => {
  for (const [elements, typesize, blockBytes] of [
    [20_480, 2, 8192],
    [65_536, 4, 262_144],
    [26_000, 8, 208_000],
    [60, 2, 120],
    [500, 1, 500],
  ] as const) {
    const raw = numbers(elements, typesize, 0.9, 1, elements);
    const form = { typesize, blockBytes };
    const plain = await encodeChunkWith(packBlock, raw, form);
    expect(Buffer.compare(await encodeChunk(raw, form), plain)).toBe(0);
  }
});
