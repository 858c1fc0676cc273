import type {
  Forgotten,
  JournalContent,
  JournalSurvey,
  StandsFor,
  StoredDraft,
  StoredEntry,
} from "../src/core/annotation-storage.ts";
import { coveredBy, type JournalRecord, replacedBy, TRIMMED, whatStands } from "./journal-content.ts";
import { decodeRecords, encodeRecord } from "./journal-records.ts";

/** Of the File System standard, §2.4, as far as it is used; no browser library of types has its `keys` yet. */
export type JournalDirectory = Pick<FileSystemDirectoryHandle, "getFileHandle" | "removeEntry"> & {
  keys(): AsyncIterableIterator<string>;
};

/** From here on a window begins another log, so that the one before can be trimmed while it lives. */
const LOG_BYTES = 4 << 20;

/**
 * This window's journal: a file that is only ever added to, and one that holds the draft of the gesture under way;
 * made when there is something to write. Read back, the journals of all windows there ever were are one.
 *
 * Trimming writes what many logs amount to into one new file, whose last record names the logs that it stands for: with
 * that record it counts and they do not; without it (a crash came between) it does not count. Only then are they
 * removed. So at every moment one of the two is whole, and never do both count.
 */
export class JournalFiles {
  readonly #directory: JournalDirectory;
  readonly #name: string;
  readonly #logBytes: number;
  #files = 0;
  #trims = 0;
  readonly #open = new Map<string, Promise<FileSystemSyncAccessHandle>>();

  private constructor(directory: JournalDirectory, name: string, logBytes: number) {
    this.#directory = directory;
    this.#name = name;
    this.#logBytes = logBytes;
  }

  /** Rejects where the browser has no such files. */
  static async open(name: string): Promise<JournalFiles> {
    const root = await navigator.storage.getDirectory();
    const directory = await root.getDirectoryHandle("centiscope-annotations", { create: true });
    return JournalFiles.in(directory as typeof directory & JournalDirectory, name);
  }

  /** `name` is one that no other window has. */
  static async in(
    directory: JournalDirectory,
    name: string,
    logBytes: number = LOG_BYTES,
  ): Promise<JournalFiles> {
    const files = new JournalFiles(directory, name, logBytes);
    await files.#file(".draft");
    return files;
  }

  append(entries: readonly StoredEntry[]): Promise<void> {
    return this.#write(entries);
  }

