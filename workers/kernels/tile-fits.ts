import type { TableShard } from "../../src/core/table.ts";
import { fitHex, type HexFit } from "./hex-fit.ts";
import { fitLattice, type LatticeFit } from "./lattice-fit.ts";

/** The fixed-point arithmetic of a shard's tiles for one bin size, worked out once: tiles of a column share it. */
export class TileFits {
  readonly binUm: number;
  readonly #shard: TableShard;
  readonly #columns = new Map<number, LatticeFit | null>();
  readonly #rows = new Map<number, LatticeFit | null>();
  readonly #counted = new Map<number, LatticeFit | null>();
  readonly #hex = new Map<number, HexFit | null>();

  constructor(shard: TableShard, binUm: number) {
    this.#shard = shard;
    this.binUm = binUm;
  }

  /** Squares along X of tile column `tile`, or along Y of tile row `tile`. */
  square(axis: "X" | "Y", tile: number): LatticeFit | null {
    const fits = axis === "X" ? this.#columns : this.#rows;
    let fit = fits.get(tile);
    if (fit === undefined) {
      const { originXUm, originYUm, quantumUm, span } = this.#shard.geometry;
      fit = fitLattice(axis === "X" ? originXUm : originYUm, tile * span, quantumUm, span, this.binUm);
      fits.set(tile, fit);
    }
    return fit;
  }

  /**
   * As `square`, with 16 + `shift` fraction bits: for `countSquare`, whose factors are signed 16-bit numbers. Null
   * also where they are larger, or where bins shifted left by `shift` may be.
   */
  counted(axis: "X" | "Y", tile: number, shift: number): LatticeFit | null {
    const key = (2 * tile + (axis === "X" ? 0 : 1)) * 16 + shift;
    let fit = this.#counted.get(key);
    if (fit === undefined) {
      fit = this.#fitCounted(axis, tile, shift);
      this.#counted.set(key, fit);
    }
    return fit;
  }

  #fitCounted(axis: "X" | "Y", tile: number, shift: number): LatticeFit | null {
    const { originXUm, originYUm, quantumUm, span } = this.#shard.geometry;
    const quanta = this.binUm / quantumUm;
    if (
      span > 2 ** 15 ||
      2 ** (16 + shift) / quanta > 2 ** 15 - 1 ||
      (span / quanta + 2) * 2 ** shift > 2 ** 16
    ) {
      return null;
    }
    const origin = axis === "X" ? originXUm : originYUm;
    return fitLattice(origin, tile * span, quantumUm, span, this.binUm, 16 + shift);
  }

  /** Hexagons of tile number `tile`. */
  hex(tile: number): HexFit | null {
    let fit = this.#hex.get(tile);
    if (fit === undefined) {
      fit = fitHex(this.#shard.geometry, this.#shard.tileCol[tile]!, this.#shard.tileRow[tile]!, this.binUm);
      this.#hex.set(tile, fit);
    }
    return fit;
  }
}
