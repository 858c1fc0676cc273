import { errorFacts, isAbort } from "../core/errors.ts";
import { groupAttributes, isMultiscale } from "../core/ome-zarr.ts";
import type { ReaderWarning } from "../core/table.ts";
import type { SourceFile } from "../io/byte-source.ts";
import { readJson } from "./json-file.ts";

/** A level that an image begins with: `0`, in SpatialData also `s0` or `scale0`. */
const LEVEL = /^(?:(.*)\/)?(?:0|s0|scale0)\/(?:\.zarray|zarr\.json)$/;
const METADATA = /^(?:(.*)\/)?(?:\.zattrs|zarr\.json)$/;
/** A plate of many wells is no slide: of its images some are enough. */
const MOST_GROUPS = 64;

/**
 * The metadata files (`.zattrs` or `zarr.json`) of the OME-Zarr images among the files, in their order; label images are
 * left out. An image's files are all there, or only its metadata where the rest lies at an address that cannot be listed.
 */
export async function findZarrImages(
  files: readonly SourceFile[],
  warnings: ReaderWarning[],
  signal: AbortSignal | undefined,
): Promise<SourceFile[]> {
  const all = candidates(files);
  const found = await Promise.all(
    all.map(async (file) => {
      try {
        return isMultiscale(groupAttributes(await readJson(file.source, signal)));
      } catch (thrown) {
        signal?.throwIfAborted();
        if (isAbort(thrown) || files.length === 1) throw thrown;
        const reason = errorFacts(thrown, file.path).code;
        warnings.push({ code: "warn-file-skipped", params: { file: file.path, reason } });
        return false;
      }
    }),
  );
  return all.filter((_, i) => found[i]);
}

function candidates(files: readonly SourceFile[]): SourceFile[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const groups = new Set<string>();
  /** Folders that hold files other than their own metadata. */
  const full = new Set<string>();
  for (const { path } of files) {
    const level = LEVEL.exec(path);
    if (level) groups.add(level[1] ?? "");
    const own = METADATA.test(path) ? path.split("/").slice(0, -2) : path.split("/").slice(0, -1);
    for (let depth = own.length; depth >= 0; depth--) full.add(own.slice(0, depth).join("/"));
  }
  for (const { path } of files) {
    const group = METADATA.exec(path)?.[1] ?? "";
    if (METADATA.test(path) && !full.has(group)) groups.add(group);
  }
  const metadata = (group: string): SourceFile | undefined =>
    ["zarr.json", ".zattrs"]
      .map((name) => byPath.get(group === "" ? name : `${group}/${name}`))
      .find((file) => file !== undefined);
  return [...groups]
    .filter((group) => !/(^|\/)labels(\/|$)/.test(group))
    .flatMap((group) => metadata(group) ?? [])
    .slice(0, MOST_GROUPS);
}

/** The folder of an image's group, with a slash at its end, or "". */
export function zarrGroupOf(metadataPath: string): string {
  return metadataPath.slice(0, metadataPath.lastIndexOf("/") + 1);
}

/** What an image is called: its group's folder, and the one above where that is but a number. */
export function zarrName(metadataPath: string): string {
  const folders = zarrGroupOf(metadataPath).split("/").filter(Boolean);
  const last = folders.at(-1) ?? metadataPath;
  return /^\d+$/.test(last) && folders.length > 1 ? folders.slice(-2).join("/") : last;
}
