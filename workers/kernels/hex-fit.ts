import { HEX_ROW_SPACING, HEX_TIE } from "../../src/core/bin-window.ts";
import type { TileGeometry } from "../../src/core/table.ts";
import { fractionBits, solveOffset } from "./lattice-fit.ts";

/**
 * Fixed point for the hexagons of one tile, with `s` fraction bits: `x · scaleX + offsetX` is X of bin-hex.ts (half
 * hexagons across) from the even number `kBase`, `y · scaleY + offsetY` is Y (rows) from the even `rBase`. Numbers
 * closer than `unsure` to an edge do not decide.
 */
export interface HexFit {
  readonly s: number;
  readonly kBase: number;
  readonly rBase: number;
  readonly scaleX: number;
  readonly offsetX: number;
  readonly scaleY: number;
  readonly offsetY: number;
  readonly unsure: number;
  /** The same from a lattice tile's quanta; null off the lattice and where no exact `aK` exists. */
  readonly lattice: HexLatticeFit | null;
}

export interface HexLatticeFit {
  readonly mX: number;
  /** Gives the half-column exactly. */
  readonly aK: number;
  /** Gives X to within rounding. */
  readonly aF: number;
  readonly mY: number;
  readonly aY: number;
  readonly unsure: number;
}

/** Fraction bits that `countHex` is written for: hexagons from a 180th of the tile. More would gain nothing. */
export const COUNTED_HEX_BITS = 23;

/** Tiles more than this many hexagons across leave too few bits for fractions. */
const MAX_ACROSS = 2 ** 20;

/** Null when the tile is too large, or so far away that float64 has no fractions of a hexagon left. */
export function fitHex(
  geometry: TileGeometry,
  tileCol: number,
  tileRow: number,
  binUm: number,
): HexFit | null {
  const { originXUm, originYUm, quantumUm, span, exact } = geometry;
  const side = span * quantumUm;
  const left = originXUm + tileCol * side;
  const top = originYUm + tileRow * side;
  const perX = 2 / binUm;
  const perY = 1 / (binUm * HEX_ROW_SPACING);
  const noise = 2 ** -48 * ((Math.abs(left) + side) * perX + (Math.abs(top) + side) * perY + 1);
  const across = (side + 2 * quantumUm) * perX;
  if (across > MAX_ACROSS || noise > 1e-3) return null;
  const kBase = 2 * Math.floor(((left - quantumUm) * perX - 1) / 2);
  const rBase = 2 * Math.floor(((top - quantumUm) * perY - 1) / 2);
  const s = Math.min(fractionBits(across + 4), COUNTED_HEX_BITS);
  const unit = 2 ** s;
  const scaleX = perX * unit;
  const scaleY = perY * unit;
  const slack = Math.ceil((8 * noise + 4 * HEX_TIE) * unit) + 8;
  const fit = {
    s,
    kBase,
    rBase,
    scaleX,
    offsetX: -kBase * unit,
    scaleY,
    offsetY: -rBase * unit,
    unsure: slack,
  };
  // Half a unit of rounding in m counts span times, in X once and in Y three times.
  const unsure = slack + 2 * span;
  if (!exact || unsure > unit / 16) return { ...fit, lattice: null };

  const mX = Math.round(quantumUm * scaleX);
  const mY = Math.round(quantumUm * scaleY);
  let clear = true;
  const halfColumnOf = (q: number) => {
    const x = ((originXUm + (tileCol * span + q) * quantumUm) * 2) / binUm;
    const edge = Math.round(x);
    const toEdge = Math.abs(x - edge);
    if (toEdge > HEX_TIE + noise) return Math.ceil(x) - 1 - kBase;
    if (toEdge + noise >= HEX_TIE / 2) clear = false;
    return edge - 1 - kBase;
  };
  const edgeOf = (k: number) => ((kBase + k) / perX - originXUm) / quantumUm - tileCol * span;
  const aK = solveOffset(halfColumnOf, span, mX, s, edgeOf);
  if (aK === null || !clear) return { ...fit, lattice: null };
  return {
    ...fit,
    lattice: {
      mX,
      aK,
      aF: Math.round(left * scaleX - kBase * unit),
      mY,
      aY: Math.round(top * scaleY - rBase * unit),
      unsure,
    },
  };
}
