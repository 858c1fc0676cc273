import { MAX_BINS } from "../../src/core/bin-window.ts";
import type { BinWindow } from "../../src/core/expression.ts";
import type { TableShard } from "../../src/core/table.ts";
import { TileCounter } from "./tile-counter.ts";
import { TileFits } from "./tile-fits.ts";
import { type TileWindow, tileWindow } from "./tile-window.ts";
import { LOCAL_BINS, RUN_ROWS, SCRATCH, type ShardMemory } from "./wasm-memory.ts";

/** Rows counted in a tile's own grid before it is emptied: four uint32 a bin then cannot overflow. */
const LOCAL_ROWS = 65_536;

/** Which rows of a call count, and how. */
type Choice =
  | { readonly kind: "all"; readonly weighted: boolean }
  | { readonly kind: "gene"; readonly gene: number; readonly weighted: boolean }
  | { readonly kind: "genes"; readonly weighted: boolean };

const NO_LATTICE = { mX: 0, aK: 0, aF: 0, mY: 0, aY: 0 } as const;

/** Writes the indices of rows, given their uint16 or float64 positions, to `SCRATCH.index`. */
type Indexer = (x16: number, y16: number, x64: number, y64: number, rows: number) => void;

/**
 * Bins an adopted shard with uint16 counts. Each run of rows is indexed (by fixed point where that is proven
 * exact, else in float64), then counted: in a small grid per tile, which stays in cache, or in the window's. Where all
 * rows of a lattice tile count alike, `TileCounter` does both in one pass.
 */
export class WasmBinner {
  #shard: TableShard;
  readonly #memory: ShardMemory;
  readonly #grid: Float64Array;
  readonly #local: Uint32Array;
  readonly #looked: Uint32Array;
  readonly #counter: TileCounter;
  #fits: TileFits;

  constructor(shard: TableShard, memory: ShardMemory) {
    this.#shard = shard;
    this.#memory = memory;
    this.#grid = new Float64Array(memory.buffer, SCRATCH.grid);
    this.#local = new Uint32Array(memory.buffer, SCRATCH.local, 4 * (LOCAL_BINS + 1));
    this.#fits = new TileFits(shard, Number.NaN);
    this.#counter = new TileCounter(memory);
    this.#looked = new Uint32Array(memory.buffer, SCRATCH.looked, 1);
  }

