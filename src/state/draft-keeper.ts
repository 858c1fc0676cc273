import type { AnnotationPatch } from "../core/annotation.ts";
import { rebasePatch } from "../core/annotation-rebase.ts";
import type { AnnotationStorage, Draft, WindowLink } from "../core/annotation-storage.ts";
import type { OperationIds } from "../core/operation-id.ts";
import type { DocumentStore } from "./document.ts";
import type { History } from "./history.ts";

export interface DraftKeeperParts {
  readonly store: DocumentStore;
  readonly history: History;
  readonly ids: OperationIds;
  readonly storage: AnnotationStorage;
  readonly link: WindowLink;
  readonly now: () => number;
  readonly author: () => string;
}

interface Writing {
  readonly slideKey: string;
  readonly draftId: string;
  patch: AnnotationPatch;
  /** What is on the disk, or on its way there, is behind `patch`. */
  behind: boolean;
  busy: boolean;
  ended: boolean;
}

/**
 * Keeps on the disk what a crash must not take of the gesture under way, and offers it when the slide is opened
 * again. Of updates that come faster than they are written the last is written.
 */
export class DraftKeeper {
  readonly #parts: DraftKeeperParts;
  readonly #fail: (thrown: unknown) => void;
  #current: Writing | null = null;
  #offered: Draft[] = [];
  #restored: string | null = null;

  constructor(parts: DraftKeeperParts, fail: (thrown: unknown) => void) {
    this.#parts = parts;
    this.#fail = fail;
  }

  /** The gesture has come this far; null: it has ended, and no step was made of it. */
  follow(slideKey: string, patch: AnnotationPatch | null): void {
    const current = this.#current;
    if (patch === null) {
      if (!current) return;
      this.end();
      this.#remove(current.slideKey, current.draftId);
      return;
    }
    if (current) {
      current.patch = patch;
      current.behind = true;
    } else {
      const draftId = this.#parts.ids.next();
      this.#current = { slideKey, draftId, patch, behind: true, busy: false, ended: false };
    }
    void this.#write();
  }

  /** A step is made of the gesture: the draft that its entry puts an end to. */
  end(): string | null {
    const restored = this.#restored;
    this.#restored = null;
    const current = this.#current;
    if (!current) return restored;
    current.ended = true;
    this.#current = null;
    return current.draftId;
  }

  retry(): Promise<void> {
    return this.#write();
  }

  /** A draft could not be written. */
  get behind(): boolean {
    return this.#current?.behind === true && !this.#current.busy;
  }

  /** Another slide is opened. */
  leave(): void {
    this.#offered = [];
  }

  /** Offers what windows that are gone have left. */
  async offer(slideKey: string, isOurs: (windowId: string) => boolean): Promise<void> {
    try {
      const drafts = await this.#parts.storage.drafts(slideKey);
      if (this.#parts.store.getState().document.slideKey !== slideKey) return;
      this.#offered = drafts.filter(
        ({ windowId, draftId }) => isOurs(windowId) && draftId !== this.#current?.draftId,
      );
      this.#offerNext();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  restore(): void {
    const draft = this.#offered.shift();
    if (!draft) return;
    const { history } = this.#parts;
    history.commit();
    this.#restored = draft.draftId;
    const made = history.run(rebasePatch(history.base, draft.patch));
    this.#restored = null;
    this.#offerNext();
    if (!made) this.#remove(draft.slideKey, draft.draftId);
  }

  discard(): void {
    const draft = this.#offered.shift();
    this.#offerNext();
    if (draft) this.#remove(draft.slideKey, draft.draftId);
  }

  #offerNext(): void {
    this.#parts.store.setState({ draft: this.#offered[0] ?? null });
  }

  async #write(): Promise<void> {
    const { storage, link, author, now } = this.#parts;
    const current = this.#current;
    if (!current || current.busy) return;
    current.busy = true;
    try {
      while (current.behind && !current.ended) {
        current.behind = false;
        const { slideKey, draftId, patch } = current;
        await storage.putDraft({
          ...{ slideKey, draftId, patch },
          windowId: link.windowId,
          author: author(),
          time: now(),
        });
      }
    } catch (thrown) {
      current.behind = true;
      this.#fail(thrown);
    } finally {
      current.busy = false;
    }
  }

  #remove(slideKey: string, draftId: string): void {
    this.#parts.storage.removeDraft(slideKey, draftId).catch((thrown: unknown) => this.#fail(thrown));
  }
}
