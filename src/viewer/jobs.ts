import { isAbort } from "../core/errors.ts";

/** What the owner of the jobs hears. */
export interface JobEvents {
  /** A job was started, or ended while others go on. */
  readonly busy: () => void;
  readonly idle: () => void;
  /** What is wrong now: the failure of a job that was not run again with success, nor stopped; null for none. */
  readonly failure: (thrown: unknown) => void;
}

interface Job {
  readonly key: string;
  readonly controller: AbortController;
}

/**
 * At most one job of each name: starting it anew aborts the one before. A job remembers what it was asked for
 * (its key), also when it is done, so that the same is not asked for twice.
 */
export class Jobs<Name extends string> {
  readonly #events: JobEvents;
  readonly #running = new Map<Name, Job>();
  readonly #asked = new Map<Name, string>();
  readonly #failures = new Map<Name, unknown>();
  #waiters: (() => void)[] = [];

  constructor(events: JobEvents) {
    this.#events = events;
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  /** Those of `names` that are running. */
  runningOf(names: readonly Name[]): Name[] {
    return names.filter((name) => this.#running.has(name));
  }

  isRunning(name: Name, key?: string): boolean {
    const job = this.#running.get(name);
    return job !== undefined && (key === undefined || job.key === key);
  }

  /** The key that a job was last started for; undefined after `stop` or a failure. */
  asked(name: Name): string | undefined {
    return this.#asked.get(name);
  }

  /** The work must heed its signal after each wait. Aborting is no failure. */
  run(name: Name, key: string, work: (signal: AbortSignal) => Promise<void>): void {
    this.#running.get(name)?.controller.abort(superseded());
    const controller = new AbortController();
    this.#running.set(name, { key, controller });
    this.#asked.set(name, key);
    this.#events.busy();
    work(controller.signal)
      .then(
        () => {
          if (!controller.signal.aborted) this.#forget(name);
        },
        (thrown: unknown) => {
          if (isAbort(thrown) || controller.signal.aborted) return;
          this.#asked.delete(name);
          this.#failures.set(name, thrown);
          this.#events.failure(thrown);
        },
      )
      .finally(() => {
        if (this.#running.get(name)?.controller !== controller) return;
        this.#running.delete(name);
        this.rest();
      });
  }

  stop(...names: readonly Name[]): void {
    for (const name of names) {
      this.#running.get(name)?.controller.abort(superseded());
      this.#running.delete(name);
      this.#asked.delete(name);
      this.#forget(name);
    }
  }

  #forget(name: Name): void {
    if (!this.#failures.delete(name)) return;
    const [left = null] = this.#failures.values();
    this.#events.failure(left);
  }

  /** Takes a job that is done off the list from within its own work, before what follows it is started. */
  finish(name: Name): void {
    this.#running.delete(name);
  }

  /** Tells everyone who waits when nothing runs. */
  rest(): void {
    if (this.busy) {
      this.#events.busy();
      return;
    }
    this.#events.idle();
    this.#release();
  }

  settled(): Promise<void> {
    return this.busy ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve();
  }

  /** Aborts everything; who waits is let go. */
  close(): void {
    this.stop(...this.#running.keys());
    this.#release();
  }

  #release(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}

function superseded(): DOMException {
  return new DOMException("superseded", "AbortError");
}
