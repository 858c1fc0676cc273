/** The genes of a store, by rank. */
export interface StoreGenes {
  readonly names: readonly string[];
  readonly ids: readonly string[] | null;
  /** (G,) molecules and rows. */
  readonly totals: Float64Array;
  readonly rows: Float64Array;
  /** (G,) 1 for controls. */
  readonly isControl: Uint8Array;
}

/** The value of a column by which a store divides the rows of each gene in two features (SPEC §4). */
export interface QualityBound {
  readonly column: string;
  /** Rows below it, or without a value, are features of their own. */
  readonly atLeast: number;
}

/** The bound, how many genes the features are of, and the greatest count of a row. */
export interface Quality extends QualityBound {
  readonly genes: number;
  readonly maxCount: number;
}

/** What each feature of a divided store holds: (F,) each. */
export interface Division {
  /** The rank of its gene. */
  readonly gene: Uint32Array;
  /** 1 where it holds the gene's rows below the bound. */
  readonly isLow: Uint8Array;
}

/** The features of a store, by descending total; `division` is null where every gene is one feature. */
export interface StoreFeatures extends StoreGenes {
  readonly division: Division | null;
}

/** Which features of a divided store count, and whose they are. */
export class FeatureMap {
  /** (F,) rank of the feature's gene. */
  readonly geneOf: Uint32Array;
  /** (F,) 1 for features that do not count; null when all do. */
  readonly leftOut: Uint8Array | null;
  private readonly high: Uint32Array;
  /** (G,) the gene's feature below the bound, plus one; 0 where it has none. */
  private readonly low: Uint32Array;

  /** `onlyHigh`: rows below the bound do not count. */
  constructor({ gene, isLow }: Division, genes: number, onlyHigh: boolean) {
    this.geneOf = gene;
    this.leftOut = onlyHigh ? isLow : null;
    this.high = new Uint32Array(genes);
    this.low = new Uint32Array(genes);
    gene.forEach((rank, feature) => {
      if (isLow[feature] === 1) this.low[rank] = feature + 1;
      else this.high[rank] = feature;
    });
  }

  /** The features of a gene that count: one or two. */
  of(gene: number): readonly number[] {
    const low = this.leftOut ? 0 : this.low[gene]!;
    return low > 0 ? [this.high[gene]!, low - 1] : [this.high[gene]!];
  }

  /** (G,) sums by gene of (F,) values, of the features that count. */
  fold(values: Float64Array): Float64Array {
    const out = new Float64Array(this.high.length);
    values.forEach((value, feature) => {
      if (this.leftOut?.[feature] === 1) return;
      const gene = this.geneOf[feature]!;
      out[gene] = out[gene]! + value;
    });
    return out;
  }

  /** The genes of features, with what of them counts. */
  genes({ names, ids, totals, rows, isControl }: StoreFeatures): StoreGenes {
    return {
      names: Array.from(this.high, (feature) => names[feature]!),
      ids: ids && Array.from(this.high, (feature) => ids[feature]!),
      totals: this.fold(totals),
      rows: this.fold(rows),
      isControl: Uint8Array.from(this.high, (feature) => isControl[feature]!),
    };
  }
}

/** What is wrong with a division into `genes` genes, if anything: each has one feature of the kind that counts first. */
export function divisionFault({ gene, isLow }: Division, genes: number): string | undefined {
  const found = new Uint8Array(genes);
  for (let feature = 0; feature < gene.length; feature++) {
    const [rank, low] = [gene[feature]!, isLow[feature]!];
    if (rank >= genes) return `gene ${rank} of ${genes}`;
    if (low > 1) return `feature ${feature} is neither at or above the bound nor below it`;
    if ((found[rank]! & (1 << low)) > 0) return `two features of gene ${rank} are alike`;
    found[rank]! |= 1 << low;
  }
  const without = found.findIndex((kinds) => (kinds & 1) === 0);
  return without < 0 ? undefined : `gene ${without} has no feature at or above the bound`;
}
