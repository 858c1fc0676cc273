import type { AnnotationFrame, AnnotationPatch } from "./annotation.ts";
import type { Operation, OperationHeader, PackedOperation, StoredOperation } from "./operation.ts";
import type { Snapshot } from "./operation-log.ts";

/** A slide that annotations are kept of on this machine. */
export interface StoredSlide {
  readonly slideKey: string;
  readonly frame: AnnotationFrame;
  /** As the tray showed it. Never leaves the machine. */
  readonly title: string;
  /** Of the last change, ms since 1970. */
  readonly time: number;
  /** Annotations at the last change. */
  readonly count: number;
  /** Tells slides of one key apart, see `slideCheck`; null: nothing did. Absent from what was kept before there were any. */
  readonly check?: string | null;
}

/** What there is of a gesture that has not ended. */
export interface Draft {
  readonly draftId: string;
  readonly slideKey: string;
  readonly windowId: string;
  readonly author: string;
  readonly time: number;
  readonly patch: AnnotationPatch;
}

/** A draft as it is kept: where its patch is packed, as that of an operation with the draft's id. */
export type StoredDraft = Draft | (Omit<Draft, "patch"> & { readonly operation: PackedOperation });

/** An operation to be written, what the slide is then, and the draft that it makes an end of. */
export interface Entry {
  readonly operation: Operation;
  readonly slide: StoredSlide;
  readonly endsDraft: string | null;
}

/** An entry as it is kept. */
export type StoredEntry = Omit<Entry, "operation"> & { readonly operation: StoredOperation };

/**
 * Where logs are kept. `io/annotation-database.ts` keeps them in the browser. Every method rejects with a
 * `CentiscopeError` of `messages/storage.ts`; whatever resolves is on the disk.
 */
export interface AnnotationStorage {
  /** All or none. Operations that are there already are written over with themselves. */
  append(entries: readonly Entry[]): Promise<void>;
  /** In order. */
  headers(slideKey: string): Promise<OperationHeader[]>;
  opIds(slideKey: string): Promise<string[]>;
  /** Those of these that are there, in order. */
  operations(slideKey: string, opIds: readonly string[]): Promise<Operation[]>;
  /** Those after this one and, when given, up to that one, in order. */
  operationsAfter(slideKey: string, after: string, upTo?: string): Promise<Operation[]>;
  /** What is known of the snapshots without reading them, newest first. */
  snapshots(slideKey: string): Promise<Pick<Snapshot, "upTo" | "count">[]>;
  /** Null when it is damaged or gone. */
  readSnapshot(slideKey: string, upTo: string): Promise<Snapshot | null>;
  /** Keeps the newest three. */
  writeSnapshot(slideKey: string, snapshot: Snapshot): Promise<void>;
  putDraft(draft: Draft): Promise<void>;
  removeDraft(slideKey: string, draftId: string): Promise<void>;
  drafts(slideKey: string): Promise<Draft[]>;
  slides(): Promise<StoredSlide[]>;
  /** Makes the second copy as small as what stands allows. For one window at a time. */
  trim(): Promise<void>;
  /** Told of trouble while a call waits, such as another window that blocks. */
  onTrouble(listener: (thrown: unknown) => void): void;
  close(): void;
}

/** What journals hold that is not yet known to be in the database too. */
export interface JournalContent {
  /** In no order, perhaps some of them twice. */
  readonly entries: readonly StoredEntry[];
  readonly drafts: readonly StoredDraft[];
  /** Names of what was read and that no window adds to any more: once in the database, they are settled. */
  readonly closed: readonly string[];
}

/** What a journal has to trim. */
export interface JournalSurvey {
  /** Names of files that can be put together. */
  readonly files: readonly string[];
  /** What is in them, by slide. */
  readonly opIds: ReadonlyMap<string, readonly string[]>;
}

/** By slide: operations that fewer entries stand for. */
export type StandsFor = ReadonlyMap<string, ReadonlySet<string>>;

/** A slide whose annotations the person deleted, and the last operation that this was true for. */
export interface Forgotten {
  readonly forgets: string;
  readonly upTo: string;
}

/**
 * A second copy of every entry, written before the database's. Chromium deletes a site's whole IndexedDB when it finds
 * it damaged, and a browser that is killed while it writes, twice, is enough for that.
 */
export interface Journal {
  /** Resolves when the entries are on the disk. */
  append(entries: readonly StoredEntry[]): Promise<void>;
  /** Keeps this draft of the window, and no other. */
  keepDraft(draft: StoredDraft | null): Promise<void>;
  /** What all windows there ever were have written, without what is settled. */
  read(settled: readonly string[]): Promise<JournalContent>;
  /** From now on no journal holds anything of the slide that was done up to this operation. */
  forget(forgotten: Forgotten): Promise<void>;
  /**
   * Puts what stands in the place of every step that led there, as `io/journal-trim.ts` does, unless there is less than
   * `enoughBytes` to gain. `database` names the one that has the steps.
   */
  tidy(database: string, enoughBytes: number): Promise<void>;
  close(): void;
}

/** The files of journals, for those who trim them. */
export interface TrimmedJournal {
  /** Null when there are fewer bytes to gain. */
  survey(settled: readonly string[], enoughBytes: number): Promise<JournalSurvey | null>;
  /** Puts entries in the place of files. Resolves with the name of the file that they are in. */
  trim(files: readonly string[], entries: readonly StoredEntry[], stands: StandsFor): Promise<string>;
}

/** This window among the others of this browser. */
export interface WindowLink {
  readonly windowId: string;
  /** Tells the others that operations were written. */
  announce(slideKey: string, opIds: readonly string[]): void;
  onAnnounced(listener: (slideKey: string, opIds: readonly string[]) => void): void;
  /** Called when the person comes back to this window: others may have been missed, storage may work again. */
  onReturn(listener: () => void): void;
  /** Ids of the windows that are open, this one too; null where the browser does not say. */
  living(): Promise<ReadonlySet<string> | null>;
  /** Asks the browser not to clear what is stored. False: it may, when it runs short of space. */
  persist(): Promise<boolean>;
  /** Runs the work unless another window is at the same now. */
  alone(name: string, work: () => Promise<void>): Promise<void>;
  close(): void;
}
