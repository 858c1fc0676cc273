import type { Forgotten, StoredEntry } from "../src/core/annotation-storage.ts";

/** The last record of a file that trimming made, without which the file does not count. */
export interface Trimmed {
  /** Names of the files that it stands for. */
  readonly replaces: readonly string[];
  /** Operations that it holds and that other files hold too. */
  readonly covers: readonly (readonly [slideKey: string, opId: string])[];
}

/** What stands in a log. */
export type JournalRecord = StoredEntry | Forgotten | Trimmed;

/** In the names of files that trimming made. */
export const TRIMMED = "-trimmed-";

const endOf = (records: readonly JournalRecord[]): Trimmed | null => {
  const last = records.at(-1);
  return last && "replaces" in last ? last : null;
};

/** Names of the files that a file stands for. */
export const replacedBy = (records: readonly JournalRecord[]): Trimmed["replaces"] =>
  endOf(records)?.replaces ?? [];

/** Operations of which a file makes copies in others count no more. */
export const coveredBy = (records: readonly JournalRecord[]): Trimmed["covers"] =>
  endOf(records)?.covers ?? [];

/** What the records of all files, by name, amount to. */
export function whatStands(files: ReadonlyMap<string, readonly JournalRecord[]>): {
  readonly entries: StoredEntry[];
  readonly forgotten: ReadonlyMap<string, string>;
} {
  const ends = new Map<string, Trimmed>();
  const replaced = new Set<string>();
  for (const [name, records] of files) {
    const end = endOf(records);
    if (!end) continue;
    ends.set(name, end);
    for (const one of end.replaces) replaced.add(one);
  }
  const standing = [...files].filter(
    ([name]) => !replaced.has(name) && (!name.includes(TRIMMED) || ends.has(name)),
  );
  const forgotten = new Map<string, string>();
  const covered = new Map<string, Set<string>>();
  for (const [name, records] of standing) {
    for (const record of records) {
      if ("forgets" in record && record.upTo > (forgotten.get(record.forgets) ?? ""))
        forgotten.set(record.forgets, record.upTo);
    }
    for (const [slideKey, opId] of ends.get(name)?.covers ?? []) {
      const key = keyOf(slideKey, opId);
      covered.set(key, (covered.get(key) ?? new Set()).add(name));
    }
  }
  const entries = standing.flatMap(([name, records]) =>
    records.flatMap((record) => {
      if (!("operation" in record)) return [];
      const { slideKey, opId } = record.operation;
      const others = covered.get(keyOf(slideKey, opId));
      const isCovered = others !== undefined && !(others.size === 1 && others.has(name));
      return isCovered || opId <= (forgotten.get(slideKey) ?? "") ? [] : [record];
    }),
  );
  return { entries, forgotten };
}

const keyOf = (slideKey: string, opId: string): string => `${slideKey} ${opId}`;
