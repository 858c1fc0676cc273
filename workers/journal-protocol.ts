import type {
  Draft,
  Entry,
  Forgotten,
  JournalContent,
  JournalSurvey,
  StandsFor,
} from "../src/core/annotation-storage.ts";

/** What the journal's worker is asked; `open` comes first. */
export type JournalRequest =
  | { readonly method: "open" }
  | { readonly method: "append"; readonly entries: readonly Entry[] }
  | { readonly method: "draft"; readonly draft: Draft | null }
  | { readonly method: "forget"; readonly forgotten: Forgotten }
  | { readonly method: "survey"; readonly settled: readonly string[]; readonly enoughBytes: number }
  | {
      readonly method: "trim";
      readonly files: readonly string[];
      readonly entries: readonly Entry[];
      readonly stands: StandsFor;
    }
  | { readonly method: "read"; readonly settled: readonly string[] };

export type JournalCall = JournalRequest & { readonly call: number };

/** Of `read`, `survey` and `trim`. */
export type JournalResult = JournalContent | JournalSurvey | string | null;

/** An error crosses by its name, by which the browser says what is wrong. */
export type JournalAnswer = { readonly call: number } & (
  | { readonly ok: true; readonly content: JournalResult }
  | { readonly ok: false; readonly name: string; readonly message: string }
);
