import type { ColumnValues } from "../../store/column-writer.ts";
import type { GeneBlock, SortedBlock, StoreColumn } from "../../store/row-blocks.ts";
import type { StorePlan } from "../../store/store-plan.ts";
import { Buckets, type RecordSource } from "./buckets.ts";
import { columnOf, emptyColumn, wordsOf, wordsOfColumn } from "./record-layout.ts";
import type { ScratchFile } from "./scratch.ts";

/** Words before the columns: the code's low and high half, the gene, the count. */
const WIDE_WORDS = 4;
/** Where codes and counts are short, as they are up to 3 cm of spots: the code, then the gene and the count. */
const NARROW_WORDS = 2;

/**
 * How rows are dealt by gene: buckets are ranges of genes that are sorted at once, or one gene alone. Rows come in
 * Morton order and keep it, so that dealing out by gene is all the sorting there is.
 */
export class GeneLayout {
  readonly columns: readonly StoreColumn[];
  readonly recordWords: number;
  /** Codes are below 2^32 and counts below 2^16. */
  readonly narrow: boolean;
  readonly headWords: number;
  /** Words of each column's values. */
  readonly widths: readonly number[];
  /** (G,) bucket of each gene; genes of bucket b are `first[b] … first[b+1]`. */
  readonly bucketOf: Uint32Array;
  private readonly first: number[] = [0];
  private readonly rows: ArrayLike<number>;

  private held = new Uint32Array(0);

  /** `rows`: (G,) rows per gene by rank; `columns`: those that the rows of genes carry. */
  constructor(plan: StorePlan, rows: ArrayLike<number>, columns: readonly StoreColumn[], mostRows: number) {
    this.rows = rows;
    this.columns = columns;
    this.narrow = plan.limbs.code <= 2 && plan.limbs.count === 1;
    this.headWords = this.narrow ? NARROW_WORDS : WIDE_WORDS;
    this.widths = columns.map(({ dtype }) => wordsOf(dtype));
    this.recordWords = this.widths.reduce((sum, width) => sum + width, this.headWords);
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

  /**
   * All rows of a bucket by gene, each gene's in one block or more, valid until the next bucket; `dealt` in the order
   * of the rows' places.
   */
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
    // Reused from bucket to bucket: new arrays as long would have the garbage collector run for each.
    if (this.held.length < 2 * n) this.held = new Uint32Array(2 * n);
    const code = this.narrow ? this.held.subarray(n, 2 * n) : new Float64Array(n);
    const count = this.held.subarray(0, n);
    const columns = this.columns.map(({ dtype }) => emptyColumn(dtype, n));
    const targets = columns.map((values) => (values instanceof Uint8Array ? values : wordsOfColumn(values)));
    for (const some of pieces) {
      for (const words of some) {
        if (code instanceof Uint32Array && columns.length === 0) {
          dealNarrow(words, from, next, code, count);
          continue;
        }
        for (let at = 0; at < words.length; at += size) {
          const gene = this.geneAt(words, at) - from;
          const place = next[gene]!;
          next[gene] = place + 1;
          code[place] = this.codeAt(words, at);
          count[place] = this.countAt(words, at);
          for (let k = 0, word = at + this.headWords; k < targets.length; k++) {
            const target = targets[k]!;
            if (this.widths[k] === 2) {
              target[2 * place] = words[word]!;
              target[2 * place + 1] = words[word + 1]!;
              word += 2;
            } else target[place] = words[word++]!;
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
    const code = new (this.narrow ? Uint32Array : Float64Array)(n);
    const count = new Uint32Array(n);
    for (let i = 0, at = 0; i < n; i++, at += size) {
      code[i] = this.codeAt(words, at);
      count[i] = this.countAt(words, at);
    }
    const order = Uint32Array.from({ length: this.columns.length > 0 ? n : 0 }, (_, i) => i);
    return { gene, code, count, columns: this.columnsOf(words, order) };
  }

  private codeAt(words: Uint32Array, at: number): number {
    return this.narrow ? words[at]! : words[at]! + words[at + 1]! * 2 ** 32;
  }

  private geneAt(words: Uint32Array, at: number): number {
    return this.narrow ? words[at + 1]! & 0xffff : words[at + 2]!;
  }

  private countAt(words: Uint32Array, at: number): number {
    return this.narrow ? words[at + 1]! >>> 16 : words[at + 3]!;
  }

  private columnsOf(words: Uint32Array, order: Uint32Array): ColumnValues[] {
    let at = this.headWords;
    return this.columns.map(({ dtype }) => {
      const values = columnOf(words, this.recordWords, at, dtype, order);
      at += wordsOf(dtype);
      return values;
    });
  }
}

/** Puts narrow records without columns where they belong; `next` is the next place of each gene from `first` on. */
function dealNarrow(
  words: Uint32Array,
  first: number,
  next: Uint32Array,
  code: Uint32Array,
  count: Uint32Array,
): void {
  for (let at = 0; at < words.length; at += NARROW_WORDS) {
    const word = words[at + 1]!;
    const gene = (word & 0xffff) - first;
    const place = next[gene]!;
    next[gene] = place + 1;
    code[place] = words[at]!;
    count[place] = word >>> 16;
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
    const { bucketOf, recordWords, narrow, headWords, widths } = this.layout;
    const sources = columns.map(wordsOfColumn);
    for (let i = 0; i < code.length; i++) {
      const g = gene[i]!;
      const open = this.buckets.open(bucketOf[g]!);
      const { words, used: at } = open;
      open.used = at + recordWords;
      words[at] = low + code[i]!;
      if (narrow) words[at + 1] = g | (count[i]! << 16);
      else {
        words[at + 1] = high;
        words[at + 2] = g;
        words[at + 3] = count[i]!;
      }
      for (let k = 0, to = at + headWords; k < sources.length; k++) {
        const source = sources[k]!;
        if (widths[k] === 2) {
          words[to] = source[2 * i]!;
          words[to + 1] = source[2 * i + 1]!;
          to += 2;
        } else words[to++] = source[i]!;
      }
    }
  }
}
