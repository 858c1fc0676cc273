import { formatBytes } from "../core/byte-words.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { parseContentRange, parseUnsatisfiedTotal, readBody, validatorOf } from "./http-response.ts";
import { type HttpOptions, HttpRetry } from "./http-retry.ts";

/** Most that is fetched whole from a server without usable ranges. */
export const WHOLE_LIMIT = 64 * 2 ** 20;
/** Streams are made of ranges this long: each is verified and retried by itself. */
const PIECE = 4 * 2 ** 20;
/** The first request of a file of unknown size; most small files are done with it. */
const PROBE = 1 << 16;

/** What one ranged request brought: its bytes, or the news that ranges do not work here. */
type RangeAnswer = { bytes: Uint8Array } | { whole: "ignored" | string; response?: Uint8Array | undefined };

/**
 * A file on a web server, read by ranges `bytes=a-b` (never suffix ranges, which need a CORS preflight). Every
 * answer is verified: status 206, start, length and total of Content-Range, and the file's version. A server that
 * ignores or compresses ranges is read whole up to 64 MiB and refused beyond.
 */
export class HttpSource implements ByteSource {
  readonly name: string;
  readonly url: string;
  private readonly retry: HttpRetry;
  private total: number | undefined;
  private validator: string | null | undefined;
  private whole: Promise<Uint8Array> | undefined;
  private probe: Promise<Uint8Array> | undefined;

  /** `url` is absolute. `name` defaults to its last path segment. `sizeBytes`, when known, is not asked for. */
  constructor(url: string, name?: string, options: HttpOptions = {}, sizeBytes?: number) {
    this.total = sizeBytes;
    this.url = url;
    const segment = new URL(url).pathname.split("/").filter(Boolean).at(-1) ?? new URL(url).host;
    this.name = name ?? safeDecode(segment);
    this.retry = new HttpRetry(url, this.name, options);
  }

