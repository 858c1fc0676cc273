import { join } from "node:path";
import type { ChunkEncoder } from "../../store/array-writer.ts";
import { type Cells, encodeCells, FinestRaster } from "../../store/finest-raster.ts";
import { GeneSums } from "../../store/gene-sums.ts";
import type { PointSummaries } from "../../store/points-writer.ts";
import type { SortedBlock } from "../../store/row-blocks.ts";
import type { StorePlan } from "../../store/store-plan.ts";
import type { FileRecord } from "../../store/store-sink.ts";
import { SpillWriter } from "./spill-file.ts";

/** Names of a part's own files. */
export const TILES_FILE = "tiles";
export const RASTER_FILE = "raster";
export const BINS_FILE = "bins";

/**
 * The sums of a part's rows, for the finish to add up: of each tile its genes, `[tile, rows]`, genes, counts; of each
 * block of the finest raster its chunk, `[place of the super-tile among all, key's low and high word]`, bytes.
 */
export class PartSummaries implements PointSummaries {
  private readonly tiles: SpillWriter;
  private readonly raster: SpillWriter;
  private readonly encoder: ChunkEncoder;
  private readonly sums: GeneSums;
  private readonly finest: FinestRaster;
  private readonly blocks = new Map<number, Cells>();
  private readonly placeOf: (col: number, row: number) => number;
  private tile = -1;
  private rows = 0;

  /** `placeOf`: the place of a super-tile among all that have rows. */
  constructor(
    folder: string,
    plan: StorePlan,
    placeOf: (col: number, row: number) => number,
    encoder: ChunkEncoder,
  ) {
    this.tiles = new SpillWriter(join(folder, TILES_FILE));
    this.raster = new SpillWriter(join(folder, RASTER_FILE));
    this.encoder = encoder;
    this.sums = new GeneSums(plan.genes);
    this.finest = new FinestRaster(plan);
    this.placeOf = placeOf;
  }

  addTile(tile: number, gene: Uint32Array, count: Uint32Array, from: number, to: number): void {
    if (tile !== this.tile) {
      this.endTile();
      this.tile = tile;
    }
    this.sums.add(gene, count, from, to);
    this.rows += to - from;
  }

  addBlock(block: SortedBlock): void {
    this.finest.add(block, (key) => {
      let cells = this.blocks.get(key);
      if (!cells) {
        cells = this.finest.emptyCells();
        this.blocks.set(key, cells);
      }
      return cells;
    });
  }

  async endSuper(col: number, row: number): Promise<void> {
    const place = this.placeOf(col, row);
    for (const [key, cells] of this.blocks) {
      const head = Uint32Array.of(place, key >>> 0, Math.floor(key / 2 ** 32));
      this.raster.add(head, await encodeCells(cells, this.encoder));
    }
    this.blocks.clear();
  }

  async drain(): Promise<void> {}

  close(): Record<typeof TILES_FILE | typeof RASTER_FILE, FileRecord> {
    this.endTile();
    return { [TILES_FILE]: this.tiles.close(), [RASTER_FILE]: this.raster.close() };
  }

  private endTile(): void {
    if (this.tile < 0) return;
    const { genes, counts } = this.sums.take();
    this.tiles.add(Uint32Array.of(this.tile, this.rows), Uint32Array.from(genes), counts);
    this.rows = 0;
  }
}
