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

/** A gene in two places, with what the comparison rests on. */
export interface PairedGene {
  readonly code: number;
  /** Molecules in the first and in the second place. */
  readonly first: number;
  readonly second: number;
  /** log2 of its share of the first place's molecules over that of the second's; ±∞ where one has none. */
  readonly logRatio: number;
}

/**
 * Genes that differ most between two places: `most` by falling log ratio, then `most` by rising, none twice. Only
 * those with at least `LEAST_ENRICHED` molecules in both together; equal ratios by the larger number of molecules.
 *
 * @param first (G,) molecules; `second` (G,)
 */
export function pairedGenes(first: Float64Array, second: Float64Array, most: number): readonly PairedGene[] {
  const [inFirst, inSecond] = [first, second].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  if (!inFirst || !inSecond) return [];
  const genes: PairedGene[] = [];
  for (let code = 0; code < first.length; code++) {
    const [a, b] = [first[code]!, second[code]!];
    if (a + b < LEAST_ENRICHED) continue;
    genes.push({ code, first: a, second: b, logRatio: Math.log2((a * inSecond) / (b * inFirst)) });
  }
  genes.sort((a, b) => byFalling(b.logRatio, a.logRatio) || b.first + b.second - (a.first + a.second));
  const risen = genes.filter(({ logRatio }) => logRatio > 0).slice(0, most);
  const fallen = genes
    .filter(({ logRatio }) => logRatio < 0)
    .toReversed()
    .slice(0, most);
  return [...risen, ...fallen];
}

/** Infinities differ by nothing. */
const byFalling = (a: number, b: number): number => (a === b ? 0 : a - b);
