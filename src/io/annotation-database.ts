import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { AnnotationStorage, Draft, Entry, Journal, StoredSlide } from "../core/annotation-storage.ts";
import { CentiscopeError } from "../core/errors.ts";
import { headerOf, type Operation, type OperationHeader } from "../core/operation.ts";
import type { Snapshot } from "../core/operation-log.ts";
import {
  KEPT_SNAPSHOTS,
  partsOf,
  type SnapshotHead,
  type SnapshotPart,
  snapshotOf,
} from "./snapshot-parts.ts";
import { isClosed, openingError, storageError } from "./storage-error.ts";

interface Schema extends DBSchema {
  operations: { key: [slideKey: string, opId: string]; value: Operation };
  headers: { key: [slideKey: string, opId: string]; value: OperationHeader };
  snapshots: { key: [slideKey: string, upTo: string]; value: SnapshotHead };
  parts: { key: [slideKey: string, upTo: string, part: number]; value: SnapshotPart };
  drafts: { key: [slideKey: string, draftId: string]; value: Draft };
  slides: { key: string; value: StoredSlide };
  /** Journals that are in here whole and that nobody adds to, by name. */
  settled: { key: string; value: true };
}

type Database = IDBPDatabase<Schema>;

const NAME = "centiscope-annotations";
const VERSION = 1;
/** Entries of the journal in one transaction. */
const RESTORED = 500;
/** Greater than any id. */
const LAST = "\uffff";
const all = (slideKey: string): IDBKeyRange => IDBKeyRange.bound([slideKey, ""], [slideKey, LAST]);

/**
 * Logs of annotations in the browser's database. Opened with the first call and again after the browser, or a newer
 * Centiscope in another window, has closed it. Operations are written with `durability: "strict"`: Chromium's
 * default since version 121 calls a transaction complete that a power cut still takes away.
 */
export class AnnotationDatabase implements AnnotationStorage {
  readonly #name: string;
  readonly #journal: Journal | null;
  #connection: Promise<Database> | null = null;
  readonly #listeners: ((thrown: unknown) => void)[] = [];

  /** With a journal everything is written twice, and a database that the browser has deleted is made anew of it. */
  constructor(journal: Journal | null, name: string = NAME) {
    this.#journal = journal;
    this.#name = name;
  }

  async append(entries: readonly Entry[]): Promise<void> {
    // The journal first: whatever the database ever shows is in the journal too.
    await this.#journal?.append(entries).catch((thrown: unknown) => {
      throw storageError(thrown);
    });
    await this.#with((database) => writeEntries(database, entries));
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
      return found.filter((one) => one !== undefined);
    });
  }

  operationsAfter(slideKey: string, after: string, upTo = LAST): Promise<Operation[]> {
    return this.#with((database) => {
      return after < upTo
        ? database.getAll("operations", IDBKeyRange.bound([slideKey, after], [slideKey, upTo], true))
        : Promise.resolve([]);
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
    await both(
      this.#with((database) => writeDraft(database, draft)),
      this.#journal?.keepDraft(draft),
    );
  }

  async removeDraft(slideKey: string, draftId: string): Promise<void> {
    await both(
      this.#with((database) => database.delete("drafts", [slideKey, draftId])),
      this.#journal?.keepDraft(null),
    );
  }

  drafts(slideKey: string): Promise<Draft[]> {
    return this.#with((database) => database.getAll("drafts", all(slideKey)));
  }

  slides(): Promise<StoredSlide[]> {
    return this.#with((database) => database.getAll("slides"));
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
      const database = await openDB<Schema>(this.#name, VERSION, {
        upgrade: (database, before) => {
          if (before < 1) createStores(database);
        },
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
    const sorted = entries.toSorted((a, b) => (a.operation.opId < b.operation.opId ? -1 : 1));
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

async function writeEntries(database: Database, entries: readonly Entry[]): Promise<void> {
  const stores = ["operations", "headers", "drafts", "slides"] as const;
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  const requests: Promise<unknown>[] = [];
  const [operations, headers] = [transaction.objectStore("operations"), transaction.objectStore("headers")];
  try {
    for (const { operation, endsDraft } of entries) {
      requests.push(operations.put(operation), headers.put(headerOf(operation)));
      if (endsDraft !== null) {
        requests.push(transaction.objectStore("drafts").delete([operation.slideKey, endsDraft]));
      }
    }
    for (const slide of new Map(entries.map((entry) => [entry.slide.slideKey, entry.slide])).values()) {
      requests.push(transaction.objectStore("slides").put(slide));
    }
    transaction.commit();
  } catch (thrown) {
    // What cannot be cloned throws at once, and would leave half an entry to be committed.
    void Promise.allSettled([...requests, transaction.done]);
    transaction.abort();
    throw thrown;
  }
  await whole(transaction.done, requests);
}

async function writeDraft(database: Database, draft: Draft): Promise<void> {
  const transaction = database.transaction("drafts", "readwrite");
  await whole(transaction.done, [transaction.store.put(draft)]);
}

function createStores(database: Database): void {
  database.createObjectStore("operations", { keyPath: ["slideKey", "opId"] });
  database.createObjectStore("headers", { keyPath: ["slideKey", "opId"] });
  database.createObjectStore("snapshots", { keyPath: ["slideKey", "upTo"] });
  database.createObjectStore("parts");
  database.createObjectStore("drafts", { keyPath: ["slideKey", "draftId"] });
  database.createObjectStore("slides", { keyPath: "slideKey" });
  database.createObjectStore("settled");
}

/** Waits for the transaction. Its own words count: a request in it only says that it was aborted. */
async function whole(done: Promise<void>, requests: readonly Promise<unknown>[]): Promise<void> {
  const settled = Promise.allSettled(requests);
  try {
    await done;
  } catch (thrown) {
    const failed = (await settled).find((one) => one.status === "rejected" && isTelling(one.reason));
    throw failed?.status === "rejected" && !isTelling(thrown) ? failed.reason : thrown;
  }
}

function isTelling(thrown: unknown): boolean {
  return !(thrown instanceof DOMException && thrown.name === "AbortError");
}
