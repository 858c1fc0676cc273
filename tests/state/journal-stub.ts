import type { Journal, StoredDraft, StoredEntry } from "../../src/core/annotation-storage.ts";

/** The files of all windows, in memory. */
export class JournalStub {
  readonly logs = new Map<string, StoredEntry[]>();
  readonly drafts = new Map<string, StoredDraft>();
  readonly open = new Set<string>();

  journal(name: string): Journal {
    this.open.add(name);
    return {
      append: async (entries) => {
        this.logs.set(name, [...(this.logs.get(name) ?? []), ...structuredClone(entries)]);
      },
      keepDraft: async (draft) => {
        if (draft) this.drafts.set(name, structuredClone(draft));
        else this.drafts.delete(name);
      },
      forget: async ({ forgets }) => {
        for (const [log, entries] of this.logs) {
          this.logs.set(
            log,
            entries.filter(({ operation }) => operation.slideKey !== forgets),
          );
        }
      },
      tidy: async () => undefined,
      close: () => undefined,
      read: async (settled) => {
        const names = [...new Set([...this.logs.keys(), ...this.drafts.keys()])].filter(
          (one) => !settled.includes(one),
        );
        return {
          entries: names.flatMap((one) => this.logs.get(one) ?? []),
          drafts: names.flatMap((one) => this.drafts.get(one) ?? []),
          closed: names.filter((one) => !this.open.has(one)),
        };
      },
    };
  }
}
