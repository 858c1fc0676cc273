import { MessageChannel } from "node:worker_threads";
import { expose } from "comlink";
import { vi } from "vitest";
import type { Wire } from "../../workers/serve.ts";
import { shardWire } from "../../workers/shard-service.ts";

/** What a page sees of a worker, over a real message port: everything is cloned, so errors lose their fields. */
export class PortWorker extends EventTarget {
  readonly #port: import("node:worker_threads").MessagePort;
  readonly terminate = vi.fn(() => this.#port.close());

  constructor(wire: Wire) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    expose(wire, port2 as unknown as Parameters<typeof expose>[1]);
    port2.start();
    port1.on("message", (data) => this.dispatchEvent(new MessageEvent("message", { data })));
  }

  postMessage(message: unknown, transferables: never[]): void {
    this.#port.postMessage(message, transferables);
  }

  /** The browser ends it: nothing is answered any more. */
  die(): void {
    this.#port.close();
    this.dispatchEvent(new Event("error", { cancelable: true }));
  }
}

/** A worker that holds a shard. */
export function fakeWorker(): PortWorker {
  return new PortWorker(shardWire());
}
