import type { AnnotationPatch } from "./annotation.ts";

/** What is known of an operation without what it changed: for lists, and for finding what to read. */
export interface OperationHeader {
  /** UUID of version 7, see `operation-id.ts`. Operations count in the order of their ids. */
  readonly opId: string;
  readonly slideKey: string;
  /** The window (tab) that it was made in. */
  readonly windowId: string;
  /** As the person gave it; empty when nobody did. */
  readonly author: string;
  /** By the clock of the window, ms since 1970. Shown, never sorted by. */
  readonly time: number;
  /**
   * `version` changes nothing: it gives what stands at this point a name. `base` stands for all before it, which a
   * journal no longer holds one by one (see `condense.ts`).
   */
  readonly kind: "do" | "undo" | "redo" | "version" | "base";
  /** The operation that was undone or redone. */
  readonly target: string | null;
  /** The patch's label, an i18n key; of a version its name. */
  readonly label: string;
  /** Ids of the annotations that it touches; null when they are too many to list. */
  readonly ids: readonly string[] | null;
}

/**
 * One entry of the log of a slide, written once and never changed. The patch holds what was before beside what is
 * after, so that it is its own inverse.
 */
export interface Operation extends OperationHeader {
  /** For each annotation whose outline changes: the operation that had given it the outline it had. */
  readonly bases: readonly (readonly [id: string, opId: string])[];
  readonly patch: AnnotationPatch;
  /** Of a base: the operations that had given these annotations their outlines. */
  readonly revisions?: readonly (readonly [id: string, opId: string])[];
}

/**
 * An operation of many changes as it is kept: its patch in pieces of JSON, see `io/packed-operation.ts`. The browser
 * copies bytes in no time, and a hundred thousand objects in seconds, during which the page would stand still.
 */
export interface PackedOperation extends OperationHeader {
  /** UTF-8, one piece after the other. */
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Bytes of each piece. */
  readonly sizes: readonly number[];
  /** (2·n,) x and y of corners that pieces refer to; absent where no outline has very many. */
  readonly corners?: Float64Array<ArrayBuffer>;
}

export type StoredOperation = Operation | PackedOperation;

/** Who makes an operation, and for which slide. */
export type OperationOrigin = Pick<OperationHeader, "slideKey" | "windowId" | "author" | "time">;

/** The entry for a step that was made. `revisionOf` knows the outlines as the step found them. */
export function makeOperation(
  step: Pick<Operation, "kind" | "target" | "patch"> & { readonly id: string },
  origin: OperationOrigin,
  revisionOf: (id: string) => string | undefined,
): Operation {
  const { id: opId, kind, target, patch } = step;
  const bases = patch.updated.flatMap(([before, after]) => {
    const revision = before.geometry === after.geometry ? undefined : revisionOf(before.id);
    return revision === undefined ? [] : [[before.id, revision] as const];
  });
  return { opId, ...origin, kind, target, label: patch.label, ids: touchedIds(patch), bases, patch };
}

const LISTED = 1000;

/** Ids of all that a patch touches; null past a thousand. */
export function touchedIds({ created, updated, removed, ranks }: AnnotationPatch): readonly string[] | null {
  const ids = new Set<string>();
  for (const { id } of created) ids.add(id);
  for (const [{ id }] of updated) ids.add(id);
  for (const { id } of removed) ids.add(id);
  for (const [id] of ranks) ids.add(id);
  return ids.size > LISTED ? null : [...ids];
}

export function headerOf(operation: StoredOperation): OperationHeader {
  const { opId, slideKey, windowId, author, time, kind, target, label, ids } = operation;
  return { opId, slideKey, windowId, author, time, kind, target, label, ids };
}

/** How much reading and replaying an operation costs: 1, and 1 for each annotation in it. */
export function operationWeight({ patch }: Operation): number {
  return 1 + patch.created.length + patch.updated.length + patch.removed.length + patch.ranks.length;
}
