import { CentiscopeError } from "../core/errors.ts";
import { retryAfterMs } from "./http-response.ts";

/** How requests are made; tests replace the network and the clock. */
export interface HttpOptions {
  readonly fetch?: typeof fetch;
  /** Resolves after that many ms, or rejects when aborted. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Longest silence, before the headers and between pieces of the body. */
  readonly timeoutMs?: number;
}

const TRIES = 4;
/** A first request that fails without a status is most likely a refusal, which waiting does not cure. */
const TRIES_UNKNOWN_HOST = 2;
const TIMEOUT_MS = 30_000;

function waitMs(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

/** Requests one URL with retries. 404 and other 4xx are final; 429, 5xx, timeouts and network errors are tried 4 times. */
export class HttpRetry {
  private readonly url: string;
  private readonly file: string;
  private readonly host: string;
  private readonly options: HttpOptions;
  private answered = false;

  constructor(url: string, file: string, options: HttpOptions) {
    this.url = url;
    this.file = file;
    this.host = new URL(url).host;
    this.options = options;
  }

  /**
   * Sends the request and hands a successful answer (2xx or 416) to `use`, retrying when either fails for a
   * passing reason, `most` times in all; `alive` tells that the body still comes. Rejects with a CentiscopeError or the signal's reason.
   */
  async request<T>(
    init: RequestInit,
    use: (response: Response, alive: () => void) => Promise<T>,
    signal?: AbortSignal,
    most = TRIES,
  ): Promise<T> {
    const wait = this.options.wait ?? waitMs;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const outcome = await this.attempt(init, use, signal);
      if ("value" in outcome) return outcome.value;
      const tries = this.answered ? TRIES : TRIES_UNKNOWN_HOST;
      if (!outcome.error.facts.retryable || attempt >= Math.min(most, outcome.tries ?? tries))
        throw outcome.error;
      // Full jitter: many tiles that failed together must not come back together.
      const jitter = Math.random() * Math.min(8000, 500 * 2 ** attempt);
      await wait(outcome.delayMs ?? jitter, signal);
    }
  }

  private async attempt<T>(
    init: RequestInit,
    use: (response: Response, alive: () => void) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<{ value: T } | { error: CentiscopeError; tries?: number; delayMs?: number | undefined }> {
    const file = this.file;
    const timeoutMs = this.options.timeoutMs ?? TIMEOUT_MS;
    const control = new AbortController();
    let timedOut = false;
    const expire = () => {
      timedOut = true;
      control.abort();
    };
    let timer = setTimeout(expire, timeoutMs);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(expire, timeoutMs);
    };
    const abort = () => control.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const send = this.options.fetch ?? fetch;
      const response = await send(this.url, { ...init, signal: control.signal });
      this.answered = true;
      const { status } = response;
      if (response.ok || status === 416) return { value: await use(response, alive) };
      await response.body?.cancel();
      if (status === 404 || status === 410)
        return { error: new CentiscopeError("http-not-found", { file, status }) };
      if (status === 401 || status === 403) {
        return { error: new CentiscopeError("http-forbidden", { file, status }) };
      }
      const passing = status === 429 || status === 408 || status >= 500;
      return {
        error: new CentiscopeError(
          "http-status",
          { file, status, tries: passing ? TRIES : 1 },
          { retryable: passing },
        ),
        delayMs: retryAfterMs(response.headers.get("retry-after"), Date.now()),
      };
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof CentiscopeError) return { error: thrown, tries: 1 };
      if (timedOut) {
        const seconds = Math.round(timeoutMs / 1000);
        const params = { file, host: this.host, seconds, tries: TRIES };
        return { error: new CentiscopeError("http-timeout", params, { cause: thrown }), tries: TRIES };
      }
      return {
        error: new CentiscopeError("http-unreachable", { file, host: this.host }, { cause: thrown }),
      };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }
}
