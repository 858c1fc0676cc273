import { describe, expect, it, vi } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { failedAnswer, unwrapAnswer } from "../../workers/errors.ts";
import { startService, WarmService } from "../../workers/pool.ts";
import { wireOf } from "../../workers/serve.ts";
import { runSteps } from "../../workers/steps.ts";
import { PortWorker } from "./port-worker.ts";

/** A service that fails, hangs, works in steps and counts what it was told to stop. */
const stopped: string[] = [];
const testWire = () =>
  wireOf<Record<string, readonly [unknown, unknown]>>({
    echo: (request) => request,
    refuse: () => {
      throw new CentiscopeError("http-not-found", { file: "a.gem", status: 404 });
    },
    trip: () => {
      throw new TypeError("x is not a function");
    },
    hang: () => new Promise(() => undefined),
    report: async (_, { report }) => {
      for (let i = 1; i <= 5; i++) {
        report(i);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      return "done";
    },
    work: async (_, { signal }) => {
      function* forever() {
        for (;;) yield;
      }
      try {
        return await runSteps(forever(), signal);
      } finally {
        stopped.push("work");
      }
    },
    hand: (_, { hand }) => {
      const column = new Float64Array([1, 2, 3]);
      hand([column.buffer]);
      return column;
    },
  });

function startTest(onLost?: (error: CentiscopeError) => void) {
  const worker = new PortWorker(testWire());
  const handle = startService("load", {
    file: "slide.gem",
    start: () => worker as unknown as Worker,
    ...(onLost ? { onLost } : {}),
  });
  const call = (method: string, request: unknown, options: object = {}) =>
    handle.call(method as "read", request as never, { silenceMs: 5000, ...options }) as Promise<unknown>;
  return { worker, handle, call };
}

describe("errors across the boundary", () => {
  it("keeps the facts of expected failures", () => {
    const thrown = new CentiscopeError("http-not-found", { file: "a", status: 404 }, { retryable: true });
    const answer = structuredClone(failedAnswer(thrown, "b"));
    expect(() => unwrapAnswer(answer)).toThrow(thrown.message);
    try {
      unwrapAnswer(answer);
    } catch (back) {
      expect((back as CentiscopeError).facts).toEqual(thrown.facts);
    }
  });

  it("names the file of unexpected ones, and keeps aborts aborts", () => {
    expect(failedAnswer(new TypeError("oops"), "b.csv")).toMatchObject({
      facts: { code: "internal", params: { file: "b.csv", detail: "oops" } },
    });
    const aborted = failedAnswer(new DOMException("stop", "AbortError"), "b");
    expect(() => unwrapAnswer(aborted)).toThrow(expect.objectContaining({ name: "AbortError" }));
  });
});

describe("a worker", () => {
  it("answers, and its failures arrive with their facts", async () => {
    const { call, handle } = startTest();
    expect(await call("echo", { a: [1, 2] })).toEqual({ a: [1, 2] });
    await expect(call("refuse", 0)).rejects.toMatchObject({
      name: "MissingDataError",
      facts: { code: "http-not-found", params: { file: "a.gem", status: 404 } },
    });
    await expect(call("trip", 0)).rejects.toMatchObject({
      facts: { code: "internal", params: { file: "slide.gem", detail: "x is not a function" } },
    });
    handle.close();
  });

  it("takes over the buffers handed to it and hands its own over", async () => {
    const { call, handle } = startTest();
    const column = new Uint16Array([1, 2, 3]);
    expect(await call("echo", { column }, { hand: [column.buffer] })).toEqual({
      column: new Uint16Array([1, 2, 3]),
    });
    expect(column.length).toBe(0);
    expect(await call("hand", 0)).toEqual(new Float64Array([1, 2, 3]));
    handle.close();
  });

  it("rejects every call when it dies, tells once, and refuses later calls", async () => {
    const onLost = vi.fn();
    const { call, worker } = startTest(onLost);
    const calls = [call("hang", 0), call("hang", 1)];
    const outcomes = Promise.allSettled(calls);
    await call("echo", 0);
    worker.die();
    worker.die();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { facts: { code: "worker-died", retryable: true, params: { file: "slide.gem" } } },
      });
    }
    await expect(call("echo", 0)).rejects.toMatchObject({ facts: { code: "worker-died" } });
    expect(onLost).toHaveBeenCalledTimes(1);
    await vi.waitFor(() => expect(worker.terminate).toHaveBeenCalledTimes(1));
  });

  it("is ended when silent, but not while it reports", async () => {
    const { call, worker } = startTest();
    const seen: unknown[] = [];
    const options = { silenceMs: 80, onProgress: (p: unknown) => seen.push(p) };
    expect(await call("report", 0, options)).toBe("done");
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    await expect(call("hang", 0, { silenceMs: 60 })).rejects.toMatchObject({
      facts: { code: "worker-silent" },
    });
    await vi.waitFor(() => expect(worker.terminate).toHaveBeenCalled());
  });

  it("rejects with the signal's reason on abort, and its work stops", async () => {
    const { call, handle } = startTest();
    stopped.length = 0;
    const controller = new AbortController();
    const reason = new DOMException("superseded", "AbortError");
    const working = call("work", 0, { signal: controller.signal });
    const outcome = expect(working).rejects.toBe(reason);
    await call("echo", 0);
    expect(stopped).toEqual([]);
    controller.abort(reason);
    await outcome;
    await vi.waitFor(() => expect(stopped).toEqual(["work"]));
    expect(await call("echo", "still here")).toBe("still here");
    await expect(call("echo", 0, { signal: controller.signal })).rejects.toBe(reason);
    handle.close();
  });

  it("treats closing as no failure", async () => {
    const onLost = vi.fn();
    const { call, handle } = startTest(onLost);
    const outcome = expect(call("hang", 0)).rejects.toMatchObject({ name: "AbortError" });
    handle.close();
    await outcome;
    expect(onLost).not.toHaveBeenCalled();
  });
});

describe("a warm worker", () => {
  it("is used again, and replaced when it is gone", () => {
    const warm = new WarmService("load");
    const first = warm.take("a");
    warm.giveBack(first);
    expect(warm.take("b")).toBe(first);
    expect(first.file).toBe("b");
    warm.giveBack(first);
    first.close();
    const second = warm.take("c");
    expect(second).not.toBe(first);
    const third = warm.take("d");
    expect(third).not.toBe(second);
  });

  it("starts one ahead, which the next caller takes over with its file and its way to hear of a loss", () => {
    const started: PortWorker[] = [];
    class FakeWorker extends PortWorker {
      constructor() {
        super(testWire());
        started.push(this);
      }
    }
    vi.stubGlobal("Worker", FakeWorker);
    try {
      const warm = new WarmService("shard");
      warm.warm();
      warm.warm();
      expect(started.length).toBe(1);
      const lost: string[] = [];
      const handle = warm.take("slide.gem", (error) => lost.push(String(error.facts.params.file)));
      expect(started.length).toBe(1);
      started[0]?.dispatchEvent(new Event("error"));
      expect(handle.alive).toBe(false);
      expect(lost).toEqual(["slide.gem"]);
      warm.take("b").close();
      expect(started.length).toBe(2);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
