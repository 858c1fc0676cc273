import type { ChunkEncoder, WrittenArray } from "./array-writer.ts";
import type { StoreFeatures } from "./features.ts";
import { highRows } from "./finest-raster.ts";
import type { GeneBins } from "./gene-binner.ts";
import { GeneBinsWriter } from "./gene-bins-writer.ts";
import { OffsetWriter } from "./offset-writer.ts";
import type { PointSummaries } from "./points-writer.ts";
import type { SortedBlock } from "./row-blocks.ts";
import { CHUNK_ROWS } from "./rows-writer.ts";
import type { StorePlan } from "./store-plan.ts";
import type { StoreSink } from "./store-sink.ts";
import { type SumCounts, SumsWriter } from "./sums-writer.ts";
import { TotalWriter } from "./total-writer.ts";

/**
 * Writes everything that is summed from the rows or says where they are: the quadtree of sums, the rasters, the bins
 * of genes, and all offsets. Held are only the edges of what is summed.
 */
export class SummaryWriter implements PointSummaries {
  /** Rasters, for those who bring them block by block; `high` where genes are divided by quality. */
  readonly totals: TotalWriter;
  readonly high: TotalWriter | null;
  private readonly isLow: Uint8Array | null;
  private readonly plan: StorePlan;
  private readonly tileOffsets: OffsetWriter;
  private readonly sums: SumsWriter;
  private readonly geneOffsets: OffsetWriter;
  private readonly chunkFirst: OffsetWriter;
  private readonly bins: GeneBinsWriter;
  private readonly geneRows: ArrayLike<number>;
  private rows = 0;
  private tile = -1;

  /** `supers`: the non-empty super-tiles from the grid's origin. */
  constructor(
    sink: StoreSink,
    plan: StorePlan,
    supers: readonly { readonly col: number; readonly row: number }[],
    genes: Pick<StoreFeatures, "rows" | "division">,
    encoder: ChunkEncoder,
  ) {
    this.plan = plan;
    this.geneRows = genes.rows;
    this.isLow = genes.division?.isLow ?? null;
    const tiles = 4 ** (plan.gridLog2 - plan.tileLog2);
    this.tileOffsets = new OffsetWriter(sink, "points/tile_offset", tiles + 1, encoder);
    this.sums = new SumsWriter(sink, plan, encoder);
    this.totals = new TotalWriter(sink, plan, "total", supers, encoder);
    this.high = this.isLow && new TotalWriter(sink, plan, "total_high", supers, encoder);
    this.geneOffsets = new OffsetWriter(sink, "gene/offset", plan.genes + 1, encoder);
    this.chunkFirst = new OffsetWriter(sink, "gene/chunk_first", Math.ceil(plan.rows / CHUNK_ROWS), encoder);
    this.bins = new GeneBinsWriter(sink, plan, encoder);
  }

  addTile(tile: number, gene: Uint32Array, count: Uint32Array, from: number, to: number): void {
    this.addSums(tile, to - from, gene, count, from, to);
  }

  /** The sums of `rows` rows of a tile; the same tile may come several times on end. */
  addSums(tile: number, rows: number, gene: Uint32Array, count: SumCounts, from = 0, to = gene.length): void {
    if (tile !== this.tile) {
      this.tile = tile;
      this.tileOffsets.fillTo(tile + 1, this.rows);
    }
    this.rows += rows;
    this.sums.add(tile, gene, count, from, to);
  }

  addBlock(block: SortedBlock): void {
    this.totals.add(block);
    if (this.isLow) this.high?.add(highRows(block, this.isLow));
  }

  async endSuper(col: number, row: number): Promise<void> {
    await this.totals.endSuper(col, row);
    await this.high?.endSuper(col, row);
  }

  /** The code of the first row of each chunk of rows by gene, in order. */
  addChunk(firstCode: number): void {
    this.chunkFirst.push(firstCode);
  }

  /** The bins of a gene; genes ascend, those without bins are left out. */
  addBins(gene: number, kept: readonly GeneBins[]): void {
    this.bins.add(gene, kept);
  }

  async drain(): Promise<void> {
    for (const part of [this.tileOffsets, this.sums, this.chunkFirst, this.bins]) await part.drain();
  }

  /** Ends all summaries; what they were written as, in no order. */
  async finish(): Promise<WrittenArray[]> {
    this.tileOffsets.fillTo(4 ** (this.plan.gridLog2 - this.plan.tileLog2) + 1, this.rows);
    let first = 0;
    this.geneOffsets.push(0);
    for (let gene = 0; gene < this.plan.genes; gene++) {
      first += this.geneRows[gene]!;
      this.geneOffsets.push(first);
    }
    return [
      await this.tileOffsets.finish(),
      ...(await this.sums.finish()),
      ...(await this.totals.finish()),
      ...((await this.high?.finish()) ?? []),
      await this.geneOffsets.finish(),
      await this.chunkFirst.finish(),
      ...(await this.bins.finish()),
    ];
  }
}
