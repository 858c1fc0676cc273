import { describe, expect, test } from "vitest";
import { CentiscopeError } from "../../src/core/errors.ts";
import { messages } from "../../src/core/messages.ts";
import { HttpSource } from "../../src/io/http.ts";

const DATA = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251);
const URL_ = "https://data.example.org/slides/my%20slide.gem.gz?token=1";

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | null;
  readonly fails?: Error;
  /** The answer is another site's. */
  readonly crossSite?: boolean;
}

/** A server: `answer` may change what an honest one would send. */
function server(
  answer: (request: { n: number; range: string | null; method: string }) => Answer | undefined,
) {
  const requests: string[] = [];
  const waits: number[] = [];
  const caches: (RequestCache | undefined)[] = [];
  const send = async (_: unknown, init?: RequestInit): Promise<Response> => {
    init?.signal?.throwIfAborted();
    const range = new Headers(init?.headers).get("range");
    const method = init?.method ?? "GET";
    requests.push(range ?? method);
    caches.push(init?.cache);
    const changed = answer({ n: requests.length, range, method });
    if (changed?.fails) throw changed.fails;
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? "");
    const start = Number(match?.[1] ?? 0);
    const end = Math.min(DATA.length, Number(match?.[2] ?? DATA.length - 1) + 1);
    const honest: Record<string, string> = { etag: '"v1"' };
    if (match) honest["content-range"] = `bytes ${start}-${end - 1}/${DATA.length}`;
    const body = changed?.body === undefined ? DATA.slice(start, end) : changed.body;
    if (body) honest["content-length"] = String(body.length);
    const response = new Response(method === "HEAD" ? null : (body as Uint8Array<ArrayBuffer> | null), {
      status: changed?.status ?? (match ? 206 : 200),
      headers: changed?.headers ?? honest,
    });
    return changed?.crossSite ? Object.defineProperty(response, "type", { value: "cors" }) : response;
  };
  const source = new HttpSource(URL_, undefined, {
    fetch: send as typeof fetch,
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
    timeoutMs: 50,
  });
  return { source, requests, waits, caches };
}

async function failure(promise: Promise<unknown>) {
  const thrown: unknown = await promise.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(CentiscopeError);
  const error = thrown as CentiscopeError;
  expect(error.message).not.toMatch(/\{\w+\}/);
  for (const [, name] of messages[error.facts.code].zh.matchAll(/\{(\w+)\}/g)) {
    expect(error.facts.params).toHaveProperty(name!);
  }
  expect(error.facts.params.file).toBe("my slide.gem.gz");
  return error.facts;
}

describe("parts that the browser refuses because they are compressed", () => {
  /** A file whose parts do not arrive; the whole of it comes as `whole` says. */
  const refusing = (whole: Answer | undefined) =>
    server(({ range }) => (range ? { fails: new TypeError("Failed to fetch") } : whole));

  test("a small file is read whole", async () => {
    const { source, requests } = refusing({ headers: { "content-encoding": "x-gzip" } });
    expect(await source.read(10, 20)).toEqual(DATA.slice(10, 20));
    expect(await source.read(70_000, 70_010)).toEqual(DATA.slice(70_000, 70_010));
    expect(await source.size()).toBe(DATA.length);
    expect(requests.filter((request) => request === "GET")).toHaveLength(1);
  });

  test("so is one of another site, which hides whether it compresses", async () => {
    const { source } = refusing({ crossSite: true });
    expect(await source.read(10, 20)).toEqual(DATA.slice(10, 20));
  });

  test("a large one is refused with the reason", async () => {
    const headers = { "content-encoding": "gzip", "content-length": "100000000" };
    expect(await failure(refusing({ headers }).source.read(0, 10))).toMatchObject({
      code: "http-range-encoded",
      params: { encoding: "gzip" },
    });
  });

  test.each<[string, Answer | undefined]>([
    ["is not compressed", undefined],
    ["is not answered whole either", { fails: new TypeError("Failed to fetch") }],
    ["is large, of another site", { crossSite: true, headers: { "content-length": "100000000" } }],
  ])("one that %s is told to be unreachable", async (_, whole) => {
    const facts = await failure(refusing(whole).source.read(0, 10));
    expect(facts).toMatchObject({ code: "http-unreachable", retryable: true });
  });
});

