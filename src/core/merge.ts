import type { Annotation, AnnotationDocument, ClassEntry } from "./annotation.ts";
import { AnnotationList, type RankedAnnotation } from "./annotation-list.ts";
import { ranksBetween } from "./annotation-rank.ts";
import { mergeClasses, mergeFields } from "./merge-fields.ts";
import type { Operation } from "./operation.ts";
import { sameValue } from "./same-value.ts";

/** Metadata of an annotation that keeps an outline which another window replaced at the same time: whose it was. */
export const FORK_KEY = "centiscope:fork-of";

/** What a log amounts to, as data: a snapshot holds it. */
export interface MergedData {
  readonly annotations: AnnotationList;
  /** Removed ones: what still happens to them is kept, should they come back. */
  readonly removed: AnnotationList;
  /** By annotation: the operation that gave it its outline. */
  readonly revisions: ReadonlyMap<string, string>;
  /** By annotation that was forked: its forks. */
  readonly forks: ReadonlyMap<string, readonly string[]>;
  readonly classes: readonly ClassEntry[];
}

export const nothingMerged: MergedData = {
  annotations: AnnotationList.empty,
  removed: AnnotationList.empty,
  revisions: new Map(),
  forks: new Map(),
  classes: [],
};

/**
 * What operations amount to, taken one after another in the order of their ids. The outcome depends on the set of
 * operations alone, so that all who know the same ones see the same, however these came to them:
 *
 * - of two changes of one outline that did not know of each other both are kept: the later becomes a fork, an
 *   annotation of its own, and what its window does to it after goes to the fork;
 * - of properties the last writer wins, each by itself; of classes each by itself;
 * - removed is removed, what lay in it moves up, and what others still did to it is there when it comes back;
 * - a parent that is gone gives way to its own parent, and a move that would close a circle is not made.
 *
 * An operation that knew all before it does exactly what its patch says.
 */
export class Merge {
  #data: MergedData;
  #changed = new Map<string, RankedAnnotation | null>();
  #removedChanged = new Map<string, RankedAnnotation | null>();
  readonly #revisions: Map<string, string>;
  readonly #forks: Map<string, readonly string[]>;
  /** Living children by parent; made when first needed. */
  #children: Map<string, Set<string>> | null = null;
  #classes: readonly ClassEntry[];

  constructor(from: MergedData) {
    this.#data = from;
    this.#revisions = new Map(from.revisions);
    this.#forks = new Map(from.forks);
    this.#classes = from.classes;
  }

