import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { storeSource } from "../../src/cli/convert/store-source.ts";
import { encodeChunk } from "../../src/store/chunk-encode.ts";
import { crc32c } from "../../src/store/crc32c.ts";
import { divisionFault } from "../../src/store/features.ts";
import { readFileManifest } from "../../src/store/file-manifest.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { type Change, copyOf, editRoot, facts, replaceOffsets, SHAPE, TABLE } from "./damaged-store.ts";
import type { MemoryFolder } from "./memory-folder.ts";
import { makeTable, storeOf, type Table } from "./table.ts";

let good: MemoryFolder;

beforeAll(async () => {
  good = (await storeOf(TABLE, { tile: { rows: 200 } })).folder;
});

const copy = (change: Change, of = good) => copyOf(of, change);

const CORNERS = [
  [
    [0, 0],
    [40, 0],
    [40, 40],
    [0, 40],
  ],
] as const;

describe("a damaged store", () => {
  test("without a shard: the array and chunk are named, the rest still works", async () => {
    const store = await StoreReader.open(copy((files) => files.delete("points/rows/c/0/0")));
    const found = await facts(store.points(null));
    expect(found).toMatchObject({
      kind: "MissingDataError",
      code: "store-chunk-missing",
      params: { array: "points/rows", chunk: "0/0", part: "points/rows/c/0/0" },
    });
    expect((await store.genes()).names).toHaveLength(6);
    expect((await store.totals(10, null)).values.some((count) => count > 0)).toBe(true);
    expect((await facts(store.countRegion([CORNERS]))).code).toBe("store-chunk-missing");
  });

  test("with a shard cut short", async () => {
    const store = await StoreReader.open(
      copy((files) => files.set("gene/rows/c/0/0", files.get("gene/rows/c/0/0")!.slice(0, 100))),
    );
    expect(await facts(store.genePoints([0], null))).toMatchObject({
      kind: "CorruptDataError",
      params: { array: "gene/rows" },
    });
  });

  test("with any bit of a chunk or an index flipped: never a wrong answer", async () => {
    const path = "points/rows/c/0/0";
    const expected = await (await StoreReader.open(good)).points(null);
    const { length } = good.files.get(path)!;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: length * 8 - 1 }), async (bit) => {
        const folder = copy((files) => {
          const bytes = files.get(path)!;
          bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
        });
        const store = await StoreReader.open(folder);
        const found = await facts(store.points(null));
        expect(found.kind).toBe("CorruptDataError");
        expect(found.params.array).toBe("points/rows");
      }),
      { numRuns: 60 },
    );
    expect(expected.rows).toBe(5000);
  });

  test("whose shard index points outside", async () => {
    const store = await StoreReader.open(
      copy((files) => {
        const shard = files.get("points/rows/c/0/0")!;
        const view = new DataView(shard.buffer);
        const at = shard.length - 4 - 2 * 16;
        view.setBigUint64(at + 8, 2n ** 40n, true);
        view.setUint32(shard.length - 4, crc32c(shard.subarray(at, shard.length - 4)), true);
      }),
    );
    expect(await facts(store.points(null))).toMatchObject({
      code: "store-shard-corrupt",
      params: { array: "points/rows", part: "points/rows/c/0/0" },
    });
  });

  test.each([
    ["that go back", (offsets: bigint[]) => [offsets[0]!, 4000n, ...offsets.slice(2)]],
    ["past the end", (offsets: bigint[]) => [offsets[0]!, 5_000_000n, ...offsets.slice(2)]],
    ["past 2^53", (offsets: bigint[]) => [...offsets.slice(0, -1), 2n ** 60n]],
  ])("with tile offsets %s", async (_name, change) => {
    const reader = (await StoreReader.open(good)).arrays.reader("points/tile_offset");
    const [bytes] = await reader.read([0]);
    const offsets = [...new BigUint64Array(bytes!.slice().buffer)];
    const folder = copy(() => {});
    await replaceOffsets(folder.files, "points/tile_offset", change(offsets));
    const store = await StoreReader.open(folder);
    expect(await facts(store.points(null))).toMatchObject({
      code: "store-values",
      params: { array: "points/tile_offset" },
    });
  });

  test("with genes that are not there", async () => {
    const { folder } = await storeOf(TABLE, { tile: { rows: 200 }, bound: null });
    const store = await StoreReader.open(
      copy(
        (files) =>
          editRoot(files, (root) => {
            root.attributes.centiscope.genes = 3;
          }),
        folder,
      ),
    );
    const found = await facts(store.points(null));
    expect(found.code).toBe("store-values");
    expect(found.params.detail).toMatch(/^gene \d of 3$/);
    expect((await facts(store.genes())).code).toBe("store-manifest");
  });

  test.each<[string, number[], number[], RegExp]>([
    ["a feature of a gene that is not there", [0, 1, 2, 3, 4, 9], [0, 0, 0, 0, 0, 0], /^gene 9 of 6$/],
    ["two features that are alike", [0, 1, 2, 3, 4, 4], [0, 0, 0, 0, 1, 1], /^two features of gene 4/],
    ["a gene without a feature that counts", [0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 1], /^gene 5 has no/],
    ["a kind that is none", [0, 1, 2, 3, 4, 5], [0, 0, 0, 0, 0, 2], /^feature 5 is neither/],
  ])("with %s: the division of its genes is refused", (_, gene, isLow, fault) => {
    const division = { gene: Uint32Array.from(gene), isLow: Uint8Array.from(isLow) };
    expect(divisionFault(division, 6)).toMatch(fault);
  });

  test("with flags of another division: refused before anything is counted", async () => {
    const low = good.files.get("genes/low/c/0")!;
    const { plan } = (await StoreReader.open(good)).manifest;
    const chunk = await encodeChunk(new Uint8Array(plan.genes), { typesize: 1, blockBytes: plan.genes });
    expect(chunk).not.toEqual(low);
    const folder = copy((files) => {
      files.set("genes/low/c/0", chunk);
      editRoot(files, (root) => {
        root.consolidated_metadata.metadata["genes/low"]!.attributes.shards = { "c/0": chunk.length };
      });
    });
    const found = await facts((await StoreReader.open(folder)).aboveBound().genes());
    expect(found.code).toBe("store-values");
    expect(found.params).toMatchObject({ detail: expect.stringMatching(/^two features of gene/) });
  });

  test.each<[string, string, unknown]>([
    ["an extent outside its grid", "extent", [0, 0, 2 ** 27, 100]],
    ["an extent that ends before it begins", "extent", [50, 0, 10, 100]],
    ["widths of no limbs", "limbs", { position: 2, code: 2, gene: 1, count: 0, sum: 2 }],
    ["widths past any count", "limbs", { position: 2, code: 2, gene: 1, count: 3, sum: 2 }],
    ["more genes than there can be", "genes", 65_537],
    ["quanta on a lattice", "quanta_per_unit", 2],
    ["a map that is not finite", "to_image_px", [1, 0, 0, 0, 1, null]],
  ])("with %s", async (_name, member, value) => {
    const folder = copy((files) =>
      editRoot(files, (root) => {
        root.attributes.centiscope[member] = value;
      }),
    );
    expect(await facts(StoreReader.open(folder))).toMatchObject({
      code: "store-manifest",
      params: { detail: expect.stringContaining(member) },
    });
  });

  test("with a chunk that would fill the memory", async () => {
    const folder = copy((files) =>
      editRoot(files, (root) => {
        const node = root.consolidated_metadata.metadata["genes/total"] as unknown as {
          chunk_grid: { configuration: { chunk_shape: number[] } };
        };
        node.chunk_grid.configuration.chunk_shape = [2 ** 40];
      }),
    );
    expect(await facts((await StoreReader.open(folder)).genes())).toMatchObject({
      code: "store-manifest",
      params: { detail: "genes/total: chunk_shape" },
    });
  });

  test("whose strings are named past their dictionary", async () => {
    const folder = (await storeOf(makeTable({ ...SHAPE, seed: 14, rows: 50 }))).folder;
    const store = await StoreReader.open(folder);
    const path = "dictionaries/cell";
    const { strings } = store.arrays;
    store.arrays.strings = async (at, length) =>
      at === path ? ["only"] : strings.call(store.arrays, at, length);
    for (const codes of [false, true]) {
      const source = await storeSource(store, "t", codes);
      const read = async () => {
        for await (const _ of source.batches(new AbortController().signal));
      };
      expect(await facts(read())).toMatchObject({
        code: "store-values",
        params: { array: "points/columns/cell" },
      });
    }
  });

  test.each([
    ["leads out of it", { "../x": [1, 2] }],
    ["is absolute", { "/etc/x": [1, 2] }],
    ["has no size", { x: [null, 2] }],
    ["is no list", { x: 3 }],
  ])("whose manifest names a file that %s", async (_name, files) => {
    const folder = copy((all) => {
      const open = JSON.stringify({ format: "centiscope-store", version: 1, files }).slice(0, -1);
      const sealed = `${open},"crc32c":${crc32c(new TextEncoder().encode(open))}}`;
      all.set("manifest.json", new TextEncoder().encode(sealed));
    });
    expect(await facts(readFileManifest(folder))).toMatchObject({
      code: "verify-file",
      params: { part: "manifest.json" },
    });
  });

  test("written by a newer version, of another kind, or no store at all", async () => {
    const newer = copy((files) =>
      editRoot(files, (root) => {
        root.attributes.centiscope.version = 3;
      }),
    );
    expect(await facts(StoreReader.open(newer))).toMatchObject({
      code: "store-newer",
      params: { found: 3, known: 2 },
    });
    const other = copy((files) => files.set("zarr.json", new TextEncoder().encode('{"attributes":{}}')));
    expect((await facts(StoreReader.open(other))).code).toBe("store-not");
    expect((await facts(StoreReader.open(copy((files) => files.clear())))).code).toBe("store-not");
    const broken = copy((files) => files.set("zarr.json", new TextEncoder().encode("{")));
    expect((await facts(StoreReader.open(broken))).code).toBe("store-manifest");
  });
});

