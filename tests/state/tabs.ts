import type { AnnotationDocument } from "../../src/core/annotation.ts";
import type { AnnotationStorage, WindowLink } from "../../src/core/annotation-storage.ts";
import { OperationIds } from "../../src/core/operation-id.ts";
import { AnnotationDatabase } from "../../src/io/annotation-database.ts";
import { addAnnotations } from "../../src/state/annotation-commands.ts";
import { Autosave, type KeptSlide } from "../../src/state/autosave.ts";
import { createDocumentStore, type DocumentState } from "../../src/state/document.ts";
import { History } from "../../src/state/history.ts";
import { annotation } from "../core/annotation-arbitrary.ts";

/** The tabs of one browser: who lives, and what they call out to each other. */
export class Browser {
  readonly living = new Set<string>();
  readonly listeners = new Map<string, ((slideKey: string, opIds: readonly string[]) => void)[]>();
  /** Calls are not heard, as by a tab that the browser has put to sleep. */
  deaf = false;
  persisted = 0;

  link(windowId: string): WindowLink & { readonly comeBack: () => void } {
    const returns: (() => void)[] = [];
    this.living.add(windowId);
    this.listeners.set(windowId, []);
    return {
      windowId,
      announce: (slideKey, opIds) => {
        if (this.deaf) return;
        for (const [other, listeners] of this.listeners) {
          if (other !== windowId) for (const listener of listeners) listener(slideKey, opIds);
        }
      },
      onAnnounced: (listener) => this.listeners.get(windowId)?.push(listener),
      onReturn: (listener) => returns.push(listener),
      living: () => Promise.resolve(new Set(this.living)),
      persist: () => {
        this.persisted += 1;
        return Promise.resolve(true);
      },
      alone: (_name, work) => work(),
      close: () => undefined,
      comeBack: () => {
        for (const listener of returns) listener();
      },
    };
  }
}

export const SLIDE: KeptSlide = { slideKey: "slide", frame: "imagePx", title: "A slide" };

/** One tab with all that it has in a browser, over a database in memory. */
export class Tab {
  readonly store = createDocumentStore();
  readonly history: History;
  readonly autosave: Autosave;
  readonly link: ReturnType<Browser["link"]>;
  readonly #browser: Browser;

  constructor(
    browser: Browser,
    windowId: string,
    storage: AnnotationStorage,
    now: () => number = () => 1_700_000_000_000,
  ) {
    const ids = new OperationIds(now, (out) => crypto.getRandomValues(out));
    this.#browser = browser;
    this.history = new History(this.store, () => ids.next());
    this.link = browser.link(windowId);
    const { store, history, link } = this;
    const author = () => `author of ${windowId}`;
    this.autosave = new Autosave({ store, history, ids, storage, link, now, author });
  }

  /** The tab is gone from one moment to the next: nothing of it runs on. */
  crash(): void {
    this.#browser.living.delete(this.link.windowId);
    this.#browser.listeners.delete(this.link.windowId);
  }

  get state(): DocumentState {
    return this.store.getState();
  }

  get ids(): string[] {
    return [...this.state.document.annotations.keys()];
  }

  until(reached: (state: DocumentState) => boolean): Promise<DocumentState> {
    return new Promise((resolve) => {
      const look = (state: DocumentState): void => {
        if (!reached(state)) return;
        stop();
        resolve(state);
      };
      const stop = this.store.subscribe(look);
      look(this.state);
    });
  }

  saved(): Promise<DocumentState> {
    return this.until(({ saved, loading }) => saved === "saved" && !loading);
  }
}

let databases = 0;

export function newDatabase(): { readonly name: string; readonly open: () => AnnotationDatabase } {
  const name = `test-${databases++}`;
  return { name, open: () => new AnnotationDatabase(null, name) };
}

/** All that one can see of a document. */
export const seen = ({ annotations, classes }: AnnotationDocument) => ({
  list: [...annotations.rankedValues()],
  classes,
});

/** A step that adds squares with these ids. */
export const add = (tab: Tab, ...ids: string[]) =>
  tab.history.run(
    addAnnotations(
      tab.history.base,
      ids.map((id) => annotation(id)),
    ),
  );

/** A tab with the slide open and read. */
export async function opened(browser: Browser, windowId: string, database: ReturnType<typeof newDatabase>) {
  const tab = new Tab(browser, windowId, database.open());
  await tab.autosave.open(SLIDE);
  await tab.saved();
  return tab;
}

/** Until the storage says so; each look takes a turn of the event loop. */
export async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached()));
}
