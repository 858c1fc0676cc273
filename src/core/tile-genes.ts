import { CentiscopeError } from "./errors.ts";
import type { GeneTable } from "./expression.ts";
import { MAX_GENES, type TranscriptColumns } from "./table.ts";

export interface RankedGenes {
  readonly genes: GeneTable;
  /** (G,) code of each source gene: its rank by descending total, ties by name (code-unit order). */
  readonly codeOf: Uint16Array;
  /** True when a single row holds more than 65 535 molecules. */
  readonly wideCounts: boolean;
  readonly totalCount: number;
}

/**
 * Ranks the genes of a table by their molecules. One pass over the rows.
 * Throws `too-many-genes` past `MAX_GENES` names, because codes are uint16.
 */
export function rankGenes(columns: TranscriptColumns, file: string): RankedGenes {
  const size = columns.geneNames.length;
  if (size > MAX_GENES)
    throw new CentiscopeError("too-many-genes", { file, column: "gene", limit: MAX_GENES });
  const totals = new Float64Array(size);
  const rows = new Uint32Array(size);
  const most = columns.count
    ? sumCounted(columns.gene, columns.count, totals, rows)
    : sumSingles(columns.gene, totals, rows);

  const names = columns.geneNames;
  const order = Array.from({ length: size }, (_, i) => i).sort(
    (a, b) => totals[b]! - totals[a]! || (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0),
  );
  const codeOf = new Uint16Array(size);
  for (let code = 0; code < size; code++) codeOf[order[code]!] = code;
  const ids = columns.geneIds;
  return {
    genes: {
      names: order.map((i) => names[i]!),
      ids: ids ? order.map((i) => ids[i]!) : null,
      totals: Float64Array.from(order, (i) => totals[i]!),
      rows: Uint32Array.from(order, (i) => rows[i]!),
      isControl: Uint8Array.from(order, (i) => columns.geneIsControl[i] ?? 0),
    },
    codeOf,
    wideCounts: most > 65_535,
    totalCount: totals.reduce((sum, t) => sum + t, 0),
  };
}

function sumSingles(gene: TranscriptColumns["gene"], outTotals: Float64Array, outRows: Uint32Array): number {
  for (let i = 0; i < gene.length; i++) outRows[gene[i]!]!++;
  for (let g = 0; g < outRows.length; g++) outTotals[g] = outRows[g]!;
  return gene.length > 0 ? 1 : 0;
}

function sumCounted(
  gene: TranscriptColumns["gene"],
  count: Uint16Array | Uint32Array,
  outTotals: Float64Array,
  outRows: Uint32Array,
): number {
  let most = 0;
  for (let i = 0; i < gene.length; i++) {
    const g = gene[i]!;
    const c = count[i]!;
    outRows[g]!++;
    outTotals[g]! += c;
    if (c > most) most = c;
  }
  return most;
}
