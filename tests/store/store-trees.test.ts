import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { ZipTree } from "../../src/formats/zip-tree.ts";
import type { FileTree } from "../../src/io/file-tree.ts";
import { ListTree } from "../../src/io/list-tree.ts";
import { MemorySource } from "../../src/io/memory.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import type { MemoryFolder } from "./memory-folder.ts";
import { makeTable, storeOf } from "./table.ts";

const TABLE = makeTable({
  seed: 4,
  rows: 2000,
  genes: 5,
  lattice: false,
  side: 3000,
  x0: 0,
  y0: 0,
  unitUm: 1,
  repeats: 0,
  bigCounts: false,
});

const zipped = (folder: MemoryFolder, top: string, level: 0 | 6): Promise<FileTree> => {
  const files = Object.fromEntries([...folder.files].map(([path, bytes]) => [`${top}${path}`, bytes]));
  return ZipTree.open(new MemorySource("a.centiscope.zarr.zip", zipSync(files, { level })));
};

describe("a store reads the same", () => {
  test.each([
    ["as dropped files", async (folder: MemoryFolder) => listed(folder)],
    ["in a zip without compression", (folder: MemoryFolder) => zipped(folder, "", 0)],
    ["in a zip that holds its folder", (folder: MemoryFolder) => zipped(folder, "a.centiscope.zarr/", 0)],
  ])("%s", async (_name, treeOf) => {
    const { folder, store } = await storeOf(TABLE);
    const other = await StoreReader.open(await treeOf(folder));
    const box = { x0: 10, y0: 5, x1: 60, y1: 50 };
    expect(await other.points(box)).toEqual(await store.points(box));
    expect(await other.genes()).toEqual(await store.genes());
  });

  test("but not in a zip that compresses, nor with files left out", async () => {
    const { folder } = await storeOf(TABLE);
    const tree = await zipped(folder, "", 6);
    await expect(StoreReader.open(tree)).rejects.toMatchObject({ facts: { code: "zip-corrupt" } });
    folder.files.delete("points/columns/x/c/0");
    const store = await StoreReader.open(listed(folder));
    await expect(store.points(null)).rejects.toMatchObject({
      facts: { code: "store-chunk-missing", params: { array: "points/columns/x", chunk: "0" } },
    });
    expect((await store.genes()).names).toHaveLength(5);
  });
});

function listed({ files }: MemoryFolder): FileTree {
  const list = [...files].map(([path, bytes]) => ({ path, source: new MemorySource(path, bytes) }));
  return new ListTree("dropped", list);
}
