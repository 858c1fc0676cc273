import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteDictionary, hashBytes } from "../../src/formats/byte-dictionary.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test("codes are those of a Map, in order of first appearance, however many keys", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 6 }), { maxLength: 400 }), (words) => {
      const dictionary = new ByteDictionary();
      const map = new Map<string, number>();
      for (const word of words) {
        const bytes = encode(word);
        const code = dictionary.intern(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
        if (!map.has(word)) map.set(word, map.size);
        expect(code).toBe(map.get(word));
      }
      expect(dictionary.texts()).toEqual([...map.keys()]);
    }),
  );
  const many = new ByteDictionary();
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 20_000; i++) {
      const bytes = encode(`ENSG${i}`);
      expect(many.intern(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length))).toBe(i);
    }
  }
});

test("keys of one hash are told apart", () => {
  const dictionary = new ByteDictionary();
  for (let i = 0; i < 100; i++) {
    const bytes = encode(`k${i}`);
    expect(dictionary.intern(bytes, 0, bytes.length, 42)).toBe(i);
  }
  const again = encode("k7");
  expect(dictionary.intern(again, 0, again.length, 42)).toBe(7);
});

test("names are decoded each by itself, whatever its bytes", () => {
  // Beginnings and ends of characters, a byte order mark, bytes that are none.
  const byte = fc.constantFrom(65, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0xef, 0xbb, 0xbf, 0xff);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.array(byte, { maxLength: 4 }), { maxLength: 30, selector: String }),
      (keys) => {
        const dictionary = new ByteDictionary();
        for (const key of keys) {
          const bytes = Uint8Array.from(key);
          dictionary.intern(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length));
        }
        expect(dictionary.texts()).toEqual(keys.map((key) => new TextDecoder().decode(Uint8Array.from(key))));
      },
    ),
    { numRuns: 1000 },
  );
});
