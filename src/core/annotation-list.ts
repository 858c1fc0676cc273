import type { Annotation } from "./annotation.ts";
import { ranksBetween } from "./annotation-rank.ts";

/** An annotation and its place in the drawing order. */
export interface RankedAnnotation {
  readonly annotation: Annotation;
  /** See `annotation-rank.ts`; the lower is drawn first, equal ones by id. */
  readonly rank: string;
}

type Run = readonly RankedAnnotation[];

const BUCKETS = 4096;
const RUN = 256;
/** From so many changes on, sorting all is less work than placing each. */
const MANY = 2000;

/**
 * The annotations of a document by id, in drawing order, bottom first. A value: `edited` gives another list, which
 * shares with this one all but the few runs that changed. Copying a `Map` of 50 000 for each movement of a pen takes
 * longer than a frame; this takes microseconds.
 */
export class AnnotationList implements ReadonlyMap<string, Annotation> {
  static readonly empty = new AnnotationList(new Array<Run>(BUCKETS).fill([]), [], 0);

  readonly size: number;
  /** By hash of the id. */
  readonly #buckets: readonly Run[];
  /** In drawing order; none is empty. */
  readonly #runs: readonly Run[];

  private constructor(buckets: readonly Run[], runs: readonly Run[], size: number) {
    this.#buckets = buckets;
    this.#runs = runs;
    this.size = size;
  }

  /** These in this order; of two with one id the later counts. */
  static of(annotations: Iterable<Annotation>): AnnotationList {
    const byId = new Map(Array.from(annotations, (annotation) => [annotation.id, annotation]));
    const ranks = ranksBetween(null, null, byId.size);
    return AnnotationList.empty.edited(
      Array.from(byId.values(), (annotation, i) => [annotation.id, { annotation, rank: ranks[i]! }]),
    );
  }

  get(id: string): Annotation | undefined {
    return this.ranked(id)?.annotation;
  }

  has(id: string): boolean {
    return this.ranked(id) !== undefined;
  }

  ranked(id: string): RankedAnnotation | undefined {
    return this.#buckets[bucketOf(id)]!.find(({ annotation }) => annotation.id === id);
  }

  rankOf(id: string): string | undefined {
    return this.ranked(id)?.rank;
  }

  /** The topmost; undefined when there is none. */
  top(): RankedAnnotation | undefined {
    return this.#runs.at(-1)?.at(-1);
  }

