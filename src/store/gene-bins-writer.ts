import type { ChunkEncoder, WrittenArray } from "./array-writer.ts";
import { type GeneBins, geneBinSides } from "./gene-binner.ts";
import { OffsetWriter } from "./offset-writer.ts";
import { limbsFor, RowsWriter, SUMMARY_RANGE } from "./rows-writer.ts";
import { firstBin, type StorePlan } from "./store-plan.ts";
import type { StoreSink } from "./store-sink.ts";

interface Level {
  readonly bin: number;
  readonly col0: number;
  readonly row0: number;
  readonly rows: RowsWriter;
  readonly offsets: OffsetWriter;
}

/** Writes `gene_bins/{bin}`: the molecules of genes in square bins. */
export class GeneBinsWriter {
  private readonly plan: StorePlan;
  private readonly levels: readonly Level[];

  constructor(sink: StoreSink, plan: StorePlan, encoder: ChunkEncoder) {
    this.plan = plan;
    this.levels = geneBinSides(plan).map((bin) => {
      const path = `gene_bins/${bin}`;
      const side = 2 ** Math.ceil(Math.log2(Math.floor(2 ** plan.gridLog2 / bin) + 2));
      const columns = [
        { name: "code", limbs: limbsFor(side * side - 1) },
        { name: "count", limbs: plan.limbs.sum },
      ];
      return {
        bin,
        col0: firstBin(plan.originX, bin),
        row0: firstBin(plan.originY, bin),
        rows: new RowsWriter(sink, `${path}/rows`, columns, SUMMARY_RANGE, encoder),
        offsets: new OffsetWriter(sink, `${path}/offset`, plan.genes + 1, encoder),
      };
    });
  }

  /** Genes ascend; those without bins are left out. */
  add(gene: number, kept: readonly GeneBins[]): void {
    for (const { level, codes, values } of kept) {
      const { rows, offsets } = this.levels[level]!;
      offsets.fillTo(gene + 1, rows.rows);
      rows.append(codes, [values], 0, codes.length, true);
    }
  }

  async drain(): Promise<void> {
    for (const { rows, offsets } of this.levels) {
      await rows.drain();
      await offsets.drain();
    }
  }

  async finish(): Promise<WrittenArray[]> {
    const written: WrittenArray[] = [];
    for (const { bin, col0, row0, rows, offsets } of this.levels) {
      offsets.fillTo(this.plan.genes + 1, rows.rows);
      written.push(await rows.finish({ bin, col0, row0 }), await offsets.finish());
    }
    return written;
  }
}
