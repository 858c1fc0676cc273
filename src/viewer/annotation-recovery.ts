import { writeAnnotationFile } from "../../workers/annotation-client.ts";
import { openJournal } from "../../workers/journal-client.ts";
import type { AnnotationDocument } from "../core/annotation.ts";
import { differencePatch } from "../core/annotation-difference.ts";
import type { Entry, Journal, StoredSlide } from "../core/annotation-storage.ts";
import { CentiscopeError, type ErrorFacts, errorFacts } from "../core/errors.ts";
import { geojsonName } from "../core/geojson-name.ts";
import { headerOf, makeOperation, type Operation, type OperationHeader } from "../core/operation.ts";
import type { OperationIds } from "../core/operation-id.ts";
import { emptySnapshot, OperationLog } from "../core/operation-log.ts";
import { AnnotationDatabase } from "../io/annotation-database.ts";
import { packEntries, unpackOperation } from "../io/packed-operation.ts";
import { announceSteps, slidesInView } from "./window-link.ts";

/** What this browser keeps, as far as it lets itself be read. */
export interface KeptSlides {
  /** Newest first. One whose record is gone has no title. */
  readonly slides: readonly StoredSlide[];
  /** Why the database cannot be read; what the journals hold is listed all the same. */
  readonly database: ErrorFacts | null;
  /** Why the journals cannot be read. */
  readonly journals: ErrorFacts | null;
  /** False where the browser gives no files for a second copy. */
  readonly hasJournal: boolean;
}

/** What is kept of one slide. */
export interface KeptSlide {
  readonly slide: StoredSlide;
  /** Annotations as well as they can be told. */
  readonly regions: number;
  /** As text; the browser does not say what it takes on the disk. */
  readonly sizeBytes: number;
  /** Steps that only a journal holds. */
  readonly unsaved: number;
  /** Steps that the database cannot read, and of those the ones that no journal has either. */
  readonly damaged: number;
  readonly lost: number;
  /** True when a snapshot tells what stands although steps are lost. */
  readonly whole: boolean;
  /** Oldest first. */
  readonly versions: readonly OperationHeader[];
}

interface Read {
  readonly slide: StoredSlide;
  /** All sound ones, of the database and the journals, in order. */
  readonly operations: readonly Operation[];
  readonly unsaved: readonly Operation[];
  /** What a trimmed journal holds instead of steps: what stood after the last of them. */
  readonly trimmed: readonly Operation[];
  readonly damaged: readonly string[];
  readonly lost: readonly string[];
  readonly sizeBytes: number;
}

export interface RecoveryParts {
  readonly database: AnnotationDatabase;
  readonly journal: Journal | null;
  readonly ids: OperationIds;
  /** The person's name as they gave it; may be empty. */
  readonly author: () => string;
  /** Keys of slides that some window shows; null where the browser does not say. */
  readonly inView: () => Promise<ReadonlySet<string> | null>;
}

/** Greater than any id. */
const LAST = "\uffff";

/**
 * The way back to what this browser keeps when all else fails: no slide, no picture and no sound database is needed.
 * The journals are read beside the database and never mixed into it unasked.
 */
export class AnnotationRecovery {
  readonly #database: AnnotationDatabase;
  readonly #journal: Journal | null;
  readonly #ids: OperationIds;
  readonly #author: () => string;
  readonly #inView: RecoveryParts["inView"];
  #journaled = new Map<string, Map<string, Entry>>();
  #trouble: unknown = null;
  #told: ((thrown: unknown) => void) | null = null;

  /** The database comes without its journal, which it would take in before anyone has looked at it. */
  constructor({ database, journal, ids, author, inView }: RecoveryParts) {
    this.#database = database;
    this.#journal = journal;
    this.#ids = ids;
    this.#author = author;
    this.#inView = inView;
    database.onTrouble((thrown) => {
      this.#trouble = thrown;
      this.#told?.(thrown);
    });
  }

  static async start(ids: OperationIds, author: () => string): Promise<AnnotationRecovery> {
    const database = new AnnotationDatabase(null);
    const journal = await openJournal();
    return new AnnotationRecovery({ database, journal, ids, author, inView: slidesInView });
  }

