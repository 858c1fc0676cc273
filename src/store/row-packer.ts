import type { FeatureMap } from "./features.ts";
import { MORTON_BYTES } from "./morton.ts";
import type { PlanePiece } from "./rows-reader.ts";
import { CHUNK_ROWS } from "./rows-writer.ts";
import type { StorePlan } from "./store-plan.ts";

/** Uint16 words of a packed row. */
export const PACKED_WORDS = 4;
const MOST_COUNT = 65_535;

/** Writes a piece's rows into `out` from row `at`; what is wrong with them, in the reader's words, if anything. */
export type RowPacker = (piece: PlanePiece, out: Uint16Array, at: number) => string | undefined;

/**
 * Packs pieces of `points/rows` as they are drawn: x and y within the tile, gene, count, uint16 each. One pass over the
 * limbs, 8 bytes a row, with no array between. Positions take at most two limbs (`tile_log2` ≤ 16) and genes one
 * (SPEC §9); a count that takes more than one is drawn as 65 535 when it is greater.
 */
export function rowPacker({ tileLog2, genes, limbs }: StorePlan): RowPacker {
  const positions = 4 ** tileLog2;
  const genePlane = limbs.position * CHUNK_ROWS;
  const countPlane = genePlane + limbs.gene * CHUNK_ROWS;
  // Of one limb, sums of a chunk's differences stay below 2^28: whole numbers all the way.
  const place = limbs.position === 1 ? placeShort : placeLong;
  return ({ planes, from, n }, out, at) => {
    const position = place(planes, from, n, out, at);
    let highestGene = 0;
    for (let i = from, to = at * PACKED_WORDS + 2; i < from + n; i++, to += PACKED_WORDS) {
      const gene = planes[genePlane + i]!;
      if (limbs.gene > 1 && planes[genePlane + CHUNK_ROWS + i] !== 0) return "a gene beyond 65 536";
      if (gene > highestGene) highestGene = gene;
      out[to] = gene;
      out[to + 1] = planes[countPlane + i]!;
    }
    if (n > 0 && position >= positions) return "a position outside its tile";
    if (n > 0 && highestGene >= genes) return `gene ${highestGene} of ${genes}`;
    for (let limb = 1; limb < limbs.count; limb++) {
      const plane = countPlane + limb * CHUNK_ROWS;
      for (let i = 0; i < n; i++) {
        if (planes[plane + from + i] !== 0) out[(at + i) * PACKED_WORDS + 3] = MOST_COUNT;
      }
    }
    return undefined;
  };
}

/** Packed rows of features in place as rows of their genes; without those that do not count, in an array of their own. */
export function packedOfGenes(rows: Uint16Array, { geneOf, leftOut }: FeatureMap): Uint16Array {
  let length = 0;
  for (let at = 0; at < rows.length; at += PACKED_WORDS) {
    const feature = rows[at + 2]!;
    if (leftOut?.[feature] === 1) continue;
    if (length < at) rows.copyWithin(length, at, at + PACKED_WORDS);
    rows[length + 2] = geneOf[feature]!;
    length += PACKED_WORDS;
  }
  return length === rows.length ? rows : rows.slice(0, length);
}

/** Writes x and y of positions of one limb; the last position. */
function placeShort(planes: Uint16Array, from: number, n: number, out: Uint16Array, at: number): number {
  let position = 0;
  for (let i = from, to = at * PACKED_WORDS; i < from + n; i++, to += PACKED_WORDS) {
    position = (position + planes[i]!) | 0;
    const low = MORTON_BYTES[position & 0xffff]!;
    const high = MORTON_BYTES[position >>> 16]!;
    out[to] = (low & 255) | ((high & 255) << 8);
    out[to + 1] = (low >>> 8) | (high & 0xff00);
  }
  return position;
}

/** The same of two limbs. */
function placeLong(planes: Uint16Array, from: number, n: number, out: Uint16Array, at: number): number {
  let position = 0;
  for (let i = from, to = at * PACKED_WORDS; i < from + n; i++, to += PACKED_WORDS) {
    position += planes[i]! + planes[CHUNK_ROWS + i]! * 65_536;
    const word = position | 0;
    const low = MORTON_BYTES[word & 0xffff]!;
    const high = MORTON_BYTES[word >>> 16]!;
    out[to] = (low & 255) | ((high & 255) << 8);
    out[to + 1] = (low >>> 8) | (high & 0xff00);
  }
  return position;
}
