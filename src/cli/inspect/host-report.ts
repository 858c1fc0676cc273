import { parseContentRange } from "../../io/http-response.ts";
import { checkCors } from "./cors-check.ts";
import { ANY_SITE, type Ask, type HostCheck, type Say } from "./host-check.ts";
import { type ProbeAnswer, probe } from "./http-probe.ts";

export interface HostReport {
  readonly url: string;
  /** The site as which it was asked; {@link ANY_SITE} when none was named. */
  readonly origin: string;
  /** Where redirects led; the same when there were none. */
  readonly finalUrl: string;
  readonly sizeBytes: number | null;
  readonly checks: readonly HostCheck[];
  /** True when no check is a fault: the viewer can read the file from another site. */
  readonly usable: boolean;
}

/** What browsers say they unpack; a server may then compress, and must not do so to parts. */
const BROWSER = { "accept-encoding": "gzip, deflate, br", accept: "*/*" };
const PART = 16;

/**
 * Asks a host for parts of a file as the viewer at `origin` would, and says what stands in the way. Network failures are
 * part of the report, never thrown; only an abort is.
 */
export async function hostReport(url: string, signal: AbortSignal, origin = ANY_SITE): Promise<HostReport> {
  const checks: HostCheck[] = [];
  const say = (
    name: HostCheck["name"],
    verdict: HostCheck["verdict"],
    found: string,
    advice: string | null = null,
  ) => checks.push({ name, verdict, found, advice });
  const report = (finalUrl: string, sizeBytes: number | null): HostReport => ({
    url,
    origin,
    finalUrl,
    sizeBytes,
    checks,
    usable: checks.every((check) => check.verdict !== "fault"),
  });
  const ask = (headers: Record<string, string>, at = url, method = "GET", limit = 64) =>
    probe(at, { method, headers: { ...BROWSER, origin, ...headers }, limit }, signal);

  let first: ProbeAnswer;
  try {
    first = await ask({ range: `bytes=0-${PART - 1}` });
  } catch (thrown) {
    signal.throwIfAborted();
    const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
    say(
      "reachable",
      "fault",
      `no answer: ${text}`,
      "Check the address and that the server runs and may be reached from here.",
    );
    return report(url, null);
  }
  const { status, headers, url: finalUrl } = first;
  const times = first.redirects.length;
  const moved = times > 0 ? `, after ${times} redirect${times > 1 ? "s" : ""} to ${finalUrl}` : "";
  if (status !== 200 && status !== 206) {
    say("reachable", "fault", `the server answers HTTP ${status}${moved}`, statusAdvice(status));
    return report(finalUrl, null);
  }
  say("reachable", "ok", `the server answers HTTP ${status}${moved}`);
  checkHttps(finalUrl, say);
  const sizeBytes = checkRanges(first, say);
  checkCompression(first, say);
  if (status === 206 && sizeBytes !== null && sizeBytes > 4 * PART) {
    await checkBytes(ask, sizeBytes, say).catch((thrown) => {
      signal.throwIfAborted();
      say(
        "bytes",
        "fault",
        `a second part failed: ${String(thrown)}`,
        "The server or a proxy breaks off; try again.",
      );
    });
  }
  if (new URL(finalUrl).origin === origin) say("cors", "ok", "it is on the viewer's own site");
  else await checkCors(first, origin, ask, say).catch(() => signal.throwIfAborted());
  checkVersion(headers, say);
  await checkMissing(url, ask, say).catch(() => signal.throwIfAborted());
  return report(finalUrl, sizeBytes);
}

function statusAdvice(status: number): string {
  if (status === 404 || status === 410)
    return "There is no such file: check the path, and that names beginning with a dot are served.";
  if (status === 401 || status === 403)
    return "The file is not public: allow anonymous reading, or use a signed link.";
  if (status === 416) return "The server refuses byte ranges of this file; is it empty?";
  return status >= 500
    ? "The server is in trouble: look at its log."
    : "Check the address and the server's rules.";
}

function checkHttps(url: string, say: Say): void {
  const { protocol, hostname } = new URL(url);
  const local = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (protocol === "https:" || local) return;
  say(
    "https",
    "note",
    "the address is http, not https",
    "A viewer that is served over https cannot read it: browsers forbid it. Serve the data over https too.",
  );
}

