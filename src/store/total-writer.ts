import type { ChunkEncoder, WrittenArray } from "./array-writer.ts";
import {
  type Cells,
  encodeCells,
  FinestRaster,
  keyOf,
  RASTER_CHUNK,
  RASTER_SHARD_CHUNKS,
  type RasterPiece,
  rasterShape,
  WIDE,
} from "./finest-raster.ts";
import type { SortedBlock } from "./row-blocks.ts";
import { ShardFile } from "./shard-file.ts";
import { firstBin, type StorePlan, superLog2 } from "./store-plan.ts";
import type { StoreSink } from "./store-sink.ts";
import type { ArrayShape } from "./zarr-metadata.ts";

interface Block {
  readonly col: number;
  readonly row: number;
  /** Sums so far; undefined until the first. */
  cells: Cells | undefined;
  /** The chunk of these very sums, when it is known already. */
  encoded?: Uint8Array | undefined;
  /** Parts (super-tiles, or chunks of the finer level) that are still to come. */
  waits: number;
}

interface Level {
  readonly bin: number;
  readonly path: string;
  readonly array: ArrayShape;
  /** Bin of the raster's first column and row. */
  readonly col0: number;
  readonly row0: number;
  readonly blocks: Map<number, Block>;
  /** Coarser levels that are summed from this one. */
  readonly coarser: Level[];
  readonly open: Map<string, { readonly file: ShardFile; waits: number }>;
  readonly shardWaits: Map<string, number>;
  readonly shards: Record<string, number>;
}

/** Rasters of all rows, and of those that a divided store's quality bound lets pass. */
export type RasterGroup = "total" | "total_high";

/**
 * Writes the rasters of total counts. Rows are added to the finest level; a block of 256² bins is written, and
 * added to the coarser levels, as soon as every super-tile it touches is done, so that only blocks on the edge
 * of what is done are held.
 */
export class TotalWriter {
  private readonly levels: readonly Level[];
  private readonly sink: StoreSink;
  private readonly encoder: ChunkEncoder;
  private readonly superSide: number;
  private readonly offset: { readonly x: number; readonly y: number };
  private readonly finest: FinestRaster;

  /** `group`: where the rasters lie; `supers`: the non-empty super-tiles, columns and rows from the grid's origin. */
  constructor(
    sink: StoreSink,
    plan: StorePlan,
    group: RasterGroup,
    supers: readonly { readonly col: number; readonly row: number }[],
    encoder: ChunkEncoder,
  ) {
    this.sink = sink;
    this.encoder = encoder;
    this.superSide = 2 ** superLog2(plan.lattice);
    this.finest = new FinestRaster(plan);
    this.levels = plan.ladder.map((bin) => ({
      bin,
      path: `${group}/b${bin}`,
      array: rasterShape(plan, bin),
      col0: firstBin(plan.originX, bin),
      row0: firstBin(plan.originY, bin),
      blocks: new Map(),
      coarser: [],
      open: new Map(),
      shardWaits: new Map(),
      shards: {},
    }));
    this.offset = { x: plan.originX, y: plan.originY };
    this.levels.forEach((level, k) => {
      const finer = this.levels.slice(0, k).findLast(({ bin }) => level.bin % bin === 0);
      finer?.coarser.push(level);
    });
    for (const { col, row } of supers) this.expect(this.levels[0]!, col, row, this.superSide, this.offset);
    for (const level of this.levels) this.expectCoarser(level);
  }

  /** Adds the rows of a block. */
  add(block: SortedBlock): void {
    this.finest.add(block, (key) => this.cellsOf(this.levels[0]!, key));
  }

  /**
   * Adds a block of the finest raster that was summed elsewhere: whole, in which case its chunk as it was encoded is
   * taken, or in several pieces.
   */
  addRaster({ col, row, cells, encoded }: RasterPiece): void {
    const block = this.levels[0]!.blocks.get(keyOf(col, row))!;
    if (!block.cells) {
      block.cells = cells;
      block.encoded = encoded;
      return;
    }
    const sums = block.cells;
    for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + cells[i]!;
    block.encoded = undefined;
  }

  /** Says that a super-tile is done; writes what no longer waits. */
  async endSuper(col: number, row: number): Promise<void> {
    const ready = this.arrive(this.levels[0]!, col, row, this.superSide, this.offset);
    await this.write(this.levels[0]!, ready);
  }

  async finish(): Promise<WrittenArray[]> {
    return this.levels.map(({ bin, path, array, col0, row0, shards }) => ({
      path,
      array,
      shards,
      attributes: { bin, col0, row0 },
    }));
  }

