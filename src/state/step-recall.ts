import type { AnnotationStorage } from "../core/annotation-storage.ts";
import type { Operation } from "../core/operation.ts";
import type { History, HistoryStep } from "./history.ts";

/** Steps whose patches are read ahead of undo. */
const AHEAD = 50;

/** Steps of earlier days, read as undo comes near them: a long log is not read whole to open a slide. */
export class StepRecall {
  readonly #storage: AnnotationStorage;
  readonly #slideKey: string;
  /** Not read yet. */
  readonly #done: string[];
  #running = false;

  constructor(storage: AnnotationStorage, slideKey: string, done: readonly string[]) {
    this.#storage = storage;
    this.#slideKey = slideKey;
    this.#done = [...done];
  }

  /** The last steps that were done. `known` need not be read. */
  last(known: readonly Operation[]): Promise<HistoryStep[]> {
    return this.steps(this.#done.splice(-AHEAD), known);
  }

  /** Gives the history more when it comes near its end; `isLeft` says that another slide was opened meanwhile. */
  async feed(history: History, isLeft: () => boolean): Promise<void> {
    if (this.#running || this.#done.length === 0 || history.depth >= AHEAD / 2) return;
    this.#running = true;
    try {
      const wanted = this.#done.slice(-AHEAD);
      const steps = await this.steps(wanted, []);
      this.#done.splice(-wanted.length);
      if (!isLeft()) history.recall(steps, []);
    } finally {
      this.#running = false;
    }
  }

  async steps(opIds: readonly string[], known: readonly Operation[]): Promise<HistoryStep[]> {
    const found = new Map(known.map((one) => [one.opId, one]));
    const missing = opIds.filter((opId) => !found.has(opId));
    for (const one of await this.#storage.operations(this.#slideKey, missing)) found.set(one.opId, one);
    return opIds.flatMap((id) => {
      const patch = found.get(id)?.patch;
      return patch ? [{ id, patch }] : [];
    });
  }
}
