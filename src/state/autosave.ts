import type { AnnotationFrame, AnnotationPatch } from "../core/annotation.ts";
import { emptyPatch } from "../core/annotation-patch.ts";
import type { AnnotationStorage, Entry, WindowLink } from "../core/annotation-storage.ts";
import { errorFacts } from "../core/errors.ts";
import {
  headerOf,
  makeOperation,
  type Operation,
  type OperationHeader,
  operationWeight,
} from "../core/operation.ts";
import type { OperationIds } from "../core/operation-id.ts";
import { emptySnapshot, OperationLog } from "../core/operation-log.ts";
import { operationStacks } from "../core/operation-stacks.ts";
import { addAnnotations } from "./annotation-commands.ts";
import { type DocumentStore, emptyDocument } from "./document.ts";
import { DraftKeeper } from "./draft-keeper.ts";
import type { History, RecordedStep } from "./history.ts";
import { OperationQueue } from "./operation-queue.ts";
import { StepRecall } from "./step-recall.ts";
import { readLog, type StoredLog } from "./stored-log.ts";

/** A slide as autosave needs to know it. */
export interface KeptSlide {
  readonly slideKey: string;
  readonly frame: AnnotationFrame;
  readonly title: string;
  readonly check?: string | null;
}

export interface AutosaveParts {
  readonly store: DocumentStore;
  readonly history: History;
  readonly ids: OperationIds;
  readonly storage: AnnotationStorage;
  readonly link: WindowLink;
  /** Ms since 1970. */
  readonly now: () => number;
  /** The person's name as they gave it; may be empty. */
  readonly author: () => string;
}

/**
 * Writes every step to the log at once and says so only when it is on the disk; brings in what other windows did.
 * What could not be written stays in memory, is tried again with the next step, when the person comes back to the
 * window, and on `retry`. Nothing here has a timer.
 */
export class Autosave {
  readonly #parts: AutosaveParts;
  readonly #drafts: DraftKeeper;
  /** Made and not yet written, of any slide. */
  readonly #queue: OperationQueue;
  #failures = 0;
  #slide: KeptSlide | null = null;
  #log = new OperationLog(emptySnapshot);
  #headers = new Map<string, OperationHeader>();
  #recall: StepRecall | null = null;
  /** Steps made here since the slide was opened, for when the log is read anew. */
  #own: Operation[] = [];
  /** The log of the slide could not be read. */
  #unread = false;
  #opening = 0;
  #weight = 0;
  #waiting: (() => void)[] = [];
  #announced = new Set<string>();

