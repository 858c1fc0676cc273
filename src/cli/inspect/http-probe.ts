import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** One answer as it came over the wire: nothing is unpacked, no header is hidden. */
export interface ProbeAnswer {
  readonly url: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most `limit` bytes of the body. */
  readonly body: Uint8Array;
  /** Addresses that led here. */
  readonly redirects: readonly Redirect[];
  /** The site as which it was asked: browsers say "null" once a redirect has led to a third site (Fetch, §4.4). */
  readonly origin: string | undefined;
}

/** An answer that led elsewhere. */
export interface Redirect {
  readonly url: string;
  readonly status: number;
  /** Its Access-Control-Allow-Origin, which browsers want of it too; undefined where the site is the asking one. */
  readonly allowed: string | null | undefined;
}

const TIMEOUT_MS = 20_000;
const MAX_REDIRECTS = 5;

/**
 * Sends one request as a browser on another site would, and keeps the first `limit` bytes of the answer. Node's
 * fetch would unpack the body and thereby hide what is to be diagnosed. Rejects with the system's error.
 */
export async function probe(
  url: string,
  init: {
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly limit: number;
  },
  signal: AbortSignal,
  redirects: readonly Redirect[] = [],
): Promise<ProbeAnswer> {
  const answer = await send(url, init, signal, redirects);
  const location = answer.headers.location;
  if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
    if (redirects.length >= MAX_REDIRECTS) throw new Error(`more than ${MAX_REDIRECTS} redirects`);
    const { origin } = init.headers;
    const [from, to] = [new URL(url), new URL(location, url)];
    const allowed =
      from.origin === origin ? undefined : (answer.headers["access-control-allow-origin"] ?? null);
    const tainted = origin !== undefined && from.origin !== origin && to.origin !== from.origin;
    const next = tainted ? { ...init, headers: { ...init.headers, origin: "null" } } : init;
    const redirect = { url, status: answer.status, allowed };
    return probe(to.href, next, signal, [...redirects, redirect]);
  }
  return answer;
}

function send(
  url: string,
  init: Parameters<typeof probe>[1],
  signal: AbortSignal,
  redirects: readonly Redirect[],
): Promise<ProbeAnswer> {
  const request = new URL(url).protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const { method = "GET", headers } = init;
    // A connection of its own: one that is kept may be closed by the host just when it is used again.
    const options = { method, headers, signal, timeout: TIMEOUT_MS, agent: false };
    const sent = request(url, options, (response) => {
      const pieces: Uint8Array[] = [];
      let held = 0;
      const finish = () => {
        const headers = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
        );
        const body = new Uint8Array(Buffer.concat(pieces)).subarray(0, init.limit);
        const { origin } = init.headers;
        resolve({ url, status: response.statusCode ?? 0, headers, body, redirects, origin });
        response.destroy();
      };
      response.on("data", (piece: Uint8Array) => {
        pieces.push(piece);
        held += piece.length;
        if (held >= init.limit) finish();
      });
      response.on("end", finish);
      response.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    sent.on("error", reject);
    sent.end();
  });
}