describe("ranges", () => {
  test("the first request serves the head and the size; later ones are exact and never suffixes", async () => {
    const { source, requests } = server(() => undefined);
    expect(await source.read(0, 18)).toEqual(DATA.slice(0, 18));
    expect(await source.size()).toBe(DATA.length);
    expect(await source.read(100, 200)).toEqual(DATA.slice(100, 200));
    expect(requests).toEqual(["bytes=0-65535"]);
    expect(await source.read(70_000, 70_100)).toEqual(DATA.slice(70_000, 70_100));
    expect(await source.read(299_990, 400_000)).toEqual(DATA.slice(299_990));
    expect(await source.read(300_000, 300_010)).toEqual(new Uint8Array(0));
    expect(requests).toEqual(["bytes=0-65535", "bytes=70000-70099", "bytes=299990-299999"]);
  });

  test("a stream is the whole file in order", async () => {
    const { source } = server(() => undefined);
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.stream()) chunks.push(chunk);
    expect(Buffer.compare(Buffer.concat(chunks), DATA)).toBe(0);
  });

  test("a hidden Content-Range (CORS) still gives bytes and, by HEAD, the size", async () => {
    const { source, requests } = server(({ method }) =>
      method === "HEAD" ? { headers: { "content-length": "300000" } } : { headers: {} },
    );
    expect(await source.read(5, 9)).toEqual(DATA.slice(5, 9));
    expect(await source.size()).toBe(300_000);
    expect(requests.at(-1)).toBe("HEAD");
  });
});

describe("servers that do not keep to it", () => {
  test("ranges ignored: a small file is read whole, once; a large one is refused", async () => {
    const { source, requests } = server(() => ({ status: 200, body: DATA, headers: { etag: '"v1"' } }));
    expect(await source.read(10, 20)).toEqual(DATA.slice(10, 20));
    expect(await source.read(1000, 1010)).toEqual(DATA.slice(1000, 1010));
    expect(await source.size()).toBe(DATA.length);
    expect(requests.length).toBe(1);
    const large = server(() => ({ status: 200, body: DATA, headers: { "content-length": "99999999999" } }));
    expect(await failure(large.source.read(0, 9))).toMatchObject({
      code: "http-range-ignored",
      retryable: false,
    });
    expect(large.requests.length).toBe(1);
  });

  test("wrong range, wrong length", async () => {
    const shifted = server(() => ({ headers: { "content-range": `bytes 1-65536/${DATA.length}` } }));
    expect(await failure(shifted.source.read(0, 9))).toMatchObject({ code: "http-range-wrong" });
    const early = server(() => ({ headers: { "content-range": `bytes 0-99/${DATA.length}` } }));
    expect(await failure(early.source.read(0, 9))).toMatchObject({
      code: "http-range-wrong",
      params: { expected: "0-65535", found: "0-99" },
    });
    const range = { "content-range": `bytes 70000-70009/${DATA.length}` };
    const cut = server(({ n }) => (n === 1 ? undefined : { body: DATA.slice(0, 3), headers: range }));
    await cut.source.read(0, 9);
    expect(await failure(cut.source.read(70_000, 70_010))).toMatchObject({ code: "http-range-wrong" });
  });

  test("a part that the browser's cache cut short is asked for once more, past the cache", async () => {
    const range = { "content-range": `bytes 70000-70009/${DATA.length}` };
    const { source, requests, caches } = server(({ n }) =>
      n === 2 ? { body: new Uint8Array(0), headers: range } : undefined,
    );
    await source.read(0, 9);
    expect(await source.read(70_000, 70_010)).toEqual(DATA.slice(70_000, 70_010));
    expect(requests.slice(1)).toEqual(["bytes=70000-70009", "bytes=70000-70009"]);
    expect(caches).toEqual([undefined, undefined, "no-store"]);
  });

  test("compressed ranges are read whole instead", async () => {
    const { source, requests } = server(({ range }) =>
      range
        ? { headers: { "content-encoding": "gzip", "content-range": `bytes 0-9/${DATA.length}` } }
        : undefined,
    );
    expect(await source.read(0, 10)).toEqual(DATA.slice(0, 10));
    expect(await source.size()).toBe(DATA.length);
    expect(requests).toEqual(["bytes=0-65535", "GET"]);
    const large = server(() => ({
      headers: { "content-encoding": "gzip", "content-range": "bytes 0-65535/99999999999" },
    }));
    expect(await failure(large.source.read(0, 10))).toMatchObject({ code: "http-range-encoded" });
  });

  test("the file changes between two answers", async () => {
    const byTag = server(({ n }) => (n === 1 ? undefined : { headers: { etag: '"v2"' } }));
    await byTag.source.read(0, 9);
    expect(await failure(byTag.source.read(80_000, 80_010))).toMatchObject({ code: "http-file-changed" });
    const bySize = server(({ n }) =>
      n === 1
        ? undefined
        : { headers: { "content-range": "bytes 80000-80009/300001" }, body: DATA.slice(0, 10) },
    );
    await bySize.source.read(0, 9);
    expect(await failure(bySize.source.read(80_000, 80_010))).toMatchObject({ code: "http-file-changed" });
  });
});

