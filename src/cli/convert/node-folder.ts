import {
  closeSync,
  createReadStream,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { CentiscopeError } from "../../core/errors.ts";
import { Breather } from "../../formats/event-loop.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { FileTree } from "../../io/file-tree.ts";
import { isInside } from "../../store/file-manifest.ts";
import type { SinkFile, StoreSink } from "../../store/store-sink.ts";

function codeOf(thrown: unknown): string {
  return typeof thrown === "object" && thrown !== null && "code" in thrown ? String(thrown.code) : "";
}

/** The failure of writing `file`, in words: a full disk is said to be one. */
export function writeFailure(file: string, thrown: unknown): CentiscopeError {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const detail = ["ENOSPC", "EDQUOT"].includes(codeOf(thrown)) ? "the disk is full" : text;
  return new CentiscopeError("path-unwritable", { file, detail }, { cause: thrown });
}

/** A folder on this machine that a store is written to; every file is on disk when it is closed. */
export class FolderSink implements StoreSink {
  private readonly folder: string;
  /** All else here is synchronous: without it a signal (Ctrl+C) would never be seen. */
  private readonly breather = new Breather(undefined);

  constructor(folder: string) {
    this.folder = folder;
  }

  async create(path: string): Promise<SinkFile> {
    const target = join(this.folder, path);
    const attempt = <T>(step: () => T): T => {
      try {
        return step();
      } catch (thrown) {
        throw writeFailure(basename(this.folder), thrown);
      }
    };
    const descriptor = attempt(() => {
      mkdirSync(dirname(target), { recursive: true });
      return openSync(target, "wx");
    });
    return {
      write: async (bytes) => {
        if (this.breather.due) await this.breather.breathe();
        attempt(() => {
          for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
        });
      },
      close: async () => {
        attempt(() => {
          fsyncSync(descriptor);
          closeSync(descriptor);
        });
      },
    };
  }
}

/** Most files that are kept open: a store may have more than a process may open. */
const MOST_OPEN = 64;

/** A folder on this machine that a store is read from. */
export class FolderTree implements FileTree {
  readonly name: string;
  private readonly folder: string;
  private readonly opened = new Map<string, number>();
  /** As in {@link FolderSink}. */
  private readonly breather = new Breather(undefined);

  constructor(folder: string) {
    this.folder = folder;
    this.name = basename(folder);
  }

  open(path: string): ByteSource {
    const target = join(this.folder, path);
    const descriptor = (): number => {
      let found = this.opened.get(path);
      if (found === undefined) {
        // Paths come from the store's own metadata: none leads out of it.
        if (!isInside(path))
          throw new CentiscopeError("file-missing", { file: path, detail: "outside the store" });
        try {
          found = openSync(target, "r");
        } catch (thrown) {
          const detail = codeOf(thrown);
          const code = ["ENOENT", "ENOTDIR"].includes(detail) ? "file-missing" : "path-unreadable";
          throw new CentiscopeError(code, { file: path, detail }, { cause: thrown });
        }
        // Reads are synchronous, so none is under way on the one that is closed.
        for (const [oldest, other] of this.opened) {
          if (this.opened.size < MOST_OPEN) break;
          this.opened.delete(oldest);
          closeSync(other);
        }
        this.opened.set(path, found);
      }
      return found;
    };
    return {
      name: path,
      size: async () => fstatSync(descriptor()).size,
      read: async (start, end, signal) => {
        if (this.breather.due) await this.breather.breathe();
        signal?.throwIfAborted();
        const from = descriptor();
        const bytes = new Uint8Array(Math.max(0, Math.min(end, fstatSync(from).size) - start));
        let done = 0;
        while (done < bytes.length) {
          const got = readSync(from, bytes, done, bytes.length - done, start + done);
          if (got === 0) break;
          done += got;
        }
        return bytes.subarray(0, done);
      },
      stream: () => Readable.toWeb(createReadStream(target)) as ReadableStream<Uint8Array>,
    };
  }

  /** Closes every file that was opened. */
  close(): void {
    for (const descriptor of this.opened.values()) closeSync(descriptor);
    this.opened.clear();
  }
}
