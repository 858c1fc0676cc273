import { basename } from "node:path";
import { CentiscopeError } from "../../core/errors.ts";
import { type ChunkEncoder, encodeHere } from "../../store/array-writer.ts";
import type { Provenance, StoreManifest } from "../../store/store-manifest.ts";
import type { RowSource } from "../row-source.ts";
import { buildStore, type ConvertProgress } from "./build-store.ts";
import { FolderSink, writeFailure } from "./node-folder.ts";
import { OutFolder } from "./out-folder.ts";

/** Default of what a conversion holds, bytes. */
export const DEFAULT_MEMORY_BYTES = 2 ** 30;

export interface ConvertOptions {
  readonly provenance: Provenance;
  readonly memoryBytes?: number;
  /** Replaces a store that is there, once the new one is whole. */
  readonly force?: boolean;
  readonly signal: AbortSignal;
  readonly encoder?: ChunkEncoder;
  readonly onProgress?: (progress: ConvertProgress) => void;
}

/**
 * Converts a source into the store `out`. It is written beside its place, flushed to disk, and takes its name last:
 * stopped at any moment, even by `kill -9`, it leaves the folder `out.part`, which is no store by its name and is
 * cleared away by the next run, and at `out` what was there before. Only between the two renames that replace a store
 * is nothing at `out`; the old store then lies in `out.part`, and the next run puts it back.
 * @throws CentiscopeError `convert-*`, or what the source throws; the abort signal's reason
 */
export async function convertStore(
  source: RowSource,
  out: string,
  options: ConvertOptions,
): Promise<StoreManifest> {
  const force = options.force ?? false;
  const folder = new OutFolder(out);
  folder.checkTarget(force);
  folder.clearStale();
  // A store that a killed run had moved aside is back.
  const there = folder.checkTarget(force);
  folder.take();
  try {
    const manifest = await buildStore(source, new FolderSink(folder.store), {
      provenance: options.provenance,
      scratchDir: folder.scratch,
      memoryBytes: options.memoryBytes ?? DEFAULT_MEMORY_BYTES,
      encoder: options.encoder ?? encodeHere,
      signal: options.signal,
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    });
    folder.publish(there);
    return manifest;
  } catch (thrown) {
    folder.checkHeld();
    throw inWords(out, thrown);
  } finally {
    folder.remove();
  }
}

/** A failure of the disk in words; any other as it is. */
export function inWords(out: string, thrown: unknown): unknown {
  const ofDisk = thrown instanceof Error && "syscall" in thrown && !(thrown instanceof CentiscopeError);
  return ofDisk ? writeFailure(basename(out), thrown) : thrown;
}
