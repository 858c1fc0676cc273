import type { RowBatch, RowSource } from "../row-source.ts";

const bits = new Uint32Array(2);
const double = new Float64Array(bits.buffer);

/** One step of MurmurHash3's 32-bit mixing (public domain, A. Appleby). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const LANES: readonly number[] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

/**
 * A sum of hashes of rows, the same in whatever order they come: two tables with equal digests have the same rows
 * as multisets, but for a chance of about 2^-100. Genes count by their names and ids, not their numbers.
 */
export class RowDigest {
  rows = 0;
  private readonly source: RowSource;
  private readonly columns: readonly string[];
  private readonly sums = new Uint32Array(LANES.length);
  private readonly texts = new Map<string, Uint32Array>();
  private readonly words: number[] = [];
  private readonly perGene: Float64Array[] = [];

  /** `columns`: the further columns that are compared. */
  constructor(source: RowSource, columns: readonly string[]) {
    this.source = source;
    this.columns = columns;
  }

  add(batch: RowBatch): void {
    const columns = this.columns.map((name) => batch.extra[name]!);
    for (let i = 0; i < batch.rows; i++) {
      this.words.length = 0;
      this.number(batch.x[i]!);
      this.number(batch.y[i]!);
      this.words.push(batch.count[i]!);
      for (const column of columns) {
        const value = column[i]!;
        if (typeof value === "string") this.words.push(...this.text(value));
        else this.number(value);
      }
      this.row(batch.gene[i]!);
    }
    this.rows += batch.rows;
  }

  /** The digest: hexadecimal. All batches were added, so names are known. */
  finish(): string {
    const { names, ids } = this.source.genes();
    const total = this.sums.slice();
    this.perGene.forEach((sums, gene) => {
      const name = this.text(`${names[gene]}\t${ids?.[gene] ?? ""}`);
      // A gene's rows are one number a lane; its name is bound to it.
      LANES.forEach((seed, lane) => {
        let hash = seed;
        for (const word of name) hash = mix(hash, word);
        hash = mix(hash, sums[lane]! >>> 0);
        hash = mix(hash, sums[LANES.length]!);
        total[lane] = total[lane]! + finish(hash);
      });
    });
    return [...total].map((sum) => sum.toString(16).padStart(8, "0")).join("");
  }

  private number(value: number): void {
    double[0] = value;
    this.words.push(bits[0]!, bits[1]!);
  }

  private row(gene: number): void {
    this.perGene[gene] ??= new Float64Array(LANES.length + 1);
    const sums = this.perGene[gene]!;
    for (let lane = 0; lane < LANES.length; lane++) {
      let hash = LANES[lane]!;
      for (const word of this.words) hash = mix(hash, word);
      sums[lane] = (sums[lane]! + (finish(hash) >>> 0)) % 2 ** 32;
    }
    sums[LANES.length] = sums[LANES.length]! + 1;
  }

  private text(text: string): Uint32Array {
    let found = this.texts.get(text);
    if (!found) {
      const out = new Uint32Array(text.length + 1);
      for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
      out[text.length] = 0xffff_ffff;
      found = out;
      this.texts.set(text, found);
    }
    return found;
  }
}
