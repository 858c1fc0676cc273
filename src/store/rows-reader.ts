import type { ArrayReader } from "./array-reader.ts";
import type { ColumnValues } from "./column-writer.ts";
import { readAhead } from "./read-ahead.ts";
import { CHUNK_ROWS } from "./rows-writer.ts";
import type { StoreArrays } from "./store-arrays.ts";
import type { StoreDtype } from "./zarr-metadata.ts";

/** Rows `[start, end)` of one segment, or from the beginning of a chunk inside it to its end or a chunk's. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** Decoded rows of one chunk. Views that the next piece overwrites. */
export interface RowPiece {
  /** Number of the first row in the array. */
  readonly row: number;
  /** (n,) keys. */
  readonly key: Float64Array;
  /** (n,) each: the other columns. */
  readonly plain: readonly Float64Array[];
  /** (n,) each: the columns beside the rows that were asked for. */
  readonly columns: readonly ColumnValues[];
}

/** A column that stands beside the rows, in an array of its own. */
export interface BesideColumn {
  readonly path: string;
  readonly dtype: StoreDtype;
}

/** Rows of one chunk as they lie there: limb k of column c of row i is `planes[(before(c) + k) · 4096 + from + i]`. */
export interface PlanePiece {
  /** Number of the first row in the array. */
  readonly row: number;
  readonly n: number;
  /** (limbs of all columns, 4096), the key's first; it belongs to the cache and must not be changed. */
  readonly planes: Uint16Array;
  /** Place of the first row in each plane. */
  readonly from: number;
}

interface Chunk {
  readonly planes: Uint16Array;
  readonly columns: readonly ColumnValues[];
}

/** Takes rows of one range whose chunks are all there. */
type TakeRange = (rows: RowRange, index: number, chunks: ReadonlyMap<number, Chunk>) => void;

/** Chunks read at once, about 25 MB; as many are read ahead. */
const BATCH_CHUNKS = 1024;

/** Reads rows of an array written by `RowsWriter`. */
export class RowsReader {
  readonly rows: number;
  private readonly arrays: StoreArrays;
  private readonly reader: ArrayReader;
  /** Limbs of the key and of each plain column. */
  private readonly limbs: readonly number[];
  private readonly key = new Float64Array(CHUNK_ROWS);
  private readonly plain: readonly Float64Array[];
  private readonly beside: readonly ArrayReader[];

  /**
   * `limbs`: what the plan says of the columns, the key first; `rows`: null when only the array knows;
   * `beside`: the columns that every piece is to carry.
   */
  constructor(
    arrays: StoreArrays,
    path: string,
    limbs: readonly number[],
    rows: number | null,
    beside: readonly BesideColumn[] = [],
  ) {
    this.arrays = arrays;
    const planes = limbs.reduce((sum, one) => sum + one, 0);
    this.rows = rows ?? arrays.reader(path).array.shape[1] ?? 0;
    this.reader = arrays.expect(path, "uint16", [planes, this.rows]);
    this.limbs = limbs;
    this.beside = beside.map((column) => arrays.expect(column.path, column.dtype, [this.rows]));
    this.plain = limbs.slice(1).map(() => new Float64Array(CHUNK_ROWS));
  }

