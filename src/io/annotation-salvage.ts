import type { Entry, StoredEntry, StoredSlide } from "../core/annotation-storage.ts";
import { headerOf, type Operation, type StoredOperation } from "../core/operation.ts";
import { all, type Database, LAST, whole } from "./annotation-schema.ts";
import { isPacked, unpackOperation } from "./packed-operation.ts";

/** Records read at once. */
const BATCH = 50;

/** What can still be read of a slide's log. */
export interface Salvage {
  /** Null when the record is missing or damaged. */
  readonly slide: StoredSlide | null;
  /** Sound ones, in order. */
  readonly operations: readonly Operation[];
  /** Ids of operations that cannot be read, or whose record is not one, in order. */
  readonly damaged: readonly string[];
  /** Of what was read, as JSON text. The browser does not say what it takes on the disk. */
  readonly sizeBytes: number;
}

/** Keys of all slides that a log or a record is kept of. */
export async function storedKeys(database: Database): Promise<string[]> {
  const keys = new Set(await database.getAllKeys("slides"));
  for (const name of ["operations", "headers"] as const) {
    const { store } = database.transaction(name);
    // From each slide's first key past its last: the log between is not walked.
    let cursor = await store.openKeyCursor();
    while (cursor) {
      const [slideKey] = cursor.key;
      keys.add(slideKey);
      cursor = await store.openKeyCursor(IDBKeyRange.lowerBound([slideKey, LAST], true));
    }
  }
  return [...keys];
}

/** What can be read of a slide's log; see `readRecords`. */
export async function salvageLog(database: Database, slideKey: string): Promise<Salvage> {
  const operations: Operation[] = [];
  const damaged: string[] = [];
  let sizeBytes = 0;
  for await (const batch of readRecords(database, slideKey)) {
    for (const one of batch.operations) sizeBytes += JSON.stringify(one).length;
    operations.push(...batch.operations);
    damaged.push(...batch.damaged);
  }
  return { slide: await readSlide(database, slideKey), operations, damaged, sizeBytes };
}

/** Null when the record is missing or damaged. */
export async function readSlide(database: Database, slideKey: string): Promise<StoredSlide | null> {
  const slide = await database.get("slides", slideKey).catch(() => undefined);
  return isSlide(slide) ? slide : null;
}

/** A log in order, record by record, so that a damaged one takes no other with it; some at a time, each a task. */
export async function* readRecords(
  database: Database,
  slideKey: string,
): AsyncGenerator<Pick<Salvage, "operations" | "damaged">, void> {
  const listed = [
    ...(await database.getAllKeys("operations", all(slideKey))),
    ...(await database.getAllKeys("headers", all(slideKey))),
  ];
  const opIds = [...new Set(listed.map(([, opId]) => opId))].sort();
  for (let from = 0; from < opIds.length; from += BATCH) {
    const batch = opIds.slice(from, from + BATCH);
    const read = await Promise.allSettled(batch.map((opId) => database.get("operations", [slideKey, opId])));
    const operations: Operation[] = [];
    const damaged: string[] = [];
    for (const [i, one] of read.entries()) {
      const operation = one.status === "fulfilled" ? await unpacked(one.value) : undefined;
      if (isOperation(operation, slideKey)) operations.push(operation);
      else damaged.push(batch[i]!);
    }
    yield { operations, damaged };
  }
}

/** A slide's log as it is to be from now on. */
export interface RewrittenLog {
  /** All of it but `entries`: their headers are written anew. */
  readonly operations: readonly Operation[];
  readonly entries: readonly Entry[];
  readonly unreadable: readonly string[];
}

type StoredLog = Omit<RewrittenLog, "entries"> & { readonly entries: readonly StoredEntry[] };

/** Snapshots go: they may hold what the log does not. */
export async function rewriteLog(
  database: Database,
  slideKey: string,
  { operations, entries, unreadable }: StoredLog,
): Promise<void> {
  const stores = ["operations", "headers", "snapshots", "parts", "slides"] as const;
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  const requests: Promise<unknown>[] = [
    transaction.objectStore("snapshots").delete(all(slideKey)),
    transaction.objectStore("parts").delete(all(slideKey)),
  ];
  for (const opId of unreadable) {
    requests.push(transaction.objectStore("operations").delete([slideKey, opId]));
    requests.push(transaction.objectStore("headers").delete([slideKey, opId]));
  }
  for (const one of operations) requests.push(transaction.objectStore("headers").put(headerOf(one)));
  for (const { operation } of entries) {
    requests.push(transaction.objectStore("operations").put(operation));
    requests.push(transaction.objectStore("headers").put(headerOf(operation)));
  }
  const last = entries.at(-1);
  if (last) requests.push(transaction.objectStore("slides").put(last.slide));
  await whole(transaction.done, requests);
}

export async function forgetSlide(database: Database, slideKey: string): Promise<void> {
  const logs = ["operations", "headers", "snapshots", "parts", "drafts"] as const;
  const stores = ["slides", ...logs] as const;
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  await whole(transaction.done, [
    ...logs.map((name) => transaction.objectStore(name).delete(all(slideKey))),
    transaction.objectStore("slides").delete(slideKey),
  ]);
}

/** Undefined when what is packed is damaged. */
async function unpacked(stored: StoredOperation | undefined): Promise<Operation | undefined> {
  if (!stored || typeof stored !== "object") return undefined;
  return isPacked(stored) ? unpackOperation(stored).catch(() => undefined) : stored;
}

function isOperation(value: Operation | undefined, slideKey: string): value is Operation {
  const patch = value?.patch;
  return (
    patch !== undefined &&
    patch !== null &&
    value?.slideKey === slideKey &&
    Array.isArray(value.bases) &&
    Array.isArray(patch.created) &&
    Array.isArray(patch.updated) &&
    Array.isArray(patch.removed) &&
    Array.isArray(patch.ranks)
  );
}

function isSlide(value: StoredSlide | undefined): value is StoredSlide {
  return typeof value?.title === "string" && (value.frame === "imagePx" || value.frame === "um");
}
