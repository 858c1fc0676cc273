import { type BinKeys, binKeys } from "./bin-keys.ts";
import { mergeEqual, sortByCode } from "./code-sort.ts";
import type { RowValues } from "./rows-writer.ts";
import { firstBin, type StorePlan } from "./store-plan.ts";

/** Genes with at most so many rows have no bins: their rows are read as fast. */
const BINNED_ROWS = 16_384;
/** A level that has more bins of a gene than a screen has pixels is not kept. */
const MAX_BINS = 2 ** 21;

interface Level {
  readonly bin: number;
  readonly col0: number;
  readonly row0: number;
  /** From the codes of what is binned: of rows, or of bins of the finer level. */
  keys: BinKeys;
  readonly coarser: Level[];
  /** Bins of the gene at hand, in pieces each sorted; sums of equal bins. */
  pieces: { readonly codes: RowValues; readonly values: Float64Array }[];
  held: number;
  /** Too many bins: pieces go straight to the coarser levels. */
  passes: boolean;
}

/** Whether a gene of so many rows has bins at all. */
export function hasBins(rows: number): boolean {
  return rows > BINNED_ROWS;
}

/** Bins of one gene at one level, by ascending code of the bin; `level` counts the bins of the ladder above the first. */
export interface GeneBins {
  readonly level: number;
  readonly codes: RowValues;
  readonly values: Float64Array;
}

/** Bins of the ladder that genes are binned in. */
export function geneBinSides(plan: StorePlan): readonly number[] {
  return plan.ladder.filter((bin) => bin > 1);
}

/**
 * Bins the rows of one gene after another: kept are the levels whose bins are at most half as many as at the coarsest
 * level that is kept before it (the rows, to begin with).
 */
export class GeneBinner {
  private readonly levels: readonly Level[];
  private readonly roots: readonly Level[];

  constructor(plan: StorePlan) {
    this.levels = geneBinSides(plan).map((bin) => {
      const [col0, row0] = [firstBin(plan.originX, bin), firstBin(plan.originY, bin)];
      const [x, y] = [
        { origin: plan.originX, first: col0 },
        { origin: plan.originY, first: row0 },
      ];
      return {
        bin,
        col0,
        row0,
        keys: binKeys(plan.gridLog2, bin, x, y),
        coarser: [],
        pieces: [],
        held: 0,
        passes: false,
      };
    });
    const roots: Level[] = [];
    this.levels.forEach((level, k) => {
      const finer = this.levels.slice(0, k).findLast(({ bin }) => level.bin % bin === 0);
      if (!finer) {
        roots.push(level);
        return;
      }
      finer.coarser.push(level);
      const log2 = Math.ceil(Math.log2(Math.floor(2 ** plan.gridLog2 / finer.bin) + 2));
      const [x, y] = [
        { origin: finer.col0, first: level.col0 },
        { origin: finer.row0, first: level.row0 },
      ];
      level.keys = binKeys(log2, level.bin / finer.bin, x, y);
    });
    this.roots = roots;
  }

  /** Some rows of the gene at hand: their codes in the grid and counts. */
  add(codes: RowValues, counts: Uint32Array): void {
    for (const level of this.roots) this.take(level, level.keys(codes), new Float64Array(counts));
  }

  /** Ends a gene of `rows` rows; the levels worth keeping. */
  end(rows: number): GeneBins[] {
    const kept: GeneBins[] = [];
    let least = rows;
    for (const [level, state] of this.levels.entries()) {
      const { codes, values } = this.merged(state);
      if (!state.passes) {
        // Whether pieces were too many to hold depends on how rows came; whether a level is kept must not.
        if (codes.length <= Math.min(MAX_BINS, least / 2)) {
          kept.push({ level, codes, values });
          least = codes.length;
        }
        this.pass(state, codes, values);
      }
      state.pieces = [];
      state.held = 0;
      state.passes = false;
    }
    return kept;
  }

  private take(level: Level, codes: RowValues, values: Float64Array): void {
    sortByCode(codes, values);
    const piece = mergeEqual(codes, values);
    if (level.passes) {
      this.pass(level, piece.codes, piece.values);
      return;
    }
    // Copies: the views would keep the longer arrays alive.
    level.pieces.push({ codes: piece.codes.slice(), values: piece.values.slice() });
    level.held += piece.codes.length;
    if (level.held <= 2 * MAX_BINS) return;
    const all = this.merged(level);
    level.pieces = [all];
    level.held = all.codes.length;
    if (level.held <= MAX_BINS) return;
    level.passes = true;
    level.pieces = [];
    level.held = 0;
    this.pass(level, all.codes, all.values);
  }

  private merged(level: Level): { readonly codes: RowValues; readonly values: Float64Array } {
    const only = level.pieces[0];
    if (only && level.pieces.length === 1) return only;
    const codes = new (only?.codes instanceof Uint32Array ? Uint32Array : Float64Array)(level.held);
    const values = new Float64Array(level.held);
    let at = 0;
    for (const piece of level.pieces) {
      codes.set(piece.codes, at);
      values.set(piece.values, at);
      at += piece.codes.length;
    }
    sortByCode(codes, values);
    return mergeEqual(codes, values);
  }

  /** Adds bins of one level to the coarser ones. */
  private pass(level: Level, codes: RowValues, values: Float64Array): void {
    for (const coarser of level.coarser) {
      this.take(coarser, coarser.keys(codes), values.slice());
    }
  }
}
