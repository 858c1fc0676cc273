import { MAX_GENES } from "../../core/table.ts";
import type { Division, Quality, QualityBound, StoreFeatures } from "../../store/features.ts";
import type { RowBatch, RowSource } from "../row-source.ts";

/** 10x Genomics counts, in its own figures, transcripts of a Phred-scaled quality value of 20 and more. */
const QUALITY_BOUND: QualityBound = { column: "qv", atLeast: 20 };

/** What divides the genes of a source: nothing where it has no quality values. */
export function boundOf({ extraColumns }: RowSource): QualityBound | null {
  const has = extraColumns.some(({ name, dtype }) => name === QUALITY_BOUND.column && dtype === "float32");
  return has ? QUALITY_BOUND : null;
}

/** The feature of each row of a divided source: 2·gene, and one more below the bound or without a value. */
export function featuresOf({ rows, gene, extra }: RowBatch, { column, atLeast }: QualityBound): Uint32Array {
  const values = extra[column] as Float32Array;
  const out = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) out[i] = 2 * gene[i]! + (values[i]! >= atLeast ? 0 : 1);
  return out;
}

/** What pass one has learnt of genes, or of features as `featuresOf` numbers them. */
interface Ranked {
  readonly geneTotals: Float64Array;
  readonly geneRows: Float64Array;
  readonly maxCount: number;
}

/**
 * Features by descending total, equal ones by their genes, what passes first; `rank[feature]` is a feature's place.
 * Genes stay whole where nothing lies below the bound, or where their features would be too many for a store.
 */
export function rankFeatures(
  { names, ids, isControl }: ReturnType<RowSource["genes"]>,
  { geneTotals: totals, geneRows: rows, maxCount }: Ranked,
  bound: QualityBound | null,
): { readonly genes: StoreFeatures; readonly rank: Uint32Array; readonly quality: Quality | null } {
  const kinds = bound ? 2 : 1;
  const ofGene = (values: Float64Array, gene: number): number =>
    bound ? values[2 * gene]! + values[2 * gene + 1]! : values[gene]!;
  const order = names.map((_, gene) => gene).sort((a, b) => ofGene(totals, b) - ofGene(totals, a) || a - b);
  const low = bound ? order.filter((gene) => rows[2 * gene + 1]! > 0) : [];
  const isDivided = low.length > 0 && names.length + low.length <= MAX_GENES;
  // Each feature's gene and kind, in the order of the genes; sorting keeps that order where totals are equal.
  const features = order.flatMap((gene, place) => {
    const whole = { gene, place, isLow: 0, total: ofGene(totals, gene), rows: ofGene(rows, gene) };
    if (!isDivided) return [whole];
    const kind = (isLow: number) => ({
      ...whole,
      isLow,
      total: totals[2 * gene + isLow]!,
      rows: rows[2 * gene + isLow]!,
    });
    return rows[2 * gene + 1]! > 0 ? [kind(0), kind(1)] : [kind(0)];
  });
  features.sort((a, b) => b.total - a.total);
  const rank = new Uint32Array(kinds * names.length);
  features.forEach(({ gene, isLow }, feature) => {
    if (isDivided || !bound) rank[kinds * gene + isLow] = feature;
    else rank.fill(feature, 2 * gene, 2 * gene + 2);
  });
  const division: Division | null = isDivided
    ? {
        gene: Uint32Array.from(features, ({ place }) => place),
        isLow: Uint8Array.from(features, ({ isLow }) => isLow),
      }
    : null;
  return {
    rank,
    genes: {
      names: features.map(({ gene }) => names[gene]!),
      ids: ids && features.map(({ gene }) => ids[gene]!),
      totals: Float64Array.from(features, ({ total }) => total),
      rows: Float64Array.from(features, (feature) => feature.rows),
      isControl: Uint8Array.from(features, ({ gene }) => isControl?.[gene] ?? 0),
      division,
    },
    quality: bound && isDivided ? { ...bound, genes: names.length, maxCount } : null,
  };
}
