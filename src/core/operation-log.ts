import type { AnnotationDocument } from "./annotation.ts";
import { Merge, type MergedData, nothingMerged } from "./merge.ts";
import type { Operation } from "./operation.ts";

/** What a log amounted to at one point. */
export interface Snapshot {
  /** The last operation in it; empty before the first. */
  readonly upTo: string;
  /** How many there are up to and with `upTo`: when the log holds more, some came late and this one is of no use. */
  readonly count: number;
  readonly data: MergedData;
}

export const emptySnapshot: Snapshot = { upTo: "", count: 0, data: nothingMerged };

/**
 * The operations of a slide since a snapshot, in order, and what they amount to. One that comes after all others is
 * applied; when one comes late, all since the snapshot are applied anew.
 */
export class OperationLog {
  readonly #start: Snapshot;
  readonly #known = new Set<string>();
  #operations: Operation[] = [];
  #merge: Merge;

  constructor(start: Snapshot) {
    this.#start = start;
    this.#merge = new Merge(start.data);
  }

  /**
   * Takes in operations in any order; known ones are passed over. False when one belongs before the snapshot: it is
   * not taken in, and the log must be read from an older one.
   */
  add(operations: readonly Operation[]): boolean {
    const fresh = operations
      .filter(({ opId }) => !this.#known.has(opId))
      .sort((a, b) => (a.opId < b.opId ? -1 : 1));
    const [first] = fresh;
    if (!first) return true;
    if (first.opId <= this.#start.upTo) return false;
    const last = this.#operations.at(-1)?.opId ?? "";
    for (const one of fresh) this.#known.add(one.opId);
    if (first.opId > last) {
      for (const one of fresh) this.#operations.push(one);
      for (const one of fresh) this.#merge.apply(one);
      return true;
    }
    this.#operations = [...this.#operations, ...fresh].sort((a, b) => (a.opId < b.opId ? -1 : 1));
    this.#merge = new Merge(this.#start.data);
    for (const one of this.#operations) this.#merge.apply(one);
    return true;
  }

  /** In order, those since the snapshot. */
  get operations(): readonly Operation[] {
    return this.#operations;
  }

  revisionOf(id: string): string | undefined {
    return this.#merge.revisionOf(id);
  }

  document(slideKey: string, frame: AnnotationDocument["frame"]): AnnotationDocument {
    return this.#merge.document(slideKey, frame);
  }

  snapshot(): Snapshot {
    return {
      upTo: this.#operations.at(-1)?.opId ?? this.#start.upTo,
      count: this.#start.count + this.#operations.length,
      data: this.#merge.data(),
    };
  }
}
