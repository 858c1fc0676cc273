import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { verifyStore } from "../../src/cli/convert/verify-store.ts";
import { crc32c } from "../../src/store/crc32c.ts";
import { STORE_VERSION } from "../../src/store/store-manifest.ts";
import { type Change, copyOf, editRoot, type Root, TABLE } from "./damaged-store.ts";
import type { MemoryFolder } from "./memory-folder.ts";
import { storeOf, type Table, tableSource } from "./table.ts";

let good: MemoryFolder;

beforeAll(async () => {
  good = (await storeOf(TABLE, { tile: { rows: 200 } })).folder;
});

const copy = (change: Change) => copyOf(good, change);

describe("a store", () => {
  test("made before genes were divided is read and verified as it was", async () => {
    const { folder, store } = await storeOf(TABLE, { tile: { rows: 200 }, bound: null });
    const root = JSON.parse(new TextDecoder().decode(folder.files.get("zarr.json"))) as Root;
    expect(root.attributes.centiscope).toMatchObject({ version: 1 });
    expect(root.attributes.centiscope).not.toHaveProperty("quality");
    expect(folder.files.has("genes/low/c/0")).toBe(false);
    expect(await verifyStore(folder, { signal: new AbortController().signal })).toEqual([]);
    expect(store.aboveBound()).toBe(store);
  });

  test("is told by verify, whichever byte of whichever file is changed", async () => {
    const signal = new AbortController().signal;
    const paths = [...good.files.keys()].sort();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(paths.length - 1),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        async (k, at, bit) => {
          const folder = copy((files) => {
            const bytes = files.get(paths[k]!)!;
            bytes[at % bytes.length] = bytes[at % bytes.length]! ^ (1 << bit);
          });
          expect(await verifyStore(folder, { signal })).not.toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("whose sums do not follow from its rows is told by verify, though every checksum is right", async () => {
    const signal = new AbortController().signal;
    expect(await verifyStore(good, { signal })).toEqual([]);
    const other = (
      await storeOf({ ...TABLE, count: TABLE.count.map((count) => count ^ 1) }, { tile: { rows: 200 } })
    ).folder;
    const mixed = copy((files) => {
      for (const path of files.keys()) {
        if (path.startsWith("points/")) files.set(path, other.files.get(path)!);
      }
      // A manifest and metadata that agree with the mixture.
      const records = [...files].filter(([path]) => path !== "manifest.json");
      editRoot(files, (root) => {
        for (const [path, node] of Object.entries(root.consolidated_metadata.metadata)) {
          if (!path.startsWith("points/") || !node.attributes.shards) continue;
          for (const key of Object.keys(node.attributes.shards)) {
            node.attributes.shards[key] = files.get(`${path}/${key}`)!.length;
          }
        }
      });
      files.set("points/rows/zarr.json", nodeOf(files, "points/rows"));
      seal(files, records);
    });
    const faults = await verifyStore(mixed, { signal });
    expect(faults.map(({ facts }) => facts.code)).toEqual(["store-values"]);
  });

  test("whose genes are not divided at the bound that it states is told by verify", async () => {
    const signal = new AbortController().signal;
    const moved = copy((files) => {
      editRoot(files, (root) => {
        (root.attributes.centiscope.quality as { at_least: number }).at_least = 25;
      });
      seal(
        files,
        [...files].filter(([path]) => path !== "manifest.json"),
      );
    });
    const faults = await verifyStore(moved, { signal });
    expect(faults.map(({ facts }) => facts.code)).toEqual(["store-values"]);
  });

  test("that is not of this source is told by verify --against", async () => {
    const signal = new AbortController().signal;
    const against = (table: Table) => verifyStore(good, { signal, against: tableSource(table, 777) });
    expect(await against(TABLE)).toEqual([]);
    const first = TABLE.x.slice();
    first[17] = first[17]! + 1;
    const [fault] = await against({ ...TABLE, x: first });
    expect(fault?.facts.code).toBe("verify-rows");
    const swapped = TABLE.gene.slice();
    swapped[3] = (swapped[3]! + 1) % 5;
    expect((await against({ ...TABLE, gene: swapped }))[0]?.facts.code).toBe("verify-rows");
  });
});

function nodeOf(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array {
  const root = JSON.parse(new TextDecoder().decode(files.get("zarr.json"))) as Root;
  return new TextEncoder().encode(JSON.stringify(root.consolidated_metadata.metadata[path]));
}

/** Writes a manifest that agrees with the files. */
function seal(files: Map<string, Uint8Array>, records: readonly (readonly [string, Uint8Array])[]): void {
  const list = records.map(([path]) => [path, [files.get(path)!.length, crc32c(files.get(path)!)]]);
  const body = JSON.stringify({
    format: "centiscope-store",
    version: STORE_VERSION,
    files: Object.fromEntries(list),
  });
  const open = new TextEncoder().encode(body.slice(0, -1));
  const sealed = `${body.slice(0, -1)},"crc32c":${crc32c(open)}}`;
  files.set("manifest.json", new TextEncoder().encode(sealed));
}
