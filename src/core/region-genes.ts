/** A gene of a region, with what its place in a list rests on. */
export interface RegionGene {
  readonly code: number;
  /** Molecules in the region, and on the whole slide. */
  readonly count: number;
  readonly total: number;
  /**
   * log2 of its share of the region's molecules over its share of the slide's: 1 = twice as large a share. Of a gene
   * that the region lacks, −∞.
   */
  readonly logRatio: number;
}

/** Fewer molecules than this tell no enrichment: with 10 the share is known to about a third. */
export const LEAST_ENRICHED = 10;

/**
 * Genes of a region: by falling count, or by falling log ratio of those with at least `LEAST_ENRICHED` molecules.
 * Equal ones by code, which is the order of abundance on the slide.
 *
 * @param counts (G,) molecules in the region; `totals` (G,) on the whole slide
 */
export function regionGenes(
  counts: Float64Array,
  totals: Float64Array,
  order: "count" | "enriched",
  most: number,
): readonly RegionGene[] {
  let [inRegion, onSlide] = [0, 0];
  for (let code = 0; code < counts.length; code++) {
    inRegion += counts[code]!;
    onSlide += totals[code] ?? 0;
  }
  const genes: RegionGene[] = [];
  for (let code = 0; code < counts.length; code++) {
    const [count, total] = [counts[code]!, totals[code] ?? 0];
    if (count === 0 || (order === "enriched" && count < LEAST_ENRICHED)) continue;
    const logRatio = Math.log2((count * onSlide) / (inRegion * total));
    genes.push({ code, count, total, logRatio });
  }
  genes.sort((a, b) => (order === "count" ? b.count - a.count : b.logRatio - a.logRatio) || a.code - b.code);
  return genes.slice(0, most);
}
