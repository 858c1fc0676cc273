import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import type { FileTree } from "../io/file-tree.ts";
import { readZipDirectory, storedEntry, type ZipEntry } from "./zip-directory.ts";

/**
 * The files of a zip without compression, each a range of the archive: a store in one file. The archive's folder
 * that holds `zarr.json` is the tree's root, whether it is the top or one below.
 */
export class ZipTree implements FileTree {
  readonly name: string;
  private readonly archive: ByteSource;
  private readonly entries: ReadonlyMap<string, ZipEntry>;
  private readonly opened = new Map<string, Promise<ByteSource>>();

  private constructor(archive: ByteSource, entries: ReadonlyMap<string, ZipEntry>) {
    this.name = archive.name;
    this.archive = archive;
    this.entries = entries;
  }

  /** Reads the archive's directory. @throws CentiscopeError `zip-corrupt` and what the archive throws */
  static async open(archive: ByteSource, signal?: AbortSignal): Promise<ZipTree> {
    const entries = await readZipDirectory(archive, signal);
    const roots = entries.flatMap(({ name }) => /^(?:([^/]+)\/)?zarr\.json$/.exec(name) ?? []);
    const top = entries.some(({ name }) => name === "zarr.json") ? "" : `${roots[1] ?? ""}/`;
    const inside = entries.filter(({ name }) => name.startsWith(top) && !name.endsWith("/"));
    return new ZipTree(archive, new Map(inside.map((entry) => [entry.name.slice(top.length), entry])));
  }

  open(path: string): ByteSource {
    const find = (signal?: AbortSignal): Promise<ByteSource> => this.find(path, signal);
    return {
      name: path,
      size: async (signal) => (await find(signal)).size(signal),
      read: async (start, end, signal) => (await find(signal)).read(start, end, signal),
      stream: (signal) => {
        let at = 0;
        return new ReadableStream<Uint8Array>({
          pull: async (controller) => {
            const piece = await (await find(signal)).read(at, at + PIECE, signal);
            at += piece.length;
            if (piece.length > 0) controller.enqueue(piece);
            if (piece.length < PIECE) controller.close();
          },
        });
      },
    };
  }

  /** The entry as a file; its local header is read once. */
  private find(path: string, signal: AbortSignal | undefined): Promise<ByteSource> {
    const entry = this.entries.get(path);
    if (!entry) {
      const params = { file: path, detail: `not in ${this.archive.name}` };
      return Promise.reject(new CentiscopeError("file-missing", params));
    }
    let found = this.opened.get(path);
    if (!found) {
      found = storedEntry(this.archive, entry, signal);
      this.opened.set(path, found);
      found.catch(() => this.opened.delete(path));
    }
    return found;
  }
}

const PIECE = 1 << 20;