function checkRanges({ status, headers, body }: ProbeAnswer, say: Say): number | null {
  if (status === 200) {
    const size = Number(headers["content-length"] ?? Number.NaN);
    say(
      "ranges",
      "fault",
      "byte ranges are ignored: the whole file is sent (HTTP 200 instead of 206)",
      "Only files up to 64 MiB open from here. Switch ranges on (nginx, Apache, S3 and OSS do so by themselves; `python -m http.server` does not), and let no proxy strip them.",
    );
    return Number.isSafeInteger(size) ? size : null;
  }
  const range = parseContentRange(headers["content-range"] ?? null);
  const text = headers["content-range"] ?? "nothing";
  if (range?.start !== 0 || range.last > PART - 1 || body.length !== range.last + 1) {
    say(
      "ranges",
      "fault",
      `asked for bytes 0–${PART - 1}, got “${text}” and ${body.length} bytes`,
      "The server or a proxy answers wrongly; the file cannot be trusted from here.",
    );
    return range?.total ?? null;
  }
  if (range.total === null) {
    say(
      "ranges",
      "fault",
      "byte ranges work but the file's size is hidden (Content-Range ends in /*)",
      "The server must state the total in Content-Range.",
    );
    return null;
  }
  say("ranges", "ok", `byte ranges work; the file has ${range.total} bytes`);
  return range.total;
}

function checkCompression({ headers, url }: ProbeAnswer, say: Say): void {
  const encoding = headers["content-encoding"];
  if (!encoding || encoding === "identity") {
    say("compression", "ok", "parts are sent as they are");
    return;
  }
  const named = /\.t?gz$/i.test(new URL(url).pathname);
  const why = named ? " because its name ends in .gz" : "";
  say(
    "compression",
    "fault",
    `parts are sent with Content-Encoding: ${encoding}${why}, so positions in the file no longer match`,
    named
      ? "Tell the server to send .gz files as application/gzip without Content-Encoding, or name the file .gzip."
      : "Switch compression off for this kind of file (nginx: gzip off; in that location; a CDN: no automatic compression).",
  );
}

/** The same bytes by a narrow and by a wide range: some caches answer 206 with bytes from elsewhere. */
async function checkBytes(ask: Ask, size: number, say: Say): Promise<void> {
  const middle = Math.floor(size / 2);
  const narrow = await ask({ range: `bytes=${middle}-${middle + PART - 1}` });
  const wide = await ask({ range: `bytes=${middle - PART}-${middle + 2 * PART - 1}` });
  const inside = wide.body.subarray(PART, 2 * PART);
  if (narrow.status !== 206 || wide.status !== 206 || Buffer.compare(narrow.body, inside) !== 0) {
    say(
      "bytes",
      "fault",
      `bytes ${middle}–${middle + PART - 1} differ between two requests`,
      "A proxy or cache in front of the server mixes ranges up: let it pass Range through, or switch it off for these files.",
    );
  } else say("bytes", "ok", "parts from the middle agree with each other");
}

function checkVersion(headers: ProbeAnswer["headers"], say: Say): void {
  if (headers.etag === undefined && headers["last-modified"] === undefined) {
    say(
      "version",
      "note",
      "neither ETag nor Last-Modified is sent",
      "A file that changes while it is open cannot be noticed. Let the server send ETag.",
    );
  } else say("version", "ok", "the version is told (ETag or Last-Modified)");
  const cache = headers["cache-control"] ?? "";
  if (/no-store/i.test(cache)) {
    say(
      "cache",
      "note",
      `nothing may be kept (Cache-Control: ${cache})`,
      "Every part is fetched again and again. For data that does not change: Cache-Control: public, max-age=31536000, immutable",
    );
  }
}

/** Stores ask for chunks that may not be there: the answer must be 404, not a page. */
async function checkMissing(url: string, ask: Ask, say: Say): Promise<void> {
  const beside = new URL(url);
  beside.pathname += ".not-there";
  const { status } = await ask({ range: "bytes=0-15" }, beside.href);
  if (status === 404 || status === 410) return;
  if (status === 200 || status === 206) {
    say(
      "missing",
      "note",
      `a file that is not there is answered HTTP ${status}`,
      "Empty chunks of a store would be taken for damaged ones. Let the server say 404, not a start page.",
    );
  } else if (status === 403) {
    say(
      "missing",
      "note",
      "a file that is not there is answered HTTP 403",
      "Object stores do so when listing is forbidden; stores still open. Allowing anonymous listing makes it 404.",
    );
  }
}
