import { errorFacts, isAbort } from "../src/core/errors.ts";
import { isRecord, readJson } from "../src/formats/json-file.ts";
import { isZip } from "../src/formats/zip-directory.ts";
import { ZipTree } from "../src/formats/zip-tree.ts";
import { BlobSource } from "../src/io/blob.ts";
import type { ByteSource } from "../src/io/byte-source.ts";
import type { FileTree } from "../src/io/file-tree.ts";
import { HttpSource } from "../src/io/http.ts";
import { HttpTree } from "../src/io/http-tree.ts";
import { ListTree } from "../src/io/list-tree.ts";
import { zarrRootOf } from "./load-stores.ts";
import type { FoundPart, WorkerFile } from "./protocol.ts";

/** A Centiscope store among files: those that are its own, and the rest. */
export interface FoundStores {
  readonly stores: readonly FoundPart[];
  readonly others: readonly WorkerFile[];
}

const ROOT = "zarr.json";
const LAST = "manifest.json";

export function sourceOf(file: WorkerFile): ByteSource {
  const name = file.path.split("/").at(-1) || file.path;
  return file.kind === "blob" ? new BlobSource(file.blob, name) : new HttpSource(file.url, name);
}

/**
 * Finds Centiscope stores: an address of one (its folder or a metadata file at its top), a folder of files with
 * `zarr.json` and `manifest.json`, a zip. What cannot be read is left to those who can say what it is.
 */
export async function findCentiscopeStores(
  files: readonly WorkerFile[],
  signal: AbortSignal,
): Promise<FoundStores> {
  const stores: FoundPart[] = [];
  const owned = new Set<WorkerFile>();
  const take = (name: string, own: readonly WorkerFile[]): void => {
    stores.push({ name, kind: "store", paths: own.map(({ path }) => path) });
    for (const file of own) owned.add(file);
  };
  const paths = new Set(files.map(({ path }) => path));
  for (const file of files) {
    if (owned.has(file)) continue;
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf("/") + 1));
    const isTop = file.path === `${folder}${ROOT}` && paths.has(`${folder}${LAST}`);
    if (file.kind === "blob" && isTop) {
      const own = files.filter(({ kind, path }) => kind === "blob" && path.startsWith(folder));
      if (await holdsStore(await storeTree(own, signal), signal)) take(folder.slice(0, -1) || file.path, own);
    } else if (/\.zip$/i.test(file.path) || (file.kind === "url" && zarrRootOf(file.url) !== null)) {
      const tree = await storeTree([file], signal).catch(failedUnlessAborted);
      if (tree && (await holdsStore(tree, signal))) take(tree.name, [file]);
    }
  }
  return { stores, others: files.filter((file) => !owned.has(file)) };
}

/**
 * The files of a store as a folder: those that were dropped, the files under an address, or the entries of a zip.
 * @throws CentiscopeError what a zip's directory or the host throws
 */
export async function storeTree(files: readonly WorkerFile[], signal?: AbortSignal): Promise<FileTree> {
  const only = files.length === 1 ? files[0]! : undefined;
  if (only?.kind === "url" && zarrRootOf(only.url) !== null) {
    const { search } = new URL(only.url);
    return new HttpTree(zarrRootOf(only.url)! + search);
  }
  if (only && isZip(await sourceOf(only).read(0, 4, signal))) return ZipTree.open(sourceOf(only), signal);
  const roots = files.filter(({ path }) => path === ROOT || path.endsWith(`/${ROOT}`));
  const root = roots.reduce((a, b) => (a.path.length <= b.path.length ? a : b), roots[0] ?? files[0]!);
  const folder = root.path.slice(0, root.path.lastIndexOf("/") + 1);
  const inside = files.map((file) => ({ path: file.path.slice(folder.length), source: sourceOf(file) }));
  return new ListTree(folder.slice(0, -1).split("/").at(-1) || root.path, inside);
}

async function holdsStore(tree: FileTree, signal: AbortSignal): Promise<boolean> {
  try {
    const { attributes } = await readJson(tree.open(ROOT), signal);
    return isRecord(attributes) && isRecord(attributes.centiscope);
  } catch (thrown) {
    failedUnlessAborted(thrown);
    return false;
  }
}

function failedUnlessAborted(thrown: unknown): undefined {
  if (isAbort(thrown) || errorFacts(thrown, "").code === "internal") throw thrown;
  return undefined;
}
