import type {
  AnnotationStorage,
  Draft,
  Entry,
  Journal,
  StoredEntry,
  StoredSlide,
} from "../core/annotation-storage.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { Operation, OperationHeader } from "../core/operation.ts";
import type { Snapshot } from "../core/operation-log.ts";
import {
  forgetSlide,
  type RewrittenLog,
  rewriteLog,
  type Salvage,
  salvageLog,
  storedKeys,
} from "./annotation-salvage.ts";
import {
  all,
  type Database,
  LAST,
  NAME,
  openDatabase,
  whole,
  writeDraft,
  writeEntries,
} from "./annotation-schema.ts";
import { packDraft, packEntries, unpackDrafts, unpackOperations } from "./packed-operation.ts";
import { KEPT_SNAPSHOTS, partsOf, type SnapshotHead, snapshotOf } from "./snapshot-parts.ts";
import { isClosed, openingError, storageError } from "./storage-error.ts";

/** Entries of the journal in one transaction. */
const RESTORED = 500;
/** With fewer bytes to gain the journals are left as they are. */
const ENOUGH_BYTES = 1 << 20;

/**
 * Logs of annotations in the browser's database. Opened with the first call and again after the browser, or a newer
 * Centiscope in another window, has closed it. Operations are written with `durability: "strict"`: Chromium's
 * default since version 121 calls a transaction complete that a power cut still takes away.
 */
export class AnnotationDatabase implements AnnotationStorage {
  readonly #name: string;
  readonly #journal: Journal | null;
  readonly #enoughBytes: number;
  #connection: Promise<Database> | null = null;
  readonly #listeners: ((thrown: unknown) => void)[] = [];

  /** With a journal everything is written twice, and a database that the browser has deleted is made anew of it. */
  constructor(journal: Journal | null, name: string = NAME, enoughBytes: number = ENOUGH_BYTES) {
    this.#journal = journal;
    this.#name = name;
    this.#enoughBytes = enoughBytes;
  }