  /** A copy that later operations do not change. */
  data(): MergedData {
    this.#flush();
    return { ...this.#data, revisions: new Map(this.#revisions), forks: new Map(this.#forks) };
  }

  document(slideKey: string, frame: AnnotationDocument["frame"]): AnnotationDocument {
    this.#flush();
    return { slideKey, frame, annotations: this.#data.annotations, classes: this.#classes };
  }

  /** The operation that gave the annotation its outline. */
  revisionOf(id: string): string | undefined {
    return this.#revisions.get(id);
  }

  apply(operation: Operation): void {
    const { patch } = operation;
    const ranks = new Map(patch.ranks.map(([id, , after]) => [id, after]));
    const bases = new Map(operation.bases);
    for (const one of patch.created) this.#create(operation, one, ranks.get(one.id) ?? null);
    const asWritten = new Set<string>();
    for (const [before, after] of patch.updated) {
      if (this.#update(operation, before, after, bases.get(before.id))) asWritten.add(after.id);
    }
    for (const { id } of patch.removed) this.#remove(id);
    this.#setParents([
      ...patch.created.map(({ id, parentId }) => ({ id, parentId })),
      ...patch.removed.flatMap(({ id }) =>
        [...this.#childrenOf(id)].map((child) => ({ id: child, parentId: id })),
      ),
      ...patch.updated.flatMap(([before, { id, parentId }]) => {
        return before.parentId === parentId ? [] : [{ id, parentId }];
      }),
    ]);
    // The very object, where it came out as written: who compares by identity sees no change.
    for (const [before, after] of patch.updated) {
      const now = before.parentId !== after.parentId && asWritten.has(after.id) && this.#living(after.id);
      if (now && now.annotation.parentId === after.parentId)
        this.#set(after.id, { ...now, annotation: after });
    }
    for (const [id, rank] of ranks) {
      const now = rank === null ? undefined : this.#living(id);
      if (now && rank !== null && now.rank !== rank) this.#set(id, { annotation: now.annotation, rank });
    }
    for (const [id, opId] of operation.revisions ?? []) this.#revisions.set(id, opId);
    if (patch.classes) this.#classes = mergeClasses(this.#classes, ...patch.classes);
  }

  #create(operation: Operation, annotation: Annotation, rank: string | null): void {
    const living = this.#living(annotation.id);
    if (living) {
      // The same file read in two windows.
      if (!sameValue(living.annotation, annotation)) this.#fork(operation, annotation, living);
      return;
    }
    const removed = this.#removed(annotation.id);
    const comesBack = removed !== undefined && (operation.kind === "undo" || operation.kind === "redo");
    const place = rank ?? removed?.rank ?? this.#topRank();
    if (comesBack) {
      const { parentId } = annotation;
      const same = sameValue({ ...removed.annotation, parentId }, annotation);
      this.#set(annotation.id, {
        annotation: same ? annotation : { ...removed.annotation, parentId },
        rank: place,
      });
    } else this.#set(annotation.id, { annotation, rank: place });
    if (!comesBack || !this.#revisions.has(annotation.id)) {
      this.#revisions.set(annotation.id, operation.opId);
    }
    if (removed) this.#removedChanged.set(annotation.id, null);
  }

  /** True when nothing came between: the annotation is now as written, but for its parent. */
  #update(operation: Operation, before: Annotation, after: Annotation, base: string | undefined): boolean {
    const { id } = before;
    const now = this.#living(id) ?? this.#removed(id);
    if (!now) {
      // Of an operation that is not there, nothing is known but this.
      this.#create(operation, after, null);
      return false;
    }
    const sameOutline = before.geometry === after.geometry;
    if (now.annotation === before && (sameOutline || base === this.#revisions.get(id))) {
      if (!sameOutline) this.#revisions.set(id, operation.opId);
      this.#put({ annotation: withParent(after, before.parentId), rank: now.rank });
      return true;
    }
    const fields = mergeFields(now.annotation, before, after);
    this.#put({ annotation: fields, rank: now.rank });
    if (sameOutline || sameValue(before.geometry, after.geometry)) return false;
    const root = this.#rootOf(id);
    const owner = [id, root, ...(this.#forks.get(root) ?? [])].find(
      (one) => this.#revisions.get(one) === base,
    );
    const target = owner === undefined ? undefined : (this.#living(owner) ?? this.#removed(owner));
    if (target) {
      this.#put({ annotation: { ...target.annotation, geometry: after.geometry }, rank: target.rank });
      this.#revisions.set(target.annotation.id, operation.opId);
    } else if (!sameValue(now.annotation.geometry, after.geometry)) {
      this.#fork(operation, { ...fields, geometry: after.geometry }, now);
    }
    return false;
  }

  /** The later of two outlines, as an annotation of its own just above the other. */
  #fork(operation: Operation, annotation: Annotation, beside: RankedAnnotation): void {
    const root = this.#rootOf(annotation.id);
    const id = forkId(operation.opId, annotation.id);
    const metadata = { ...annotation.metadata, [FORK_KEY]: root };
    // A fraction more: above the other, and below whatever stood above that unless somebody put it very near.
    this.#set(id, { annotation: { ...annotation, id, metadata }, rank: `${beside.rank}V` });
    this.#revisions.set(id, operation.opId);
    this.#forks.set(root, [...(this.#forks.get(root) ?? []), id]);
    this.#setParents([{ id, parentId: annotation.parentId }]);
  }

  #rootOf(id: string): string {
    for (const [root, forks] of this.#forks) if (forks.includes(id)) return root;
    return id;
  }

  #remove(id: string): void {
    const now = this.#living(id);
    if (!now) return;
    this.#set(id, null);
    this.#removedChanged.set(id, now);
  }

  /**
   * Gives annotations these parents, or the next above that live. All are taken out first, for two may change
   * places; one that would then lie in itself stays where it was, or comes to lie in none.
   */
  #setParents(wishes: readonly { readonly id: string; readonly parentId: string | null }[]): void {
    const before = new Map<string, string | null>();
    for (const { id, parentId } of wishes) {
      const now = this.#living(id);
      if (!now || this.#holds(now.annotation, parentId)) continue;
      if (!before.has(id)) before.set(id, now.annotation.parentId);
      this.#setParent(id, null);
    }
    for (const { id, parentId } of wishes) {
      if (!before.has(id)) continue;
      const possible = [parentId, before.get(id) ?? null].map((one) => this.#livingFrom(one));
      this.#setParent(id, possible.find((one) => !this.#liesIn(one, id)) ?? null);
    }
  }

  /** True when the annotation has this parent already, rightly. */
  #holds(annotation: Annotation, parentId: string | null): boolean {
    if (annotation.parentId !== parentId) return false;
    return (
      parentId === null || (this.#living(parentId) !== undefined && !this.#liesIn(parentId, annotation.id))
    );
  }

  #setParent(id: string, parentId: string | null): void {
    const now = this.#living(id);
    if (!now || now.annotation.parentId === parentId) return;
    this.#set(id, { annotation: withParent(now.annotation, parentId), rank: now.rank });
  }

  /** This one, or the next above it that lives. */
  #livingFrom(id: string | null): string | null {
    const seen = new Set<string>();
    let at = id;
    while (at !== null && !this.#living(at)) {
      if (seen.has(at)) return null;
      seen.add(at);
      at = this.#removed(at)?.annotation.parentId ?? null;
    }
    return at;
  }

  #liesIn(id: string | null, ancestor: string): boolean {
    const seen = new Set<string>();
    for (let at = id; at !== null && !seen.has(at); at = this.#living(at)?.annotation.parentId ?? null) {
      if (at === ancestor) return true;
      seen.add(at);
    }
    return false;
  }

  #living(id: string): RankedAnnotation | undefined {
    const changed = this.#changed.get(id);
    return changed === undefined ? this.#data.annotations.ranked(id) : (changed ?? undefined);
  }

  #removed(id: string): RankedAnnotation | undefined {
    const changed = this.#removedChanged.get(id);
    return changed === undefined ? this.#data.removed.ranked(id) : (changed ?? undefined);
  }

  /** Where the annotation is: among the living or the removed. */
  #put(entry: RankedAnnotation): void {
    const { id } = entry.annotation;
    if (!this.#living(id) && this.#removed(id)) this.#removedChanged.set(id, entry);
    else this.#set(id, entry);
  }

  #set(id: string, entry: RankedAnnotation | null): void {
    if (this.#children) {
      const [before, after] = [this.#living(id)?.annotation.parentId, entry?.annotation.parentId];
      if (before !== after && before != null) this.#children.get(before)?.delete(id);
      if (after != null) addTo(this.#children, after, id);
    }
    this.#changed.set(id, entry);
  }

  #childrenOf(id: string): ReadonlySet<string> {
    if (!this.#children) {
      this.#flush();
      this.#children = new Map();
      for (const { id: child, parentId } of this.#data.annotations.values()) {
        if (parentId !== null) addTo(this.#children, parentId, child);
      }
    }
    return this.#children.get(id) ?? new Set();
  }

  #topRank(): string {
    this.#flush();
    return ranksBetween(this.#data.annotations.top()?.rank ?? null, null, 1)[0]!;
  }

  #flush(): void {
    if (this.#changed.size > 0 || this.#removedChanged.size > 0 || this.#classes !== this.#data.classes) {
      this.#data = {
        ...this.#data,
        annotations: this.#data.annotations.edited(this.#changed),
        removed: this.#data.removed.edited(this.#removedChanged),
        classes: this.#classes,
      };
      this.#changed = new Map();
      this.#removedChanged = new Map();
    }
  }
}

function addTo(children: Map<string, Set<string>>, parentId: string, id: string): void {
  const siblings = children.get(parentId);
  if (siblings) siblings.add(id);
  else children.set(parentId, new Set([id]));
}

function withParent(annotation: Annotation, parentId: string | null): Annotation {
  return annotation.parentId === parentId ? annotation : { ...annotation, parentId };
}

/** The same for all who merge: the operation's id with a hash of the annotation's in its last 12 digits (FNV-1a). */
function forkId(opId: string, id: string): string {
  let [high, low] = [0x811c9dc5, 0x1000193];
  for (let i = 0; i < id.length; i++) {
    high = Math.imul(high ^ id.charCodeAt(i), 0x01000193);
    low = Math.imul(low ^ id.charCodeAt(i), 0x01000193);
  }
  const digits = (high >>> 0).toString(16).padStart(8, "0") + (low >>> 0).toString(16).padStart(8, "0");
  return opId.slice(0, 24) + digits.slice(4);
}
