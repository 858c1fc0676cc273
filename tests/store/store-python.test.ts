import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FolderSink } from "../../src/cli/convert/node-folder.ts";
import { writeFile } from "../../src/store/store-sink.ts";
import { CHECKED } from "./checked-table.ts";
import { storeOf } from "./table.ts";

const expected = join(fileURLToPath(new URL("../fixtures/expected", import.meta.url)), "store-check.json");

/** `STORE_OUT=folder npx vitest run tests/store/store-python.test.ts` writes the store for the script to read. */
test("the store that zarr-python read without a fault is written byte for byte", async () => {
  const { folder } = await storeOf(CHECKED);
  const out = process.env.STORE_OUT;
  if (out) {
    const sink = new FolderSink(out);
    for (const [path, bytes] of folder.files) await writeFile(sink, path, bytes);
    return;
  }
  const checked = JSON.parse(readFileSync(expected, "utf8")) as {
    faults: string[];
    gene_bins: number;
    files: Record<string, [number, number]>;
  };
  expect(checked.faults).toEqual([]);
  expect(checked.gene_bins).toBeGreaterThan(0);
  const manifest = JSON.parse(new TextDecoder().decode(folder.files.get("manifest.json"))) as typeof checked;
  expect(manifest.files).toEqual(checked.files);
});