  /** Blocks of `level` that a square touches, squares being `side` quanta and counted from `offset`. */
  private touched(
    level: Level,
    col: number,
    row: number,
    side: number,
    offset: { readonly x: number; readonly y: number },
  ): number[] {
    const [rows, cols] = level.array.shape as readonly [number, number];
    const range = (at: number, from: number, first: number, bins: number): [number, number] => {
      const begin = Math.floor((from + at * side) / level.bin) - first;
      const end = Math.floor((from + (at + 1) * side - 1) / level.bin) - first;
      return [Math.max(0, begin) >> 8, Math.min(bins - 1, end) >> 8];
    };
    const [left, right] = range(col, offset.x, level.col0, cols);
    const [top, bottom] = range(row, offset.y, level.row0, rows);
    const keys: number[] = [];
    for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) keys.push(keyOf(x, y));
    return keys;
  }

  private expect(
    level: Level,
    col: number,
    row: number,
    side: number,
    offset: { readonly x: number; readonly y: number },
  ): void {
    for (const key of this.touched(level, col, row, side, offset)) {
      const block = level.blocks.get(key);
      if (block) block.waits += 1;
      else {
        const place = { col: key % WIDE, row: Math.floor(key / WIDE) };
        level.blocks.set(key, { ...place, cells: undefined, waits: 1 });
        const shard = shardKey(place);
        level.shardWaits.set(shard, (level.shardWaits.get(shard) ?? 0) + 1);
      }
    }
  }

  private expectCoarser(level: Level): void {
    const side = level.bin * RASTER_CHUNK;
    const offset = { x: level.col0 * level.bin, y: level.row0 * level.bin };
    for (const { col, row } of level.blocks.values()) {
      for (const coarser of level.coarser) this.expect(coarser, col, row, side, offset);
    }
  }

  private arrive(
    level: Level,
    col: number,
    row: number,
    side: number,
    offset: { readonly x: number; readonly y: number },
  ): Block[] {
    const ready: Block[] = [];
    for (const key of this.touched(level, col, row, side, offset)) {
      const block = level.blocks.get(key)!;
      block.waits -= 1;
      if (block.waits === 0) ready.push(block);
    }
    return ready;
  }

  private cellsOf(level: Level, key: number): Cells {
    const block = level.blocks.get(key)!;
    block.cells ??= this.finest.emptyCells();
    return block.cells;
  }

  /** Writes blocks that are done, encoding all of them at once, and then the coarser ones that are done with them. */
  private async write(level: Level, blocks: readonly Block[]): Promise<void> {
    const chunks = blocks.map((block) => {
      level.blocks.delete(keyOf(block.col, block.row));
      const { cells } = block;
      if (!cells) return undefined;
      for (const coarser of level.coarser) this.pool(level, coarser, block, cells);
      const encoded = block.encoded ?? encodeCells(cells, this.encoder);
      return Promise.resolve(encoded);
    });
    // All are awaited even when one fails, so that no rejection is left alone.
    await Promise.allSettled(chunks);
    for (const [k, block] of blocks.entries()) {
      const encoded = await chunks[k];
      if (encoded) {
        const shard = await this.shardOf(level, block);
        const slot =
          (block.row % RASTER_SHARD_CHUNKS) * RASTER_SHARD_CHUNKS + (block.col % RASTER_SHARD_CHUNKS);
        await shard.append(slot, encoded);
        this.finest.release(block.cells!);
      }
      await this.leaveShard(level, block);
    }
    const side = level.bin * RASTER_CHUNK;
    const offset = { x: level.col0 * level.bin, y: level.row0 * level.bin };
    for (const coarser of level.coarser) {
      const ready = blocks.flatMap(({ col, row }) => this.arrive(coarser, col, row, side, offset));
      if (ready.length > 0) await this.write(coarser, ready);
    }
  }

  /** Adds a finished block to the coarser bins it lies in. */
  private pool(level: Level, coarser: Level, block: Block, cells: Cells): void {
    const times = coarser.bin / level.bin;
    const binRow = level.row0 + block.row * RASTER_CHUNK;
    // Columns of the coarser bins: the same for every row of the block.
    const firstCol = level.col0 + block.col * RASTER_CHUNK;
    for (let x = 0; x < RASTER_CHUNK; x++) {
      coarseCols[x] = Math.floor((firstCol + x) / times) - coarser.col0;
    }
    for (let y = 0; y < RASTER_CHUNK; y++) {
      const row = Math.floor((binRow + y) / times) - coarser.row0;
      // A row of bins lies in at most two blocks, since coarser bins are no fewer than one to a bin.
      for (let from = 0; from < RASTER_CHUNK; ) {
        const here = coarseCols[from]! >>> 8;
        let to = RASTER_CHUNK;
        while (coarseCols[to - 1]! >>> 8 !== here) to -= 1;
        const line = cells.subarray(y * RASTER_CHUNK, (y + 1) * RASTER_CHUNK);
        if (hasCounts(line, from, to)) {
          const out = this.cellsOf(coarser, keyOf(here, row >>> 8));
          poolLine(line, from, to, out, (row & 255) << 8);
        }
        from = to;
      }
    }
  }

  private async shardOf(level: Level, block: Block): Promise<ShardFile> {
    const key = shardKey(block);
    let shard = level.open.get(key);
    if (!shard) {
      const file = await this.sink.create(`${level.path}/${key}`);
      shard = { file: new ShardFile(file, RASTER_SHARD_CHUNKS ** 2), waits: 0 };
      level.open.set(key, shard);
    }
    return shard.file;
  }

  private async leaveShard(level: Level, block: Block): Promise<void> {
    const key = shardKey(block);
    const waits = level.shardWaits.get(key)! - 1;
    level.shardWaits.set(key, waits);
    const shard = level.open.get(key);
    if (waits > 0 || !shard) return;
    await shard.file.finish();
    level.shards[key] = shard.file.bytes;
    level.open.delete(key);
  }
}

/** Columns of coarser bins, reused from block to block. */
const coarseCols = new Uint32Array(RASTER_CHUNK);

function hasCounts(line: Cells, from: number, to: number): boolean {
  for (let x = from; x < to; x++) if (line[x] !== 0) return true;
  return false;
}

/** Adds bins `[from, to)` of a line to the line of coarser bins that begins at `start`. */
function poolLine(line: Cells, from: number, to: number, out: Cells, start: number): void {
  for (let x = from; x < to; x++) {
    const at = start | (coarseCols[x]! & 255);
    out[at] = out[at]! + line[x]!;
  }
}

function shardKey(block: { readonly col: number; readonly row: number }): string {
  const at = (chunk: number): number => Math.floor(chunk / RASTER_SHARD_CHUNKS);
  return `c/${at(block.row)}/${at(block.col)}`;
}
