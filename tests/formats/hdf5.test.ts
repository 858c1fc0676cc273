import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CentiscopeError } from "../../src/core/errors.ts";
import { Hdf5File } from "../../src/formats/hdf5.ts";
import { Hdf5Bytes } from "../../src/formats/hdf5-bytes.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { fileSource, hasShared, SHARED } from "./files.ts";

/** What h5py reads: `tests/fixtures/expected/hdf5.py`. */
interface Expected {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly dataset?: { readonly shape: number[]; readonly size?: number; readonly sha256?: string };
}
const expected: Readonly<Record<string, Readonly<Record<string, Expected>>>> = JSON.parse(
  readFileSync("tests/fixtures/expected/hdf5.json", "utf8"),
);

describe.skipIf(!hasShared)("HDF5 equals an independent reading (h5py)", () => {
  for (const [path, objects] of Object.entries(expected)) {
    test(path, async () => {
      const file = await Hdf5File.open(fileSource(`${SHARED}/${path}`));
      for (const [name, object] of Object.entries(objects)) {
        const found = await file.get(name);
        expect([...found.attributes.keys()].sort(), name).toEqual(Object.keys(object.attributes));
        for (const [key, value] of Object.entries(object.attributes)) {
          const read = found.attributes.get(key);
          // References, compound attributes and empty ones are not read, and are null.
          if (read !== null) expect({ [key]: read }, name).toEqual({ [key]: value });
        }
        expect(found.kind, name).toBe(object.dataset ? "dataset" : "group");
        if (!object.dataset || !found.dataset) continue;
        const { shape, size, sha256 } = object.dataset;
        expect(found.dataset.shape, name).toEqual(shape);
        if (size !== undefined) expect(found.dataset.type.size, name).toBe(size);
        if (sha256 === undefined) continue;
        try {
          const bytes = await found.dataset.read(0, found.dataset.length);
          expect(createHash("sha256").update(bytes).digest("hex"), name).toBe(sha256);
        } catch (thrown) {
          expect((thrown as CentiscopeError).facts?.code, `${name}: ${thrown}`).toBe("hdf5-feature");
        }
      }
    });
  }
});

describe("an HDF5 file's own structure", () => {
  test("one without a signature is refused", async () => {
    const file = new MemorySource("a.h5", new Uint8Array(4096));
    await expect(Hdf5File.open(file)).rejects.toMatchObject({ facts: { code: "hdf5-corrupt" } });
  });

  test("a structure that claims to be huge is refused before it is read", async () => {
    const source = {
      ...new MemorySource("a.h5", new Uint8Array(0)),
      name: "a.h5",
      read: () => expect.fail(),
    };
    const file = new Hdf5Bytes(source as unknown as MemorySource, 2 ** 32, undefined);
    await expect(file.at(0, 2 ** 30)).rejects.toMatchObject({ facts: { code: "hdf5-corrupt" } });
  });

  test("an attribute whose elements have no bytes is refused", async () => {
    const bytes = new Uint8Array(readFileSync("tests/fixtures/gef/v2.gef"));
    const at = Buffer.from(bytes.buffer).indexOf("minX\0");
    // The name takes 8 bytes; after four of the type's own comes its size.
    expect(bytes[at + 12]).toBe(4);
    bytes[at + 12] = 0;
    const file = await Hdf5File.open(new MemorySource("a.gef", bytes));
    await expect(file.get("geneExp/bin1/expression")).rejects.toMatchObject({
      facts: { code: "hdf5-corrupt", params: { detail: "attribute minX has elements of no bytes" } },
    });
  });

  test("a dataset that is not there is named", async () => {
    const file = await Hdf5File.open(fileSource("tests/fixtures/gef/v2.gef"));
    expect(await file.find("geneExp/bin2/expression")).toBeUndefined();
    await expect(file.dataset("geneExp/bin2/expression")).rejects.toMatchObject({
      facts: { code: "hdf5-missing", params: { dataset: "/geneExp/bin2/expression" } },
    });
  });

  test("attributes and links kept densely are all there: twelve of each and more", async () => {
    const file = await Hdf5File.open(fileSource("tests/fixtures/gef/latest.gef"));
    expect((await file.get("geneExp")).members.size).toBe(12);
    const { attributes } = await file.get("geneExp/bin1000/expression");
    expect(attributes.get("note11")).toBe("an attribute of this dataset, number 11");
    // minX, minY, maxX, maxY, maxExp, resolution, note0 … note11.
    expect(attributes.size).toBe(18);
  });
});
