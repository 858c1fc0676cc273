import { type Remote, releaseProxy, wrap } from "comlink";
import { CentiscopeError } from "../src/core/errors.ts";
import type { ImageInfo } from "../src/io/image-source.ts";
import type { ImageAnswer, ImageDescriptor, ImageWorkerApi } from "./image-protocol.ts";

const OPEN_SECONDS = 10;
/** A worker that keeps dying on a file is not started again. */
const MAX_DEATHS = 3;

/** Starts a worker; handed in so that tests can stand in for it. */
export type StartWorker = () => Worker;

/**
 * One worker for one image. Calls that are under way when it dies or overruns its deadline reject, and the next
 * call starts another worker; comlink alone would leave them pending for ever.
 */
export class ImageSlot {
  readonly #descriptor: ImageDescriptor;
  readonly #start: StartWorker;
  #worker: Worker | undefined;
  #api: Remote<ImageWorkerApi> | undefined;
  #opened: Promise<ImageInfo> | undefined;
  #deaths = 0;
  #closed = false;
  readonly #pending = new Set<(error: CentiscopeError) => void>();

  constructor(descriptor: ImageDescriptor, start: StartWorker) {
    this.#descriptor = descriptor;
    this.#start = start;
  }

  /** Opens the image in the worker, once per worker life. */
  open(): Promise<ImageInfo> {
    if (this.#opened) return this.#opened;
    const opened = this.call(OPEN_SECONDS, "opening", (api) => api.open(this.#descriptor));
    this.#opened = opened;
    opened.catch(() => {
      if (this.#opened === opened) this.#opened = undefined;
    });
    return opened;
  }

  /** Runs one call with a deadline. `aborted` tells the worker that nobody waits any more. */
  async call<T>(
    seconds: number,
    what: string,
    run: (api: Remote<ImageWorkerApi>) => Promise<ImageAnswer<T>>,
  ): Promise<T> {
    const api = this.#live();
    let settle: (() => void) | undefined;
    const failed = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => this.#overrun(seconds, what, reject), seconds * 1000);
      this.#pending.add(reject);
      settle = () => {
        clearTimeout(timer);
        this.#pending.delete(reject);
      };
    });
    try {
      const answer = await Promise.race([run(api), failed]);
      if (answer.ok) return answer.value;
      const { code, params, retryable } = answer.facts;
      throw new CentiscopeError(code, params, { retryable });
    } finally {
      settle?.();
    }
  }

  /** Asks the worker to stop a tile; nothing when it is gone. */
  abort(request: number): void {
    void this.#api?.abort(request);
  }

  close(): void {
    this.#closed = true;
    this.#kill();
  }

  #live(): Remote<ImageWorkerApi> {
    if (this.#api) return this.#api;
    if (this.#closed || this.#deaths >= MAX_DEATHS) throw this.#died(false);
    const worker = this.#start();
    const onDeath = () => {
      if (this.#worker === worker) this.#kill();
    };
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      onDeath();
    });
    worker.addEventListener("messageerror", onDeath);
    this.#worker = worker;
    this.#api = wrap<ImageWorkerApi>(worker);
    return this.#api;
  }

  #overrun(seconds: number, what: string, reject: (error: CentiscopeError) => void): void {
    const params = { file: this.#descriptor.name, what, seconds };
    reject(new CentiscopeError("image-deadline", params, { retryable: true }));
    this.#pending.delete(reject);
    this.#kill();
  }

  #kill(): void {
    this.#deaths++;
    this.#api?.[releaseProxy]();
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#api = undefined;
    this.#opened = undefined;
    for (const reject of this.#pending) reject(this.#died(true));
    this.#pending.clear();
  }

  #died(retryable: boolean): CentiscopeError {
    return new CentiscopeError("image-worker-died", { file: this.#descriptor.name }, { retryable });
  }
}
