import { CentiscopeError } from "../core/errors.ts";
import type { GefBin } from "./gef-file.ts";
import type { GefGenes } from "./gef-genes.ts";
import { decodeColumn } from "./record-columns.ts";

/** Rows read and decoded at once: some megabytes, some milliseconds. */
const BATCH = 1 << 18;

/** Decoded rows, gene by gene. */
export interface GefRows {
  readonly rows: number;
  /** Chip positions in whole spots. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Index into the gene table. */
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
  readonly exon: Uint32Array | null;
}

/** What to add to a bin's positions; `sure` is false when the file allows both readings. */
export interface GefOffset {
  readonly x: number;
  readonly y: number;
  readonly sure: boolean;
}

/**
 * Whether positions begin at minX, minY (as geftools writes) or are the chip's already (older vendors' files). A row
 * before the minimum proves the first, a row beyond the matrix the second; one such row ends the search. Without
 * proof: rows that begin exactly at the minimum, or no matrix to tell by, mean chip positions.
 */
export async function gefOffset(bin: GefBin, signal?: AbortSignal): Promise<GefOffset> {
  const { minX, minY, matrix } = bin;
  const added = (sure: boolean): GefOffset => ({ x: minX, y: minY, sure });
  if (minX <= 0 && minY <= 0) return added(true);
  let lowX = Number.POSITIVE_INFINITY;
  let lowY = Number.POSITIVE_INFINITY;
  for (let start = 0; start < bin.rows; start += BATCH) {
    const end = Math.min(bin.rows, start + BATCH);
    const bytes = await bin.expression.read(start, end, signal);
    const x = new Int32Array(end - start);
    const y = new Int32Array(end - start);
    decodeColumn(bytes, bin.expression.type.size, bin.x, end - start, x);
    decodeColumn(bytes, bin.expression.type.size, bin.y, end - start, y);
    for (let i = 0; i < x.length; i++) {
      const [vx, vy] = [x[i]!, y[i]!];
      if (vx < minX || vy < minY) return added(true);
      if (matrix && (vx >= matrix[0] || vy >= matrix[1])) return { x: 0, y: 0, sure: true };
      lowX = Math.min(lowX, vx);
      lowY = Math.min(lowY, vy);
    }
  }
  if (!matrix || (lowX === minX && lowY === minY)) return { x: 0, y: 0, sure: true };
  return added(false);
}

function newColumns(rows: number) {
  const [x, y] = [new Int32Array(rows), new Int32Array(rows)];
  return { x, y, gene: new Uint32Array(rows), count: new Uint32Array(rows) };
}

/**
 * Every row of a bin in file order, in batches; the next batch is fetched while one is used. Memory does not grow
 * with the file. With `reuse` the arrays of a batch hold until the next is asked for, else they are the consumer's to
 * keep: new arrays for every batch are what keeps the garbage collector busy. Throws `gef-value` for a position that no chip has.
 */
export async function* gefRows(
  file: string,
  bin: GefBin,
  genes: GefGenes,
  offset: GefOffset,
  signal?: AbortSignal,
  reuse = false,
): AsyncGenerator<GefRows, void, undefined> {
  const stride = bin.expression.type.size;
  const fetch = (start: number) => {
    const end = Math.min(bin.rows, start + BATCH);
    const reads = Promise.all([
      bin.expression.read(start, end, signal),
      bin.exon ? bin.exon.dataset.read(start, end, signal) : null,
    ]);
    reads.catch(() => {});
    return reads;
  };
  let next = fetch(0);
  let held: ReturnType<typeof newColumns> | undefined;
  let span = 0;
  for (let start = 0; start < bin.rows; start += BATCH) {
    signal?.throwIfAborted();
    const [bytes, exonBytes] = await next;
    const rows = Math.min(BATCH, bin.rows - start);
    if (start + rows < bin.rows) next = fetch(start + rows);
    if (!reuse || !held) held = newColumns(rows);
    const x = held.x.subarray(0, rows);
    const y = held.y.subarray(0, rows);
    const gene = held.gene.subarray(0, rows);
    const count = held.count.subarray(0, rows);
    decodeColumn(bytes, stride, bin.x, rows, x);
    decodeColumn(bytes, stride, bin.y, rows, y);
    decodeColumn(bytes, stride, bin.count, rows, count);
    const fail = (column: string, i: number, found: number) =>
      new CentiscopeError("gef-value", { file, dataset: bin.path, row: start + i, column, found });
    if (bin.count.signed) {
      const bad = count.findIndex((value) => value > 0x7fffffff);
      if (bad >= 0) throw fail("count", bad, count[bad]! | 0);
    }
    for (const [name, field, values] of [
      ["x", bin.x, x],
      ["y", bin.y, y],
    ] as const) {
      // Unsigned positions past 2^31 would come out negative.
      if (field.signed || field.size < 4) continue;
      const bad = values.findIndex((value) => value < 0);
      if (bad >= 0) throw fail(name, bad, values[bad]! >>> 0);
    }
    shift(x, offset.x, (i, found) => fail("x", i, found));
    shift(y, offset.y, (i, found) => fail("y", i, found));
    for (let at = 0; at < rows; ) {
      while (genes.starts[span + 1]! <= start + at) span++;
      const end = Math.min(rows, genes.starts[span + 1]! - start);
      gene.fill(genes.order[span]!, at, end);
      at = end;
    }
    let exon: Uint32Array | null = null;
    if (bin.exon && exonBytes) {
      exon = new Uint32Array(rows);
      decodeColumn(exonBytes, bin.exon.dataset.type.size, bin.exon.field, rows, exon);
      if (bin.exon.field.signed) {
        const bad = exon.findIndex((value) => value > 0x7fffffff);
        if (bad >= 0) throw fail("exon", bad, exon[bad]! | 0);
      }
    }
    yield { rows, x, y, gene, count, exon };
  }
}

/** Adds an offset; the sum must stay a 32-bit integer. */
function shift(
  values: Int32Array,
  offset: number,
  fail: (i: number, found: number) => CentiscopeError,
): void {
  if (offset === 0) return;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! + offset;
    if ((value | 0) !== value) throw fail(i, value);
    values[i] = value;
  }
}
