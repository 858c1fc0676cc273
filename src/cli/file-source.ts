import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";

/** Streams ask for this much at a time. */
const PIECE = 1 << 22;

/** What tells one version of a file from the next. */
interface FileVersion {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

/**
 * A file on this machine, read at positions through one handle that is opened at the first read. A file that changes
 * in the meantime is refused (`path-changed`), as its parts would not belong together.
 */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly path: string;
  private opened: Promise<{ readonly handle: FileHandle; readonly version: FileVersion }> | undefined;
  private closed = false;

  constructor(path: string, name = basename(path)) {
    this.path = path;
    this.name = name;
  }

  async size(signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    return (await this.file()).version.size;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const { handle, version } = await this.file();
    const stop = Math.min(end, version.size);
    if (start >= stop) return new Uint8Array(0);
    const bytes = new Uint8Array(stop - start);
    let held = 0;
    try {
      while (held < bytes.length) {
        const { bytesRead } = await handle.read(bytes, held, bytes.length - held, start + held);
        if (bytesRead === 0) break;
        held += bytesRead;
      }
    } catch (thrown) {
      throw pathError(thrown, this.name);
    }
    await this.checkVersion();
    if (held < bytes.length) throw new CentiscopeError("path-changed", { file: this.name });
    signal?.throwIfAborted();
    return bytes;
  }

  stream(signal?: AbortSignal): ReadableStream<Uint8Array> {
    let at = 0;
    let next: Promise<Uint8Array> | undefined;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await (next ?? this.read(at, at + PIECE, signal));
          at += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          if (piece.length < PIECE) return controller.close();
          // The disk works while the consumer does.
          next = this.read(at, at + PIECE, signal);
          next.catch(() => {});
        },
      },
      { highWaterMark: 1 },
    );
  }

  /** Closes the handle for good; a read that comes later (one ahead of an aborted stream) is refused. */
  async close(): Promise<void> {
    this.closed = true;
    const opened = this.opened;
    this.opened = undefined;
    await (await opened?.catch(() => undefined))?.handle.close();
  }

  private file() {
    if (this.closed) {
      return Promise.reject(new CentiscopeError("path-unreadable", { file: this.name, detail: "closed" }));
    }
    this.opened ??= this.open().catch((thrown) => {
      this.opened = undefined;
      throw pathError(thrown, this.name);
    });
    return this.opened;
  }

  private async open() {
    const handle = await open(this.path, "r");
    return { handle, version: await versionOf(handle) };
  }

  private async checkVersion(): Promise<void> {
    const { handle, version } = await this.file();
    const now = await versionOf(handle);
    if (now.size !== version.size || now.mtimeMs !== version.mtimeMs || now.ino !== version.ino) {
      throw new CentiscopeError("path-changed", { file: this.name });
    }
  }
}

async function versionOf(handle: FileHandle): Promise<FileVersion> {
  const { size, mtimeMs, ino } = await handle.stat();
  return { size, mtimeMs, ino };
}

/** What `read` finds at a path. Throws `path-missing`, `path-unreadable`. */
export function atPath<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw pathError(thrown, path);
  }
}

/** What the system says about a path, in our words. */
export function pathError(thrown: unknown, file: string): CentiscopeError {
  if (thrown instanceof CentiscopeError) return thrown;
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR")
    return new CentiscopeError("path-missing", { file }, { cause: thrown });
  const detail = code || (thrown instanceof Error ? thrown.message : String(thrown));
  return new CentiscopeError("path-unreadable", { file, detail }, { cause: thrown });
}
