import type { ColumnValues } from "../../store/column-writer.ts";
import type { GeneBlock, SortedBlock, StoreColumn } from "../../store/row-blocks.ts";
import { Buckets, type RecordSource } from "./buckets.ts";
import { columnOf, emptyColumn, putValue, valueAt, wordsOf } from "./record-layout.ts";
import type { ScratchFile } from "./scratch.ts";

/** Words before the columns: the code's low and high half, the gene, the count. */
const HEAD_WORDS = 4;

/**
 * How rows are dealt by gene: buckets are ranges of genes that are sorted at once, or one gene alone. Rows come in
 * Morton order and keep it, so that dealing out by gene is all the sorting there is.
 */
export class GeneLayout {
  readonly columns: readonly StoreColumn[];
  readonly recordWords: number;
  /** (G,) bucket of each gene; genes of bucket b are `first[b] … first[b+1]`. */
  readonly bucketOf: Uint32Array;
  private readonly first: number[] = [0];
  private readonly rows: ArrayLike<number>;

  /** `rows`: (G,) rows per gene by rank; `columns`: those that the rows of genes carry. */
  constructor(rows: ArrayLike<number>, columns: readonly StoreColumn[], mostRows: number) {
    this.rows = rows;
    this.columns = columns;
    this.recordWords = columns.reduce((sum, { dtype }) => sum + wordsOf(dtype), HEAD_WORDS);
    this.bucketOf = new Uint32Array(rows.length);
    let held = 0;
    for (let gene = 0; gene < rows.length; gene++) {
      if (gene > this.first.at(-1)! && held + rows[gene]! > mostRows) {
        this.first.push(gene);
        held = 0;
      }
      held += rows[gene]!;
      this.bucketOf[gene] = this.first.length - 1;
    }
    this.first.push(rows.length);
  }

  get buckets(): number {
    return this.first.length - 1;
  }

  /** The genes of a bucket, half-open. */
  genesOf(bucket: number): readonly [from: number, to: number] {
    return [this.first[bucket]!, this.first[bucket + 1]!];
  }

  /** All rows of a bucket by gene, each gene's in one block or more; `dealt` in the order of the rows' places. */
  *blocks(bucket: number, dealt: readonly RecordSource[]): Generator<GeneBlock> {
    const [from, to] = this.genesOf(bucket);
    const pieces = dealt.map((source) => source.pieces(bucket));
    if (to - from === 1) {
      for (const some of pieces) {
        for (const piece of some) if (piece.length > 0) yield this.block(from, piece);
      }
      return;
    }
    yield* this.dealtOut(from, to, pieces);
  }

  /** The rows of genes `from … to − 1`, whose numbers are known beforehand, each put where it belongs in one reading. */
  private *dealtOut(
    from: number,
    to: number,
    pieces: readonly Iterable<Uint32Array>[],
  ): Generator<GeneBlock> {
    const size = this.recordWords;
    const ends = new Uint32Array(to - from + 1);
    for (let gene = from; gene < to; gene++) ends[gene - from + 1] = ends[gene - from]! + this.rows[gene]!;
    const n = ends[to - from]!;
    const next = ends.slice();
    const code = new Float64Array(n);
    const count = new Uint32Array(n);
    const columns = this.columns.map(({ dtype }) => emptyColumn(dtype, n));
    for (const some of pieces) {
      for (const words of some) {
        for (let at = 0; at < words.length; at += size) {
          const gene = words[at + 2]! - from;
          const place = next[gene]!;
          next[gene] = place + 1;
          code[place] = words[at]! + words[at + 1]! * 2 ** 32;
          count[place] = words[at + 3]!;
          for (let k = 0, word = at + HEAD_WORDS; k < columns.length; k++) {
            const { dtype } = this.columns[k]!;
            columns[k]![place] = valueAt(words, word, dtype);
            word += wordsOf(dtype);
          }
        }
      }
    }
    for (let gene = from; gene < to; gene++) {
      const [first, end] = [ends[gene - from]!, ends[gene - from + 1]!];
      if (first === end) continue;
      yield {
        gene,
        code: code.subarray(first, end),
        count: count.subarray(first, end),
        columns: columns.map((column) => column.subarray(first, end)),
      };
    }
  }

  /** Rows of one gene, in order. */
  private block(gene: number, words: Uint32Array): GeneBlock {
    const size = this.recordWords;
    const n = words.length / size;
    const code = new Float64Array(n);
    const count = new Uint32Array(n);
    for (let i = 0, at = 0; i < n; i++, at += size) {
      code[i] = words[at]! + words[at + 1]! * 2 ** 32;
      count[i] = words[at + 3]!;
    }
    const order = Uint32Array.from({ length: this.columns.length > 0 ? n : 0 }, (_, i) => i);
    return { gene, code, count, columns: this.columnsOf(words, order) };
  }

  private columnsOf(words: Uint32Array, order: Uint32Array): ColumnValues[] {
    let at = HEAD_WORDS;
    return this.columns.map(({ dtype }) => {
      const values = columnOf(words, this.recordWords, at, dtype, order);
      at += wordsOf(dtype);
      return values;
    });
  }
}

/** The rows again, dealt by gene. */
export class GeneBuckets {
  readonly buckets: Buckets;
  private readonly layout: GeneLayout;
  private readonly superBits: number;

  /** `superBits`: bits of codes within a super-tile. */
  constructor(file: ScratchFile, layout: GeneLayout, bufferBytes: number, superBits: number) {
    this.layout = layout;
    this.superBits = superBits;
    this.buckets = new Buckets(file, layout.recordWords, bufferBytes);
    for (let bucket = 0; bucket < layout.buckets; bucket++) this.buckets.create();
  }

  /** `columns`: those of the block that the rows of genes carry. */
  add(block: SortedBlock, columns: readonly ColumnValues[]): void {
    const base = block.index * 2 ** this.superBits;
    const high = Math.floor(base / 2 ** 32);
    const low = base >>> 0;
    const { code, gene, count } = block;
    const { bucketOf } = this.layout;
    for (let i = 0; i < code.length; i++) {
      const g = gene[i]!;
      const { words, at } = this.buckets.claim(bucketOf[g]!);
      words[at] = low + code[i]!;
      words[at + 1] = high;
      words[at + 2] = g;
      words[at + 3] = count[i]!;
      let to = at + HEAD_WORDS;
      for (let k = 0; k < columns.length; k++) {
        const { dtype } = this.layout.columns[k]!;
        putValue(words, to, dtype, columns[k]![i]!);
        to += wordsOf(dtype);
      }
    }
  }
}
