import type { Annotation, RankChange } from "./annotation.ts";
import type { RankedAnnotation } from "./annotation-list.ts";
import { Merge, type MergedData, nothingMerged } from "./merge.ts";
import { headerOf, type Operation, touchedIds } from "./operation.ts";
import { sameValue } from "./same-value.ts";

/**
 * Few operations that amount to what many do, whatever comes after them: one for all that was done before the first
 * named version, one between each version and the next, one after the last. They bear the ids of the last that they
 * stand for; what they stand for can no longer be undone from them.
 */
export class Condenser {
  readonly #merge = new Merge(nothingMerged);
  readonly #condensed: Operation[] = [];
  #before = nothingMerged;
  #last: Operation | null = null;

  /** The next of a log, from its first. */
  add(operation: Operation): void {
    if (operation.kind === "version") {
      this.#close();
      this.#condensed.push(operation);
    } else {
      this.#merge.apply(operation);
      this.#last = operation;
    }
  }

  /** In order. Called once. */
  end(): readonly Operation[] {
    this.#close();
    return this.#condensed;
  }

  #close(): void {
    if (!this.#last) return;
    const now = this.#merge.data();
    this.#condensed.push(baseOperation(this.#last, this.#before, now));
    this.#before = now;
    this.#last = null;
  }
}

/** The same at once. */
export function condense(operations: readonly Operation[]): readonly Operation[] {
  const condenser = new Condenser();
  for (const one of operations) condenser.add(one);
  return condenser.end();
}

/** What makes one state of the other, outlines known by the operations that gave them, the removed included. */
function baseOperation(last: Operation, before: MergedData, now: MergedData): Operation {
  const created: Annotation[] = [];
  const updated: (readonly [Annotation, Annotation])[] = [];
  const removed: Annotation[] = [];
  const ranks: RankChange[] = [];
  for (const { annotation, rank } of now.annotations.rankedValues()) {
    const was = before.annotations.ranked(annotation.id);
    if (!was) created.push(annotation);
    else if (!sameValue(was.annotation, annotation)) updated.push([was.annotation, annotation]);
    if (was?.rank !== rank) ranks.push([annotation.id, was?.rank ?? null, rank]);
  }
  for (const { annotation, rank } of now.removed.rankedValues()) {
    const living = before.annotations.ranked(annotation.id);
    const was: RankedAnnotation | undefined = living ?? before.removed.ranked(annotation.id);
    if (!was) {
      created.push(annotation);
      ranks.push([annotation.id, null, rank]);
    } else if (!sameValue(was.annotation, annotation)) updated.push([was.annotation, annotation]);
    if (!was || living) removed.push(annotation);
  }
  const classes = sameValue(before.classes, now.classes) ? null : ([before.classes, now.classes] as const);
  const patch = { label: "kept", created, updated, removed, ranks, classes };
  const changed = [...created.map(({ id }) => id), ...updated.map(([{ id }]) => id)];
  const known = (revisions: MergedData["revisions"]) =>
    changed.flatMap((id) => {
      const opId = revisions.get(id);
      return opId === undefined ? [] : [[id, opId] as const];
    });
  return {
    ...headerOf(last),
    ...{ kind: "base", target: null, label: patch.label, ids: touchedIds(patch), patch },
    bases: known(before.revisions),
    revisions: known(now.revisions),
  };
}