  /** It counts as forgotten at once; then it is taken out of the files that nobody adds to. */
  async forget(forgotten: Forgotten): Promise<void> {
    await this.#write([forgotten]);
    const { forgets, upTo } = forgotten;
    const isForgotten = ({ operation }: StoredEntry) =>
      operation.slideKey === forgets && operation.opId <= upTo;
    const files: string[] = [];
    const stands = new Map<string, Set<string>>();
    for (const [name, records] of await this.#logs(() => true)) {
      const holds = records.some((record) => "operation" in record && isForgotten(record));
      if (!holds || !(await this.#isClosed(name))) continue;
      files.push(name);
      for (const [slideKey, opId] of coveredBy(records)) {
        stands.set(slideKey, (stands.get(slideKey) ?? new Set()).add(opId));
      }
    }
    if (files.length === 0) return;
    const { entries } = whatStands(await this.#logs((name) => files.includes(name)));
    await this.trim(
      files,
      entries.filter((entry) => !isForgotten(entry)),
      stands,
    );
  }

  async keepDraft(draft: StoredDraft | null): Promise<void> {
    const file = await this.#file(".draft");
    file.truncate(0);
    if (draft) write(file, encodeRecord(draft), 0);
    file.flush();
  }

  /** Of all windows, without the files that are settled; drafts that no entry has put an end to. */
  async read(settled: readonly string[]): Promise<JournalContent> {
    const known = new Set(settled);
    const records = new Map<string, JournalRecord[]>();
    const drafts: StoredDraft[] = [];
    const closed: string[] = [];
    for (const name of await this.#names()) {
      if (known.has(name) && name.endsWith(".log")) continue;
      const isClosed = await this.#isClosed(name);
      const found = await this.#records(name);
      if (found === null) continue;
      if (isClosed && (found.length === 0 || known.has(name))) {
        await this.#directory.removeEntry(name);
        continue;
      }
      if (name.endsWith(".log")) records.set(name, found as JournalRecord[]);
      else drafts.push(...(found as StoredDraft[]));
      if (isClosed) closed.push(name);
    }
    const { entries } = whatStands(records);
    const ended = new Set(entries.map(({ endsDraft }) => endsDraft));
    return { entries, drafts: drafts.filter(({ draftId }) => !ended.has(draftId)), closed };
  }

  /** What there is to be trimmed, of files that are settled and that nobody adds to; null: too little. */
  async survey(settled: readonly string[], enoughBytes: number): Promise<JournalSurvey | null> {
    const names = new Set(await this.#names());
    const files: string[] = [];
    let [bytes, trimmed] = [0, 0];
    for (const name of settled.filter((one) => names.has(one) && one.endsWith(".log"))) {
      if (!(await this.#isClosed(name))) continue;
      const { size } = await (await this.#directory.getFileHandle(name)).getFile();
      files.push(name);
      if (name.includes(TRIMMED)) trimmed += size;
      bytes += size;
    }
    if (bytes < 2 * trimmed + enoughBytes) return null;
    const { entries } = whatStands(await this.#logs((name) => files.includes(name)));
    const opIds = new Map<string, string[]>();
    for (const { operation } of entries) {
      const known = opIds.get(operation.slideKey) ?? [];
      opIds.set(operation.slideKey, known);
      known.push(operation.opId);
    }
    return { files, opIds };
  }

  /**
   * Puts entries in place of files; see the class for how. Resolves with the name of the new file.
   * @param stands operations that the entries stand for: others' copies of them count no more
   */
  async trim(files: readonly string[], entries: readonly StoredEntry[], stands: StandsFor): Promise<string> {
    // Whatever stands in the database was in a journal before: after it was read, all copies are to be found.
    const logs = await this.#logs((name) => files.includes(name));
    // Of files that they stand for themselves a crash may have left some.
    const names = new Set(await this.#names());
    const inherited = [...logs.values()].flatMap(replacedBy).filter((name) => names.has(name));
    const replaces = [...new Set([...files, ...inherited])];
    const own = whatStands(logs);
    const others = whatStands(await this.#logs((name) => !replaces.includes(name)));
    const covers: (readonly [string, string])[] = [];
    const slides = new Set<string>();
    for (const { operation } of others.entries) {
      const { slideKey, opId } = operation;
      slides.add(slideKey);
      if (stands.get(slideKey)?.has(opId)) covers.push([slideKey, opId]);
    }
    const records: JournalRecord[] = [...entries];
    for (const [forgets, upTo] of own.forgotten) if (slides.has(forgets)) records.push({ forgets, upTo });
    const name = `${this.#name}${TRIMMED}${this.#trims++}.log`;
    const handle = await this.#directory.getFileHandle(name, { create: true });
    const file = await handle.createSyncAccessHandle();
    try {
      let at = 0;
      for (const record of records) at += write(file, encodeRecord(record), at);
      // All of it is on the disk before the record that makes it count.
      file.flush();
      write(file, encodeRecord({ replaces, covers } satisfies JournalRecord), at);
      file.flush();
    } finally {
      file.close();
    }
    for (const replaced of replaces) await this.#directory.removeEntry(replaced);
    return name;
  }

  async #write(records: readonly JournalRecord[]): Promise<void> {
    const kind = `-${this.#files}.log`;
    const log = await this.#file(kind);
    const end = log.getSize();
    try {
      let at = end;
      for (const record of records) at += write(log, encodeRecord(record), at);
      log.flush();
      if (at >= this.#logBytes) {
        this.#files++;
        this.#open.delete(kind);
        log.close();
      }
    } catch (thrown) {
      // Half a record would hide all that comes after it.
      log.truncate(end);
      throw thrown;
    }
  }

  async #names(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of this.#directory.keys()) names.push(name);
    return names;
  }

  async #logs(wanted: (name: string) => boolean): Promise<Map<string, JournalRecord[]>> {
    const logs = new Map<string, JournalRecord[]>();
    for (const name of await this.#names()) {
      if (!name.endsWith(".log") || !wanted(name)) continue;
      const records = await this.#records(name);
      if (records) logs.set(name, records as JournalRecord[]);
    }
    return logs;
  }

  /** Null when another window has removed the file meanwhile. */
  async #records(name: string): Promise<unknown[] | null> {
    try {
      const file = await (await this.#directory.getFileHandle(name)).getFile();
      return decodeRecords(new Uint8Array(await file.arrayBuffer()));
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === "NotFoundError") return null;
      throw thrown;
    }
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

  #file(kind: string): Promise<FileSystemSyncAccessHandle> {
    const open =
      this.#open.get(kind) ??
      this.#directory
        .getFileHandle(this.#name + kind, { create: true })
        .then((handle) => handle.createSyncAccessHandle());
    this.#open.set(kind, open);
    return open;
  }
}

/** Number of bytes written. Throws when the disk takes less. */
function write(file: FileSystemSyncAccessHandle, bytes: Uint8Array<ArrayBuffer>, at: number): number {
  const written = file.write(bytes, { at });
  if (written < bytes.length)
    throw new DOMException("the disk took less than was given", "QuotaExceededError");
  return written;
}
