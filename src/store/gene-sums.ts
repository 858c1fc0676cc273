import type { RowValues } from "./rows-writer.ts";

/** Molecules per gene of one square: a dense accumulator that lists its genes in order without sorting. */
export class GeneSums {
  private readonly sums: Float64Array;
  private readonly seen: Uint32Array;
  private readonly genes: Float64Array;
  private readonly counts: Float64Array;

  constructor(genes: number) {
    this.sums = new Float64Array(genes);
    this.seen = new Uint32Array(Math.ceil(genes / 32));
    this.genes = new Float64Array(genes);
    this.counts = new Float64Array(genes);
  }

  /** Adds rows `[from, to)`. */
  add(genes: RowValues, counts: RowValues, from: number, to: number): void {
    const { sums, seen } = this;
    if (genes instanceof Uint32Array && counts instanceof Uint32Array) {
      addWords(sums, seen, genes, counts, from, to);
      return;
    }
    for (let i = from; i < to; i++) {
      const gene = genes[i]!;
      sums[gene] = sums[gene]! + counts[i]!;
      seen[gene >>> 5] = seen[gene >>> 5]! | (1 << (gene & 31));
    }
  }

  /** Genes ascending and their sums; empties the accumulator. Views, valid until the next call. */
  take(): { readonly genes: Float64Array; readonly counts: Float64Array } {
    let n = 0;
    for (let word = 0; word < this.seen.length; word++) {
      let bits = this.seen[word]!;
      if (bits === 0) continue;
      this.seen[word] = 0;
      while (bits !== 0) {
        const gene = 32 * word + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        this.genes[n] = gene;
        this.counts[n] = this.sums[gene]!;
        this.sums[gene] = 0;
        n += 1;
      }
    }
    return { genes: this.genes.subarray(0, n), counts: this.counts.subarray(0, n) };
  }
}

/** The loop for rows, over one type of array. */
function addWords(
  sums: Float64Array,
  seen: Uint32Array,
  genes: Uint32Array,
  counts: Uint32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const gene = genes[i]!;
    sums[gene] = sums[gene]! + counts[i]!;
    seen[gene >>> 5] = seen[gene >>> 5]! | (1 << (gene & 31));
  }
}
