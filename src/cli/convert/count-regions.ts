import { PreparedRegion } from "../../core/region.ts";
import { rowPlace } from "../../store/row-place.ts";
import type { NamedRegion } from "./geojson-regions.ts";
import type { OpenedSource } from "./open-source.ts";

/** Molecules of every gene in every region. */
export interface CountedRegions {
  readonly genes: readonly { readonly name: string; readonly id: string | null }[];
  /** One (G,) array a region. */
  readonly counts: readonly Float64Array[];
}

/** Exact counts: a store by its sums and the rows on the edges, anything else by a pass over its rows. */
export async function countRegions(
  { source, store }: Pick<OpenedSource, "source" | "store">,
  regions: readonly NamedRegion[],
  signal: AbortSignal,
): Promise<CountedRegions> {
  if (store) {
    const { names, ids } = await store.genes(signal);
    const counts: Float64Array[] = [];
    for (const { region } of regions) counts.push((await store.countRegion(region, { signal })).genes);
    return { genes: names.map((name, gene) => ({ name, id: ids?.[gene] ?? null })), counts };
  }
  const prepared = regions.map(({ region }) => new PreparedRegion(region));
  const place = rowPlace(source);
  const sums: number[][] = regions.map(() => []);
  for await (const { rows, x, y, gene, count } of source.batches(signal)) {
    for (let i = 0; i < rows; i++) {
      prepared.forEach((region, k) => {
        if (!region.contains(place(x[i]!), place(y[i]!))) return;
        sums[k]![gene[i]!] = (sums[k]![gene[i]!] ?? 0) + count[i]!;
      });
    }
  }
  const { names, ids } = source.genes();
  return {
    genes: names.map((name, gene) => ({ name, id: ids?.[gene] ?? null })),
    counts: sums.map((sum) => Float64Array.from(names, (_, gene) => sum[gene] ?? 0)),
  };
}
