import type { ChunkEncoder } from "./array-writer.ts";
import { decodeChunk } from "./chunk-codec.ts";
import { MORTON_BYTES, mortonX, mortonY } from "./morton.ts";
import type { SortedBlock } from "./row-blocks.ts";
import { rasterSize, type StorePlan, superLog2 } from "./store-plan.ts";
import type { ArrayShape } from "./zarr-metadata.ts";

/** Side of a chunk of a raster, bins; and chunks along a shard's side. */
export const RASTER_CHUNK = 256;
export const RASTER_SHARD_CHUNKS = 16;

/** Sums of a block of 256² bins, row-major. */
export type Cells = Uint32Array | Float64Array;

/** A block of the finest raster (column and row of blocks), its sums and its chunk. */
export interface RasterPiece {
  readonly col: number;
  readonly row: number;
  readonly cells: Cells;
  readonly encoded: Uint8Array;
}

/** The shape of `total/b…`: (rows, columns) of bins. */
export function rasterShape(plan: StorePlan, bin: number): ArrayShape {
  const { cols, rows } = rasterSize(plan, bin);
  return {
    dtype: plan.rasterDtype,
    shape: [rows, cols],
    chunk: [RASTER_CHUNK, RASTER_CHUNK],
    shard: [RASTER_CHUNK * RASTER_SHARD_CHUNKS, RASTER_CHUNK * RASTER_SHARD_CHUNKS],
    blockBytes: 0,
    dimensions: ["y", "x"],
  };
}

export const WIDE = 2 ** 20;
export const keyOf = (col: number, row: number): number => row * WIDE + col;

/**
 * The finest raster of totals, by which rows are added up. Its blocks lie within super-tiles: the sides of super-tiles
 * are whole numbers of blocks, and the grid's origin is that of a super-tile.
 */
export class FinestRaster {
  private readonly plan: StorePlan;
  private readonly superSide: number;
  private readonly spare: Cells[] = [];

  constructor(plan: StorePlan) {
    this.plan = plan;
    this.superSide = 2 ** superLog2(plan.lattice);
  }

  /** Sums of nothing; those of a block that is done are taken again. */
  emptyCells(): Cells {
    const held = this.spare.pop();
    if (held) return held.fill(0);
    return new (this.plan.rasterDtype === "uint32" ? Uint32Array : Float64Array)(RASTER_CHUNK * RASTER_CHUNK);
  }

  /** Gives back sums that nobody needs any more, unless an encoder has transferred them. */
  release(cells: Cells): void {
    if (cells.length > 0) this.spare.push(cells);
  }

  /** Adds the rows of a block; `cellsOf` gives the sums of the raster's block `key`. */
  add({ col, row, code, count }: SortedBlock, cellsOf: (key: number) => Cells): void {
    // Super-tiles and bins are powers of two from the same origin: the 16 bits of a code above those within a bin
    // are a bin's place in its block, those above them the block's in the super-tile.
    const bin = this.plan.ladder[0]!;
    const shift = 2 * Math.log2(bin);
    const blocks = this.superSide / bin / RASTER_CHUNK;
    let block = -1;
    let cells: Cells = new Uint32Array(0);
    for (let i = 0; i < code.length; i++) {
      const word = code[i]! >>> shift;
      if (word >>> 16 !== block) {
        block = word >>> 16;
        cells = cellsOf(keyOf(col * blocks + mortonX(block), row * blocks + mortonY(block)));
      }
      const at = MORTON_BYTES[word & 0xffff]!;
      cells[at] = cells[at]! + count[i]!;
    }
  }
}

/** The rows of a block whose features are not low, as far as a raster needs them. */
export function highRows(block: SortedBlock, isLow: Uint8Array): SortedBlock {
  const { code, gene, count } = block;
  const kept = new Uint32Array(code.length);
  let n = 0;
  for (let i = 0; i < code.length; i++) if (isLow[gene[i]!] !== 1) kept[n++] = i;
  if (n === code.length) return block;
  const pick = (values: Uint32Array): Uint32Array => {
    const out = new Uint32Array(n);
    for (let i = 0; i < n; i++) out[i] = values[kept[i]!]!;
    return out;
  };
  return { ...block, code: pick(code), gene: pick(gene), count: pick(count), columns: [] };
}

const form = (bytes: number) => ({ typesize: bytes, blockBytes: bytes * RASTER_CHUNK * RASTER_CHUNK });

/** The chunk of a block's sums, which the encoder takes. */
export async function encodeCells(cells: Cells, encoder: ChunkEncoder): Promise<Uint8Array> {
  const wide = cells instanceof Float64Array;
  const raw = wide ? wideWords(cells) : cells;
  const [encoded] = await encoder([new Uint8Array(raw.buffer)], form(wide ? 8 : 4));
  return encoded!;
}

/** The sums of a chunk. */
export async function decodeCells(encoded: Uint8Array, dtype: "uint32" | "uint64"): Promise<Cells> {
  const size = dtype === "uint32" ? 4 : 8;
  const raw = await decodeChunk(encoded, size * RASTER_CHUNK * RASTER_CHUNK);
  const words = new Uint32Array(raw.slice().buffer);
  if (size === 4) return words;
  return Float64Array.from(
    { length: words.length / 2 },
    (_, i) => words[2 * i]! + words[2 * i + 1]! * 2 ** 32,
  );
}

function wideWords(cells: Cells): Uint32Array {
  const words = new Uint32Array(2 * cells.length);
  for (let i = 0; i < cells.length; i++) {
    words[2 * i] = cells[i]! >>> 0;
    words[2 * i + 1] = Math.floor(cells[i]! / 2 ** 32);
  }
  return words;
}
