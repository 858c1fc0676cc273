/** By what a change of a file from outside is told. */
export interface FileFacts {
  readonly lastModified: number;
  readonly size: number;
}

export const sameFile = (a: FileFacts, b: FileFacts): boolean =>
  a.lastModified === b.lastModified && a.size === b.size;

/** A file of the person's own that regions are written to. `io/linked-file.ts` reaches it. */
export interface LinkedFile {
  readonly name: string;
  /** Whether it may be written; `prompt`: after the person has agreed. */
  access(): Promise<"granted" | "prompt" | "denied">;
  /** Asks the person; to be called while a click of theirs is being handled. */
  ask(): Promise<boolean>;
  facts(): Promise<FileFacts>;
  /** What is in it now. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Replaces all of it at once: whoever reads it, and a crash at any moment, finds the old whole or the new whole.
   * @param expected what it must still be; null replaces whatever there is
   * @throws `linked-changed` when it is something else, and leaves it as it is
   */
  write(bytes: Uint8Array<ArrayBuffer>, expected: FileFacts | null): Promise<FileFacts>;
}

/** A file linked to a slide, and how we left it. */
export interface StoredLink {
  readonly file: LinkedFile;
  /** Null: chosen and not yet written. */
  readonly left: FileFacts | null;
  /** SHA-256 of what we wrote last; empty before the first time. */
  readonly digest: string;
}

/** Where links are kept. */
export interface LinkStorage {
  read(slideKey: string): Promise<StoredLink | null>;
  write(slideKey: string, link: StoredLink | null): Promise<void>;
}
