import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c, joinCrc32c, SEALED_CRC32C } from "../../src/store/crc32c.ts";

test("is RFC 3720's", () => {
  // Appendix B.4.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

test("of two pieces is joined from those of each, and that of sealed bytes is always the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.uint8Array({ maxLength: 5000 }), (a, b) => {
      expect(joinCrc32c(crc32c(a), crc32c(b), b.length)).toBe(crc32c(b, crc32c(a)));
      const sealed = new Uint8Array(a.length + 4);
      sealed.set(a);
      new DataView(sealed.buffer).setUint32(a.length, crc32c(a), true);
      expect(crc32c(sealed)).toBe(SEALED_CRC32C);
    }),
  );
  // A length with high bits set.
  const long = new Uint8Array(2 ** 24 + 70_000).fill(7);
  expect(joinCrc32c(1234, crc32c(long), long.length)).toBe(crc32c(long, 1234));
});
