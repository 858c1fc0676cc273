import type { ChunkEncoder, WrittenArray } from "./array-writer.ts";
import { GeneSums } from "./gene-sums.ts";
import { OffsetWriter } from "./offset-writer.ts";
import { RowsWriter, SUMMARY_RANGE } from "./rows-writer.ts";
import type { StorePlan } from "./store-plan.ts";
import type { StoreSink } from "./store-sink.ts";

/** Counts of rows, or sums of some. */
export type SumCounts = Uint32Array | Float64Array;

interface Level {
  readonly sums: GeneSums;
  readonly rows: RowsWriter;
  readonly offsets: OffsetWriter;
  /** Morton index of the square being summed; -1 before the first. */
  tile: number;
}

/** Writes the quadtree of gene counts, `sums/{side}`, from tiles in Morton order. */
export class SumsWriter {
  private readonly levels: readonly Level[];

  constructor(sink: StoreSink, plan: StorePlan, encoder: ChunkEncoder) {
    this.levels = Array.from({ length: plan.gridLog2 - plan.tileLog2 + 1 }, (_, level) => {
      const path = `sums/${2 ** (plan.tileLog2 + level)}`;
      const columns = [
        { name: "gene", limbs: plan.limbs.gene },
        { name: "count", limbs: plan.limbs.sum },
      ];
      return {
        sums: new GeneSums(plan.genes),
        rows: new RowsWriter(sink, `${path}/rows`, columns, SUMMARY_RANGE, encoder),
        offsets: new OffsetWriter(
          sink,
          `${path}/offset`,
          4 ** (plan.gridLog2 - plan.tileLog2 - level) + 1,
          encoder,
        ),
        tile: -1,
      };
    });
  }

  /** Rows `[from, to)` of tile `tile` (Morton index); tiles ascend from call to call. */
  add(tile: number, genes: Uint32Array, counts: SumCounts, from: number, to: number): void {
    const leaf = this.levels[0]!;
    if (leaf.tile !== tile) this.enter(0, tile);
    leaf.sums.add(genes, counts, from, to);
  }

  async drain(): Promise<void> {
    for (const { rows, offsets } of this.levels) {
      await rows.drain();
      await offsets.drain();
    }
  }

  async finish(): Promise<WrittenArray[]> {
    const written: WrittenArray[] = [];
    for (let level = 0; level < this.levels.length; level++) {
      const { rows, offsets } = this.levels[level]!;
      if (this.levels[level]!.tile >= 0) this.leave(level);
      offsets.fillTo(4 ** (this.levels.length - 1 - level) + 1, rows.rows);
      written.push(await rows.finish(), await offsets.finish());
    }
    return written;
  }

  private enter(level: number, tile: number): void {
    const here = this.levels[level]!;
    if (here.tile >= 0) this.leave(level);
    here.tile = tile;
    here.offsets.fillTo(tile + 1, here.rows.rows);
  }

  /** Writes a finished square and adds it to the one around it. */
  private leave(level: number): void {
    const here = this.levels[level]!;
    const { genes, counts } = here.sums.take();
    here.rows.append(genes, [counts], 0, genes.length, true);
    const above = this.levels[level + 1];
    if (!above) return;
    const parent = Math.floor(here.tile / 4);
    if (above.tile !== parent) this.enter(level + 1, parent);
    above.sums.add(genes, counts, 0, genes.length);
  }
}
