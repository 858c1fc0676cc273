import { EventEmitter } from "node:events";
import { expect, test, vi } from "vitest";
import { encodePool } from "../../src/cli/convert/encode-pool.ts";

const started: EventEmitter[] = [];

vi.mock("node:fs", async (original) => ({ ...(await original<object>()), existsSync: () => true }));
vi.mock("node:worker_threads", () => ({
  Worker: class extends EventEmitter {
    constructor() {
      super();
      started.push(this);
    }
    postMessage({ id, raws }: { id: number; raws: Uint8Array[] }) {
      queueMicrotask(() => this.emit("message", { id, encoded: raws }));
    }
    async terminate() {}
  },
}));

test("a machine of many cores gets a thread only when there is a chunk for it", async () => {
  const pool = encodePool(128);
  expect(started.length).toBe(0);
  const form = {} as Parameters<typeof pool.encoder>[1];
  const encode = (byte: number) => pool.encoder([Uint8Array.of(byte)], form);
  expect(await Promise.all([encode(1), encode(2)])).toEqual([[Uint8Array.of(1)], [Uint8Array.of(2)]]);
  expect(started.length).toBe(2);
  await pool.close();
});
