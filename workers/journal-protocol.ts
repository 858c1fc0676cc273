import type { Draft, Entry, Forgotten, JournalContent } from "../src/core/annotation-storage.ts";

/** What the journal's worker is asked; `open` comes first. */
export type JournalRequest =
  | { readonly method: "open" }
  | { readonly method: "append"; readonly entries: readonly Entry[] }
  | { readonly method: "draft"; readonly draft: Draft | null }
  | { readonly method: "forget"; readonly forgotten: Forgotten }
  | { readonly method: "read"; readonly settled: readonly string[] };

export type JournalCall = JournalRequest & { readonly call: number };

/** An error crosses by its name, by which the browser says what is wrong. */
export type JournalAnswer = { readonly call: number } & (
  | { readonly ok: true; readonly content: JournalContent | null }
  | { readonly ok: false; readonly name: string; readonly message: string }
);