  async list(): Promise<KeptSlides> {
    const journals = await this.#readJournals();
    const found = new Map<string, StoredSlide>();
    for (const entries of this.#journaled.values()) {
      for (const { slide } of entries.values()) {
        const before = found.get(slide.slideKey);
        if (!before || before.time <= slide.time) found.set(slide.slideKey, slide);
      }
    }
    let database: ErrorFacts | null = null;
    try {
      const [keys, slides] = await this.#unlessBlocked(
        Promise.all([this.#database.storedKeys(), this.#database.slides().catch(() => [])]),
      );
      for (const slide of slides) found.set(slide.slideKey, slide);
      for (const slideKey of keys) {
        if (!found.has(slideKey))
          found.set(slideKey, { slideKey, frame: "imagePx", title: "", time: 0, count: 0 });
      }
    } catch (thrown) {
      database = errorFacts(thrown, "");
    }
    const slides = [...found.values()].sort((a, b) => b.time - a.time);
    return { slides, database, journals, hasJournal: this.#journal !== null };
  }

  /** Reads all that is kept of a slide. */
  async examine(listed: StoredSlide): Promise<KeptSlide> {
    const read = await this.#read(listed);
    const { document, whole } = await this.#document(read, LAST);
    return {
      slide: read.slide,
      regions: document.annotations.size,
      sizeBytes: read.sizeBytes,
      unsaved: read.unsaved.length,
      damaged: read.damaged.length,
      lost: read.lost.length,
      whole,
      versions: read.operations.filter(({ kind }) => kind === "version").map(headerOf),
    };
  }

  /** QuPath GeoJSON of what stands on a slide, or stood when a version was named. */
  async geojson(listed: StoredSlide, upTo: string = LAST): Promise<Uint8Array<ArrayBuffer>> {
    const { document } = await this.#document(await this.#read(listed), upTo);
    const { bytes } = await writeAnnotationFile({ format: "geojson", ...contents(document), toUm: identity });
    return bytes;
  }

  /** A zip with the GeoJSON of every slide that can be read, and why others cannot. */
  async zip(listed: readonly StoredSlide[]): Promise<{
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly failures: readonly ErrorFacts[];
  }> {
    const failures: ErrorFacts[] = [];
    const documents: { name: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
    for (const [i, slide] of listed.entries()) {
      try {
        documents.push({ name: `${i + 1}-${geojsonName(slide)}`, bytes: await this.geojson(slide) });
      } catch (thrown) {
        failures.push(errorFacts(thrown, slide.title));
      }
    }
    const { bytes } = await writeAnnotationFile({ format: "files.zip", files: documents });
    return { bytes, failures };
  }

  /**
   * Makes a slide's log a whole one again: what only a journal holds is taken in, what nothing can read is taken out,
   * and what stands after (what stood before, or a named version) is one more step that can be undone.
   */
  async restore(listed: StoredSlide, upTo: string = LAST): Promise<void> {
    const read = await this.#read(listed);
    const { slideKey, frame } = read.slide;
    const { document } = await this.#document(read, upTo);
    const log = new OperationLog(emptySnapshot);
    log.add(read.operations);
    const last = read.operations.at(-1);
    if (last) this.#ids.observe(last.opId);
    const patch = differencePatch("restore", log.document(slideKey, frame), document);
    const author = this.#author();
    const time = Date.now();
    const step = { id: this.#ids.next(), kind: "do", target: null, patch } as const;
    const origin = { slideKey, windowId: step.id, author, time };
    const operation = makeOperation(step, origin, (id) => log.revisionOf(id));
    const slide = { ...read.slide, time, count: document.annotations.size };
    const entries = [...read.unsaved, operation].map((one) => ({ operation: one, slide, endsDraft: null }));
    await this.#journal?.append(await packEntries(entries.slice(-1)));
    await this.#database.rewrite(slideKey, { operations: read.operations, entries, unreadable: read.lost });
    announceSteps(
      slideKey,
      entries.map(({ operation: { opId } }) => opId),
    );
  }

  /** Deletes all that is kept of a slide. @throws `storage-in-view` when a window shows it */
  async forget({ slideKey, title }: StoredSlide): Promise<void> {
    if ((await this.#inView())?.has(slideKey)) throw new CentiscopeError("storage-in-view", { slide: title });
    const last = [...(this.#journaled.get(slideKey)?.keys() ?? [])].sort().at(-1);
    if (last !== undefined) this.#ids.observe(last);
    await this.#journal?.forget({ forgets: slideKey, upTo: this.#ids.next() });
    await this.#database.forget(slideKey);
  }

  close(): void {
    this.#database.close();
    this.#journal?.close();
  }

  async #readJournals(): Promise<ErrorFacts | null> {
    this.#journaled = new Map();
    try {
      const { entries: all = [] } = (await this.#journal?.read([])) ?? {};
      for (const entry of all.toSorted((a, b) => (a.operation.opId < b.operation.opId ? -1 : 1))) {
        const { slideKey, opId } = entry.operation;
        const entries = this.#journaled.get(slideKey) ?? new Map<string, Entry>();
        this.#journaled.set(
          slideKey,
          entries.set(opId, { ...entry, operation: await unpackOperation(entry.operation) }),
        );
      }
      return null;
    } catch (thrown) {
      return errorFacts(thrown, "");
    }
  }

  /** A database that another window holds back is as good as none. */
  #unlessBlocked<T>(work: Promise<T>): Promise<T> {
    if (this.#trouble !== null) return Promise.reject(this.#trouble);
    return new Promise((resolve, reject) => {
      this.#told = reject;
      work.then(resolve, reject);
    });
  }

  async #read(listed: StoredSlide): Promise<Read> {
    const entries = this.#journaled.get(listed.slideKey) ?? new Map<string, Entry>();
    const nothing = { slide: null, operations: [], damaged: [], sizeBytes: 0 };
    const salvage = await this.#unlessBlocked(this.#database.salvage(listed.slideKey)).catch(
      (thrown: unknown) => {
        if (entries.size === 0) throw thrown;
        return nothing;
      },
    );
    const journaled = [...entries.values()].map(({ operation }) => operation);
    const last = journaled.findLast(({ kind }) => kind === "base")?.opId ?? "";
    const trimmed = journaled.filter(
      ({ kind, opId }) => kind === "base" || (kind === "version" && opId <= last),
    );
    const known = new Set(salvage.operations.map(({ opId }) => opId));
    // They stand for steps that the database has, unless it has none.
    const hasLog = salvage.operations.length + salvage.damaged.length > 0;
    const unsaved = journaled.filter(({ opId, kind }) => !known.has(opId) && (kind !== "base" || !hasLog));
    const operations = [...salvage.operations, ...unsaved].sort((a, b) => (a.opId < b.opId ? -1 : 1));
    return {
      slide: salvage.slide ?? listed,
      operations,
      unsaved,
      trimmed,
      damaged: salvage.damaged,
      lost: salvage.damaged.filter((opId) => !unsaved.some((one) => one.opId === opId)),
      sizeBytes: salvage.sizeBytes + unsaved.reduce((sum, one) => sum + JSON.stringify(one).length, 0),
    };
  }

  /** What stood after an operation: of all steps, or, where some are lost, of a snapshot or a trimmed journal that holds what came of them. */
  async #document(
    { slide, operations, trimmed, lost }: Read,
    upTo: string,
  ): Promise<{ readonly document: AnnotationDocument; readonly whole: boolean }> {
    const wanted = operations.filter(({ opId }) => opId <= upTo);
    const missing = lost.filter((opId) => opId <= upTo);
    let [log, whole] = [new OperationLog(emptySnapshot), missing.length === 0];
    for (const head of whole ? [] : await this.#database.snapshots(slide.slideKey).catch(() => [])) {
      const upToHead = [...wanted.map(({ opId }) => opId), ...missing].filter((opId) => opId <= head.upTo);
      if (head.upTo > upTo || upToHead.length !== head.count || missing.some((opId) => opId > head.upTo))
        continue;
      const snapshot = await this.#database.readSnapshot(slide.slideKey, head.upTo).catch(() => null);
      if (!snapshot) continue;
      [log, whole] = [new OperationLog(snapshot), true];
      break;
    }
    const last = trimmed.findLast(({ kind, opId }) => kind === "base" && opId <= upTo);
    if (!whole && last && missing.every((opId) => opId <= last.opId)) {
      log.add(trimmed.filter(({ opId }) => opId <= last.opId));
      whole = true;
    }
    const { upTo: after } = log.snapshot();
    log.add(wanted.filter(({ opId }) => opId > after));
    return { document: log.document(slide.slideKey, slide.frame), whole };
  }
}

const identity = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };

const contents = ({ annotations, frame }: AnnotationDocument) => ({
  annotations: [...annotations.values()],
  frame,
});
