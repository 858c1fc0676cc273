import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { type ChunkEncoder, encodeHere } from "../../store/array-writer.ts";
import type { EncodeReply, EncodeRequest } from "./encode.worker.ts";

/** Threads that encode chunks, and how to end them. */
export interface EncodePool {
  readonly encoder: ChunkEncoder;
  close(): Promise<void>;
}

/** The built worker beside the built command line; there is none when the sources run as they are, in tests. */
const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), "encode.worker.js");

/**
 * Encoders in `threads` worker threads; in the calling thread when that is 0 or the worker was not built. What is
 * encoded is the same either way, and in the same order.
 */
export function encodePool(threads: number): EncodePool {
  if (threads < 1 || !existsSync(SCRIPT)) return { encoder: encodeHere, close: async () => {} };
  const waiting = new Map<number, { resolve(encoded: Uint8Array[]): void; reject(reason: unknown): void }>();
  let next = 0;
  const workers: Worker[] = [];
  const start = (): Worker => {
    const worker = new Worker(SCRIPT);
    worker.on("message", (reply: EncodeReply) => {
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ("failure" in reply) call?.reject(new Error(reply.failure));
      else call?.resolve([...reply.encoded]);
    });
    worker.on("error", (thrown) => {
      for (const call of waiting.values()) call.reject(thrown);
      waiting.clear();
    });
    return worker;
  };
  return {
    encoder: (raws, form) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        const request: EncodeRequest = { id, raws, form };
        const buffers = raws.map(({ buffer }) => buffer as ArrayBuffer);
        // Started when there is work: a plan has none, and on a large machine a thread for each core is a great deal.
        workers[id % threads] ??= start();
        workers[id % threads]!.postMessage(request, buffers);
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
