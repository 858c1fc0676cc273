import { formatBytes } from "../core/byte-words.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { inflateMembers } from "./gzip-members.ts";
import { nodeInflate } from "./gzip-node.ts";
import { type Budget, DEFAULT_BUDGET } from "./read-options.ts";

/** Deflate cannot expand more than 1032 times; tables reach 20 times, so this tells a bomb. */
const MAX_RATIO = 200;
/** Below this much output any ratio is harmless. */
const RATIO_FROM = 64 * 2 ** 20;

export interface InflateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly budget?: Budget | undefined;
  /** Called with the compressed bytes taken from the source so far. */
  readonly onRead?: ((bytes: number) => void) | undefined;
}

/** True for the two magic bytes of gzip and its only method, deflate. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/** bgzip marks each block with an extra field "BC": many members, which the native decoder does not take. */
function isBgzip(head: Uint8Array): boolean {
  return isGzip(head) && ((head[3] ?? 0) & 4) !== 0 && head[12] === 0x42 && head[13] === 0x43;
}

/**
 * The file's bytes in order, unpacked when it is gzip by content (any number of members), else as they are.
 * Chunks are the consumer's to keep. Throws CentiscopeError for truncated or damaged data and beyond the budget.
 */
export async function* inflated(
  source: ByteSource,
  options: InflateOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const head = await source.read(0, 18, options.signal);
  if (!isGzip(head)) {
    yield* counted(source, options, () => {});
    return;
  }
  let unpacked = 0;
  let read = 0;
  const input = () =>
    counted(source, options, (total) => {
      read = total;
    });
  const limit = (options.budget ?? DEFAULT_BUDGET).bytes;
  const check = (chunk: Uint8Array): Uint8Array => {
    unpacked += chunk.length;
    if (unpacked > limit || (unpacked > RATIO_FROM && unpacked > read * MAX_RATIO)) {
      const shown = unpacked > limit ? limit : read * MAX_RATIO;
      throw new CentiscopeError("unpacked-too-large", { file: source.name, limit: formatBytes(shown) });
    }
    return chunk;
  };
  try {
    const node = nodeInflate(input);
    if (node) {
      for await (const chunk of node) yield check(chunk);
      return;
    }
    if (!isBgzip(head)) {
      const finished = yield* nativeInflate(input(), check);
      if (finished) return;
    }
    // Several members, or damage: start again with the decoder that knows members, past what was handed out.
    let skip = unpacked;
    unpacked = 0;
    for await (const chunk of inflateMembers(input())) {
      check(chunk);
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield skip > 0 ? chunk.subarray(skip) : chunk;
        skip = 0;
      }
    }
  } catch (thrown) {
    options.signal?.throwIfAborted();
    if (thrown instanceof CentiscopeError) throw thrown;
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    const code = /unexpected (eof|end)/i.test(detail) ? "gzip-truncated" : "gzip-corrupt";
    throw new CentiscopeError(code, { file: source.name, bytes: unpacked, detail }, { cause: thrown });
  }
}

/** The source's stream, with the bytes taken from it counted. */
async function* counted(
  source: ByteSource,
  options: InflateOptions,
  onTotal: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let total = 0;
  const reader = source.stream(options.signal).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      total += value.length;
      onTotal(total);
      options.onRead?.(total);
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * The browser's own decoder. Resolves to false when it stops with an error: Chromium's rejects a second member,
 * and drops what it had queued, so the caller goes on from the bytes it received.
 */
async function* nativeInflate(
  input: AsyncGenerator<Uint8Array>,
  check: (chunk: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array, boolean, undefined> {
  const native = new DecompressionStream("gzip");
  const writer = native.writable.getWriter();
  let sourceFailure: { thrown: unknown } | undefined;
  const feed = (async () => {
    try {
      for await (const chunk of input) await writer.write(chunk as Uint8Array<ArrayBuffer>);
      await writer.close();
    } catch (thrown) {
      sourceFailure = { thrown };
      await writer.abort(thrown).catch(() => {});
    }
  })();
  const reader = native.readable.getReader();
  try {
    for (;;) {
      let next: ReadableStreamReadResult<Uint8Array>;
      try {
        next = await reader.read();
      } catch {
        await feed;
        if (sourceFailure && !(sourceFailure.thrown instanceof TypeError)) throw sourceFailure.thrown;
        return false;
      }
      if (next.done) {
        await feed;
        return true;
      }
      yield check(next.value);
    }
  } finally {
    await reader.cancel().catch(() => {});
    await feed.catch(() => {});
  }
}
