import { join } from "node:path";
import type { ChunkEncoder } from "../../store/array-writer.ts";
import { type Cells, encodeCells, FinestRaster, highRows } from "../../store/finest-raster.ts";
import { GeneSums } from "../../store/gene-sums.ts";
import type { PointSummaries } from "../../store/points-writer.ts";
import type { SortedBlock } from "../../store/row-blocks.ts";
import type { StorePlan } from "../../store/store-plan.ts";
import type { FileRecord } from "../../store/store-sink.ts";
import { SpillWriter } from "./spill-file.ts";

/** Names of a part's own files. */
export const TILES_FILE = "tiles";
export const RASTER_FILE = "raster";
/** As `RASTER_FILE`, of the rows that pass the quality bound. */
export const HIGH_RASTER_FILE = "raster-high";
export const BINS_FILE = "bins";

/** Blocks of the finest raster of one super-tile after the other, of all rows or of those that pass. */
class PartRaster {
  readonly name: string;
  private readonly spill: SpillWriter;
  private readonly isLow: Uint8Array | null;
  private readonly encoder: ChunkEncoder;
  private readonly finest: FinestRaster;
  private readonly blocks = new Map<number, Cells>();

  constructor(
    name: string,
    folder: string,
    plan: StorePlan,
    isLow: Uint8Array | null,
    encoder: ChunkEncoder,
  ) {
    this.name = name;
    this.spill = new SpillWriter(join(folder, name));
    this.isLow = isLow;
    this.encoder = encoder;
    this.finest = new FinestRaster(plan);
  }

  add(block: SortedBlock): void {
    this.finest.add(this.isLow ? highRows(block, this.isLow) : block, (key) => {
      let cells = this.blocks.get(key);
      if (!cells) {
        cells = this.finest.emptyCells();
        this.blocks.set(key, cells);
      }
      return cells;
    });
  }

  /** Writes the blocks of the super-tile in this place among all that have rows. */
  async end(place: number): Promise<void> {
    for (const [key, cells] of this.blocks) {
      const head = Uint32Array.of(place, key >>> 0, Math.floor(key / 2 ** 32));
      this.spill.add(head, await encodeCells(cells, this.encoder));
    }
    this.blocks.clear();
  }

  close(): FileRecord {
    return this.spill.close();
  }
}

/**
 * The sums of a part's rows, for the finish to add up: of each tile its genes, `[tile, rows]`, genes, counts; of each
 * block of the finest raster its chunk, `[place of the super-tile among all, key's low and high word]`, bytes.
 */
export class PartSummaries implements PointSummaries {
  private readonly tiles: SpillWriter;
  private readonly rasters: readonly PartRaster[];
  private readonly sums: GeneSums;
  private readonly placeOf: (col: number, row: number) => number;
  private tile = -1;
  private rows = 0;

  /** `isLow`: (F,) of a divided store; `placeOf`: the place of a super-tile among all that have rows. */
  constructor(
    folder: string,
    plan: StorePlan,
    isLow: Uint8Array | null,
    placeOf: (col: number, row: number) => number,
    encoder: ChunkEncoder,
  ) {
    this.tiles = new SpillWriter(join(folder, TILES_FILE));
    this.rasters = [
      new PartRaster(RASTER_FILE, folder, plan, null, encoder),
      ...(isLow ? [new PartRaster(HIGH_RASTER_FILE, folder, plan, isLow, encoder)] : []),
    ];
    this.sums = new GeneSums(plan.genes);
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
    for (const raster of this.rasters) raster.add(block);
  }

  async endSuper(col: number, row: number): Promise<void> {
    const place = this.placeOf(col, row);
    for (const raster of this.rasters) await raster.end(place);
  }

  async drain(): Promise<void> {}

  close(): Record<string, FileRecord> {
    this.endTile();
    const rasters = this.rasters.map((raster) => [raster.name, raster.close()] as const);
    return { [TILES_FILE]: this.tiles.close(), ...Object.fromEntries(rasters) };
  }

  private endTile(): void {
    if (this.tile < 0) return;
    const { genes, counts } = this.sums.take();
    this.tiles.add(Uint32Array.of(this.tile, this.rows), Uint32Array.from(genes), counts);
    this.rows = 0;
  }
}
