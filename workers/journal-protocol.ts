import type { Forgotten, JournalContent, StoredDraft, StoredEntry } from "../src/core/annotation-storage.ts";

/** What the journal's worker is asked; `open` comes first. */
export type JournalRequest =
  | { readonly method: "open" }
  | { readonly method: "append"; readonly entries: readonly StoredEntry[] }
  | { readonly method: "draft"; readonly draft: StoredDraft | null }
  | { readonly method: "forget"; readonly forgotten: Forgotten }
  | { readonly method: "tidy"; readonly database: string; readonly enoughBytes: number }
  | { readonly method: "read"; readonly settled: readonly string[] };

export type JournalCall = JournalRequest & { readonly call: number };

/** Of `read`. */
export type JournalResult = JournalContent | null;

/** An error crosses by its name, by which the browser says what is wrong. */
export type JournalAnswer = { readonly call: number } & (
  | { readonly ok: true; readonly content: JournalResult }
  | { readonly ok: false; readonly name: string; readonly message: string }
);
