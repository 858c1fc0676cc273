import { useMemo } from "react";
import type { GeneTable } from "../../core/expression.ts";
import { indexNames, type NameIndex } from "../../core/fuzzy.ts";
import { useSession } from "../stores.ts";

/** What the gene lists show beside a name; totals are those that pass the filter. */
export interface GeneFacts {
  readonly genes: GeneTable;
  readonly totals: Float64Array;
  /** Largest total: full bar. */
  readonly largest: number;
  readonly index: NameIndex;
  readonly codeOf: ReadonlyMap<string, number>;
}

/** One index per gene table, however many lists and palettes ask for it. */
const indices = new WeakMap<GeneTable, { index: NameIndex; codeOf: ReadonlyMap<string, number> }>();

function indexOf(genes: GeneTable) {
  let found = indices.get(genes);
  if (!found) {
    found = {
      index: indexNames(genes.names),
      codeOf: new Map(genes.names.map((name, code) => [name, code])),
    };
    indices.set(genes, found);
  }
  return found;
}

export function useGeneFacts(): GeneFacts | null {
  const genes = useSession((session) => session.genes);
  const totals = useSession((session) => session.filterSummary?.totals ?? session.genes?.totals ?? null);
  return useMemo(() => {
    if (!genes || !totals) return null;
    let largest = 0;
    for (const total of totals) largest = Math.max(largest, total);
    return { genes, totals, largest, ...indexOf(genes) };
  }, [genes, totals]);
}
