import type { ByteSource } from "./byte-source.ts";

/**
 * A folder of files that are read by path: the contract that stores work over. Implementations: `http-tree.ts`,
 * `list-tree.ts` (dropped files), `zip-tree.ts` (one STORED zip).
 */
export interface FileTree {
  /** The folder's name as the user knows it, for messages. */
  readonly name: string;
  /**
   * The file at `path` (forward slashes, no leading one). A missing file is a `MissingDataError` when it is read,
   * not here. `sizeBytes`, when the caller knows it, saves asking for it.
   */
  open(path: string, sizeBytes?: number): ByteSource;
}