  /**
   * Hands every row of the ranges to `take`, in order of the ranges, in pieces of at most a chunk; `range` is the
   * index of the range. What is decoded lies in the cache while it is wanted; nothing else is held.
   */
  each(
    ranges: readonly RowRange[],
    take: (piece: RowPiece, range: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.batches(ranges, (range, index, chunks) => this.decode(range, index, chunks, take), signal);
  }

  /** The same without unpacking: for callers that write the limbs where they belong in one pass. */
  eachPlanes(
    ranges: readonly RowRange[],
    take: (piece: PlanePiece, range: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.batches(
      ranges,
      (range, index, chunks) => {
        for (const { row, chunk, from, n } of piecesOf(range)) {
          take({ row, n, from, planes: chunks.get(chunk)!.planes }, index);
        }
      },
      signal,
    );
  }

  private batches(ranges: readonly RowRange[], take: TakeRange, signal?: AbortSignal): Promise<void> {
    return readAhead(
      batchesOf(ranges),
      ({ wanted }) => this.chunks(wanted, signal),
      ({ pieces }, chunks) => {
        for (const { range, index } of pieces) take(range, index, chunks);
      },
    );
  }

  private async chunks(wanted: number[], signal: AbortSignal | undefined): Promise<Map<number, Chunk>> {
    wanted.sort((a, b) => a - b);
    const parts = await Promise.all([this.reader, ...this.beside].map((part) => part.read(wanted, signal)));
    return new Map(
      wanted.map((chunk, i) => {
        const [rows, ...columns] = parts.map((values, part) => {
          const bytes = values[i];
          if (bytes) return bytes;
          const name = part === 0 ? `0/${chunk}` : String(chunk);
          throw this.arrays.missing([this.reader, ...this.beside][part]!.path, name);
        });
        const planes = new Uint16Array(rows!.buffer, rows!.byteOffset, rows!.length / 2);
        return [
          chunk,
          { planes, columns: columns.map((bytes, k) => valuesOf(this.beside[k]!.array.dtype, bytes)) },
        ];
      }),
    );
  }

  private decode(
    rows: RowRange,
    range: number,
    chunks: ReadonlyMap<number, Chunk>,
    take: (piece: RowPiece, range: number) => void,
  ): void {
    for (const { row, chunk, from, n } of piecesOf(rows)) {
      const { planes, columns } = chunks.get(chunk)!;
      const keyLimbs = this.limbs[0]!;
      readLimbs(planes, from, keyLimbs, this.key, n);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        sum += this.key[i]!;
        this.key[i] = sum;
      }
      let plane = keyLimbs;
      this.plain.forEach((out, k) => {
        const limbs = this.limbs[k + 1]!;
        readLimbs(planes, plane * CHUNK_ROWS + from, limbs, out, n);
        plane += limbs;
      });
      take(
        {
          row,
          key: this.key.subarray(0, n),
          plain: this.plain.map((out) => out.subarray(0, n)),
          columns: columns.map((values) => values.subarray(from, from + n)),
        },
        range,
      );
    }
  }
}

/** Ranges, or a slice of one, whose chunks are read together. */
interface Batch {
  readonly pieces: readonly { readonly range: RowRange; readonly index: number }[];
  readonly wanted: number[];
}

/** Ranges are taken together until their chunks fill a batch; one longer than that goes in slices. */
function* batchesOf(ranges: readonly RowRange[]): Generator<Batch> {
  const step = BATCH_CHUNKS * CHUNK_ROWS;
  for (let first = 0; first < ranges.length; ) {
    const wanted = new Set<number>();
    let last = first;
    for (; last < ranges.length; last++) {
      const chunks = chunksOf(ranges[last]!);
      if (chunks.length > BATCH_CHUNKS) break;
      if (last > first && wanted.size + chunks.length > BATCH_CHUNKS) break;
      for (const chunk of chunks) wanted.add(chunk);
    }
    if (last > first) {
      const pieces = ranges.slice(first, last).map((range, k) => ({ range, index: first + k }));
      yield { pieces, wanted: [...wanted] };
      first = last;
      continue;
    }
    const long = ranges[first]!;
    for (let start = long.start; start < long.end; ) {
      const end = Math.min(long.end, (Math.floor(start / step) + 1) * step);
      const range = { start, end };
      yield { pieces: [{ range, index: first }], wanted: chunksOf(range) };
      start = end;
    }
    first += 1;
  }
}

/** Chunks that hold a range's rows. */
function chunksOf({ start, end }: RowRange): number[] {
  const first = Math.floor(start / CHUNK_ROWS);
  return Array.from({ length: Math.ceil(end / CHUNK_ROWS) - first }, (_, k) => first + k);
}

/** The parts of a range that lie in one chunk each. */
function* piecesOf({ start, end }: RowRange): Generator<{
  readonly row: number;
  readonly chunk: number;
  /** Place of the first row in its chunk. */
  readonly from: number;
  readonly n: number;
}> {
  for (let row = start; row < end; ) {
    const chunk = Math.floor(row / CHUNK_ROWS);
    const stop = Math.min(end, (chunk + 1) * CHUNK_ROWS);
    yield { row, chunk, from: row - chunk * CHUNK_ROWS, n: stop - row };
    row = stop;
  }
}

/** A chunk of a column in its own type. */
function valuesOf(dtype: StoreDtype, bytes: Uint8Array): ColumnValues {
  const { buffer, byteOffset, length } = bytes;
  if (dtype === "uint8") return bytes;
  if (dtype === "uint32") return new Uint32Array(buffer, byteOffset, length / 4);
  if (dtype === "int32") return new Int32Array(buffer, byteOffset, length / 4);
  if (dtype === "float32") return new Float32Array(buffer, byteOffset, length / 4);
  return new Float64Array(buffer, byteOffset, length / 8);
}

function readLimbs(planes: Uint16Array, at: number, limbs: number, out: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) out[i] = planes[at + i]!;
  for (let limb = 1, unit = 65_536; limb < limbs; limb++, unit *= 65_536) {
    const from = at + limb * CHUNK_ROWS;
    for (let i = 0; i < n; i++) out[i] = out[i]! + unit * planes[from + i]!;
  }
}
