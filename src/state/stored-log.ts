import type { AnnotationDocument, AnnotationFrame } from "../core/annotation.ts";
import type { AnnotationStorage } from "../core/annotation-storage.ts";
import type { Operation, OperationHeader } from "../core/operation.ts";
import { emptySnapshot, OperationLog, type Snapshot } from "../core/operation-log.ts";

/** The log of a slide as far as it must be read to know what is on it. */
export interface StoredLog {
  /** All of them, in order. */
  readonly headers: readonly OperationHeader[];
  readonly snapshot: Snapshot;
  /** Those after the snapshot. */
  readonly operations: readonly Operation[];
}

/**
 * Reads the newest snapshot that is whole and that no operation came late for, and what came after it; without
 * such a snapshot, or from the start, the whole log. `upTo` leaves out what came after that operation.
 */
export async function readLog(
  storage: AnnotationStorage,
  slideKey: string,
  {
    from = "snapshot",
    upTo,
  }: { readonly from?: "snapshot" | "start"; readonly upTo?: string | undefined } = {},
): Promise<StoredLog> {
  const all = await storage.headers(slideKey);
  const headers = upTo === undefined ? all : all.filter(({ opId }) => opId <= upTo);
  const snapshot = from === "start" ? emptySnapshot : await readSnapshot(storage, slideKey, headers);
  const last = headers.at(-1)?.opId ?? "";
  const operations = await storage.operationsAfter(slideKey, snapshot.upTo, last);
  return { headers, snapshot, operations };
}

async function readSnapshot(
  storage: AnnotationStorage,
  slideKey: string,
  headers: readonly OperationHeader[],
): Promise<Snapshot> {
  for (const { upTo, count } of await storage.snapshots(slideKey)) {
    if (headers[count - 1]?.opId !== upTo) continue;
    const snapshot = await storage.readSnapshot(slideKey, upTo);
    if (snapshot) return snapshot;
  }
  return emptySnapshot;
}

/** What was on a slide when an operation (a named version) was made, or now: without opening the slide. */
export async function readDocument(
  storage: AnnotationStorage,
  slideKey: string,
  frame: AnnotationFrame,
  upTo?: string,
): Promise<AnnotationDocument> {
  const { snapshot, operations } = await readLog(storage, slideKey, { upTo });
  const log = new OperationLog(snapshot);
  log.add(operations);
  return log.document(slideKey, frame);
}

/** Those of the headers that tell of one annotation, in order. Reads operations that touch too many to list. */
export async function readHistoryOf(
  storage: AnnotationStorage,
  slideKey: string,
  headers: readonly OperationHeader[],
  id: string,
): Promise<OperationHeader[]> {
  const told: OperationHeader[] = [];
  for (const header of headers) {
    const ids = header.ids ?? (await readTouched(storage, slideKey, header.opId));
    if (ids.includes(id)) told.push(header);
  }
  return told;
}

async function readTouched(
  storage: AnnotationStorage,
  slideKey: string,
  opId: string,
): Promise<readonly string[]> {
  const [operation] = await storage.operations(slideKey, [opId]);
  if (!operation) return [];
  const { created, updated, removed } = operation.patch;
  return [...created, ...updated.map(([before]) => before), ...removed].map((one) => one.id);
}
