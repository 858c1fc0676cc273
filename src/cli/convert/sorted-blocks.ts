import { Buckets, type RecordSource } from "./buckets.ts";
import { ScratchFile } from "./scratch.ts";
import { CELL_BITS, type SortedRows } from "./sort-rows.ts";
import type { RecordForm, RowSorter } from "./wasm-sorter.ts";

const CELLS = 2 ** CELL_BITS;

/** How much is sorted at once, and where what is more than that is dealt out again. */
export interface SortRoom {
  readonly mostRows: number;
  readonly scratchPath: (name: string) => string;
  readonly bufferBytes: number;
}

const GENE_DIGITS = 2;

/**
 * The rows of a bucket in order, in blocks of at most `mostRows`, each valid until the next. A bucket with more is dealt by the next 8 bits of
 * its codes, then of its genes, into buckets of its own; rows that agree in all of them need no sorting.
 */
export function* sortedBlocks(
  source: RecordSource,
  bucket: number,
  form: RecordForm,
  sorter: RowSorter,
  room: SortRoom,
  level = 0,
): Generator<SortedRows> {
  const { recordWords, rank, codeBits } = form;
  const rows = source.records(bucket);
  if (rows <= room.mostRows) {
    yield sorter(rows, (words) => source.fill(bucket, words));
    return;
  }
  const codeDigits = Math.ceil(codeBits / CELL_BITS);
  if (level === codeDigits + GENE_DIGITS) {
    for (const piece of source.pieces(bucket)) {
      const most = Math.max(1, room.mostRows) * recordWords;
      for (let at = 0; at < piece.length; at += most) {
        const part = piece.subarray(at, at + most);
        yield sorter(part.length / recordWords, (words) => words.set(part));
      }
    }
    return;
  }
  const file = new ScratchFile(room.scratchPath(`split-${level}`));
  const parts = new Buckets(file, recordWords, room.bufferBytes);
  for (let k = 0; k < CELLS; k++) parts.create();
  for (const piece of source.pieces(bucket)) {
    for (let at = 0; at < piece.length; at += recordWords) {
      const digit =
        level < codeDigits
          ? digitOf(piece[at]!, codeBits, level)
          : digitOf(rank[piece[at + 1]!]!, GENE_DIGITS * CELL_BITS, level - codeDigits);
      const to = parts.open(digit);
      to.words.set(piece.subarray(at, at + recordWords), to.used);
      to.used += recordWords;
    }
  }
  for (let k = 0; k < CELLS; k++) {
    if (parts.records(k) > 0) yield* sortedBlocks(parts, k, form, sorter, room, level + 1);
  }
  file.remove();
}

/** The `level`-th group of 8 bits of `value`, from the top of its `bits`; the last may be shorter. */
function digitOf(value: number, bits: number, level: number): number {
  const shift = bits - CELL_BITS * (level + 1);
  return shift >= 0 ? (value >>> shift) & (CELLS - 1) : value & (2 ** (CELL_BITS + shift) - 1);
}
