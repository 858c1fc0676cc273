import type { BinWindow } from "../../src/core/expression.ts";
import type { TableShard } from "../../src/core/table.ts";
import { COUNTED_HEX_BITS } from "./hex-fit.ts";
import type { TileFits } from "./tile-fits.ts";
import { overlap, tileBins } from "./tile-window.ts";
import { LOCAL_BYTES, SCRATCH, type ShardMemory } from "./wasm-memory.ts";

/** Rows counted before the bins are emptied: a uint32 of a bin cannot overflow before. */
const RUN_ROWS = 65_536;
/** What of the first-level cache the bins may take; the columns stream through the rest. */
const CACHED_BYTES = 16_384;

/** Bytes of a bin as a power of two: 4 hold one counter, 8 two; more give the fixed point more bits. */
const MIN_SHIFT = 2;
const MAX_SHIFT = 8;

/** How the rows of a tile are counted: in which bins, `1 << shift` bytes each. */
interface Counting {
  readonly bins: BinWindow;
  readonly shift: number;
  readonly run: (from: number, rows: number) => void;
}

/**
 * Counts all rows of a lattice tile in one pass, by the kernels of bin-count.as.ts: in every bin that the tile has, of
 * which those of the window are then taken.
 */
export class TileCounter {
  readonly #memory: ShardMemory;
  readonly #local: Uint32Array;

  constructor(memory: ShardMemory) {
    this.#memory = memory;
    this.#local = new Uint32Array(memory.buffer, SCRATCH.local, LOCAL_BYTES / 4);
  }

  /** Adds a tile's counts to `out`, as `accumulateBins`; null, with nothing done, for a tile that it cannot count. */
  count(
    shard: TableShard,
    tile: number,
    fits: TileFits,
    window: BinWindow,
    out: Float64Array,
  ): number | null {
    const rows = shard.tileActive[tile]!;
    if (!shard.geometry.exact) return null;
    const around = tileBins(shard, tile, window);
    const n = around.cols * around.rows;
    if (n * 2 ** MIN_SHIFT > LOCAL_BYTES || n > rows / 4 + 64) return null;
    if (!overlap(around, window)) return 0;
    let shift = MAX_SHIFT;
    while (shift > MIN_SHIFT && n << shift > CACHED_BYTES) shift--;
    const counting =
      window.shape === "square"
        ? this.#squares(shard, tile, fits, shift)
        : this.#hexagons(shard, tile, fits, around, shift);
    if (!counting) return null;
    const { bins } = counting;
    const shown = overlap(bins, window);
    if (!shown) return 0;
    const used = this.#local.subarray(0, (bins.cols * bins.rows * 2 ** counting.shift) / 4);
    const first = shard.tileOffset[tile]!;
    let molecules = 0;
    for (let done = 0; done < rows; done += RUN_ROWS) {
      used.fill(0);
      counting.run(first + done, Math.min(RUN_ROWS, rows - done));
      molecules += this.#drain(bins, shown, window, counting.shift, out);
    }
    return molecules;
  }

  /**
   * In the very bins from the first quantum's to the last one's. With fewer fraction bits where the multipliers would
   * not fit, as with small bins; tiny ones go another way.
   */
  #squares(shard: TableShard, tile: number, fits: TileFits, most: number): Counting | null {
    const { tileCol, tileRow, x, y, count } = shard;
    for (let shift = most; shift >= MIN_SHIFT; shift--) {
      const fx = fits.counted("X", tileCol[tile]!, shift);
      const fy = fits.counted("Y", tileRow[tile]!, shift);
      if (!fx || !fy) continue;
      const { kernels } = this.#memory;
      const { binUm } = fits;
      return {
        bins: { shape: "square", binUm, col0: fx.first, row0: fy.first, cols: fx.bins, rows: fy.bins },
        shift,
        run: (from, rows) => {
          const at = [x.byteOffset + 2 * from, y.byteOffset + 2 * from, count.byteOffset + 2 * from] as const;
          kernels.countSquare(...at, rows, fx.m, fx.a, fy.m, fy.a, fx.bins, shift);
        },
      };
    }
    return null;
  }

  #hexagons(
    shard: TableShard,
    tile: number,
    fits: TileFits,
    bins: BinWindow,
    shift: number,
  ): Counting | null {
    const fit = fits.hex(tile);
    if (fit?.s !== COUNTED_HEX_BITS || !fit.lattice) return null;
    const { originXUm, originYUm, quantumUm, span } = shard.geometry;
    const { x, y, count, tileCol, tileRow } = shard;
    const { mX, aK, aF, mY, aY, unsure } = fit.lattice;
    const { cols, col0, row0, binUm } = bins;
    const first = (fit.rBase - row0) * cols + fit.kBase / 2 - col0;
    const place = [originXUm, originYUm, tileCol[tile]! * span, tileRow[tile]! * span, quantumUm] as const;
    const numbers = [mX, aK, aF, mY, aY, unsure, cols, first, shift, ...place, binUm, col0, row0, bins.rows];
    const { kernels } = this.#memory;
    return {
      bins,
      shift,
      run: (from, rows) => {
        const at = [x.byteOffset + 2 * from, y.byteOffset + 2 * from, count.byteOffset + 2 * from] as const;
        kernels.countHex(...at, rows, ...numbers);
      },
    };
  }

  /** Adds the bins of `shown`, which the tile and the window share, to `out`; returns their sum. */
  #drain(tile: BinWindow, shown: BinWindow, window: BinWindow, shift: number, out: Float64Array): number {
    const stride = 1 << (shift - 2);
    let molecules = 0;
    for (let row = shown.row0; row < shown.row0 + shown.rows; row++) {
      const at = ((row - tile.row0) * tile.cols + shown.col0 - tile.col0) * stride;
      const to = (row - window.row0) * window.cols + shown.col0 - window.col0;
      molecules +=
        stride === 1
          ? addCounters(this.#local, at, out, to, shown.cols)
          : addPairs(this.#local, at, stride, out, to, shown.cols);
    }
    return molecules;
  }
}

// Functions of their own, for these two loops take a sixth of the time of a pass: as parts of a method that squares
// and hexagons share, V8 compiles them now well, now three times slower.

/** Adds `bins` counters from `local[at]` to `out[to …]`; returns their sum. */
function addCounters(local: Uint32Array, at: number, out: Float64Array, to: number, bins: number): number {
  let sum = 0;
  for (let i = 0; i < bins; i++) {
    const count = local[at + i]!;
    out[to + i] = out[to + i]! + count;
    sum += count;
  }
  return sum;
}

/** The same of two counters a bin, `stride` apart from the next bin's. */
function addPairs(
  local: Uint32Array,
  at: number,
  stride: number,
  out: Float64Array,
  to: number,
  bins: number,
): number {
  let sum = 0;
  for (let i = 0; i < bins; i++) {
    const count = local[at + i * stride]! + local[at + i * stride + 1]!;
    out[to + i] = out[to + i]! + count;
    sum += count;
  }
  return sum;
}