  /**
   * False where the numbers do not fit the kernels' arithmetic: hexagons that are tiny beside a tile or very far
   * from the origin.
   */
  covers(window: BinWindow): boolean {
    if (window.cols * window.rows > MAX_BINS) return false;
    if (window.shape === "square") return true;
    if (this.#fits.binUm !== window.binUm) this.#fits = new TileFits(this.#shard, window.binUm);
    for (let tile = 0; tile < this.#shard.tileCol.length; tile++) {
      if (tileWindow(this.#shard, tile, window) && !this.#fits.hex(tile)) return false;
    }
    return true;
  }

  /** As `accumulateBins`; `shard` is the adopted one, or a copy with other `tileActive`. */
  accumulate(
    shard: TableShard,
    tileFrom: number,
    tileTo: number,
    weights: Float64Array | null,
    window: BinWindow,
    out: Float64Array,
  ): number {
    this.#shard = shard;
    if (this.#fits.binUm !== window.binUm) this.#fits = new TileFits(shard, window.binUm);
    const choice = this.#choose(weights);
    const { weighted } = choice;
    let molecules = 0;
    let touched: BinWindow | null = null;
    for (let tile = tileFrom; tile < tileTo; tile++) {
      if (shard.tileActive[tile] === 0) continue;
      const counted =
        choice.kind === "all" && !weighted ? this.#counter.count(shard, tile, this.#fits, window, out) : null;
      if (counted !== null) {
        molecules += counted;
        continue;
      }
      const part = tileWindow(shard, tile, window);
      if (!part) continue;
      const bins = part.cols * part.rows;
      if (
        choice.kind === "all" &&
        !weighted &&
        bins <= Math.min(LOCAL_BINS, this.#shard.tileActive[tile]! / 4 + 64)
      ) {
        molecules += this.#countLocally(tile, choice, part, window, out);
      } else {
        molecules += this.#countInGrid(tile, choice, { ...window, clipped: part.clipped });
        touched = touched ? unionOf(touched, part) : part;
      }
    }
    if (touched) this.#drainGrid(touched, window, out);
    return molecules;
  }

  #choose(weights: Float64Array | null): Choice {
    if (weights === null) return { kind: "all", weighted: false };
    const genes: number[] = [];
    let ones = true;
    for (let gene = 0; gene < weights.length; gene++) {
      if (weights[gene] === 0) continue;
      genes.push(gene);
      if (weights[gene] !== 1) ones = false;
    }
    const { buffer } = this.#memory;
    // Picking rows pays only when most genes are left out.
    const most = genes.length > weights.length / 2;
    if (!ones || most) new Float64Array(buffer, SCRATCH.weights, 65_536).set(weights);
    if (most) return { kind: "all", weighted: true };
    if (genes.length === 1) return { kind: "gene", gene: genes[0]!, weighted: !ones };
    const mask = new Uint8Array(buffer, SCRATCH.mask, 65_536).fill(0);
    for (const gene of genes) mask[gene] = 1;
    return { kind: "genes", weighted: !ones };
  }

  #countLocally(
    tile: number,
    choice: Choice,
    part: TileWindow,
    window: BinWindow,
    out: Float64Array,
  ): number {
    const local = this.#local.subarray(0, 4 * (part.cols * part.rows + 1));
    local.fill(0);
    let molecules = 0;
    let held = 0;
    const drain = () => {
      for (let row = 0; row < part.rows; row++) {
        const to = (part.row0 - window.row0 + row) * window.cols + part.col0 - window.col0;
        for (let col = 0; col < part.cols; col++) {
          const at = 4 * (row * part.cols + col + 1);
          const sum = local[at]! + local[at + 1]! + local[at + 2]! + local[at + 3]!;
          if (sum === 0) continue;
          out[to + col] = out[to + col]! + sum;
          molecules += sum;
        }
      }
      held = 0;
    };
    this.#runs(tile, choice, part, (count, _gene, rows) => {
      if (held + rows > LOCAL_ROWS) {
        drain();
        local.fill(0);
      }
      this.#memory.kernels.addLocal(SCRATCH.index, count, rows, SCRATCH.local);
      held += rows;
    });
    drain();
    return molecules;
  }

  #countInGrid(tile: number, choice: Choice, window: TileWindow): number {
    const { kernels } = this.#memory;
    const { weighted } = choice;
    let molecules = 0;
    this.#runs(tile, choice, window, (count, gene, rows) => {
      molecules += weighted
        ? kernels.addWeighted(SCRATCH.index, count, gene, SCRATCH.weights, rows, SCRATCH.grid)
        : kernels.addGrid(SCRATCH.index, count, rows, SCRATCH.grid);
    });
    return molecules;
  }

  /** Moves the counted part of the window's grid to `out` and clears it. */
  #drainGrid(part: BinWindow, window: BinWindow, out: Float64Array): void {
    const grid = this.#grid;
    grid[0] = 0;
    for (let row = 0; row < part.rows; row++) {
      const from = (part.row0 - window.row0 + row) * window.cols + part.col0 - window.col0;
      for (let i = from; i < from + part.cols; i++) {
        const value = grid[i + 1]!;
        if (value === 0) continue;
        out[i] = out[i]! + value;
        grid[i + 1] = 0;
      }
    }
  }

  /** Hands each run of the tile's chosen rows to `add`, its indices in `window` lying in `SCRATCH.index`. */
  #runs(
    tile: number,
    choice: Choice,
    window: TileWindow,
    add: (count: number, gene: number, rows: number) => void,
  ): void {
    const { kernels } = this.#memory;
    const { x, y, gene, count, xExact, yExact } = this.#shard;
    const index = this.#indexer(tile, window);
    let from = this.#shard.tileOffset[tile]!;
    const end = from + this.#shard.tileActive[tile]!;
    while (from < end) {
      const x16 = x.byteOffset + 2 * from;
      const y16 = y.byteOffset + 2 * from;
      const gene16 = gene.byteOffset + 2 * from;
      const count16 = count.byteOffset + 2 * from;
      const x64 = xExact ? xExact.byteOffset + 8 * from : 0;
      const y64 = yExact ? yExact.byteOffset + 8 * from : 0;
      if (choice.kind === "all") {
        const rows = Math.min(RUN_ROWS, end - from);
        index(x16, y16, x64, y64, rows);
        add(count16, gene16, rows);
        from += rows;
        continue;
      }
      const { found, looked } = SCRATCH;
      const rows =
        choice.kind === "gene"
          ? kernels.findGene(gene16, end - from, choice.gene, found, RUN_ROWS, looked)
          : kernels.findGenes(gene16, end - from, SCRATCH.mask, found, RUN_ROWS, looked);
      from += this.#looked[0]!;
      if (rows === 0) continue;
      if (xExact) {
        kernels.take64(x64, found, rows, SCRATCH.xUm);
        kernels.take64(y64, found, rows, SCRATCH.yUm);
      } else {
        kernels.take16(x16, found, rows, SCRATCH.x);
        kernels.take16(y16, found, rows, SCRATCH.y);
      }
      kernels.take16(count16, found, rows, SCRATCH.count);
      if (choice.weighted) kernels.take16(gene16, found, rows, SCRATCH.gene);
      index(SCRATCH.x, SCRATCH.y, SCRATCH.xUm, SCRATCH.yUm, rows);
      add(SCRATCH.count, SCRATCH.gene, rows);
    }
  }

  /** The kernel that indexes this tile's rows, given uint16 columns on a lattice and float64 ones elsewhere. */
  #indexer(tile: number, window: TileWindow): Indexer {
    const { kernels } = this.#memory;
    const { binUm, col0, row0, cols, rows: windowRows } = window;
    const { originXUm, originYUm, quantumUm, span, exact } = this.#shard.geometry;
    const baseX = this.#shard.tileCol[tile]! * span;
    const baseY = this.#shard.tileRow[tile]! * span;
    const { index: out, xUm, yUm } = SCRATCH;
    const placed = (index: (x: number, y: number, rows: number) => void): Indexer => {
      if (!exact) return (_x16, _y16, x, y, rows) => index(x, y, rows);
      return (x, y, _x64, _y64, rows) => {
        kernels.place(x, rows, originXUm, baseX, quantumUm, xUm);
        kernels.place(y, rows, originYUm, baseY, quantumUm, yUm);
        index(xUm, yUm, rows);
      };
    };
    const clipped = window.clipped ? 1 : 0;
    if (window.shape === "square") {
      const fx = exact ? this.#fits.square("X", this.#shard.tileCol[tile]!) : null;
      const fy = exact ? this.#fits.square("Y", this.#shard.tileRow[tile]!) : null;
      if (!fx || !fy) {
        return placed((x, y, rows) =>
          kernels.indexSquare(x, y, rows, binUm, col0, row0, cols, windowRows, out),
        );
      }
      const numbers = [fx.m, fx.a, fx.s, fx.first - col0, fy.m, fy.a, fy.s, fy.first - row0] as const;
      return (x, y, _x64, _y64, rows) =>
        kernels.indexLinear(x, y, rows, ...numbers, cols, windowRows, clipped, out);
    }
    const fit = this.#fits.hex(tile)!;
    const { s, lattice } = fit;
    const { mX, aK, aF, mY, aY, unsure } = lattice ?? { ...NO_LATTICE, unsure: fit.unsure };
    const scales = [fit.scaleX, fit.offsetX, fit.scaleY, fit.offsetY] as const;
    const fixed = [mX, aK, aF, mY, aY, unsure, lattice ? 0 : fit.unsure] as const;
    const place = [fit.kBase / 2 - col0, fit.rBase - row0, cols, windowRows, clipped] as const;
    const position = [originXUm, originYUm, baseX, baseY, quantumUm] as const;
    const numbers = [s, ...scales, ...fixed, ...place, ...position, binUm, col0, row0, out] as const;
    return lattice
      ? (x, y, _x64, _y64, rows) => kernels.indexHex(1, x, y, 0, 0, rows, ...numbers)
      : placed((x, y, rows) => kernels.indexHex(0, 0, 0, x, y, rows, ...numbers));
  }
}

function unionOf(a: BinWindow, b: BinWindow): BinWindow {
  const col0 = Math.min(a.col0, b.col0);
  const row0 = Math.min(a.row0, b.row0);
  const cols = Math.max(a.col0 + a.cols, b.col0 + b.cols) - col0;
  const rows = Math.max(a.row0 + a.rows, b.row0 + b.rows) - row0;
  return { ...a, col0, row0, cols, rows };
}
