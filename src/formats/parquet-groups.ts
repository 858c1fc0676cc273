import { formatBytes } from "../core/byte-words.ts";
import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import type { ColumnVector } from "./column-vector.ts";
import { decodeChunk } from "./parquet-chunk.ts";
import { unpackOf } from "./parquet-codecs.ts";
import { parquetColumn } from "./parquet-column.ts";
import { engineVectors, parquetEngine } from "./parquet-engine.ts";
import { corruptParquet, parsedParquet } from "./parquet-error.ts";
import { assembleGroup, type ColumnChunk, type Footer, type RowGroup } from "./parquet-footer.ts";
import { PageMemory } from "./parquet-memory.ts";
import { scanPages } from "./parquet-pages.ts";

/** Unpacked bytes of the wanted columns of one row group: what may be in memory at once. */
const MAX_GROUP = 3 * 2 ** 29;
/** Deflate's best is 1032; dictionaries of one value do better still, but no table of transcripts is that plain. */
const MAX_RATIO = 20_000;
/** Packed bytes up to which following row groups are fetched while one is decoded. */
const MAX_AHEAD = 2 ** 23;
/** Columns with no more than this between them are read at once: a read of its own costs a browser more. */
const MAX_GAP = 2 ** 16;

/** An open file. */
interface OpenFile {
  readonly source: ByteSource;
  readonly footer: Footer;
  readonly signal: AbortSignal | undefined;
  readonly onRead: (bytes: number) => void;
}

interface FetchedChunk {
  readonly chunk: ColumnChunk;
  readonly bytes: Uint8Array;
}

type ChunkReader = () => Iterable<ColumnVector>;

/** One row group, fetched. */
export interface ParquetGroup {
  readonly rows: number;
  /**
   * The values of a column in order, `rows` in all, or at least as many as the limit; undefined when the group lacks
   * it. A vector lives until the next one of any column is asked for. Throws `parquet-corrupt`.
   */
  vectors(column: string): Iterable<ColumnVector> | undefined;
}

/** See `ParquetFile.groups`. What is fetched ahead is aborted when the consumer stops. */
export async function* readGroups(
  open: OpenFile,
  columns: readonly string[],
  limit: number | undefined,
): AsyncGenerator<ParquetGroup> {
  const { signal } = open;
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    yield* groupsOf({ ...open, signal: stop.signal }, columns, limit);
  } finally {
    signal?.removeEventListener("abort", abort);
    stop.abort(new DOMException("the reader stopped", "AbortError"));
  }
}

async function* groupsOf(
  open: OpenFile,
  columns: readonly string[],
  limit: number | undefined,
): AsyncGenerator<ParquetGroup> {
  const filled = open.footer.groups.filter((group) => group.rows > 0);
  const wanted = limit === undefined ? filled : filled.slice(0, 1);
  const memory = new PageMemory();
  const ahead: { readonly bytes: number; readonly fetched: Promise<readonly FetchedChunk[]> }[] = [];
  let asked = 0;
  for (const group of wanted) {
    let room = MAX_AHEAD - ahead.reduce((sum, { bytes }) => sum + bytes, 0);
    while (asked < wanted.length) {
      const bytes = packedBytes(wanted[asked]!, columns);
      if (ahead.length > 0 && bytes > room) break;
      const fetched = fetchGroup(open, wanted[asked]!, columns);
      // Awaited below, unless reading ends before.
      fetched.catch(() => {});
      ahead.push({ bytes, fetched });
      room -= bytes;
      asked++;
    }
    const fetched = await ahead.shift()!.fetched;
    open.signal?.throwIfAborted();
    const readers = new Map<string, ChunkReader>();
    for (const part of fetched) {
      readers.set(part.chunk.name, await readerOf(open, group, part, limit, memory));
    }
    yield {
      rows: group.rows,
      vectors: (name) => {
        const read = readers.get(name);
        return read && checked(open.source.name, group.rows, limit, read);
      },
    };
  }
}

function packedBytes(group: RowGroup, columns: readonly string[]): number {
  return columns.reduce((sum, name) => {
    const chunk = group.columns.get(name);
    return chunk ? sum + chunk.end - chunk.start : sum;
  }, 0);
}

async function fetchGroup(
  { source, signal, onRead }: OpenFile,
  group: RowGroup,
  columns: readonly string[],
): Promise<readonly FetchedChunk[]> {
  const chunks = columns.flatMap((name) => group.columns.get(name) ?? []);
  const unpacked = chunks.reduce((sum, chunk) => sum + chunk.unpackedBytes, 0);
  const packed = packedBytes(group, columns);
  if (unpacked > MAX_GROUP || group.rows > MAX_RATIO * Math.max(1, packed)) {
    const found =
      unpacked > MAX_GROUP ? formatBytes(unpacked) : `${group.rows} rows in ${formatBytes(packed)}`;
    const params = { file: source.name, found, limit: formatBytes(MAX_GROUP) };
    throw new CentiscopeError("parquet-too-large", params);
  }
  const reads = await Promise.all(
    spansOf(chunks).map(async ({ start, end }) => {
      const bytes = await source.read(start, end, signal);
      onRead(bytes.length);
      return { start, end, bytes };
    }),
  );
  return chunks.map((chunk) => {
    const read = reads.find(({ start, end }) => start <= chunk.start && chunk.end <= end)!;
    return { chunk, bytes: read.bytes.subarray(chunk.start - read.start, chunk.end - read.start) };
  });
}

/** Byte ranges that cover the chunks, in order. */
function spansOf(chunks: readonly ColumnChunk[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (const { start, end } of [...chunks].sort((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last && start - last.end <= MAX_GAP) last.end = Math.max(last.end, end);
    else spans.push({ start, end });
  }
  return spans;
}

/** How to decode a chunk: by ourselves, or by the engine where it is stored in a way that we do not know. */
async function readerOf(
  { source, footer }: OpenFile,
  group: RowGroup,
  part: FetchedChunk,
  limit: number | undefined,
  memory: PageMemory,
): Promise<ChunkReader> {
  const { chunk, bytes } = part;
  const element = footer.elements.get(chunk.name);
  const column = element ? parquetColumn(element, chunk.metadata) : null;
  const unpack = column ? await unpackOf(column.codec) : null;
  if (column && unpack) {
    const pages = parsedParquet(source.name, () => scanPages(bytes, group.rows, column));
    if (pages) return () => decodeChunk(column, bytes, pages, unpack, memory);
  }
  const engine = await parquetEngine();
  return () => engineVectors(engine, assembleGroup(footer, group, [part]), limit);
}

/** Passes vectors on; what goes wrong, or is not as many as announced, is `parquet-corrupt`. */
function* checked(
  file: string,
  announced: number,
  limit: number | undefined,
  read: ChunkReader,
): Generator<ColumnVector> {
  let rows = 0;
  try {
    for (const vector of read()) {
      rows += vector.length;
      if (rows > announced) break;
      yield vector;
    }
  } catch (thrown) {
    throw corruptParquet(file, thrown);
  }
  if (rows > announced || rows < Math.min(announced, limit ?? announced)) {
    throw corruptParquet(file, new Error(`a row group holds ${rows} of ${announced} rows`));
  }
}