  constructor(parts: AutosaveParts) {
    this.#parts = parts;
    const { history, storage, link } = parts;
    this.#drafts = new DraftKeeper(parts, (thrown) => this.#fail(thrown));
    this.#queue = new OperationQueue(storage, {
      written: (entries) => this.#announce(entries),
      failed: (thrown) => this.#fail(thrown),
    });
    history.listen({
      step: (step) => this.#record(step),
      draft: (patch) => this.#follow(patch),
    });
    storage.onTrouble((thrown) => this.#fail(thrown));
    link.onAnnounced((slideKey, opIds) => {
      if (slideKey !== this.#slide?.slideKey) return;
      for (const opId of opIds) this.#announced.add(opId);
      void this.#takeAnnounced();
    });
    link.onReturn(() => void this.retry());
  }

  /** Of the slide in view, in order: who, when, what. */
  headers(): OperationHeader[] {
    return [...this.#headers.values()].sort((a, b) => (a.opId < b.opId ? -1 : 1));
  }

  /** Not yet on the disk. */
  get unsaved(): number {
    return this.#queue.size;
  }

  /** Shows what is kept of a slide. One can draw before it is read; what is drawn then is joined to it. */
  async open(slide: KeptSlide): Promise<void> {
    const { history } = this.#parts;
    history.commit();
    const { slideKey, frame, annotations } = history.base;
    // Drawn while it was not yet known which slide it is.
    const early = slideKey === "" && frame === slide.frame ? [...annotations.values()] : [];
    this.leave();
    this.#slide = slide;
    history.open(emptyDocument(slide.slideKey, slide.frame), [], []);
    if (early.length > 0) history.run(addAnnotations(history.base, early));
    await this.#load();
  }

  /** Shows no slide. What was drawn on the last is kept, a gesture under way included. */
  leave(): void {
    const { history, store } = this.#parts;
    history.commit();
    this.#opening += 1;
    this.#drafts.leave();
    this.#slide = null;
    this.#own = [];
    this.#waiting = [];
    this.#log = new OperationLog(emptySnapshot);
    this.#headers = new Map();
    this.#recall = null;
    this.#weight = 0;
    this.#unread = false;
    store.setState({ draft: null, loading: false });
    this.#announced.clear();
    history.open(emptyDocument("", "um"), [], []);
  }

  /** Tries again what failed, and looks for what other windows did unheard. */
  async retry(): Promise<void> {
    const failures = this.#failures;
    if (this.#unread) await this.#load();
    else await this.#findMissed();
    await this.#drafts.retry();
    await this.#flush();
    if (failures === this.#failures) this.#settle();
  }

  /** Gives what is on the slide now a name, such as "signed off by A. Sun". It stays readable for good. */
  nameVersion(name: string): void {
    this.#parts.history.commit();
    const id = this.#parts.ids.next();
    this.#write({ id, kind: "version", target: null, patch: emptyPatch(name) }, null);
  }

  /** Makes the draft that is offered a step, as far as the slide still is as it was; and offers the next. */
  restoreDraft(): void {
    this.#drafts.restore();
  }

  discardDraft(): void {
    this.#drafts.discard();
  }

  #record(step: RecordedStep): void {
    this.#write(step, this.#drafts.end());
    if (step.kind !== "do") this.#show();
    void this.#recallMore();
  }

  #write(step: Parameters<typeof makeOperation>[0], endsDraft: string | null): void {
    const { link, author, now, store } = this.#parts;
    const slide = this.#slide;
    if (!slide) return;
    const origin = { slideKey: slide.slideKey, windowId: link.windowId, author: author(), time: now() };
    const operation = makeOperation(step, origin, (id) => this.#log.revisionOf(id));
    this.#log.add([operation]);
    this.#headers.set(operation.opId, headerOf(operation));
    this.#own.push(operation);
    this.#weight += operationWeight(operation);
    const count = this.#parts.history.base.annotations.size;
    this.#queue.push({ operation, endsDraft, slide: { ...slide, time: operation.time, count } });
    store.setState({ saved: "saving" });
    void this.#flush();
  }

  #follow(patch: AnnotationPatch | null): void {
    const slide = this.#slide;
    if (slide) this.#drafts.follow(slide.slideKey, patch);
    if (patch !== null) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) work();
  }

  /** At once, or when the gesture under way has ended: nothing moves under a pen. */
  #whenIdle(work: () => void): void {
    const opening = this.#opening;
    const ifStillOpen = (): void => {
      if (this.#opening === opening) work();
    };
    if (this.#parts.history.busy) this.#waiting.push(ifStillOpen);
    else ifStillOpen();
  }

  /** What the log amounts to becomes what is shown. */
  #show(): void {
    const slide = this.#slide;
    if (slide) this.#parts.history.receive(this.#log.document(slide.slideKey, slide.frame));
  }

  /** @param from `start` reads all operations, for what a snapshot came too early for */
  async #load(from: "snapshot" | "start" = "snapshot"): Promise<void> {
    const { storage, store, link } = this.#parts;
    const slide = this.#slide;
    const opening = this.#opening;
    if (!slide) return;
    store.setState({ loading: true });
    try {
      const living = (await link.living()) ?? new Set();
      const isOurs = (windowId: string): boolean => windowId === link.windowId || !living.has(windowId);
      const stored = await readLog(storage, slide.slideKey, { from });
      const stacks = operationStacks(stored.headers, isOurs);
      const recall = new StepRecall(storage, slide.slideKey, stacks.done);
      const done = await recall.last(stored.operations);
      const undone = await recall.steps(stacks.undone, stored.operations);
      if (this.#opening !== opening) return;
      this.#unread = false;
      this.#whenIdle(() => {
        if (!this.#take(stored)) {
          // The clock had gone back, and one drew before the log was read.
          void this.#load("start");
          return;
        }
        // Read anew, the log brings no steps that are not known.
        if (!this.#recall) this.#parts.history.recall(done, undone);
        this.#recall ??= recall;
        store.setState({ loading: false });
        void this.#takeAnnounced();
        void this.#drafts.offer(slide.slideKey, isOurs);
        this.#settle();
      });
    } catch (thrown) {
      if (this.#opening !== opening) return;
      this.#unread = true;
      store.setState({ loading: false });
      this.#fail(thrown);
    }
  }

  /** False when something that was drawn here belongs before the snapshot. */
  #take(stored: StoredLog): boolean {
    const { ids } = this.#parts;
    this.#log = new OperationLog(stored.snapshot);
    this.#headers = new Map(stored.headers.map((one) => [one.opId, one]));
    const known = new Set(stored.headers.map(({ opId }) => opId));
    const own = this.#own.filter(({ opId }) => !known.has(opId) || opId > stored.snapshot.upTo);
    for (const one of [...stored.operations, ...own]) this.#headers.set(one.opId, headerOf(one));
    const last = stored.headers.at(-1)?.opId;
    if (last !== undefined) ids.observe(last);
    if (!this.#log.add([...stored.operations, ...own])) return false;
    this.#weight = stored.operations.reduce((sum, one) => sum + operationWeight(one), 0);
    this.#show();
    return true;
  }

  async #recallMore(): Promise<void> {
    const opening = this.#opening;
    try {
      await this.#recall?.feed(this.#parts.history, () => this.#opening !== opening);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #findMissed(): Promise<void> {
    const slide = this.#slide;
    if (!slide) return;
    try {
      const opIds = await this.#parts.storage.opIds(slide.slideKey);
      if (this.#slide !== slide) return;
      for (const opId of opIds) if (!this.#headers.has(opId)) this.#announced.add(opId);
    } catch (thrown) {
      this.#fail(thrown);
    }
    await this.#takeAnnounced();
  }

  /** Reads what other windows wrote, and joins it to what is here. */
  async #takeAnnounced(): Promise<void> {
    const { storage, ids, store } = this.#parts;
    const slide = this.#slide;
    if (!slide || store.getState().loading || this.#unread) return;
    const wanted = [...this.#announced].filter((opId) => !this.#headers.has(opId));
    this.#announced.clear();
    if (wanted.length === 0) return;
    try {
      const operations = await storage.operations(slide.slideKey, wanted);
      this.#whenIdle(() => {
        const fresh = operations.filter(({ opId }) => !this.#headers.has(opId));
        for (const one of fresh) {
          ids.observe(one.opId);
          this.#headers.set(one.opId, headerOf(one));
          this.#weight += operationWeight(one);
        }
        if (this.#log.add(fresh)) this.#show();
        else void this.#load();
      });
    } catch (thrown) {
      for (const opId of wanted) this.#announced.add(opId);
      this.#fail(thrown);
    }
  }

  async #flush(): Promise<void> {
    const written = await this.#queue.flush();
    if (!written) return;
    // The storage works again.
    if (this.#unread) await this.#load();
    this.#settle();
    await this.#keepSnapshot();
  }

  /** Says "saved" when it is so. */
  #settle(): void {
    const { store } = this.#parts;
    if (this.#queue.size === 0 && !this.#unread && !this.#drafts.behind) store.setState({ saved: "saved" });
  }

  #announce(entries: readonly Entry[]): void {
    const { link, store } = this.#parts;
    for (const slideKey of new Set(entries.map(({ operation }) => operation.slideKey))) {
      const own = entries.filter(({ operation }) => operation.slideKey === slideKey);
      link.announce(
        slideKey,
        own.map(({ operation }) => operation.opId),
      );
    }
    if (store.getState().persistent !== null) return;
    void link.persist().then(
      (persistent) => store.setState({ persistent }),
      () => store.setState({ persistent: false }),
    );
  }

  /** A snapshot when replaying what came since the last would take long. */
  async #keepSnapshot(): Promise<void> {
    const { storage, link, history } = this.#parts;
    const slide = this.#slide;
    const limit = Math.max(200, history.base.annotations.size / 8);
    const { loading } = this.#parts.store.getState();
    if (!slide || loading || this.#queue.size > 0 || this.#unread || this.#weight < limit) return;
    const snapshot = this.#log.snapshot();
    this.#weight = 0;
    // Only speed is lost with it: the log is the truth, and it is written.
    await link
      .alone(`snapshot:${slide.slideKey}`, () => storage.writeSnapshot(slide.slideKey, snapshot))
      .catch(() => undefined);
    // Untrimmed, the second copy is as good, only larger.
    await link.alone("trim", () => storage.trim()).catch(() => undefined);
  }

  #fail(thrown: unknown): void {
    this.#failures += 1;
    this.#parts.store.setState({ saved: { failed: errorFacts(thrown, this.#slide?.title ?? "") } });
  }
}
