import type { ReaderWarning } from "../src/core/table.ts";
import { findStoreFiles } from "../src/formats/spatialdata-address.ts";
import { HttpSource } from "../src/io/http.ts";
import type { WorkerFile } from "./protocol.ts";

type UrlFile = Extract<WorkerFile, { readonly kind: "url" }>;

/** Files as they were given, but each address of a whole store replaced by the files to read from it. */
export interface ExpandedFiles {
  readonly files: readonly WorkerFile[];
  /** Those that were not given. */
  readonly added: readonly WorkerFile[];
  readonly warnings: readonly ReaderWarning[];
}

const METADATA = /(^|\/)(\.zattrs|\.zgroup|\.zmetadata|zmetadata|zarr\.json)$/;

/**
 * Finds the files of stores that are named by one address: their folder (`….zarr`) or one of the metadata files at
 * their top. Where files of the store are given too, they are taken as they are.
 */
export async function expandStores(
  files: readonly WorkerFile[],
  signal: AbortSignal,
): Promise<ExpandedFiles> {
  const stores = new Map<string, UrlFile>();
  for (const file of files) {
    const root = file.kind === "url" ? zarrRootOf(file.url) : null;
    if (file.kind === "url" && root !== null && !hasFilesOf(files, root)) stores.set(root, file);
  }
  const added: WorkerFile[] = [];
  const warnings: ReaderWarning[] = [];
  for (const [root, { path, url }] of stores) {
    const folder = path.replace(METADATA, "").replace(/\/+$/, "") || new URL(url).host;
    const name = folder.split("/").at(-1) || folder;
    const open = (inside: string) => new HttpSource(insideUrl(url, root, inside), `${name}/${inside}`);
    const found = await findStoreFiles({ name, open }, signal);
    warnings.push(...found.warnings);
    for (const inside of found.paths) {
      added.push({ kind: "url", path: `${folder}/${inside}`, url: insideUrl(url, root, inside) });
    }
  }
  const given = files.filter((file) => file.kind === "blob" || !stores.has(zarrRootOf(file.url) ?? ""));
  return { files: [...given, ...added], added, warnings };
}

/** The address of the zarr hierarchy that an address stands for, without a slash at its end; null when for none. */
export function zarrRootOf(url: string): string | null {
  const { origin, pathname } = new URL(url);
  if (METADATA.test(pathname)) return origin + pathname.replace(METADATA, "");
  return /\.zarr\/*$/i.test(pathname) ? origin + pathname.replace(/\/+$/, "") : null;
}

function hasFilesOf(files: readonly WorkerFile[], root: string): boolean {
  return files.some((file) => file.kind === "url" && isDataOf(file.url, root));
}

function isDataOf(url: string, root: string): boolean {
  const { origin, pathname } = new URL(url);
  return (origin + pathname).startsWith(`${root}/`) && zarrRootOf(url) === null;
}

/** The query goes along: it may hold the reader's permission. */
function insideUrl(url: string, root: string, inside: string): string {
  return `${root}/${inside.split("/").map(encodeURIComponent).join("/")}${new URL(url).search}`;
}
