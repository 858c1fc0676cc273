/** Half of what an abort may take, so that a chunk in between does not break the promise of 200 ms. */
const SLICE_MS = 40;

/**
 * Lets messages (an abort above all) in while a long read goes on. Await it between chunks of work: it returns at
 * once until `sliceMs` (40) have passed since it last let go. Rejects with the signal's reason when aborted.
 */
export class Breather {
  private since = performance.now();
  private readonly signal: AbortSignal | undefined;
  private readonly sliceMs: number;

  constructor(signal: AbortSignal | undefined, sliceMs = SLICE_MS) {
    this.signal = signal;
    this.sliceMs = sliceMs;
    signal?.throwIfAborted();
  }

  /** True when it is time to await {@link breathe}. */
  get due(): boolean {
    return performance.now() - this.since > this.sliceMs;
  }

  async breathe(): Promise<void> {
    await macrotask();
    this.signal?.throwIfAborted();
    this.since = performance.now();
  }
}

/** A message to oneself: unlike a timer it is not held back 4 ms, and unlike a promise it lets messages in. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
