import { opendir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ReaderWarning } from "../core/table.ts";
import { findStoreFiles } from "../formats/spatialdata-address.ts";
import type { SourceFile } from "../io/byte-source.ts";
import { HttpSource } from "../io/http.ts";
import { FileSource, pathError } from "./file-source.ts";

/** A folder with more files than this is not one slide; its first ones are looked at. */
const MAX_FILES = 20_000;
/** Files that say what a table beside them means. */
const NEIGHBOURS = [
  "experiment.xenium",
  "micron_to_mosaic_pixel_transform.csv",
  "spatial/tissue_positions.parquet",
  "spatial/scalefactors_json.json",
];

/** What a path stands for, as the readers want it. */
export interface SourceFiles {
  readonly files: readonly SourceFile[];
  readonly warnings: readonly ReaderWarning[];
}

/** Closes the files that were read. */
export async function closeFiles({ files }: SourceFiles): Promise<void> {
  await Promise.all(files.map(({ source }) => (source instanceof FileSource ? source.close() : undefined)));
}

/** True for an address rather than a path. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/**
 * The files of a path: a local file with the neighbours that give its scale, a folder with all in it, an address,
 * or the address of a whole SpatialData store. Throws `path-missing`.
 */
export async function sourceFiles(path: string, signal: AbortSignal): Promise<SourceFiles> {
  if (isUrl(path)) return addressFiles(path, signal);
  const found = await stat(path).catch((thrown) => {
    throw pathError(thrown, path);
  });
  if (found.isDirectory()) return { files: await folderFiles(path), warnings: [] };
  const files: SourceFile[] = [{ path: basename(path), source: new FileSource(path) }];
  for (const name of NEIGHBOURS) {
    const beside = join(dirname(path), name);
    if (name === basename(path)) continue;
    const there = await stat(beside).catch(() => undefined);
    if (there?.isFile()) files.push({ path: name, source: new FileSource(beside) });
  }
  return { files, warnings: [] };
}

/** All files of a folder by paths that begin with its name; `.git` and the like are left out. */
async function folderFiles(folder: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  const walk = async (at: string, inside: string): Promise<void> => {
    const names: { name: string; isFolder: boolean }[] = [];
    for await (const entry of await opendir(at)) {
      names.push({ name: entry.name, isFolder: entry.isDirectory() });
    }
    names.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, isFolder } of names) {
      if (files.length >= MAX_FILES) return;
      const path = `${inside}/${name}`;
      if (isFolder && !name.startsWith(".")) await walk(join(at, name), path);
      else if (!isFolder) files.push({ path, source: new FileSource(join(at, name)) });
    }
  };
  await walk(folder, basename(folder.replace(/[/\\]+$/, "")) || "folder");
  return files;
}

const METADATA = /\/(\.zattrs|\.zgroup|\.zmetadata|zmetadata|zarr\.json)$/;

async function addressFiles(address: string, signal: AbortSignal): Promise<SourceFiles> {
  const url = new URL(address);
  const root = METADATA.test(url.pathname)
    ? url.pathname.replace(METADATA, "")
    : /\.zarr\/*$/i.test(url.pathname)
      ? url.pathname.replace(/\/+$/, "")
      : undefined;
  if (root === undefined) {
    const source = new HttpSource(address);
    return { files: [{ path: source.name, source }], warnings: [] };
  }
  const name = decodeURIComponent(root.split("/").at(-1) || url.host);
  const open = (inside: string) => {
    const path = inside.split("/").map(encodeURIComponent).join("/");
    return new HttpSource(`${url.origin}${root}/${path}${url.search}`, `${name}/${inside}`);
  };
  const { paths, warnings } = await findStoreFiles({ name, open }, signal);
  return { files: paths.map((inside) => ({ path: `${name}/${inside}`, source: open(inside) })), warnings };
}
