import type { AnnotationStorage, Entry } from "../core/annotation-storage.ts";

/** Entries in one transaction. */
const BATCH = 200;

export interface QueueEvents {
  /** These are on the disk. */
  written(entries: readonly Entry[]): void;
  failed(thrown: unknown): void;
}

/** Entries on their way to the disk, in order. An entry leaves only when its transaction is complete. */
export class OperationQueue {
  readonly #storage: AnnotationStorage;
  readonly #events: QueueEvents;
  #entries: Entry[] = [];
  #running: Promise<boolean> | null = null;

  constructor(storage: AnnotationStorage, events: QueueEvents) {
    this.#storage = storage;
    this.#events = events;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** True when nothing is left. One run at a time: who comes while one is under way gets its outcome. */
  flush(): Promise<boolean> {
    if (!this.#running && this.#entries.length > 0) this.#running = this.#run();
    return this.#running ?? Promise.resolve(true);
  }

  /** The run is over before anyone hears of its outcome: what they push then starts another. */
  async #run(): Promise<boolean> {
    try {
      while (this.#entries.length > 0) {
        const batch = this.#entries.slice(0, BATCH);
        await this.#storage.append(batch);
        this.#entries.splice(0, batch.length);
        this.#events.written(batch);
      }
      this.#running = null;
      return true;
    } catch (thrown) {
      this.#running = null;
      this.#events.failed(thrown);
      return false;
    }
  }
}
