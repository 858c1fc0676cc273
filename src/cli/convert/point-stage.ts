import type { PointSummaries, PointsWriter } from "../../store/points-writer.ts";
import type { SortedBlock } from "../../store/row-blocks.ts";
import { superLog2 } from "../../store/store-plan.ts";
import type { RecordSource } from "./buckets.ts";
import type { GeneBuckets } from "./gene-buckets.ts";
import { HEAD_WORDS } from "./partition.ts";
import { type Prepared, recordWords } from "./prepared.ts";
import { columnOf, wordsOf } from "./record-layout.ts";
import { type SortRoom, sortedBlocks } from "./sorted-blocks.ts";
import { plainSorter, wasmSorter } from "./wasm-sorter.ts";

/** Rows `[from, to)` of the store, in one of its two orders. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

export interface PointStage {
  readonly records: RecordSource;
  readonly span: RowSpan;
  readonly room: SortRoom;
  readonly writer: PointsWriter;
  readonly summaries: PointSummaries;
  /** Takes the same rows, to be dealt by gene. */
  readonly dealer: GeneBuckets;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/** Sorts the rows of a span by place and writes them; a super-tile that is only in part within it is sorted whole. */
export async function writePoints(prepared: Prepared, stage: PointStage): Promise<void> {
  const { plan, columns, stored, rank, supers } = prepared;
  const { records, span, room, writer, summaries, dealer, signal } = stage;
  const words = recordWords(columns);
  const form = { recordWords: words, rank, codeBits: 2 * superLog2(plan.lattice) };
  const longest = supers.reduce((most, { rows }) => Math.max(most, rows), 0);
  const sorter = await wasmSorter(form, Math.min(longest, room.mostRows)).catch(() => plainSorter(form));
  let first = 0;
  let done = 0;
  for (const { bucket, col, row, index, rows } of supers) {
    let at = first;
    first += rows;
    if (first <= span.from || at >= span.to) continue;
    for (const sorted of sortedBlocks(records, bucket, form, sorter, room)) {
      signal.throwIfAborted();
      const low = Math.max(0, span.from - at);
      const high = Math.min(sorted.code.length, span.to - at);
      at += sorted.code.length;
      if (low >= high) continue;
      let place = HEAD_WORDS;
      const order = sorted.order?.subarray(low, high) ?? new Uint32Array(0);
      const values = columns.map(({ dtype }, k) => {
        const column = columnOf(sorted.words, words, place, dtype, order);
        place += wordsOf(dtype);
        return stored[k]!.dtype === "float32" && dtype === "float64" ? new Float32Array(column) : column;
      });
      const block: SortedBlock = {
        col,
        row,
        index,
        code: sorted.code.subarray(low, high),
        gene: sorted.gene.subarray(low, high),
        count: sorted.count.subarray(low, high),
        columns: values,
      };
      writer.addBlock(block);
      dealer.add(
        block,
        values.filter((_, k) => columns[k]!.byGene),
      );
      await writer.drain();
      done += high - low;
      stage.onRows(done);
    }
    await summaries.endSuper(col, row);
    await writer.drain();
  }
}
