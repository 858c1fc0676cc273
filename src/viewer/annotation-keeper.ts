import { openJournal } from "../../workers/journal-client.ts";
import type { AnnotationDocument, AnnotationFrame } from "../core/annotation.ts";
import type { AnnotationStorage } from "../core/annotation-storage.ts";
import type { OperationHeader } from "../core/operation.ts";
import { AnnotationDatabase } from "../io/annotation-database.ts";
import { Autosave } from "../state/autosave.ts";
import { documentStore } from "../state/document.ts";
import { annotationHistory, operationIds } from "../state/history.ts";
import { preferencesStore } from "../state/preferences.ts";
import { readDocument, readHistoryOf } from "../state/stored-log.ts";
import type { Inspected } from "./slide-contract.ts";
import { slideIdentity } from "./slide-identity.ts";
import { holdSlide, openWindowLink } from "./window-link.ts";

/** A slide as it is in view. */
export interface ViewedSlide {
  readonly title: string;
  readonly parts: Inspected;
}

/** Keeps the annotations of the slide in view in this browser, and reads those of others. One for the page. */
export class AnnotationKeeper {
  readonly autosave: Autosave;
  readonly #storage: AnnotationStorage;
  #entering = new AbortController();

  private constructor(storage: AnnotationStorage, autosave: Autosave) {
    this.#storage = storage;
    this.autosave = autosave;
    // The browser asks before it closes a page with unsaved annotations.
    window.addEventListener("beforeunload", (event) => {
      if (autosave.unsaved > 0) event.preventDefault();
    });
  }

  static async start(): Promise<AnnotationKeeper> {
    const [journal, link] = await Promise.all([openJournal(), openWindowLink(() => operationIds.next())]);
    const storage = new AnnotationDatabase(journal);
    if (!journal) documentStore.setState({ oneCopy: isSecureContext ? "private" : "insecure" });
    const author = () => preferencesStore.getState().author;
    const parts = { store: documentStore, history: annotationHistory, ids: operationIds, storage, link };
    return new AnnotationKeeper(storage, new Autosave({ ...parts, now: Date.now, author }));
  }

  /** Brings in what is kept of the slide; null: no slide is in view. A later call puts an end to an earlier. */
  async enter(slide: ViewedSlide | null): Promise<void> {
    this.#entering.abort();
    this.#entering = new AbortController();
    const { signal } = this.#entering;
    this.autosave.leave();
    if (!slide) return;
    const slideKey = await slideIdentity(slide.parts, signal).catch(() => null);
    if (slideKey === null || signal.aborted) return;
    const frame: AnnotationFrame = slide.parts.image ? "imagePx" : "um";
    holdSlide(slideKey, signal);
    await this.autosave.open({ slideKey, frame, title: slide.title });
  }

  /** Named versions of the slide in view, oldest first. */
  versions(): OperationHeader[] {
    return this.autosave.headers().filter(({ kind }) => kind === "version");
  }

  /** The slide in view as it was when an operation was made. */
  asOf(opId: string): Promise<AnnotationDocument> {
    const { slideKey, frame } = documentStore.getState().document;
    return readDocument(this.#storage, slideKey, frame, opId);
  }

  /** Who did what to an annotation of the slide in view, and when; oldest first. */
  historyOf(id: string): Promise<OperationHeader[]> {
    const { slideKey } = documentStore.getState().document;
    return readHistoryOf(this.#storage, slideKey, this.autosave.headers(), id);
  }
}
