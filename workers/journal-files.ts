import type { Draft, Entry, Forgotten, JournalContent } from "../src/core/annotation-storage.ts";
import { decodeRecords, encodeRecord } from "./journal-records.ts";

/** Of the File System standard, §2.4, as far as it is used; no browser library of types has its `keys` yet. */
type Directory = FileSystemDirectoryHandle & { keys(): AsyncIterableIterator<string> };

/** What stands in a log. */
type LogRecord = Entry | Forgotten;

/**
 * This window's journal: one file that is only ever added to, and one that holds the draft of the gesture under way;
 * made when there is something to write. Read back, the journals of all windows there ever were are one.
 */
export class JournalFiles {
  readonly #directory: Directory;
  readonly #name: string;
  readonly #open = new Map<string, Promise<FileSystemSyncAccessHandle>>();

  private constructor(directory: Directory, name: string) {
    this.#directory = directory;
    this.#name = name;
  }

  /** `name` is one that no other window has. Rejects where the browser has no such files. */
  static async open(name: string): Promise<JournalFiles> {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle("centiscope-annotations", { create: true });
    const files = new JournalFiles(directory as Directory, name);
    await files.#file(".draft");
    return files;
  }

  append(entries: readonly Entry[]): Promise<void> {
    return this.#write(entries);
  }

  forget(forgotten: Forgotten): Promise<void> {
    return this.#write([forgotten]);
  }

  async #write(records: readonly LogRecord[]): Promise<void> {
    const log = await this.#file(".log");
    const end = log.getSize();
    try {
      let at = end;
      for (const record of records) at += write(log, encodeRecord(record), at);
      log.flush();
    } catch (thrown) {
      // Half a record would hide all that comes after it.
      log.truncate(end);
      throw thrown;
    }
  }

  async keepDraft(draft: Draft | null): Promise<void> {
    const file = await this.#file(".draft");
    file.truncate(0);
    if (draft) write(file, encodeRecord(draft), 0);
    file.flush();
  }

  /** Of all windows, without the files that are settled; drafts that no entry has put an end to. */
  async read(settled: readonly string[]): Promise<JournalContent> {
    const known = new Set(settled);
    const log: LogRecord[] = [];
    const drafts: Draft[] = [];
    const closed: string[] = [];
    const names: string[] = [];
    for await (const name of this.#directory.keys()) names.push(name);
    for (const name of names) {
      if (known.has(name) && name.endsWith(".log")) continue;
      const isClosed = await this.#isClosed(name);
      const file = await (await this.#directory.getFileHandle(name)).getFile();
      if (isClosed && (file.size === 0 || known.has(name))) {
        await this.#directory.removeEntry(name);
        continue;
      }
      const records = decodeRecords(new Uint8Array(await file.arrayBuffer()));
      if (name.endsWith(".log")) for (const record of records) log.push(record as LogRecord);
      else for (const record of records) drafts.push(record as Draft);
      if (isClosed) closed.push(name);
    }
    const entries = remembered(log);
    const ended = new Set(entries.map(({ endsDraft }) => endsDraft));
    return { entries, drafts: drafts.filter(({ draftId }) => !ended.has(draftId)), closed };
  }

  /** Nobody else may open a file that a window writes to. */
  async #isClosed(name: string): Promise<boolean> {
    try {
      const handle = await this.#directory.getFileHandle(name);
      (await handle.createSyncAccessHandle()).close();
      return true;
    } catch {
      return false;
    }
  }

  #file(kind: ".log" | ".draft"): Promise<FileSystemSyncAccessHandle> {
    const open =
      this.#open.get(kind) ??
      this.#directory
        .getFileHandle(this.#name + kind, { create: true })
        .then((handle) => handle.createSyncAccessHandle());
    this.#open.set(kind, open);
    return open;
  }
}

/** Entries without those of slides that were deleted after. */
function remembered(log: readonly LogRecord[]): Entry[] {
  const forgotten = new Map<string, string>();
  for (const record of log) {
    if ("forgets" in record && record.upTo > (forgotten.get(record.forgets) ?? ""))
      forgotten.set(record.forgets, record.upTo);
  }
  return log.filter((record) => {
    return !("forgets" in record) && record.operation.opId > (forgotten.get(record.operation.slideKey) ?? "");
  }) as Entry[];
}

/** Number of bytes written. Throws when the disk takes less. */
function write(file: FileSystemSyncAccessHandle, bytes: Uint8Array<ArrayBuffer>, at: number): number {
  const written = file.write(bytes, { at });
  if (written < bytes.length)
    throw new DOMException("the disk took less than was given", "QuotaExceededError");
  return written;
}
