import { formatBytes } from "../core/byte-words.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { MAX_LINE, parseTableHead, type TableHead } from "./delimited-head.ts";
import { DelimitedScanner, type ScanPlan } from "./delimited-scan.ts";
import { Breather } from "./event-loop.ts";
import { inflated } from "./gzip.ts";
import type { ReadOptions } from "./read-options.ts";

const HEAD = 1 << 16;
/** Bytes scanned between two looks at the clock: about a millisecond's worth. */
const PIECE = 1 << 18;

/** Some servers hide a file's size; progress and foresight then do without. */
async function sizeOrZero(source: ByteSource, signal: AbortSignal | undefined): Promise<number> {
  try {
    return await source.size(signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof CentiscopeError && thrown.facts.code === "http-range-wrong") return 0;
    throw thrown;
  }
}

/** What a scan leaves: the plan's builder is filled. */
export interface Scanned {
  readonly head: TableHead;
  readonly scanner: DelimitedScanner;
  readonly plan: ScanPlan;
}

/** Reads a delimited text whole: {@link scanRows} with every row kept in the plan's builder. */
export async function scanDelimited(
  source: ByteSource,
  options: ReadOptions,
  plan: (head: TableHead) => ScanPlan,
): Promise<Scanned> {
  let scanned: Scanned | undefined;
  for await (const next of scanRows(source, options, plan)) scanned = next;
  return scanned!;
}

/**
 * Reads a delimited text (gzip or not) in one pass: the head goes to `plan`, which says what each column is, the
 * rows go through a {@link DelimitedScanner}. Yields after each piece of the text (some thousand rows), when the
 * consumer may drain the builder. Throws CentiscopeErrors; aborts within 200 ms.
 */
export async function* scanRows(
  source: ByteSource,
  options: ReadOptions,
  plan: (head: TableHead) => ScanPlan,
): AsyncGenerator<Scanned, void, undefined> {
  const breather = new Breather(options.signal);
  const bytesTotal = await sizeOrZero(source, options.signal);
  let bytesRead = 0;
  const chunks = inflated(source, {
    signal: options.signal,
    budget: options.budget,
    onRead: (bytes) => {
      bytesRead = bytes;
    },
  });
  let work = new Uint8Array(HEAD * 2);
  let held = 0;
  let scanned: Scanned | undefined;

  const begin = (ended: boolean): Scanned => {
    const head = parseTableHead(work.subarray(0, held), ended, source.name);
    const made = plan(head);
    work.copyWithin(0, head.bodyStart, held);
    held -= head.bodyStart;
    return { head, plan: made, scanner: new DelimitedScanner(made, head.bodyLine) };
  };
  const append = (bytes: Uint8Array) => {
    if (held + bytes.length > work.length) {
      const larger = new Uint8Array((held + bytes.length) * 2);
      larger.set(work.subarray(0, held));
      work = larger;
    }
    work.set(bytes, held);
    held += bytes.length;
  };
  const scanHeld = (to: DelimitedScanner) => {
    const end = work.lastIndexOf(10, held - 1) + 1;
    const stopped = end > 0 ? to.scan(work, 0, end) : 0;
    work.copyWithin(0, stopped, held);
    held -= stopped;
    if (held > MAX_LINE) {
      throw new CentiscopeError("line-too-long", {
        file: source.name,
        line: to.line,
        limit: formatBytes(MAX_LINE),
      });
    }
  };
  const report = () => options.onProgress?.({ bytesRead, bytesTotal, rows: scanned?.plan.builder.rows ?? 0 });

  const expect = () => {
    const rows = scanned?.plan.builder.rows ?? 0;
    if (bytesTotal > 0 && bytesRead > 0) scanned?.plan.builder.expect((rows * bytesTotal) / bytesRead);
  };

  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      append(chunk.subarray(at, at + PIECE));
      if (!scanned && held >= HEAD) scanned = begin(false);
      if (scanned) {
        scanHeld(scanned.scanner);
        yield scanned;
      }
      if (breather.due) {
        expect();
        report();
        await breather.breathe();
      }
    }
  }
  if (!scanned) {
    if (held === 0) throw new CentiscopeError("file-empty", { file: source.name });
    scanned = begin(true);
  }
  if (held > 0) {
    append(Uint8Array.of(10));
    scanHeld(scanned.scanner);
    if (held > 0) {
      throw new CentiscopeError("line-too-long", {
        file: source.name,
        line: scanned.scanner.line,
        limit: formatBytes(held),
      });
    }
  }
  report();
  yield scanned;
}
