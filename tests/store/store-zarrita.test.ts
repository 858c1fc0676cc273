import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as zarr from "zarrita";
import { CHECKED } from "./checked-table.ts";
import { storeOf } from "./table.ts";

/** zarrita's view of a folder in memory; it asks for the ends of shards. */
function zarritaStore(files: ReadonlyMap<string, Uint8Array>): zarr.AsyncReadable {
  const at = (key: string): Uint8Array | undefined => files.get(key.replace(/^\//, ""));
  return {
    get: async (key) => at(key),
    getRange: async (key, range) => {
      const bytes = at(key);
      if (!bytes) return undefined;
      if ("suffixLength" in range) return bytes.slice(bytes.length - range.suffixLength);
      return bytes.slice(range.offset, range.offset + range.length);
    },
  };
}

test("zarrita opens every array and adds it up as zarr-python does", async () => {
  const { folder } = await storeOf(CHECKED);
  const path = new URL("../fixtures/expected/store-check.json", import.meta.url);
  const { arrays } = JSON.parse(readFileSync(path, "utf8")) as {
    arrays: Record<string, { dtype: string; shape: number[]; sum?: number; first?: string[] }>;
  };
  const root = zarr.root(zarritaStore(folder.files));
  for (const [name, expected] of Object.entries(arrays)) {
    const array = await zarr.open.v3(root.resolve(name), { kind: "array" });
    const { data, shape } = await zarr.get(array);
    expect([name, shape]).toEqual([name, expected.shape]);
    const values = Array.from(data as ArrayLike<number | bigint | string>);
    if (expected.first) expect(values.slice(0, 3)).toEqual(expected.first);
    else {
      const sum = values.reduce((total: number, value) => total + Number(value), 0);
      expect(Math.abs(sum - expected.sum!)).toBeLessThanOrEqual(1e-9 * Math.abs(expected.sum!));
    }
  }
});
