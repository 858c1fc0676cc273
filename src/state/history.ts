import type { AnnotationDocument, AnnotationPatch, RankChange } from "../core/annotation.ts";
import { applyPatch, emptyPatch, invertPatch, isEmptyPatch } from "../core/annotation-patch.ts";
import { rebasePatch } from "../core/annotation-rebase.ts";
import { OperationIds } from "../core/operation-id.ts";
import { type DocumentStore, documentStore } from "./document.ts";

/** A gesture that was made, and can be undone. */
export interface HistoryStep {
  readonly id: string;
  readonly patch: AnnotationPatch;
}

/** What happened to the document: to be written to the log. */
export interface RecordedStep extends HistoryStep {
  readonly kind: "do" | "undo" | "redo";
  /** The step that was undone or redone. */
  readonly target: string | null;
}

export interface HistoryListener {
  /** The document has changed for good. */
  step(recorded: RecordedStep): void;
  /** What of the gesture under way a crash must not take; null when the gesture has ended. */
  draft(patch: AnnotationPatch | null): void;
}

interface Pending {
  readonly patch: AnnotationPatch;
  /** Why it could not be made whole: for who began it, not for who came between. */
  failure: { readonly thrown: unknown } | null;
}

interface Gesture {
  readonly label: string;
  patch: AnnotationPatch | null;
}

/**
 * The steps of a document. A gesture is one step: `begin`, any number of `update`s, then `commit` or `cancel`.
 * Steps have no time limit and no number limit, and nothing here has a timer.
 */
export class History {
  readonly #store: DocumentStore;
  readonly #nextId: () => string;
  readonly #listeners = new Set<HistoryListener>();
  #base: AnnotationDocument;
  #done: HistoryStep[] = [];
  #undone: HistoryStep[] = [];
  #gesture: Gesture | null = null;
  /** Being made ready by parts; whoever does something else makes it whole first. */
  #pending: Pending | null = null;

  /** `nextId` gives the ids of operations, rising. */
  constructor(store: DocumentStore, nextId: () => string) {
    this.#store = store;
    this.#nextId = nextId;
    this.#base = store.getState().document;
  }

  /** The document without the gesture under way: what the patches of `update` start from. */
  get base(): AnnotationDocument {
    return this.#base;
  }

  /** An id for a new annotation: a UUID, as QuPath has them. */
  newId(): string {
    return this.#nextId();
  }

