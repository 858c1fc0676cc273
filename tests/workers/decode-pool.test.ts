import { afterEach, describe, expect, it } from "vitest";
import { type DecodedChunk, decodeHere, type EncodedChunks } from "../../src/store/chunk-decoder.ts";
import { encodeChunk } from "../../src/store/chunk-encode.ts";
import { DecodePool, decoderCount } from "../../workers/decode-pool.ts";
import { decodeWire } from "../../workers/decode-service.ts";
import type { Wire } from "../../workers/serve.ts";
import { PortWorker } from "./port-worker.ts";

const RAW_BYTES = 3 * 8192;
const never = new AbortController().signal;

/** Chunks of rows one after another, as a range has them: enough for several tasks. */
async function rangeOf(chunks: number): Promise<EncodedChunks> {
  const encoded = await Promise.all(
    Array.from({ length: chunks }, (_, k) => {
      const raw = Uint16Array.from({ length: RAW_BYTES / 2 }, (_, i) => (i * 31 + k * 7) % (97 + k));
      return encodeChunk(new Uint8Array(raw.buffer), { typesize: 2, blockBytes: 8192 });
    }),
  );
  let end = 0;
  const parts = encoded.map(({ length }) => {
    const start = end;
    end += length;
    return { start, end, rawBytes: RAW_BYTES };
  });
  return { bytes: new Uint8Array(Buffer.concat(encoded)), parts };
}

/** Whether these are the chunks' own bytes; comparing 2 MB as arrays takes seconds. */
async function areOf(made: readonly DecodedChunk[], range: EncodedChunks): Promise<boolean> {
  const expected = await decodeHere(range, never);
  return (
    made.length === expected.length &&
    made.every((raw, k) => Buffer.compare(raw as Uint8Array, expected[k] as Uint8Array) === 0)
  );
}

/** A pool whose workers are real ports; the calls that reached them are counted. */
function poolOf(workers: number, wire: () => Wire = decodeWire) {
  const started: PortWorker[] = [];
  let calls = 0;
  const pool = new DecodePool("a.centiscope.zarr", workers, () => {
    const { call, abort } = wire();
    const counted: typeof call = (...request) => {
      calls += 1;
      return call(...request);
    };
    const worker = new PortWorker({ call: counted, abort });
    started.push(worker);
    return worker as unknown as Worker;
  });
  open.push(pool);
  return { pool, started, calls: () => calls };
}

const open: DecodePool[] = [];
afterEach(() => {
  for (const pool of open.splice(0)) pool.close();
});

/** Answers the first `answered` calls of the pool, then hangs; tells what was aborted. */
function hangingWire(answered: number) {
  const aborted: number[] = [];
  let calls = 0;
  return {
    aborted,
    wire: (): Wire => {
      const { call } = decodeWire();
      return {
        call: (...request) => (calls++ < answered ? call(...request) : new Promise(() => undefined)),
        abort: (id) => void aborted.push(id),
      };
    },
  };
}

describe("the pool of decoders", () => {
  it("unpacks a range in tasks over its workers, in order, each chunk with a buffer of its own", async () => {
    const range = await rangeOf(90);
    const { pool, started, calls } = poolOf(3);
    const made = await pool.decode(range, never);
    expect(await areOf(made, range)).toBe(true);
    expect(new Set(made.map((raw) => (raw as Uint8Array).buffer)).size).toBe(90);
    expect((made[5] as Uint8Array).buffer.byteLength).toBe(RAW_BYTES);
    expect(started).toHaveLength(3);
    expect(calls()).toBe(5);
    // The caller's bytes stay: a shard that was read whole is kept.
    expect(range.bytes.length).toBe(range.parts.at(-1)!.end);
  });

  it("says which chunk is damaged, and unpacks the others", async () => {
    const range = await rangeOf(30);
    range.bytes[range.parts[25]!.start + 100]! ^= 255;
    const made = await poolOf(2).pool.decode(range, never);
    expect(made.flatMap((raw, k) => (typeof raw === "string" ? [[k, raw]] : []))).toEqual([
      [25, "its checksum differs"],
    ]);
  });

  it("leaves few chunks to the thread that reads", async () => {
    const { pool, started } = poolOf(2);
    expect(await pool.decode(await rangeOf(4), never)).toHaveLength(4);
    expect(started).toHaveLength(0);
  });

  it("tells of a worker that died at work, and replaces it", async () => {
    const range = await rangeOf(90);
    const hanging = hangingWire(5);
    const { pool, started, calls } = poolOf(1, hanging.wire);
    await pool.decode(range, never);
    const second = pool.decode(range, never);
    second.catch(() => undefined);
    await expect.poll(calls).toBe(7);
    started[0]!.die();
    await expect(second).rejects.toMatchObject({
      facts: { code: "store-decoder-died", params: { file: "a.centiscope.zarr" }, retryable: true },
    });
    expect(started).toHaveLength(1);
    const third = pool.decode(range, never);
    third.catch(() => undefined);
    await expect.poll(() => started.length).toBe(2);
  });

  it("replaces one that died at rest, unheard", async () => {
    const range = await rangeOf(40);
    const { pool, started } = poolOf(1);
    await pool.decode(range, never);
    started[0]!.die();
    expect(await areOf(await pool.decode(range, never), range)).toBe(true);
    expect(started).toHaveLength(2);
  });

  it("unpacks by itself where workers cannot be started from a worker", async () => {
    const range = await rangeOf(60);
    const { pool, started } = poolOf(2, hangingWire(0).wire);
    const made = pool.decode(range, never);
    await expect.poll(() => started.length).toBe(2);
    for (const worker of started) worker.die();
    expect(await areOf(await made, range)).toBe(true);
    const before = started.length;
    await pool.decode(range, never);
    expect(started).toHaveLength(before);
  });

  it("drops what nobody waits for: waiting tasks are never sent, running ones are told", async () => {
    const range = await rangeOf(200);
    const hanging = hangingWire(0);
    const { pool, calls } = poolOf(1, hanging.wire);
    const controller = new AbortController();
    const made = pool.decode(range, controller.signal);
    await expect.poll(calls).toBe(2);
    controller.abort(new DOMException("moved on", "AbortError"));
    await expect(made).rejects.toThrow("moved on");
    await expect.poll(() => hanging.aborted.length).toBe(2);
    expect(calls()).toBe(2);
  });

  it("has a worker for each further core, up to four, and none where none can be started", () => {
    expect([1, 2, 4, 16].map((cores) => decoderCount(cores, true))).toEqual([0, 1, 3, 4]);
    expect(decoderCount(16, false)).toBe(0);
  });
});
