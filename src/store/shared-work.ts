/** Work that several callers wait for; it is aborted when the last of them gives up. */
export class SharedWork<T> {
  private readonly promise: Promise<T>;
  private readonly controller = new AbortController();
  private waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.promise = work(this.controller.signal);
    // Each caller hears of a failure by its own promise.
    this.promise.catch(() => {});
  }

  /** True once nobody waited any more and the work was stopped: it cannot be joined. */
  get abandoned(): boolean {
    return this.controller.signal.aborted;
  }

  /** The result, or the signal's reason as soon as it aborts. */
  join(signal: AbortSignal | undefined): Promise<T> {
    this.waiting += 1;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        this.waiting -= 1;
        if (this.waiting === 0) this.controller.abort(signal?.reason);
        reject(signal?.reason);
      };
      if (signal?.aborted) {
        leave();
        return;
      }
      signal?.addEventListener("abort", leave, { once: true });
      const settle = <V>(end: (value: V) => void) => {
        return (value: V): void => {
          signal?.removeEventListener("abort", leave);
          end(value);
        };
      };
      this.promise.then(settle(resolve), settle(reject));
    });
  }
}
