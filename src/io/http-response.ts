/** What a `Content-Range` header says: `bytes 0-99/1234`. `total` is null for `*`. */
export interface ContentRange {
  readonly start: number;
  /** Inclusive, as in the header. */
  readonly last: number;
  readonly total: number | null;
}

/** Parses `Content-Range` (RFC 9110 §14.4); undefined when absent or malformed. */
export function parseContentRange(header: string | null): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header?.trim() ?? "");
  if (!match) return undefined;
  const start = Number(match[1]);
  const last = Number(match[2]);
  const total = match[3] === "*" ? null : Number(match[3]);
  if (![start, last, total ?? 0].every(Number.isSafeInteger) || last < start) return undefined;
  if (total !== null && last >= total) return undefined;
  return { start, last, total };
}

/** The total of a 416 answer (a star instead of the range); undefined when it does not say. */
export function parseUnsatisfiedTotal(header: string | null): number | undefined {
  const match = /^bytes \*\/(\d+)$/i.exec(header?.trim() ?? "");
  return match ? Number(match[1]) : undefined;
}

/** What tells one version of a file from the next: its ETag, else its date; null when neither is readable. */
export function validatorOf(headers: Headers): string | null {
  return headers.get("etag") ?? headers.get("last-modified");
}

/** Milliseconds that `Retry-After` asks for (seconds or a date), at most 30 s; undefined when absent. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const delay = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(delay) ? Math.min(30_000, Math.max(0, delay)) : undefined;
}

/** The whole body; undefined (and the transfer stopped) when it is longer than `limit`. Calls `alive` at each piece. */
export async function readBody(
  response: Response,
  limit: number,
  alive: () => void,
): Promise<Uint8Array | undefined> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > limit) {
    await response.body?.cancel();
    return undefined;
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    alive();
    pieces.push(next.value);
    length += next.value.length;
    if (length > limit) {
      await reader?.cancel();
      return undefined;
    }
  }
  if (pieces.length === 1) return pieces[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
