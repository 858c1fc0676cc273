import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { crc32 } from "../../src/formats/crc32.ts";
import { inflated } from "../../src/formats/gzip.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { hasShared, SHARED } from "./files.ts";

async function unpack(bytes: Uint8Array, options = {}): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inflated(new MemorySource("x.gz", bytes), options)) chunks.push(chunk.slice());
  return new Uint8Array(Buffer.concat(chunks));
}

async function code(bytes: Uint8Array): Promise<string> {
  const thrown: unknown = await unpack(bytes).catch((error: unknown) => error);
  return thrown instanceof CentiscopeError ? thrown.facts.code : `no failure: ${String(thrown)}`;
}

/** As Chromium's: takes one member, and fails at a byte after it. */
class OneMember extends TransformStream<Uint8Array, Uint8Array> {
  constructor() {
    const input: Uint8Array[] = [];
    super({
      transform: (chunk) => {
        input.push(chunk);
      },
      flush: (controller) => {
        const bytes = Buffer.concat(input);
        const next = bytes.indexOf(Buffer.from([0x1f, 0x8b, 8]), 3);
        controller.enqueue(new Uint8Array(gunzipSync(next > 0 ? bytes.subarray(0, next) : bytes)));
        if (next > 0) throw new TypeError("Junk found after end of compressed data.");
      },
    });
  }
}

const browser = () => vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
const chromium = () => {
  browser();
  vi.stubGlobal("DecompressionStream", OneMember);
};

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const text = new TextEncoder().encode("geneID\tx\ty\n".repeat(5000));
const first = new Uint8Array(gzipSync(text));
const two = new Uint8Array(Buffer.concat([first, gzipSync("and more")]));

describe.each([
  ["Node's zlib", () => {}],
  ["DecompressionStream", browser],
  ["DecompressionStream of one member", chromium],
])("gzip through %s", (_, setup) => {
  test("one member, several members, none", async () => {
    setup();
    expect(Buffer.compare(await unpack(first), text)).toBe(0);
    expect(new TextDecoder().decode((await unpack(two)).slice(text.length))).toBe("and more");
    expect(Buffer.compare(await unpack(text), text)).toBe(0);
  });

  test("truncated and damaged data", async () => {
    setup();
    expect(await code(first.subarray(0, first.length - 20))).toBe("gzip-truncated");
    expect(await code(two.subarray(0, two.length - 4))).toBe("gzip-truncated");
    const flipped = first.slice();
    flipped[first.length - 6]! ^= 1;
    expect(await code(flipped)).toBe("gzip-corrupt");
    const broken = first.slice();
    broken.fill(0xff, 40, 60);
    expect(await code(broken)).toBe("gzip-corrupt");
  });

  test("any change of one byte is refused or harmless", async () => {
    setup();
    await fc.assert(
      fc.asyncProperty(fc.nat(first.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = first.slice();
        bytes[at]! ^= change;
        const result = await unpack(bytes).catch((error: unknown) => error);
        // The header's time and flags, or no gzip at all: then the bytes come as they are.
        if (result instanceof Uint8Array) expect(at < 10).toBe(true);
        else expect(result).toBeInstanceOf(CentiscopeError);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test("the budget", async () => {
    setup();
    await expect(unpack(first, { budget: { bytes: 1000 } })).rejects.toMatchObject({
      facts: { code: "unpacked-too-large" },
    });
  });

  test.skipIf(!hasShared)("pako's corner cases", async () => {
    setup();
    const file = (name: string) => new Uint8Array(readFileSync(`${SHARED}/malformed/gzip/pako/${name}`));
    const joined = Buffer.from(await unpack(file("gzip-joined.gz"))).toString();
    expect(joined.replaceAll("\n", "")).toBe("012345678910111213141516171819");
    const bgzip = file("gzip-joined-bgzip.gz");
    expect(Buffer.compare(await unpack(bgzip), gunzipSync(bgzip))).toBe(0);
    // All optional header fields, before data that gzip refuses too.
    expect(await code(file("gzip-headers.gz"))).toBe("gzip-corrupt");
  });
});

test("crc32 equals zlib's trailer, in any split", () => {
  const trailer = first.subarray(first.length - 8);
  const wanted = new DataView(trailer.buffer, trailer.byteOffset).getUint32(0, true);
  expect(crc32(0, text)).toBe(wanted);
  expect(crc32(crc32(0, text.subarray(0, 13)), text.subarray(13))).toBe(wanted);
});
