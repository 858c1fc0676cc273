import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CentiscopeError, isAbort } from "../../core/errors.ts";
import type { FileTree } from "../../io/file-tree.ts";
import { encodeHere } from "../../store/array-writer.ts";
import { checkFile, readFileManifest } from "../../store/file-manifest.ts";
import { StoreReader } from "../../store/store-reader.ts";
import type { RowSource } from "../row-source.ts";
import { buildStore } from "./build-store.ts";
import { DEFAULT_MEMORY_BYTES } from "./convert-store.ts";
import { FolderSink, FolderTree } from "./node-folder.ts";
import { RowDigest } from "./row-digest.ts";
import { storeSource } from "./store-source.ts";

/** One thing that is wrong with a store. */
export type Fault = CentiscopeError;

export interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly memoryBytes?: number;
  /** The source that the rows are to be compared with. */
  readonly against?: RowSource;
  readonly onStep?: (step: "files" | "summaries" | "rows", done: number, of: number) => void;
}

/**
 * Checks a store from the outside in: every file against its checksum; the metadata of each array against the
 * root's; every array against one written anew from the rows in `points`, in a folder for temporary files; the rows
 * against a source's, as multisets. Resolves to what is wrong, nothing when all is right.
 */
export async function verifyStore(tree: FileTree, options: VerifyOptions): Promise<Fault[]> {
  const { signal } = options;
  const faults: Fault[] = [];
  const attempt = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step();
    } catch (thrown) {
      if (isAbort(thrown) || !(thrown instanceof CentiscopeError)) throw thrown;
      faults.push(thrown);
    }
  };
  await attempt(async () => {
    const files = await readFileManifest(tree, signal);
    let done = 0;
    for (const [path, record] of files) {
      await attempt(() => checkFile(tree, path, record, signal));
      done += 1;
      options.onStep?.("files", done, files.size);
    }
  });
  if (faults.length > 0) return faults;
  await attempt(async () => {
    const store = await StoreReader.open(tree, {}, signal);
    for (const path of store.arrays.paths) await attempt(() => checkNode(tree, store, path, signal));
    await attempt(() => checkSummaries(tree, store, options));
    const { against } = options;
    if (against) await attempt(() => compareRows(tree, store, against, options));
  });
  return faults;
}

/** A node's own `zarr.json` says what the root's copy of it says. */
async function checkNode(
  tree: FileTree,
  store: StoreReader,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const part = `${path}/zarr.json`;
  const bytes = await tree.open(part).read(0, 2 ** 30, signal);
  if (new TextDecoder().decode(bytes) === JSON.stringify(store.arrays.node(path))) return;
  throw new CentiscopeError("verify-file", { file: tree.name, part, detail: "the root's copy differs" });
}

/** Writes the store anew from its own rows and compares every array. */
async function checkSummaries(tree: FileTree, store: StoreReader, options: VerifyOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "centiscope-verify-"));
  try {
    const scratchDir = join(folder, "scratch");
    mkdirSync(scratchDir);
    const { plan } = store.manifest;
    const source = await storeSource(store, tree.name, true);
    await buildStore(source, new FolderSink(join(folder, "store")), {
      provenance: store.manifest,
      scratchDir,
      memoryBytes: options.memoryBytes ?? DEFAULT_MEMORY_BYTES,
      encoder: encodeHere,
      signal: options.signal,
      tile: { log2: plan.tileLog2 },
      bound: store.manifest.quality,
      onProgress: ({ rows, of }) => options.onStep?.("summaries", rows, of ?? plan.rows),
    });
    const anew = new FolderTree(join(folder, "store"));
    try {
      await compareArrays(store, await StoreReader.open(anew), options.signal);
    } finally {
      anew.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isArray = (store: StoreReader, path: string): boolean =>
  (store.arrays.node(path) as { node_type?: unknown }).node_type === "array";

async function compareArrays(store: StoreReader, anew: StoreReader, signal: AbortSignal): Promise<void> {
  const paths = anew.arrays.paths.filter((path) => isArray(anew, path));
  for (const path of paths) {
    if (!store.arrays.has(path)) throw store.arrays.values(path, "it is missing");
    const [is, should] = [store.arrays.reader(path), anew.arrays.reader(path)];
    if (JSON.stringify(is.array) !== JSON.stringify(should.array)) {
      throw store.arrays.values(
        path,
        `its shape is ${is.array.shape.join(" × ")}, not ${should.array.shape.join(" × ")}`,
      );
    }
    const chunks = is.chunkGrid.reduce((product, side) => product * side, 1);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const [[a], [b]] = await Promise.all([is.read([chunk], signal), should.read([chunk], signal)]);
      if (!sameBytes(a, b)) throw store.arrays.values(path, `chunk ${chunk} does not follow from the rows`);
    }
  }
}

/** Chunks that are not there are all zeros. */
function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (!a || !b) return (a ?? b)?.every((byte) => byte === 0) ?? true;
  return Buffer.compare(a, b) === 0;
}

async function compareRows(
  tree: FileTree,
  store: StoreReader,
  against: RowSource,
  options: VerifyOptions,
): Promise<void> {
  const names = against.extraColumns.map(({ name }) => name);
  const mine = await storeSource(store, tree.name);
  const kept = new Set(mine.extraColumns.map(({ name }) => name));
  const wrong = (detail: string): CentiscopeError =>
    new CentiscopeError("verify-rows", { file: tree.name, against: against.path, detail });
  const lost = names.filter((name) => !kept.has(name));
  if (lost.length > 0) throw wrong(`column ${lost.join(", ")} is not kept`);
  const [stored, source] = [new RowDigest(mine, names), new RowDigest(against, names)];
  for (const [from, digest] of [
    [mine, stored],
    [against, source],
  ] as const) {
    for await (const batch of from.batches(options.signal)) {
      digest.add(batch);
      options.onStep?.("rows", digest.rows, store.manifest.plan.rows);
    }
  }
  if (stored.rows !== source.rows) throw wrong(`${stored.rows} rows instead of ${source.rows}`);
  if (stored.finish() !== source.finish()) throw wrong("the same number of rows, but other rows");
}