  listen(listener: HistoryListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows another document with its past. A gesture under way is cancelled. */
  open(document: AnnotationDocument, done: readonly HistoryStep[], undone: readonly HistoryStep[]): void {
    this.#settle();
    this.cancel();
    this.#done = [...done];
    this.#undone = [...undone];
    this.#base = document;
    this.#store.setState({ selected: new Set() });
    this.#show(document);
  }

  /** Puts steps of an earlier time before those that are known; `undone` counts when nothing was done since. */
  recall(earlier: readonly HistoryStep[], undone: readonly HistoryStep[]): void {
    if (this.#done.length + this.#undone.length === 0) this.#undone = [...undone];
    this.#done = [...earlier, ...this.#done];
    this.#show(this.#store.getState().document);
  }

  /** How many steps can be undone without recalling earlier ones. */
  get depth(): number {
    return this.#done.length;
  }

  /** True while a gesture is under way. */
  get busy(): boolean {
    return this.#gesture !== null;
  }

  /** The same document after another window's changes. Not while a gesture is under way. */
  receive(document: AnnotationDocument): void {
    if (this.#gesture) throw new Error("a gesture is under way");
    this.#settle();
    this.#base = document;
    this.#show(document);
  }

  /** `label` is an i18n key. A gesture that is still under way is committed first: what was drawn is kept. */
  begin(label: string): void {
    this.commit();
    this.#gesture = { label, patch: null };
    this.#show(this.#base);
  }

  /**
   * Shows the gesture as far as it is. `patch` is made against `base` and replaces that of the update before;
   * `draft` is what a crash must leave of it: the patch without a corner that is not placed yet. Throws as
   * `applyPatch` does, and shows what it showed.
   */
  update(patch: AnnotationPatch, draft: AnnotationPatch = patch): void {
    const gesture = this.#showGesture(patch);
    for (const listener of this.#listeners) listener.draft({ ...draft, label: gesture.label });
  }

  /** Makes the gesture a step. False when it changed nothing, or there was none. */
  commit(): boolean {
    this.#settle();
    const patch = this.#gesture?.patch ?? null;
    if (!patch || isEmptyPatch(patch)) {
      this.cancel();
      return false;
    }
    this.#gesture = null;
    this.#take(this.#store.getState().document, patch);
    return true;
  }

  /** Ends the gesture as if it had not begun. */
  cancel(): void {
    if (!this.#gesture) return;
    this.#gesture = null;
    this.#show(this.#base);
    this.#endDraft();
  }

  /** One step at once: for what is no gesture, such as a menu entry. */
  run(patch: AnnotationPatch): boolean {
    this.begin(patch.label);
    try {
      this.#showGesture(patch);
    } catch (thrown) {
      this.cancel();
      throw thrown;
    }
    return this.commit();
  }

  /**
   * One step of very many annotations that are to come: checked and sorted in by parts, with a `pause` after each in
   * which the page answers. A gesture or another step meanwhile makes it whole at once and comes after it. Throws as
   * `applyPatch` does, and leaves nothing.
   */
  async runByParts(patch: AnnotationPatch, pause: () => Promise<void>): Promise<void> {
    this.commit();
    const pending: Pending = { patch, failure: null };
    this.#pending = pending;
    let document: AnnotationDocument = this.#base;
    try {
      for (const part of partsOf(patch)) {
        document = applyPatch(document, part);
        await pause();
        if (this.#pending !== pending) break;
      }
    } catch {
      // Children may stand before their parents: whole it may be sound.
      this.#settle();
    }
    if (this.#pending === pending) {
      this.#pending = null;
      this.#take(document, patch);
    } else if (pending.failure) throw pending.failure.thrown;
  }

  /**
   * Takes back the last step; a gesture under way is cancelled instead. What another window has changed since stays;
   * a step of which nothing is left to take back is passed over. False when there was nothing.
   */
  undo(): boolean {
    this.#settle();
    if (this.#gesture) {
      this.cancel();
      return true;
    }
    for (let step = this.#done.pop(); step; step = this.#done.pop()) {
      this.#undone.push(step);
      if (this.#travel("undo", step, invertPatch(step.patch))) return true;
    }
    this.#show(this.#base);
    return false;
  }

  redo(): boolean {
    this.#settle();
    if (this.#gesture) return false;
    for (let step = this.#undone.pop(); step; step = this.#undone.pop()) {
      this.#done.push(step);
      if (this.#travel("redo", step, step.patch)) return true;
    }
    this.#show(this.#base);
    return false;
  }

  get canUndo(): boolean {
    return this.#gesture !== null || this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#gesture === null && this.#undone.length > 0;
  }

  #settle(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (!pending) return;
    try {
      this.run(pending.patch);
    } catch (thrown) {
      pending.failure = { thrown };
    }
  }

  #take(document: AnnotationDocument, patch: AnnotationPatch): void {
    const step: HistoryStep = { id: this.#nextId(), patch };
    this.#done.push(step);
    this.#undone = [];
    this.#record(document, { ...step, kind: "do", target: null });
    this.#endDraft();
  }

  #showGesture(patch: AnnotationPatch): Gesture {
    const gesture = this.#gesture;
    if (!gesture) throw new Error("no gesture is under way");
    const document = applyPatch(this.#base, patch);
    gesture.patch = { ...patch, label: gesture.label };
    this.#show(document);
    return gesture;
  }

  #travel(kind: "undo" | "redo", step: HistoryStep, wished: AnnotationPatch): boolean {
    const patch = rebasePatch(this.#base, wished);
    if (isEmptyPatch(patch)) return false;
    const document = applyPatch(this.#base, patch);
    this.#record(document, { id: this.#nextId(), kind, target: step.id, patch });
    return true;
  }

  #record(document: AnnotationDocument, recorded: RecordedStep): void {
    this.#base = document;
    this.#show(document);
    for (const listener of this.#listeners) listener.step(recorded);
  }

  #endDraft(): void {
    for (const listener of this.#listeners) listener.draft(null);
  }

  #show(document: AnnotationDocument): void {
    const { selected } = this.#store.getState();
    const kept = [...selected].filter((id) => document.annotations.has(id));
    this.#store.setState({
      document,
      selected: kept.length === selected.size ? selected : new Set(kept),
      gesture: this.#gesture?.label ?? null,
      undoLabel: this.#gesture?.label ?? this.#done.at(-1)?.patch.label ?? null,
      redoLabel: this.#gesture ? null : (this.#undone.at(-1)?.patch.label ?? null),
    });
  }
}

/** Annotations sorted in at once. */
const PART = 500;

/** What a patch creates, some at a time; what else it does comes last. */
function* partsOf(patch: AnnotationPatch): Generator<AnnotationPatch, undefined> {
  const ranks = new Map(patch.ranks.map((one) => [one[0], one]));
  for (let from = 0; from < patch.created.length; from += PART) {
    const created = patch.created.slice(from, from + PART);
    const own: RankChange[] = [];
    for (const { id } of created) {
      const rank = ranks.get(id);
      if (rank) own.push(rank);
      ranks.delete(id);
    }
    yield { ...emptyPatch(patch.label), created, ranks: own };
  }
  yield { ...patch, created: [], ranks: [...ranks.values()] };
}

export const operationIds = new OperationIds(Date.now, (out) => crypto.getRandomValues(out));
export const annotationHistory = new History(documentStore, () => operationIds.next());
