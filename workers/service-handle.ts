import { proxy, type Remote, releaseProxy, transfer, wrap } from "comlink";
import { CentiscopeError } from "../src/core/errors.ts";
import { type Answer, unwrapAnswer } from "./errors.ts";
import type { RequestOf, ResultOf, WorkerKind, WorkerMethods } from "./protocol.ts";
import type { Wire } from "./serve.ts";

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Buffers of the request that are handed over instead of copied. */
  readonly hand?: readonly ArrayBuffer[] | undefined;
  readonly onProgress?: ((progress: unknown) => void) | undefined;
  /** Longest silence: neither answer nor progress; then the worker is ended. */
  readonly silenceMs: number;
}

export interface StartOptions {
  /** What the worker works on, for messages. */
  readonly file: string;
  /** Called once when the worker dies by itself or is ended for silence; not after `close`. */
  readonly onLost?: (error: CentiscopeError) => void;
  /** Stands in for the real worker in tests. */
  readonly start?: () => Worker;
}

/** Where a service runs: in a worker, or in this thread where there are no workers. */
export interface ServiceEntry {
  readonly worker: () => Worker;
  readonly here: () => Promise<Wire>;
}

type Live = { readonly wire: Wire | Remote<Wire>; readonly end: () => void };

/** Silence is measured in parts, so that a computer's sleep counts as one of them and kills nothing. */
const SILENCE_TICKS = 4;

/** The next call's number, unique over all workers of this thread. */
let lastId = 0;

/**
 * One worker and the calls under way in it. When it dies, every pending call rejects with `worker-died`
 * (comlink alone would leave them waiting for ever) and so does every later one.
 */
export class ServiceHandle<K extends WorkerKind> {
  /** What the worker works on, for messages. */
  file: string;
  #onLost: ((error: CentiscopeError) => void) | undefined;
  readonly #live: Promise<Live>;
  readonly #pending = new Set<(error: unknown) => void>();
  #worker: Worker | undefined;
  #ended: Error | undefined;

  constructor({ worker, here }: ServiceEntry, options: StartOptions) {
    this.file = options.file;
    this.#onLost = options.onLost;
    const start = options.start ?? (typeof Worker === "undefined" ? undefined : worker);
    this.#live = start ? Promise.resolve(this.#spawn(start)) : hereOf(here);
  }

  /** Sets what the worker works on from now on, as `StartOptions` does. */
  assign(file: string, onLost?: (error: CentiscopeError) => void): void {
    this.file = file;
    this.#onLost = onLost;
  }

  /** False once the worker died or was closed. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /**
   * Rejects with the signal's reason at once on abort (the worker then stops by itself), with the service's own
   * CentiscopeError, or with `worker-died` or `worker-silent`.
   */
  call<M extends keyof WorkerMethods[K] & string>(
    method: M,
    request: RequestOf<K, M>,
    options: CallOptions,
  ): Promise<ResultOf<K, M>> {
    const { signal, hand = [], onProgress, silenceMs } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout>;
      const watch = (ticks = SILENCE_TICKS) => {
        clearTimeout(timer);
        const tick = () => (ticks > 1 ? watch(ticks - 1) : this.#silent(silenceMs));
        timer = setTimeout(tick, silenceMs / SILENCE_TICKS);
      };
      const settle = () => {
        clearTimeout(timer);
        this.#pending.delete(fail);
        signal?.removeEventListener("abort", onAbort);
      };
      const fail = (error: unknown) => {
        settle();
        reject(error);
      };
      const onAbort = () => {
        fail(signal?.reason);
        void this.#live.then(({ wire }) => this.alive && wire.abort(id));
      };
      const report = (progress: unknown) => {
        if (!this.#pending.has(fail)) return;
        watch();
        onProgress?.(progress);
      };
      this.#pending.add(fail);
      signal?.addEventListener("abort", onAbort, { once: true });
      watch();
      this.#live
        .then(({ wire }) => {
          const sent = hand.length > 0 ? transfer(request as object, [...hand]) : request;
          return wire.call(id, method, this.file, sent, onProgress ? this.#reporter(report) : null);
        })
        .then((answer) => {
          if (!this.#pending.has(fail)) return;
          const value = unwrapAnswer(answer as Answer<ResultOf<K, M>>);
          settle();
          resolve(value);
        })
        .catch(fail);
    });
  }

  /** Ends the worker: pending and later calls reject with an AbortError, for closing is not a failure. */
  close(): void {
    this.#end(new DOMException("The worker was closed.", "AbortError"));
  }

  #spawn(start: () => Worker): Live {
    const worker = start();
    this.#worker = worker;
    const onDeath = (event: Event) => {
      event.preventDefault();
      this.#lost(this.#died());
    };
    worker.addEventListener("error", onDeath);
    worker.addEventListener("messageerror", onDeath);
    const wire = wrap<Wire>(worker);
    return {
      wire,
      end: () => {
        wire[releaseProxy]();
        worker.terminate();
      },
    };
  }

  /** In this thread a function needs no proxy. */
  #reporter(report: (progress: unknown) => void): (progress: unknown) => void {
    return this.#worker ? proxy(report) : report;
  }

  #silent(silenceMs: number): void {
    const params = { file: this.file, seconds: Math.round(silenceMs / 1000) };
    this.#lost(new CentiscopeError("worker-silent", params, { retryable: true }));
  }

  #lost(error: CentiscopeError): void {
    if (this.#ended) return;
    this.#end(error);
    this.#onLost?.(error);
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    for (const fail of [...this.#pending]) fail(error);
    void this.#live.then(({ end }) => end());
  }

  #died(): CentiscopeError {
    return new CentiscopeError("worker-died", { file: this.file }, { retryable: true });
  }
}

async function hereOf(load: () => Promise<Wire>): Promise<Live> {
  const wire = await load();
  return { wire, end: () => undefined };
}
