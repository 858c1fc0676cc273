import { type DBSchema, type IDBPDatabase, type OpenDBCallbacks, openDB } from "idb";
import type { StoredDraft, StoredEntry, StoredSlide } from "../core/annotation-storage.ts";
import { headerOf, type OperationHeader, type StoredOperation } from "../core/operation.ts";
import type { SnapshotHead, SnapshotPart } from "./snapshot-parts.ts";

export interface Schema extends DBSchema {
  operations: { key: [slideKey: string, opId: string]; value: StoredOperation };
  headers: { key: [slideKey: string, opId: string]; value: OperationHeader };
  snapshots: { key: [slideKey: string, upTo: string]; value: SnapshotHead };
  parts: { key: [slideKey: string, upTo: string, part: number]; value: SnapshotPart };
  drafts: { key: [slideKey: string, draftId: string]; value: StoredDraft };
  slides: { key: string; value: StoredSlide };
  /** Journals that are in here whole and that nobody adds to, by name. */
  settled: { key: string; value: true };
}

export type Database = IDBPDatabase<Schema>;

export const NAME = "centiscope-annotations";
const VERSION = 1;
/** Greater than any id. */
export const LAST = "\uffff";
/** All of a slide in a store whose keys begin with it. */
export const all = (slideKey: string): IDBKeyRange => IDBKeyRange.bound([slideKey, ""], [slideKey, LAST]);

/** Opens the database, and makes it where there is none. */
export function openDatabase(
  name: string,
  callbacks: Omit<OpenDBCallbacks<Schema>, "upgrade">,
): Promise<Database> {
  return openDB<Schema>(name, VERSION, {
    ...callbacks,
    upgrade: (database, before) => {
      if (before < 1) createStores(database);
    },
  });
}

/** All or none; on the disk when it resolves. */
export async function writeEntries(database: Database, entries: readonly StoredEntry[]): Promise<void> {
  const stores = ["operations", "headers", "drafts", "slides"] as const;
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  const requests: Promise<unknown>[] = [];
  const [operations, headers] = [transaction.objectStore("operations"), transaction.objectStore("headers")];
  try {
    for (const { operation, endsDraft } of entries) {
      requests.push(operations.put(operation));
      requests.push(headers.put(headerOf(operation)));
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

export async function writeDraft(database: Database, draft: StoredDraft): Promise<void> {
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
export async function whole(done: Promise<void>, requests: readonly Promise<unknown>[]): Promise<void> {
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
