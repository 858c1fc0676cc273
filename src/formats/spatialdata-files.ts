import { CentiscopeError } from "../core/errors.ts";
import type { SourceFile } from "../io/byte-source.ts";

/** A folder of Parquet parts, and the attributes beside it when there are any. */
export interface PartsFolder {
  /** The points element's name. */
  readonly element: string;
  /** Path of the element's folder, "" at the top. */
  readonly folder: string;
  readonly attributes: SourceFile | null;
  readonly parts: readonly SourceFile[];
}

const PART = /^(.*?)([^/]*\.parquet)\/part\.(\d+)\.parquet$/;
/** Some writers make one file of a points element. */
const WHOLE = /^((?:.*\/)?points\/[^/]+\/)(points\.parquet)$/;

/**
 * The folders of `part.N.parquet` (or lone `points.parquet` files) among the files, by path. Throws when a part
 * between others is missing.
 */
export function findPartsFolders(files: readonly SourceFile[]): PartsFolder[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folders = new Map<string, Map<number, SourceFile>>();
  for (const file of files) {
    const match = PART.exec(file.path) ?? WHOLE.exec(file.path);
    if (!match) continue;
    const key = `${match[1]}${match[2]}`;
    const parts = folders.get(key) ?? new Map<number, SourceFile>();
    parts.set(Number(match[3] ?? 0), file);
    folders.set(key, parts);
  }
  return [...folders].map(([key, parts]) => {
    const folder = key.slice(0, Math.max(0, key.lastIndexOf("/")));
    const inside = (name: string) => byPath.get(folder === "" ? name : `${folder}/${name}`);
    const element = folder.split("/").at(-1) || key;
    const numbers = [...parts.keys()].sort((a, b) => a - b);
    const last = numbers.at(-1) ?? 0;
    if (numbers.length !== last + 1) {
      const part = numbers.findIndex((number, i) => number !== i);
      throw new CentiscopeError("spatialdata-part-missing", { file: key, part, last });
    }
    return {
      element,
      folder,
      attributes: inside(".zattrs") ?? inside("zarr.json") ?? null,
      parts: numbers.map((number) => parts.get(number)!),
    };
  });
}

/** Folders that are zarr groups or arrays: their chunks are not looked at one by one. */
export function zarrRoots(files: readonly SourceFile[]): string[] {
  const marked = files
    .filter((file) => /(^|\/)(\.zgroup|\.zarray|\.zattrs|zarr\.json)$/.test(file.path))
    .map((file) => file.path.slice(0, Math.max(0, file.path.lastIndexOf("/"))));
  return [...new Set(marked)];
}
