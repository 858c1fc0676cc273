import { writeAnnotationFile } from "../../workers/annotation-client.ts";
import { openJournal } from "../../workers/journal-client.ts";
import type { AnnotationDocument, AnnotationFrame } from "../core/annotation.ts";
import type { AnnotationStorage } from "../core/annotation-storage.ts";
import type { OperationHeader } from "../core/operation.ts";
import { claimSlide } from "../core/slide-claim.ts";
import { AnnotationDatabase } from "../io/annotation-database.ts";
import { LinkDatabase, pickLinkedFile } from "../io/linked-file.ts";
import { Autosave } from "../state/autosave.ts";
import { documentStore, emptyDocument } from "../state/document.ts";
import { FileLink } from "../state/file-link.ts";
import { annotationHistory, operationIds } from "../state/history.ts";
import { preferencesStore } from "../state/preferences.ts";
import { readDocument, readHistoryOf } from "../state/stored-log.ts";
import type { Inspected, SlidePart } from "./slide-contract.ts";
import { type SlideIdentity, slideIdentity } from "./slide-identity.ts";
import { holdSlide, inTurn, openWindowLink } from "./window-link.ts";

const identity = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

/** A slide as it is in view. */
export interface ViewedSlide {
  readonly title: string;
  readonly parts: Inspected;
}

/** Keeps the annotations of the slide in view in this browser, and reads those of others. One for the page. */
export class AnnotationKeeper {
  readonly autosave: Autosave;
  readonly file: FileLink;
  readonly #storage: AnnotationStorage;
  #answer: ((slideKey: string | null) => void) | null = null;
  #part: SlidePart | null = null;
  /** Nobody is asked twice about one slide. */
  readonly #claims = new WeakMap<SlidePart, string>();
  #entering = new AbortController();

  private constructor(storage: AnnotationStorage, autosave: Autosave, file: FileLink) {
    this.#storage = storage;
    this.autosave = autosave;
    this.file = file;
    // The browser asks before it closes a page with unsaved annotations.
    window.addEventListener("beforeunload", (event) => {
      if (autosave.unsaved > 0 || file.busy) event.preventDefault();
    });
  }

  static async start(): Promise<AnnotationKeeper> {
    const [journal, link] = await Promise.all([openJournal(), openWindowLink(() => operationIds.next())]);
    const storage = new AnnotationDatabase(journal);
    void link.alone("trim", () => storage.trim()).catch(() => undefined);
    if (!journal) documentStore.setState({ oneCopy: isSecureContext ? "private" : "insecure" });
    const author = () => preferencesStore.getState().author;
    const parts = { store: documentStore, history: annotationHistory, ids: operationIds, storage, link };
    const file = new FileLink({
      ...{ store: documentStore, history: annotationHistory, storage: new LinkDatabase(), inTurn },
      encode: async ({ annotations, frame }) => {
        const all = [...annotations.values()];
        return (await writeAnnotationFile({ format: "geojson", annotations: all, frame, toUm: identity }))
          .bytes;
      },
    });
    return new AnnotationKeeper(storage, new Autosave({ ...parts, now: Date.now, author }), file);
  }

  /** Brings in what is kept of the slide; null: no slide is in view. A later call puts an end to an earlier. */
  async enter(slide: ViewedSlide | null): Promise<void> {
    this.#entering.abort();
    this.#entering = new AbortController();
    const { signal } = this.#entering;
    annotationHistory.commit();
    const part = slide && (slide.parts.image ?? slide.parts.expression);
    const { base } = annotationHistory;
    // The same slide, of which more has come: what was drawn before it is known stays.
    const early = part !== null && part === this.#part && base.slideKey === "" ? base : null;
    this.#part = part;
    this.file.leave();
    this.autosave.leave();
    if (!slide) return;
    const frame: AnnotationFrame = slide.parts.image ? "imagePx" : "um";
    annotationHistory.open(early ?? emptyDocument("", frame), [], []);
    const identity = await slideIdentity(slide.parts, signal).catch(() => null);
    if (identity === null || signal.aborted) return;
    const slideKey = (part && this.#claims.get(part)) ?? (await this.#claim(identity, signal));
    if (signal.aborted) return;
    if (part) this.#claims.set(part, slideKey);
    holdSlide(slideKey, signal);
    const { check } = identity;
    await this.autosave.open({ slideKey, frame, title: slide.title, check });
    if (!signal.aborted) await this.file.open(slideKey);
  }

  /** The slide in view is this one; null: none of those that were asked about, and kept apart from them. */
  answer(slideKey: string | null): void {
    this.#answer?.(slideKey);
  }

  async #claim({ slideKey, check }: SlideIdentity, signal: AbortSignal): Promise<string> {
    // A database that cannot be read has its say when the slide is opened.
    const claim = claimSlide(slideKey, check, await this.#storage.slides().catch(() => []));
    if ("slideKey" in claim) return claim.slideKey;
    const answer = await new Promise<string | null>((resolve) => {
      this.#answer = resolve;
      signal.addEventListener("abort", () => resolve(null));
      documentStore.setState({ mayBe: claim.candidates });
    });
    this.#answer = null;
    documentStore.setState({ mayBe: null });
    return answer ?? claim.apart;
  }

  /** Lets the person choose a file that every step is then written to. */
  async linkFile(suggestedName: string): Promise<void> {
    const chosen = await pickLinkedFile(suggestedName);
    if (chosen) await this.file.link(chosen);
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
