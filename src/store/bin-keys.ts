import { MORTON_BYTES, mortonOf, mortonX, mortonY } from "./morton.ts";
import type { RowValues } from "./rows-writer.ts";

/** Makes a new array of the codes of bins from the codes of what lies in them, in the same order. */
export type BinKeys = (codes: RowValues) => RowValues;

/** Along one axis: places of what is binned, `0 … length − 1`, the first at `origin` in its own sides from zero. */
interface Axis {
  readonly origin: number;
  /** The first bin's place in bins from zero. */
  readonly first: number;
}

/** Codes of a grid below 2^16 places a side fit a word, and bins of places are looked up. */
const TABLE_LOG2 = 16;

/**
 * The bins of squares of places; `times` places make one bin. Where places are few, codes are Uint32Array and their bits
 * come from tables: a bin's column, its bits already spread, for every column.
 * @param log2 places along a side
 */
export function binKeys(log2: number, times: number, x: Axis, y: Axis): BinKeys {
  if (log2 > TABLE_LOG2) return (codes) => wideKeys(codes, times, x, y);
  const bits = (axis: Axis, odd: 0 | 1): Uint32Array =>
    Uint32Array.from({ length: 2 ** log2 }, (_, place) => {
      const bin = Math.floor((axis.origin + place) / times) - axis.first;
      return odd ? mortonOf(0, bin) : mortonOf(bin, 0);
    });
  const [columns, rows] = [bits(x, 0), bits(y, 1)];
  return (codes) => {
    const keys = new Uint32Array(codes.length);
    if (codes instanceof Uint32Array) tableKeys(codes, columns, rows, keys);
    else tableKeys(new Uint32Array(codes), columns, rows, keys);
    return keys;
  };
}

function tableKeys(codes: Uint32Array, columns: Uint32Array, rows: Uint32Array, keys: Uint32Array): void {
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    const low = MORTON_BYTES[code & 0xffff]!;
    const high = MORTON_BYTES[code >>> 16]!;
    keys[i] = columns[(low & 255) | ((high & 255) << 8)]! | rows[(low >>> 8) | (high & 0xff00)]!;
  }
}

function wideKeys(codes: RowValues, times: number, x: Axis, y: Axis): Float64Array {
  const keys = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const column = Math.floor((x.origin + mortonX(codes[i]!)) / times) - x.first;
    keys[i] = mortonOf(column, Math.floor((y.origin + mortonY(codes[i]!)) / times) - y.first);
  }
  return keys;
}