  /** This list with some annotations put in, replaced or (null) taken out. The last word on an id counts. */
  edited(changes: Iterable<readonly [id: string, entry: RankedAnnotation | null]>): AnnotationList {
    const last = new Map(changes);
    const buckets = new OwnedRuns(this.#buckets);
    const gone: RankedAnnotation[] = [];
    const come: RankedAnnotation[] = [];
    const replaced: RankedAnnotation[] = [];
    for (const [id, entry] of last) {
      const bucket = buckets.own(bucketOf(id));
      const at = bucket.findIndex(({ annotation }) => annotation.id === id);
      const before = bucket[at];
      if (entry && before) bucket[at] = entry;
      else if (entry) bucket.push(entry);
      else if (before) bucket.splice(at, 1);
      if (entry && before?.rank === entry.rank) replaced.push(entry);
      else {
        if (before) gone.push(before);
        if (entry) come.push(entry);
      }
    }
    const size = this.size + come.length - gone.length;
    const runs =
      gone.length + come.length > MANY
        ? this.#sortedAnew(buckets.runs)
        : placed(this.#runs, gone, come, replaced);
    return new AnnotationList(buckets.runs, runs, size);
  }

  /** What an earlier list must lose and gain to become this one; runs that both share are not looked at. */
  since(before: AnnotationList): { readonly gone: RankedAnnotation[]; readonly come: RankedAnnotation[] } {
    const gone: RankedAnnotation[] = [];
    const come: RankedAnnotation[] = [];
    for (let i = 0; i < BUCKETS; i++) {
      const [old, now] = [before.#buckets[i]!, this.#buckets[i]!];
      if (old === now) continue;
      for (const entry of old) if (!now.includes(entry)) gone.push(entry);
      for (const entry of now) if (!old.includes(entry)) come.push(entry);
    }
    return { gone, come };
  }

  *rankedValues(): Generator<RankedAnnotation, undefined> {
    for (const run of this.#runs) yield* run;
  }

  *values(): Generator<Annotation, undefined> {
    for (const run of this.#runs) for (const entry of run) yield entry.annotation;
  }

  *keys(): Generator<string, undefined> {
    for (const run of this.#runs) for (const entry of run) yield entry.annotation.id;
  }

  *entries(): Generator<[string, Annotation], undefined> {
    for (const run of this.#runs) for (const { annotation } of run) yield [annotation.id, annotation];
  }

  [Symbol.iterator](): Generator<[string, Annotation], undefined> {
    return this.entries();
  }

  forEach(visit: (value: Annotation, id: string, list: AnnotationList) => void): void {
    for (const [id, annotation] of this) visit(annotation, id, this);
  }

  /** The old order is kept where it can be, so sorting mostly finds what is sorted already. */
  #sortedAnew(buckets: readonly Run[]): Run[] {
    const now = new Map<string, RankedAnnotation>();
    for (const bucket of buckets) for (const entry of bucket) now.set(entry.annotation.id, entry);
    const all: RankedAnnotation[] = [];
    for (const { annotation } of this.rankedValues()) {
      const entry = now.get(annotation.id);
      if (entry && now.delete(annotation.id)) all.push(entry);
    }
    for (const entry of now.values()) all.push(entry);
    all.sort(compareRanked);
    return cut(all);
  }
}

/** Negative when `a` is drawn before `b`. */
export function compareRanked(a: RankedAnnotation, b: RankedAnnotation): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.annotation.id === b.annotation.id) return 0;
  return a.annotation.id < b.annotation.id ? -1 : 1;
}

/** Runs of which those that change are copied, each once. */
class OwnedRuns {
  readonly runs: Run[];
  readonly #owned = new Map<number, RankedAnnotation[]>();

  constructor(runs: readonly Run[]) {
    this.runs = runs.slice();
  }

  own(index: number): RankedAnnotation[] {
    const owned = this.#owned.get(index) ?? [...(this.runs[index] ?? [])];
    this.#owned.set(index, owned);
    this.runs[index] = owned;
    return owned;
  }
}

function placed(before: readonly Run[], gone: Run, come: Run, replaced: Run): Run[] {
  const thinned = new OwnedRuns(before);
  for (const entry of replaced) {
    const run = thinned.own(runOf(before, entry));
    run[firstNotBefore(run, entry)] = entry;
  }
  for (const entry of gone) {
    const run = thinned.own(runOf(before, entry));
    run.splice(firstNotBefore(run, entry), 1);
  }
  const kept = thinned.runs.filter((run) => run.length > 0);
  const filled = new OwnedRuns(kept);
  for (const entry of come) {
    const run = filled.own(runOf(kept, entry));
    run.splice(firstNotBefore(run, entry), 0, entry);
  }
  return filled.runs.flatMap((run) => (run.length <= 2 * RUN ? [run] : cut(run)));
}

function cut(run: Run): Run[] {
  const parts: Run[] = [];
  for (let from = 0; from < run.length; from += RUN) parts.push(run.slice(from, from + RUN));
  return parts;
}

/** The run in which the entry lies or belongs: the last that starts at or before it, else the first. */
function runOf(runs: readonly Run[], entry: RankedAnnotation): number {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (compareRanked(runs[middle]![0]!, entry) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

function firstNotBefore(run: Run, entry: RankedAnnotation): number {
  let [low, high] = [0, run.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRanked(run[middle]!, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** FNV-1a over the letters. */
function bucketOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}
