import { createStore } from "zustand/vanilla";
import type { AnnotationDocument, AnnotationFrame } from "../core/annotation.ts";
import { AnnotationList } from "../core/annotation-list.ts";
import type { Draft, StoredSlide } from "../core/annotation-storage.ts";
import type { ErrorFacts } from "../core/errors.ts";

/** `saved` only when the browser has confirmed that the last change is on the disk. */
export type SaveState = "saving" | "saved" | { readonly failed: ErrorFacts };

/** A file of the person's own that every step is written to as well. */
export interface LinkState {
  readonly name: string;
  /** `asks`: the browser wants the person's leave again; `changed`: by someone else, since we wrote it. */
  readonly status: "written" | "writing" | "asks" | "changed" | { readonly failed: ErrorFacts };
}

/** The annotations of the slide in view, and what one does with them. Changed only by `History` and autosave. */
export interface DocumentState {
  /** As it is shown, a gesture under way included. */
  readonly document: AnnotationDocument;
  /** Ids; none of an annotation that is not there. */
  readonly selected: ReadonlySet<string>;
  /** Label of the gesture under way. */
  readonly gesture: string | null;
  /** Label of the step that undo would take back; null when there is none. */
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  readonly saved: SaveState;
  /** What was kept of the slide is still being read; one can draw meanwhile. */
  readonly loading: boolean;
  /** False: the browser may clear what it keeps, so remind of exports. Null: not asked yet. */
  readonly persistent: boolean | null;
  /** Why there is no second copy of what is kept, where the browser gives no files for one. */
  readonly oneCopy: "insecure" | "private" | null;
  /** Null: none. */
  readonly linked: LinkState | null;
  /** Slides that the one in view may be, when its content does not tell: to be asked about. */
  readonly mayBe: readonly StoredSlide[] | null;
  /** What there is of a gesture that a crash cut off, offered to be restored. */
  readonly draft: Draft | null;
}

export function emptyDocument(slideKey: string, frame: AnnotationFrame): AnnotationDocument {
  return { slideKey, frame, annotations: AnnotationList.empty, classes: [] };
}

export function createDocumentStore() {
  return createStore<DocumentState>()(() => ({
    document: emptyDocument("", "um"),
    selected: new Set(),
    gesture: null,
    undoLabel: null,
    redoLabel: null,
    saved: "saved",
    loading: false,
    persistent: null,
    oneCopy: null,
    linked: null,
    mayBe: null,
    draft: null,
  }));
}

export type DocumentStore = ReturnType<typeof createDocumentStore>;

/** Ids that are not there are left out. */
export function select(store: DocumentStore, ids: Iterable<string>): void {
  const { document, selected } = store.getState();
  const next = new Set([...ids].filter((id) => document.annotations.has(id)));
  if (next.size === selected.size && [...next].every((id) => selected.has(id))) return;
  store.setState({ selected: next });
}

export const documentStore = createDocumentStore();
