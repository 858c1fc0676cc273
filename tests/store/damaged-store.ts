import { expect } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { encodeChunk } from "../../src/store/chunk-encode.ts";
import { crc32c } from "../../src/store/crc32c.ts";
import { MemoryFolder } from "./memory-folder.ts";
import { makeTable, type Table } from "./table.ts";

export const SHAPE = {
  seed: 12,
  rows: 5000,
  genes: 6,
  lattice: true,
  side: 100,
  x0: 0,
  y0: 0,
  unitUm: 0.5,
  repeats: 0.2,
  bigCounts: true,
};
/** A small table with counts past 65 535 and qualities on both sides of the bound. */
export const TABLE: Table = makeTable(SHAPE);

export type Change = (files: Map<string, Uint8Array>) => void;

/** A copy of a store's files, changed. */
export function copyOf(store: MemoryFolder, change: Change): MemoryFolder {
  const folder = new MemoryFolder();
  for (const [path, bytes] of store.files) folder.files.set(path, bytes.slice());
  change(folder.files);
  return folder;
}

/** What a call was refused with. */
export async function facts(work: Promise<unknown>) {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(CentiscopeError);
  return (thrown as CentiscopeError).facts;
}

/** The root's JSON with a member of an array's or its own attributes changed. */
export function editRoot(files: Map<string, Uint8Array>, edit: (root: Root) => void): void {
  const root = JSON.parse(new TextDecoder().decode(files.get("zarr.json"))) as Root;
  edit(root);
  files.set("zarr.json", new TextEncoder().encode(JSON.stringify(root)));
}

export interface Root {
  attributes: { centiscope: Record<string, unknown> };
  consolidated_metadata: { metadata: Record<string, { attributes: { shards: Record<string, number> } }> };
}

/** Replaces an array of one shard and one chunk by other numbers, checksums and all. */
export async function replaceOffsets(
  files: Map<string, Uint8Array>,
  path: string,
  values: bigint[],
): Promise<void> {
  const raw = new Uint8Array(BigUint64Array.from(values).buffer);
  const chunk = await encodeChunk(raw, { typesize: 8, blockBytes: raw.length });
  const shard = new Uint8Array(chunk.length + 20);
  shard.set(chunk);
  const view = new DataView(shard.buffer);
  view.setBigUint64(chunk.length, 0n, true);
  view.setBigUint64(chunk.length + 8, BigInt(chunk.length), true);
  view.setUint32(chunk.length + 16, crc32c(shard.subarray(chunk.length, chunk.length + 16)), true);
  files.set(`${path}/c/0`, shard);
  editRoot(files, (root) => {
    root.consolidated_metadata.metadata[path]!.attributes.shards = { "c/0": shard.length };
  });
}
