import type { Annotation } from "../../../src/core/annotation.ts";
import { AnnotationDatabase } from "../../../src/io/annotation-database.ts";
import {
  addAnnotations,
  renameAnnotations,
  replaceGeometries,
} from "../../../src/state/annotation-commands.ts";
import { Autosave } from "../../../src/state/autosave.ts";
import { documentStore } from "../../../src/state/document.ts";
import { annotationHistory, operationIds } from "../../../src/state/history.ts";
import { openWindowLink } from "../../../src/viewer/window-link.ts";
import { openJournal } from "../../../workers/journal-client.ts";
import { annotation, square } from "../../core/annotation-arbitrary.ts";

/** What the tests ask of the page: the real autosave, database and locks, without a picture. */
export interface AnnotationHarness {
  /** Edits without end from step `from` on, always some steps ahead of the disk; logs how many are saved. */
  editOn(from: number): void;
  /** One tab's part of an interleaved edit: `count` steps, all at once. */
  edit(name: string, count: number): void;
  /** Begins an outline and places corners; resolves when all of them are in the draft on the disk. */
  draw(corners: number): Promise<void>;
  restoreDraft(): void;
  undo(): boolean;
  redo(): boolean;
  saved(): Promise<void>;
  read(): HarnessReading;
  /** Ids of all operations on the disk. */
  stored(): Promise<string[]>;
  /** False where the browser gives no files for a second copy. */
  hasJournal(): boolean;
}

export interface HarnessReading {
  readonly annotations: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly side: number;
  }[];
  readonly draft: string | null;
  readonly undoLabel: string | null;
  readonly failed: string | null;
}

declare global {
  interface Window {
    annotationHarness: AnnotationHarness;
  }
}

const journal = await openJournal();
const storage = new AnnotationDatabase(journal);
const link = await openWindowLink(() => operationIds.next());
const autosave = new Autosave({
  store: documentStore,
  history: annotationHistory,
  ids: operationIds,
  storage,
  link,
  now: Date.now,
  author: () => "A. Sun",
});
/** Steps that are made while others are on their way to the disk. */
const AHEAD = 20;
const SLIDE = { slideKey: "harness", frame: "imagePx", title: "Harness" } as const;
await autosave.open(SLIDE);

function saved(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { saved: state, loading } = documentStore.getState();
      if (state !== "saved" || loading) return;
      stop();
      resolve();
    };
    const stop = documentStore.subscribe(look);
    look();
  });
}

const base = () => annotationHistory.base;

/**
 * Step `n` of the endless edit. Of each ten: seven squares, a new name for one, a new outline for one, and an undo of
 * that. The test counts for itself what these amount to.
 */
function step(n: number): void {
  const square0 = `s${n - (n % 10)}`;
  if (n % 10 === 7) annotationHistory.run(renameAnnotations(base(), [square0], `named ${n}`));
  else if (n % 10 === 8) {
    annotationHistory.run(replaceGeometries(base(), "brush", new Map([[square0, square(0, 0, n + 2)]])));
  } else if (n % 10 === 9) annotationHistory.undo();
  else
    annotationHistory.run(addAnnotations(base(), [annotation(`s${n}`, { geometry: square(0, 0, n + 1) })]));
}

function side({ geometry }: Annotation): number {
  const [, second] = geometry.type === "area" ? (geometry.region[0]?.[0] ?? []) : [];
  return second?.[0] ?? Number.NaN;
}

documentStore.subscribe(({ saved: state }) => {
  if (typeof state === "object") console.info(`failed ${JSON.stringify(state.failed)}`);
});

window.annotationHarness = {
  editOn(from) {
    let [made, told] = [from, from];
    // A message to oneself is the shortest turn of the event loop: the disk answers between the steps.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      if (autosave.unsaved < AHEAD) step(made++);
      const onDisk = made - autosave.unsaved;
      if (onDisk > told) console.info(`saved ${onDisk}`);
      told = onDisk;
      port2.postMessage(null);
    };
    port2.postMessage(null);
  },
  edit(name, count) {
    for (let i = 0; i < count; i++) {
      annotationHistory.run(addAnnotations(base(), [annotation(`${name}-${i}`)]));
    }
  },
  async draw(corners) {
    annotationHistory.begin("draw");
    for (let n = 1; n <= corners; n++) {
      const patch = (size: number) =>
        addAnnotations(base(), [annotation("drawn", { geometry: square(0, 0, size) })]);
      annotationHistory.update(patch(n + 0.5), patch(n));
    }
    const wanted = JSON.stringify(square(0, 0, corners));
    while (!JSON.stringify(await storage.drafts(SLIDE.slideKey)).includes(wanted));
  },
  restoreDraft: () => autosave.restoreDraft(),
  undo: () => annotationHistory.undo(),
  redo: () => annotationHistory.redo(),
  saved,
  read() {
    const { document, draft, undoLabel, saved: state } = documentStore.getState();
    return {
      annotations: Array.from(document.annotations.values(), (one) => ({
        id: one.id,
        name: one.name,
        side: side(one),
      })),
      draft: draft?.patch.label ?? null,
      undoLabel,
      failed: typeof state === "object" ? state.failed.code : null,
    };
  },
  hasJournal: () => journal !== null,
  stored: () => storage.opIds(SLIDE.slideKey),
};
