interface Entry<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  /** Size once it has arrived; 0 while it is made. */
  sizeBytes: number;
}

/**
 * Values by key, the least recently used dropped past `limitBytes`. Callers of a value that is being made share
 * the work, which is aborted when the last of them has gone.
 */
export class SharedCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #limitBytes: number;
  readonly #measure: (value: T) => number;
  #usedBytes = 0;

  constructor(limitBytes: number, measure: (value: T) => number) {
    this.#limitBytes = limitBytes;
    this.#measure = measure;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  async get(key: string, make: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const entry = this.#entries.get(key) ?? this.#start(key, make);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (!signal || entry.sizeBytes > 0) {
      entry.waiting = Number.POSITIVE_INFINITY;
      return entry.promise;
    }
    entry.waiting++;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        entry.waiting--;
        if (entry.waiting === 0 && entry.sizeBytes === 0) {
          this.#entries.delete(key);
          entry.controller.abort(signal.reason);
        }
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
    });
    try {
      return await Promise.race([entry.promise, left]);
    } finally {
      if (leave) signal.removeEventListener("abort", leave);
    }
  }

  clear(): void {
    for (const entry of this.#entries.values()) if (entry.sizeBytes === 0) entry.controller.abort();
    this.#entries.clear();
    this.#usedBytes = 0;
  }

  #start(key: string, make: (signal: AbortSignal) => Promise<T>): Entry<T> {
    const controller = new AbortController();
    const promise = make(controller.signal);
    const entry: Entry<T> = { promise, controller, waiting: 0, sizeBytes: 0 };
    promise.then(
      (value) => {
        if (this.#entries.get(key) !== entry) return;
        entry.sizeBytes = Math.max(1, this.#measure(value));
        this.#usedBytes += entry.sizeBytes;
        this.#evict(entry);
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry;
  }

  #evict(keep: Entry<T>): void {
    for (const [key, entry] of this.#entries) {
      if (this.#usedBytes <= this.#limitBytes) return;
      if (entry === keep || entry.sizeBytes === 0) continue;
      this.#entries.delete(key);
      this.#usedBytes -= entry.sizeBytes;
    }
  }
}
