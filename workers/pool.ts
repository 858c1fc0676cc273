import type { CentiscopeError } from "../src/core/errors.ts";
import type { WorkerKind } from "./protocol.ts";
import { type ServiceEntry, ServiceHandle, type StartOptions } from "./service-handle.ts";

export type { ServiceHandle } from "./service-handle.ts";

/** Kinds of workers that the page starts; decoders are started by the store's worker. */
type PageKind = Exclude<WorkerKind, "decode">;

/** How each kind starts. Entries are reached from here alone. */
const entries: Readonly<Record<PageKind, ServiceEntry>> = {
  load: {
    worker: () => new Worker(new URL("./load.worker.ts", import.meta.url), { type: "module", name: "load" }),
    here: async () => (await import("./load-table.ts")).loadWire(),
  },
  shard: {
    worker: () =>
      new Worker(new URL("./shard.worker.ts", import.meta.url), { type: "module", name: "shard" }),
    here: async () => (await import("./shard-service.ts")).shardWire(),
  },
  store: {
    worker: () =>
      new Worker(new URL("./store.worker.ts", import.meta.url), { type: "module", name: "store" }),
    here: async () => (await import("./store-service.ts")).storeWire(),
  },
};

/** Starts a worker of this kind, or the same service in this thread where there are no workers. */
export function startService<K extends PageKind>(kind: K, options: StartOptions): ServiceHandle<K> {
  return new ServiceHandle<K>(entries[kind], options);
}

/**
 * A worker that is kept warm for the next caller: `inspect` starts it, `read` takes it over. One that died or is
 * in use is replaced by a new one.
 */
export class WarmService<K extends PageKind> {
  readonly #kind: K;
  #idle: ServiceHandle<K> | undefined;

  constructor(kind: K) {
    this.#kind = kind;
  }

  /** The idle worker when it lives, else a new one; give it back or close it. */
  take(file: string, onLost?: (error: CentiscopeError) => void): ServiceHandle<K> {
    const handle = this.#idle?.alive ? this.#idle : startService(this.#kind, { file });
    this.#idle = undefined;
    handle.assign(file, onLost);
    return handle;
  }

  /** Starts an idle worker when there is none. */
  warm(): void {
    if (!this.#idle?.alive) this.#idle = startService(this.#kind, { file: "" });
  }

  giveBack(handle: ServiceHandle<K>): void {
    if (this.#idle) handle.close();
    else if (handle.alive) this.#idle = handle;
  }
}
