import type { Journal } from "../../src/core/annotation-storage.ts";
import { tidyJournal } from "../../src/io/journal-trim.ts";
import type { JournalDirectory, JournalFiles } from "../../workers/journal-files.ts";

/** What becomes of what was written and not flushed when the power goes. */
export type Unflushed = "lost" | "kept" | "torn";

interface Stored {
  /** As programs see it. */
  now: Uint8Array<ArrayBuffer>;
  /** As it was at the last flush. */
  flushed: Uint8Array<ArrayBuffer>;
  open: boolean;
}

export class PowerCut extends Error {}

/** Files of a site in memory (File System standard, §2.4), on a machine whose power goes at a write of one's choice. */
export class MemoryDisk {
  readonly #files = new Map<string, Stored>();
  /** How many writes it stood so far, of whatever kind. */
  writes = 0;
  /** The write that the power goes at. */
  cutAt = Number.POSITIVE_INFINITY;

  /** Called before each write, also by what is no file: the last ones never happen. */
  tick(): void {
    if (this.writes >= this.cutAt) throw new PowerCut();
    this.writes += 1;
  }

  get sizeBytes(): number {
    return [...this.#files.values()].reduce((sum, { now }) => sum + now.length, 0);
  }

  /** The windows that had these files open are gone. */
  close(): void {
    for (const file of this.#files.values()) file.open = false;
  }

  get text(): string {
    return [...this.#files.values()].map(({ now }) => new TextDecoder().decode(now)).join("\n");
  }

  get names(): string[] {
    return [...this.#files.keys()];
  }

  /** The disk as it is found when the power is back. */
  after(unflushed: Unflushed): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [name, { now, flushed }] of this.#files) {
      const torn = now.slice(0, Math.max(flushed.length, Math.floor((flushed.length + now.length) / 2)));
      const found = unflushed === "kept" ? now : unflushed === "lost" ? flushed : torn;
      disk.#files.set(name, { now: found.slice(), flushed: found.slice(), open: false });
    }
    return disk;
  }

  get directory(): JournalDirectory {
    const handleOf = (name: string): FileSystemFileHandle => this.#handle(name);
    return {
      getFileHandle: async (name, options) => {
        if (!this.#files.has(name)) {
          if (!options?.create) throw new DOMException(name, "NotFoundError");
          this.tick();
          this.#files.set(name, { now: new Uint8Array(), flushed: new Uint8Array(), open: false });
        }
        return handleOf(name);
      },
      removeEntry: async (name) => {
        this.tick();
        this.#files.delete(name);
      },
      keys: async function* (this: MemoryDisk) {
        yield* [...this.#files.keys()];
      }.bind(this) as JournalDirectory["keys"],
    };
  }

  #handle(name: string): FileSystemFileHandle {
    const stored = (): Stored => {
      const found = this.#files.get(name);
      if (!found) throw new DOMException(name, "NotFoundError");
      return found;
    };
    const handle = {
      getFile: async () => new Blob([stored().now]),
      createSyncAccessHandle: async () => {
        const file = stored();
        if (file.open) throw new DOMException(name, "NoModificationAllowedError");
        file.open = true;
        return {
          getSize: () => file.now.length,
          close: () => {
            file.open = false;
          },
          flush: () => {
            this.tick();
            file.flushed = file.now.slice();
          },
          truncate: (length: number) => {
            this.tick();
            file.now = file.now.slice(0, length);
          },
          write: (bytes: Uint8Array, { at }: { at: number }) => {
            this.tick();
            const next = new Uint8Array(Math.max(file.now.length, at + bytes.length));
            next.set(file.now);
            next.set(bytes, at);
            file.now = next;
            return bytes.length;
          },
        };
      },
    };
    return handle as unknown as FileSystemFileHandle;
  }
}

/** A window's journal over its files, as the worker has it. */
export function journalOn(files: JournalFiles): Journal {
  return Object.assign(files, {
    tidy: (database: string, enoughBytes: number) => tidyJournal(database, files, enoughBytes),
    close: () => undefined,
  });
}
