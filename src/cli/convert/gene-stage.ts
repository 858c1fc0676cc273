import { GeneBinner, type GeneBins, hasBins } from "../../store/gene-binner.ts";
import type { GenesWriter } from "../../store/genes-writer.ts";
import type { RecordSource } from "./buckets.ts";
import type { GeneLayout } from "./gene-buckets.ts";
import type { RowSpan } from "./point-stage.ts";
import type { Prepared } from "./prepared.ts";

/** Rows are given to the writer's workers in steps; between them the conversion can be stopped. */
const ROWS_PER_DRAIN = 1 << 20;

export interface GeneStage {
  readonly layout: GeneLayout;
  /** Rows dealt by gene, in the order of the places they were dealt from. */
  readonly dealt: readonly RecordSource[];
  readonly span: RowSpan;
  readonly writer: GenesWriter;
  /** Hears of each gene's bins: of the genes whose first row is within the span. */
  readonly onBins: (gene: number, kept: readonly GeneBins[]) => void;
  readonly drain: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/** Writes the rows of a span by gene. */
export async function writeGenes({ plan, genes }: Prepared, stage: GeneStage): Promise<void> {
  const { layout, dealt, span, writer, onBins, signal } = stage;
  const binner = new GeneBinner(plan);
  const first = new Float64Array(plan.genes + 1);
  genes.rows.forEach((rows, gene) => {
    first[gene + 1] = first[gene]! + rows;
  });
  const within = (row: number): boolean => row >= span.from && row < span.to;
  let binned = -1;
  const endBins = (): void => {
    if (binned >= 0) onBins(binned, binner.end(genes.rows[binned]!));
    binned = -1;
  };
  let [done, waiting] = [0, 0];
  for (let bucket = 0; bucket < layout.buckets; bucket++) {
    const [from, to] = layout.genesOf(bucket);
    if (first[to]! <= span.from || first[from]! >= span.to) continue;
    let [gene, at] = [-1, 0];
    for (const block of layout.blocks(bucket, dealt)) {
      if (block.gene !== gene) {
        endBins();
        gene = block.gene;
        at = first[gene]!;
        if (within(at) && hasBins(genes.rows[gene]!)) binned = gene;
      }
      const n = block.code.length;
      const low = Math.max(0, span.from - at);
      const high = Math.min(n, span.to - at);
      at += n;
      if (binned === gene) binner.add(block.code, block.count);
      if (low >= high) continue;
      writer.add(block, low, high);
      waiting += high - low;
      if (waiting < ROWS_PER_DRAIN) continue;
      signal.throwIfAborted();
      await writer.drain();
      await stage.drain();
      done += waiting;
      waiting = 0;
      stage.onRows(done);
    }
    endBins();
  }
}