describe("rows that no store can keep are refused", () => {
  const table = (change: Partial<Table>): Table => ({ ...TABLE, ...change });
  test.each<[string, Partial<Table>, string]>([
    ["not whole on a lattice", { x: TABLE.x.map((x, i) => (i === 9 ? x + 0.5 : x)) }, "convert-row"],
    ["not finite", { y: TABLE.y.map((y, i) => (i === 9 ? Number.NaN : y)) }, "convert-row"],
    ["too far", { x: TABLE.x.map((x, i) => (i === 9 ? 2 ** 31 : x)) }, "convert-row"],
    ["too far apart", { x: TABLE.x.map((x, i) => (i === 9 ? 2 ** 23 : x)) }, "convert-extent"],
    ["of a gene without a name", { gene: TABLE.gene.map((gene, i) => (i === 9 ? 6 : gene)) }, "convert-row"],
    [
      "of a gene past uint16",
      { gene: TABLE.gene.map((gene, i) => (i === 9 ? 70_000 : gene)) },
      "convert-row",
    ],
  ])("%s", async (_name, change, code) => {
    const found = await facts(storeOf(table(change)));
    expect(found.code).toBe(code);
    if (code === "convert-row" && !("gene" in change)) expect(found.params.row).toBe(10);
    if (_name.endsWith("uint16")) expect(found.params.detail).toMatch(/^gene 70000;/);
  });

  test("too far apart, before the others are read", async () => {
    const far = table({ x: TABLE.x.map((x, i) => (i === 9 ? 2 ** 23 : x)) });
    const read: number[] = [];
    const options = { batchRows: 1000, onProgress: ({ rows }: { readonly rows: number }) => read.push(rows) };
    expect((await facts(storeOf(far, options))).code).toBe("convert-extent");
    expect(read).toEqual([]);
  });

  test("strings of too many kinds for the memory", async () => {
    expect((await facts(storeOf(table({}), { memoryBytes: 1024 }))).code).toBe("convert-strings");
  });
});

test("a call that is aborted rejects with the reason, and what only it fetched is stopped", async () => {
  const folder = copy(() => {});
  const stopped: string[] = [];
  let asked = () => {};
  const reading = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const open = folder.open.bind(folder);
  folder.open = (path) => {
    const source = open(path);
    return {
      ...source,
      read: (start, end, signal) => {
        if (!path.startsWith("points/rows")) return source.read(start, end, signal);
        return new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            stopped.push(path);
            reject(signal.reason);
          });
          asked();
        });
      },
    };
  };
  const store = await StoreReader.open(folder);
  const stop = new AbortController();
  const call = store.points(null, stop.signal);
  const other = store.genes();
  await Promise.race([reading, call]);
  stop.abort(new DOMException("superseded", "AbortError"));
  await expect(call).rejects.toThrow("superseded");
  expect(stopped).toEqual(["points/rows/c/0/0"]);
  expect((await other).names).toHaveLength(6);
});