  async append(entries: readonly Entry[]): Promise<void> {
    const packed = await packEntries(entries);
    // The journal first: whatever the database ever shows is in the journal too.
    await this.#journal?.append(packed).catch((thrown: unknown) => {
      throw storageError(thrown);
    });
    await this.#with((database) => writeEntries(database, packed));
  }

  headers(slideKey: string): Promise<OperationHeader[]> {
    return this.#with((database) => database.getAll("headers", all(slideKey)));
  }

  opIds(slideKey: string): Promise<string[]> {
    return this.#with(async (database) => {
      const keys = await database.getAllKeys("headers", all(slideKey));
      return keys.map(([, opId]) => opId);
    });
  }

  operations(slideKey: string, opIds: readonly string[]): Promise<Operation[]> {
    return this.#with(async (database) => {
      const store = database.transaction("operations").store;
      const found = await Promise.all([...opIds].sort().map((opId) => store.get([slideKey, opId])));
      return unpackOperations(found.filter((one) => one !== undefined));
    });
  }

  operationsAfter(slideKey: string, after: string, upTo = LAST): Promise<Operation[]> {
    if (after >= upTo) return Promise.resolve([]);
    return this.#with(async (database) => {
      const range = IDBKeyRange.bound([slideKey, after], [slideKey, upTo], true);
      return unpackOperations(await database.getAll("operations", range));
    });
  }

  snapshots(slideKey: string): Promise<SnapshotHead[]> {
    return this.#with(async (database) => (await database.getAll("snapshots", all(slideKey))).reverse());
  }

  readSnapshot(slideKey: string, upTo: string): Promise<Snapshot | null> {
    return this.#with(async (database) => {
      const head = await database.get("snapshots", [slideKey, upTo]);
      return head ? snapshotOf(head, (part) => database.get("parts", [slideKey, upTo, part])) : null;
    });
  }

  writeSnapshot(slideKey: string, snapshot: Snapshot): Promise<void> {
    return this.#with(async (database) => {
      const { head, parts } = partsOf(slideKey, snapshot);
      // One part a transaction: each is cloned in a task of its own. The head, written last, makes it count.
      for (const [i, part] of parts.entries()) {
        await database.put("parts", part, [slideKey, snapshot.upTo, i]);
      }
      const transaction = database.transaction(["snapshots", "parts"], "readwrite");
      const requests: Promise<unknown>[] = [transaction.objectStore("snapshots").put(head)];
      const kept = await transaction.objectStore("snapshots").getAllKeys(all(slideKey));
      for (const key of kept.slice(0, -KEPT_SNAPSHOTS)) {
        const range = IDBKeyRange.bound([...key, 0], [...key, Number.MAX_SAFE_INTEGER]);
        requests.push(transaction.objectStore("snapshots").delete(key));
        requests.push(transaction.objectStore("parts").delete(range));
      }
      await whole(transaction.done, requests);
    });
  }

  async putDraft(draft: Draft): Promise<void> {
    const packed = await packDraft(draft);
    await both(
      this.#with((database) => writeDraft(database, packed)),
      this.#journal?.keepDraft(packed),
    );
  }

  async removeDraft(slideKey: string, draftId: string): Promise<void> {
    await both(
      this.#with((database) => database.delete("drafts", [slideKey, draftId])),
      this.#journal?.keepDraft(null),
    );
  }

  drafts(slideKey: string): Promise<Draft[]> {
    return this.#with(async (database) => unpackDrafts(await database.getAll("drafts", all(slideKey))));
  }

  slides(): Promise<StoredSlide[]> {
    return this.#with((database) => database.getAll("slides"));
  }

  async trim(): Promise<void> {
    await this.#with(async (database) => {
      if (!this.#journal) return;
      // What other windows have closed since is taken in, or it cannot be trimmed.
      await this.#restore(database);
      await this.#journal.tidy(this.#name, this.#enoughBytes);
    });
  }

  /** Keys of all slides that there is anything of, listed in `slides` or not. */
  storedKeys(): Promise<string[]> {
    return this.#with(storedKeys);
  }

  /** What can still be read of a slide's log, record by record. */
  salvage(slideKey: string): Promise<Salvage> {
    return this.#with((database) => salvageLog(database, slideKey));
  }

  /** Makes a damaged log a whole one, all or nothing. */
  async rewrite(slideKey: string, log: RewrittenLog): Promise<void> {
    const entries = await packEntries(log.entries);
    await this.#with((database) => rewriteLog(database, slideKey, { ...log, entries }));
  }

  /** Takes out all that is kept of a slide. */
  async forget(slideKey: string): Promise<void> {
    await this.#with((database) => forgetSlide(database, slideKey));
  }

  onTrouble(listener: (thrown: unknown) => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    const connection = this.#connection;
    this.#connection = null;
    void connection?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  /** Runs the work, once more over a new connection when the old one turns out to be closed. */
  async #with<T>(work: (database: Database) => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const connection = this.#connect();
      try {
        return await work(await connection);
      } catch (thrown) {
        if (this.#connection === connection && (isClosed(thrown) || attempt > 0)) this.#connection = null;
        if (attempt > 0 || !isClosed(thrown)) throw storageError(thrown);
      }
    }
  }

  #connect(): Promise<Database> {
    if (this.#connection) return this.#connection;
    const connection = this.#open(() => {
      if (this.#connection === connection) this.#connection = null;
    });
    this.#connection = connection;
    connection.catch(() => {
      if (this.#connection === connection) this.#connection = null;
    });
    return connection;
  }

  async #open(forget: () => void): Promise<Database> {
    try {
      const database = await openDatabase(this.#name, {
        blocked: () => this.#tell(new CentiscopeError("storage-blocked", {}, { retryable: true })),
        blocking: (_current, _blocked, event) => {
          forget();
          (event.target as IDBDatabase).close();
        },
        terminated: forget,
      });
      await this.#restore(database);
      return database;
    } catch (thrown) {
      throw openingError(thrown);
    }
  }

  /**
   * Takes in what the journals hold and the database perhaps does not: all of it when the browser has deleted the
   * database, else what the last windows wrote. What a crash cut off here is read again next time.
   */
  async #restore(database: Database): Promise<void> {
    if (!this.#journal) return;
    const { entries, drafts, closed } = await this.#journal.read(await database.getAllKeys("settled"));
    const missing: StoredEntry[] = [];
    for (const entry of entries) {
      const { kind, slideKey, opId } = entry.operation;
      // A base stands for steps that the database has, unless it is not the same any more.
      if (kind !== "base" || !(await database.getKey("headers", [slideKey, opId]))) missing.push(entry);
    }
    const sorted = missing.toSorted((a, b) => (a.operation.opId < b.operation.opId ? -1 : 1));
    for (let from = 0; from < sorted.length; from += RESTORED) {
      await writeEntries(database, sorted.slice(from, from + RESTORED));
    }
    for (const draft of drafts) await writeDraft(database, draft);
    for (const name of closed) await database.put("settled", true, name);
  }

  #tell(thrown: unknown): void {
    for (const listener of this.#listeners) listener(thrown);
  }
}

/** Resolves when both copies are on the disk; rejects when one is not, but not before the other has ended. */
async function both(...copies: readonly (Promise<void> | undefined)[]): Promise<void> {
  for (const copy of await Promise.allSettled(copies)) {
    if (copy.status === "rejected") throw storageError(copy.reason);
  }
}