  async size(signal?: AbortSignal): Promise<number> {
    if (this.total === undefined) await this.read(0, 1, signal);
    if (this.total !== undefined) return this.total;
    // Content-Range is hidden from other origins unless exposed; Content-Length never is.
    const length = await this.retry.request(
      { method: "HEAD" },
      async (response) => Number(response.headers.get("content-length") ?? Number.NaN),
      signal,
    );
    if (!Number.isSafeInteger(length)) {
      throw new CentiscopeError("http-range-wrong", {
        file: this.name,
        expected: "Content-Range",
        found: "no size",
      });
    }
    this.total = length;
    return length;
  }

  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    signal?.throwIfAborted();
    if (this.whole) return (await this.whole).subarray(start, end);
    if (this.probe && end <= PROBE) {
      const head = await this.probe;
      return head.subarray(start, end);
    }
    const stop = this.total === undefined ? end : Math.min(end, this.total);
    if (start >= stop) return new Uint8Array(0);
    if (this.total === undefined && start === 0 && end <= PROBE) {
      // Formats are told by the first bytes, and the size is asked for too: one request serves all of it.
      const probe = this.range(0, PROBE, undefined).then((answer) =>
        this.resolve(answer, 0, PROBE, undefined),
      );
      this.probe = probe;
      probe.catch(() => {
        this.probe = undefined;
      });
      return (await abortable(probe, signal)).subarray(0, end);
    }
    return this.resolve(await this.range(start, stop, signal), start, stop, signal);
  }

  stream(signal?: AbortSignal): ReadableStream<Uint8Array> {
    let at = 0;
    let next: Promise<Uint8Array> | undefined;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const piece = await (next ?? this.read(at, at + PIECE, signal));
          next = undefined;
          at += piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          if (piece.length < PIECE || at === this.total) return controller.close();
          next = this.read(at, at + PIECE, signal);
          next.catch(() => {});
        },
      },
      { highWaterMark: 1 },
    );
  }

  private async resolve(
    answer: RangeAnswer,
    start: number,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    if ("bytes" in answer) return answer.bytes;
    this.whole ??= answer.response ? Promise.resolve(answer.response) : this.readWhole(answer.whole, signal);
    try {
      const whole = await this.whole;
      this.total = whole.length;
      return whole.subarray(start, end);
    } catch (thrown) {
      this.whole = undefined;
      throw thrown;
    }
  }

  private async range(start: number, end: number, signal: AbortSignal | undefined): Promise<RangeAnswer> {
    const headers = { Range: `bytes=${start}-${end - 1}` };
    const ask = (init: RequestInit): Promise<RangeAnswer> =>
      this.retry.request(init, (response, alive) => this.take(response, start, end, alive), signal);
    try {
      return await ask({ headers });
    } catch (thrown) {
      signal?.throwIfAborted();
      // A browser's cache may give a part cut short whose request was broken off before, by another page or a reload.
      if (thrown instanceof CentiscopeError && thrown.facts.code === "http-range-wrong")
        return ask({ headers, cache: "no-store" });
      const answer = this.validator === undefined ? await this.packed(thrown, signal) : undefined;
      if (!answer) throw thrown;
      return answer;
    }
  }

  /**
   * The whole file where no part of it arrives though it is there: Chromium refuses compressed parts as if there were no
   * answer, before their headers can be read. Undefined where that is not so, as far as can be told: another site may
   * hide whether it compresses. Throws `http-range-encoded` for a large file.
   */
  private async packed(thrown: unknown, signal: AbortSignal | undefined): Promise<RangeAnswer | undefined> {
    if (!(thrown instanceof CentiscopeError) || thrown.facts.code !== "http-unreachable") return undefined;
    const take = async (response: Response, alive: () => void): Promise<RangeAnswer | undefined> => {
      const encoding = response.headers.get("content-encoding");
      const isPacked = encoding !== null && encoding !== "identity";
      if (!isPacked && response.type !== "cors") {
        await response.body?.cancel();
        return undefined;
      }
      const body = await readBody(response, WHOLE_LIMIT, alive);
      if (body) {
        this.pin(response.headers);
        return { whole: encoding ?? "unknown", response: body };
      }
      if (isPacked) throw new CentiscopeError("http-range-encoded", { file: this.name, encoding });
      return undefined;
    };
    return this.retry.request({}, take, signal, 1).catch((second: unknown) => {
      signal?.throwIfAborted();
      if (second instanceof CentiscopeError && second.facts.code === "http-range-encoded") throw second;
      return undefined;
    });
  }

  private async take(
    response: Response,
    start: number,
    end: number,
    alive: () => void,
  ): Promise<RangeAnswer> {
    this.pin(response.headers);
    if (response.status === 416) {
      const total = parseUnsatisfiedTotal(response.headers.get("content-range"));
      await response.body?.cancel();
      if (total !== undefined) this.total = total;
      return { bytes: new Uint8Array(0) };
    }
    const encoding = response.headers.get("content-encoding");
    if (response.status !== 206) {
      const body = await readBody(response, WHOLE_LIMIT, alive);
      if (!body) throw this.ignored(Number(response.headers.get("content-length") ?? Number.NaN));
      return { whole: "ignored", response: body };
    }
    const range = parseContentRange(response.headers.get("content-range"));
    if (encoding && encoding !== "identity") {
      await response.body?.cancel();
      if (range?.total != null && range.total > WHOLE_LIMIT) {
        throw new CentiscopeError("http-range-encoded", { file: this.name, encoding });
      }
      return { whole: encoding };
    }
    const last = Math.min(end, range?.total ?? end) - 1;
    if (range && (range.start !== start || range.last !== last)) {
      await response.body?.cancel();
      throw this.wrong(`${start}-${last}`, `${range.start}-${range.last}`);
    }
    if (range?.total != null) {
      if (this.total !== undefined && this.total !== range.total) {
        throw new CentiscopeError("http-file-changed", { file: this.name });
      }
      this.total = range.total;
    }
    const expected = last - start + 1;
    const bytes = await readBody(response, expected, alive);
    const length = bytes?.length ?? expected + 1;
    // Without a readable Content-Range a short answer can only be the end of the file.
    if (!bytes || (range && length !== expected)) throw this.wrong(`${expected} B`, `${length} B`);
    return { bytes };
  }

  private readWhole(encoding: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.retry.request(
      {},
      async (response, alive) => {
        this.pin(response.headers);
        const body = await readBody(response, WHOLE_LIMIT, alive);
        if (!body) throw new CentiscopeError("http-range-encoded", { file: this.name, encoding });
        return body;
      },
      signal,
    );
  }

  /** All answers must be of one version of the file. */
  private pin(headers: Headers): void {
    const validator = validatorOf(headers);
    if (this.validator === undefined) this.validator = validator;
    else if (validator !== null && this.validator !== null && validator !== this.validator) {
      throw new CentiscopeError("http-file-changed", { file: this.name });
    }
  }

  private ignored(size: number): CentiscopeError {
    const limit = formatBytes(WHOLE_LIMIT);
    const params = { file: this.name, size: Number.isFinite(size) ? formatBytes(size) : `> ${limit}`, limit };
    return new CentiscopeError("http-range-ignored", params, { retryable: false });
  }

  private wrong(expected: string, found: string): CentiscopeError {
    return new CentiscopeError("http-range-wrong", { file: this.name, expected, found });
  }
}

function safeDecode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The shared promise, given up by this caller alone when its signal aborts. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