describe("failures", () => {
  test("404 and 403 are final", async () => {
    for (const [status, code] of [
      [404, "http-not-found"],
      [403, "http-forbidden"],
      [400, "http-status"],
    ] as const) {
      const { source, requests } = server(() => ({ status, body: null, headers: {} }));
      expect(await failure(source.read(0, 9))).toMatchObject({ code, retryable: false });
      expect(requests.length).toBe(1);
    }
  });

  test("503 is tried four times, 429 waits as told", async () => {
    const down = server(() => ({ status: 503, body: null, headers: {} }));
    expect(await failure(down.source.read(0, 9))).toMatchObject({ code: "http-status", retryable: true });
    expect(down.requests.length).toBe(4);
    const busy = server(({ n }) =>
      n === 1 ? { status: 429, body: null, headers: { "retry-after": "3" } } : undefined,
    );
    expect(await busy.source.read(0, 9)).toEqual(DATA.slice(0, 9));
    expect(busy.waits).toEqual([3000]);
  });

  test("no answer at all is explained with CORS, and tried again", async () => {
    const refused = server(() => ({ fails: new TypeError("Failed to fetch") }));
    expect(await failure(refused.source.read(0, 9))).toMatchObject({
      code: "http-unreachable",
      retryable: true,
      params: { host: "data.example.org" },
    });
    expect(refused.requests).toEqual(["bytes=0-65535", "bytes=0-65535", "GET"]);
    const once = server(({ n }) => (n === 1 ? { fails: new TypeError("Failed to fetch") } : undefined));
    expect(await once.source.read(0, 9)).toEqual(DATA.slice(0, 9));
  });

  test("silence times out", async () => {
    const hung = new HttpSource(URL_, undefined, {
      fetch: ((_: unknown, init?: RequestInit) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
        })) as typeof fetch,
      wait: async () => {},
      timeoutMs: 5,
    });
    expect(await failure(hung.read(0, 9))).toMatchObject({ code: "http-timeout", retryable: true });
  });

  test("abort rejects with the signal's reason, also while waiting to retry", async () => {
    const control = new AbortController();
    const { source } = server(({ n }) => {
      if (n === 2) control.abort(new Error("enough"));
      return { status: 503, body: null, headers: {} };
    });
    await expect(source.read(70_000, 70_010, control.signal)).rejects.toThrow("enough");
  });
});
