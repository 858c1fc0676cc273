import type { ChunkEncoder, WrittenArray } from "./array-writer.ts";
import { ColumnWriter } from "./column-writer.ts";
import { columnPath, type GeneBlock, type RowRange, type StoreColumn } from "./row-blocks.ts";
import { RowsWriter } from "./rows-writer.ts";
import type { StorePlan } from "./store-plan.ts";
import type { StoreSink } from "./store-sink.ts";

/** Writes the rows by gene, `gene/`, from the blocks of genes in order. */
export class GenesWriter {
  private readonly rows: RowsWriter;
  private readonly columns: readonly ColumnWriter[];
  private gene = -1;

  /** `onChunk` hears the code of each chunk's first row, for `gene/chunk_first`. */
  constructor(
    sink: StoreSink,
    plan: StorePlan,
    columns: readonly StoreColumn[],
    onChunk: (firstCode: number) => void,
    range: RowRange,
    encoder: ChunkEncoder,
  ) {
    const rowColumns = [
      { name: "code", limbs: plan.limbs.code },
      { name: "count", limbs: plan.limbs.count },
    ];
    this.rows = new RowsWriter(sink, "gene/rows", rowColumns, range, encoder, onChunk);
    this.columns = columns
      .filter(({ byGene }) => byGene)
      .map(({ name, dtype }) => new ColumnWriter(sink, columnPath("gene", name), dtype, range, encoder));
  }

  /** Rows `[from, to)` of a block. Genes ascend; each gene's blocks come in order of their codes. */
  add({ gene, code, count, columns }: GeneBlock, from: number, to: number): void {
    this.rows.append(code, [count], from, to, gene !== this.gene);
    this.gene = gene;
    this.columns.forEach((column, k) => {
      column.append(columns[k]!, from, to);
    });
  }

  async drain(): Promise<void> {
    for (const part of [this.rows, ...this.columns]) await part.drain();
  }

  /** What was written, in no order. */
  async finish(): Promise<WrittenArray[]> {
    const written = [await this.rows.finish()];
    for (const column of this.columns) written.push(await column.finish());
    return written;
  }
}
