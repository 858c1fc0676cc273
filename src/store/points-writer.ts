import type { ChunkEncoder, WrittenArray } from "./array-writer.ts";
import { ColumnWriter } from "./column-writer.ts";
import { columnPath, type RowRange, type SortedBlock, type StoreColumn } from "./row-blocks.ts";
import { RowsWriter } from "./rows-writer.ts";
import { type StorePlan, superLog2 } from "./store-plan.ts";
import type { StoreSink } from "./store-sink.ts";

/** What hears of rows as they are written by place, to sum them: at once, or into a part's own files. */
export interface PointSummaries {
  /** Rows `[from, to)` are of tile `tile` (Morton index). Tiles ascend; one may come several times on end. */
  addTile(tile: number, gene: Uint32Array, count: Uint32Array, from: number, to: number): void;
  /** All rows of a block. */
  addBlock(block: SortedBlock): void;
  /** All blocks of a super-tile were added. */
  endSuper(col: number, row: number): Promise<void>;
  drain(): Promise<void>;
}

/**
 * Writes the rows by place, `points/`, from blocks in Morton order. Nothing is held beyond what was added since the
 * last `drain`.
 */
export class PointsWriter {
  private readonly plan: StorePlan;
  private readonly rows: RowsWriter;
  private readonly columns: readonly ColumnWriter[];
  private readonly summaries: PointSummaries;
  private tile = -1;

  constructor(
    sink: StoreSink,
    plan: StorePlan,
    columns: readonly StoreColumn[],
    summaries: PointSummaries,
    range: RowRange,
    encoder: ChunkEncoder,
  ) {
    this.plan = plan;
    this.summaries = summaries;
    const { position, gene, count } = plan.limbs;
    const rowColumns = [
      { name: "position", limbs: position },
      { name: "gene", limbs: gene },
      { name: "count", limbs: count },
    ];
    this.rows = new RowsWriter(sink, "points/rows", rowColumns, range, encoder);
    this.columns = columns.map(
      ({ name, dtype }) => new ColumnWriter(sink, columnPath("points", name), dtype, range, encoder),
    );
  }

  /** Blocks come by ascending `index`; several of one super-tile in order of their codes. */
  addBlock(block: SortedBlock): void {
    const { code, gene, count } = block;
    const n = code.length;
    // Tiles are no larger than super-tiles, so all shifts are below 32.
    const shift = 2 * this.plan.tileLog2;
    const tiles = 2 ** (2 * superLog2(this.plan.lattice) - shift);
    for (let from = 0; from < n; ) {
      const part = code[from]! >>> shift;
      let to = from + 1;
      while (to < n && code[to]! >>> shift === part) to += 1;
      const tile = block.index * tiles + part;
      this.rows.append(code, [gene, count], from, to, tile !== this.tile, part * 2 ** shift);
      this.tile = tile;
      this.summaries.addTile(tile, gene, count, from, to);
      from = to;
    }
    this.summaries.addBlock(block);
    this.columns.forEach((column, k) => {
      column.append(block.columns[k]!, 0, n);
    });
  }

  async drain(): Promise<void> {
    for (const part of [this.rows, ...this.columns, this.summaries]) await part.drain();
  }

  /** What was written, in no order. */
  async finish(): Promise<WrittenArray[]> {
    const written = [await this.rows.finish()];
    for (const column of this.columns) written.push(await column.finish());
    return written;
  }
}
