import type { ColumnValues } from "./column-writer.ts";
import type { FeatureMap } from "./features.ts";
import { MORTON_BYTES, mortonX, mortonY } from "./morton.ts";
import { type CodeRect, mortonRanges } from "./morton-ranges.ts";
import { OffsetReader } from "./offset-reader.ts";
import { columnPath } from "./row-blocks.ts";
import { packedOfGenes, rowPacker } from "./row-packer.ts";
import { type BesideColumn, type RowRange, RowsReader } from "./rows-reader.ts";
import { CHUNK_ROWS } from "./rows-writer.ts";
import type { StoreArrays } from "./store-arrays.ts";

/** Rows with their positions. Views that the next piece overwrites. */
export interface PlacedRows {
  readonly n: number;
  /** (n,) in the source's units; quanta from the instrument's zero where exact positions were not asked for. */
  readonly x: ColumnValues;
  readonly y: ColumnValues;
  /** (n,) ranks of genes; of one gene, all the same. */
  readonly gene: Float64Array;
  readonly count: Float64Array;
  /** (n,) each: the further columns that were asked for. */
  readonly columns: readonly ColumnValues[];
}

/** Names of the columns that hold exact positions where quanta do not. */
export const POSITION_COLUMNS = ["x", "y"] as const;

function besideColumns(
  arrays: StoreArrays,
  order: "points" | "gene",
  { columns: names = [], exact = true }: RowsWanted,
): BesideColumn[] {
  const positions = exact && !arrays.manifest.plan.lattice ? POSITION_COLUMNS : [];
  return [...positions, ...names].map((name) => {
    const column = arrays.manifest.columns.find((one) => one.name === name);
    const path = columnPath(order, name);
    if (!column) throw arrays.values(path, "no such column");
    return { path, dtype: column.dtype };
  });
}

/** Positions of Morton codes: by table where they are uint32, as those of tiles and all but the largest grids are. */
function placeCodes(codes: Float64Array, left: number, top: number, xs: Int32Array, ys: Int32Array): void {
  const n = codes.length;
  // Codes ascend.
  if (n > 0 && codes[n - 1]! >= 2 ** 32) {
    for (let i = 0; i < n; i++) {
      xs[i] = left + mortonX(codes[i]!);
      ys[i] = top + mortonY(codes[i]!);
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    const word = codes[i]! >>> 0;
    const low = MORTON_BYTES[word & 0xffff]!;
    const high = MORTON_BYTES[word >>> 16]!;
    xs[i] = left + ((low & 255) | ((high & 255) << 8));
    ys[i] = top + ((low >>> 8) | (high & 0xff00));
  }
}

/** What pieces of rows carry beside gene and count. */
export interface RowsWanted {
  /** Names of further columns. */
  readonly columns?: readonly string[];
  /** False: positions are those of quanta, also where a store has exact ones. */
  readonly exact?: boolean;
  /** Of a divided store: whose its features are, and which count. Without it genes are features. */
  readonly features?: FeatureMap | null;
}

/** The rows of all genes, by tile. */
export class PointRows {
  private readonly arrays: StoreArrays;
  private readonly offsets: OffsetReader;
  private readonly rows: RowsReader;
  private readonly xy = [new Int32Array(CHUNK_ROWS), new Int32Array(CHUNK_ROWS)] as const;
  private readonly features: FeatureMap | null;

  private readonly exact: boolean;

  constructor(arrays: StoreArrays, wanted: RowsWanted = {}) {
    const { plan } = arrays.manifest;
    this.arrays = arrays;
    this.exact = !plan.lattice && (wanted.exact ?? true);
    this.features = wanted.features ?? null;
    const tiles = 4 ** (plan.gridLog2 - plan.tileLog2);
    this.offsets = new OffsetReader(arrays, "points/tile_offset", tiles + 1);
    const limbs = [plan.limbs.position, plan.limbs.gene, plan.limbs.count];
    const beside = besideColumns(arrays, "points", wanted);
    this.rows = new RowsReader(arrays, "points/rows", limbs, plan.rows, beside);
  }

  /** Rows of the tiles (ascending Morton indices); empty tiles have `start === end`. */
  segments(tiles: readonly number[], signal?: AbortSignal): Promise<RowRange[]> {
    return this.offsets.segments(tiles, this.arrays.manifest.plan.rows, signal);
  }

  /** How many rows lie in these squares (Morton indices) of 4^level tiles each. */
  async rowsIn(level: number, squares: readonly number[], signal?: AbortSignal): Promise<number> {
    const tiles = 4 ** level;
    const places = squares.flatMap((square) => [square * tiles, (square + 1) * tiles]);
    const offsets = await this.offsets.at(places, signal);
    return offsets.reduce((sum, offset, i) => (i % 2 === 0 ? sum - offset : sum + offset), 0);
  }

  /** Every row of the tiles; `segments` as returned for the same tiles, `tile` the place among them. */
  each(
    tiles: readonly number[],
    segments: readonly RowRange[],
    take: (rows: PlacedRows, tile: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { plan } = this.arrays.manifest;
    const [xs, ys] = this.xy;
    const tileSide = 2 ** plan.tileLog2;
    const positions = tileSide * tileSide;
    const { genes } = plan;
    return this.rows.each(
      segments,
      ({ row, key, plain, columns }, range) => {
        const [gene, count] = plain as [Float64Array, Float64Array];
        const n = key.length;
        const chunk = `0/${Math.floor(row / CHUNK_ROWS)}`;
        if (n > 0 && key[n - 1]! >= positions) throw this.damaged(chunk, "a position outside its tile");
        for (let i = 0; i < n; i++) {
          if (gene[i]! >= genes) throw this.damaged(chunk, `gene ${gene[i]} of ${genes}`);
        }
        if (this.exact) {
          const [x, y, ...rest] = columns;
          take(this.counted({ n, x: x!, y: y!, gene, count, columns: rest }), range);
          return;
        }
        const tile = tiles[range]!;
        const left = plan.originX + mortonX(tile) * tileSide;
        const top = plan.originY + mortonY(tile) * tileSide;
        placeCodes(key, left, top, xs, ys);
        const [x, y] = [xs.subarray(0, n), ys.subarray(0, n)];
        take(this.counted({ n, x, y, gene, count, columns }), range);
      },
      signal,
    );
  }

  /**
   * Every row of the segments, four uint16 each: x and y of its quantum within the tile, gene, count (65 535 where it
   * is more). Written over `outs[k]`, one for each segment and as long as its rows, straight from the chunks. Resolves
   * to the arrays of what counts: these, or shorter ones where rows were left out.
   */
  async pack(
    segments: readonly RowRange[],
    outs: readonly Uint16Array[],
    signal?: AbortSignal,
  ): Promise<readonly Uint16Array[]> {
    const { plan } = this.arrays.manifest;
    const pack = rowPacker(plan);
    await this.rows.eachPlanes(
      segments,
      (piece, range) => {
        const fault = pack(piece, outs[range]!, piece.row - segments[range]!.start);
        if (fault) throw this.damaged(`0/${Math.floor(piece.row / CHUNK_ROWS)}`, fault);
      },
      signal,
    );
    const { features } = this;
    return features ? outs.map((out) => packedOfGenes(out, features)) : outs;
  }

  /** The rows that count, with the genes of their features. */
  private counted(rows: PlacedRows): PlacedRows {
    const { features } = this;
    if (!features) return rows;
    const { leftOut, geneOf } = features;
    const { gene } = rows;
    const isOut = leftOut !== null && gene.some((feature) => leftOut[feature] === 1);
    const kept = isOut ? [...gene.keys()].filter((i) => leftOut[gene[i]!] !== 1) : null;
    for (let i = 0; i < rows.n; i++) gene[i] = geneOf[gene[i]!]!;
    if (!kept) return rows;
    const pick = <T extends ColumnValues>(values: T): T => {
      const out = values.slice(0, kept.length) as T;
      kept.forEach((from, to) => {
        out[to] = values[from]!;
      });
      return out;
    };
    return {
      n: kept.length,
      x: pick(rows.x),
      y: pick(rows.y),
      gene: pick(gene),
      count: pick(rows.count),
      columns: rows.columns.map(pick),
    };
  }

  private damaged(chunk: string, detail: string): Error {
    return this.arrays.values(`points/rows, chunk ${chunk}`, detail);
  }
}

/** The rows of single genes. */
export class GeneRows {
  private readonly arrays: StoreArrays;
  private readonly chunkFirst: OffsetReader;
  private readonly rows: RowsReader;
  private readonly chunks: number;
  private readonly xy = [new Int32Array(CHUNK_ROWS), new Int32Array(CHUNK_ROWS)] as const;
  private readonly gene = new Float64Array(CHUNK_ROWS);

  private readonly exact: boolean;

  constructor(arrays: StoreArrays, wanted: RowsWanted = {}) {
    const { plan } = arrays.manifest;
    this.arrays = arrays;
    this.chunks = Math.ceil(plan.rows / CHUNK_ROWS);
    this.chunkFirst = new OffsetReader(arrays, "gene/chunk_first", this.chunks);
    this.exact = !plan.lattice && (wanted.exact ?? true);
    const beside = besideColumns(arrays, "gene", wanted);
    this.rows = new RowsReader(arrays, "gene/rows", [plan.limbs.code, plan.limbs.count], plan.rows, beside);
  }

  /** Ranges of a gene's rows `segment` that may lie in the rectangle (quanta from the grid's origin). */
  async ranges(segment: RowRange, rect: CodeRect | null, signal?: AbortSignal): Promise<RowRange[]> {
    const first = Math.floor(segment.start / CHUNK_ROWS);
    const last = Math.floor((segment.end - 1) / CHUNK_ROWS);
    if (segment.end === segment.start) return [];
    if (!rect || last - first < 2) return [segment];
    const inner = Array.from({ length: last - first }, (_, k) => first + 1 + k);
    const codes = await this.chunkFirst.at(inner, signal);
    const wanted = mortonRanges(rect, this.arrays.manifest.plan.gridLog2);
    const ranges: { start: number; end: number }[] = [];
    let k = 0;
    for (let chunk = first; chunk <= last; chunk++) {
      // A chunk's codes lie between its first row's and the next chunk's first row's, both included.
      const low = chunk === first ? 0 : codes[chunk - first - 1]!;
      const high = chunk === last ? Infinity : codes[chunk - first]!;
      if (high < low)
        throw this.arrays.values("gene/chunk_first", `chunk ${chunk + 1} begins before ${chunk}`);
      while (k < wanted.length && wanted[k]!.end <= low) k += 1;
      if (k === wanted.length) break;
      if (wanted[k]!.start > high) continue;
      const start = Math.max(segment.start, chunk * CHUNK_ROWS);
      const end = Math.min(segment.end, (chunk + 1) * CHUNK_ROWS);
      const before = ranges.at(-1);
      if (before && before.end === start) before.end = end;
      else ranges.push({ start, end });
    }
    return ranges;
  }

  /** Every row of the ranges; of one of them, `genes[k]` is the gene. */
  each(
    genes: readonly number[],
    ranges: readonly RowRange[],
    take: (rows: PlacedRows, range: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { plan } = this.arrays.manifest;
    const [xs, ys] = this.xy;
    const most = 4 ** plan.gridLog2;
    return this.rows.each(
      ranges,
      ({ row, key, plain, columns }, range) => {
        const n = key.length;
        if (n > 0 && key[n - 1]! >= most) {
          const chunk = `0/${Math.floor(row / CHUNK_ROWS)}`;
          throw this.arrays.values(`gene/rows, chunk ${chunk}`, "a position outside the grid");
        }
        const gene = this.gene.subarray(0, n).fill(genes[range]!);
        if (this.exact) {
          const [x, y, ...rest] = columns;
          take({ n, x: x!, y: y!, gene, count: plain[0]!, columns: rest }, range);
          return;
        }
        placeCodes(key, plan.originX, plan.originY, xs, ys);
        take({ n, x: xs.subarray(0, n), y: ys.subarray(0, n), gene, count: plain[0]!, columns }, range);
      },
      signal,
    );
  }
}
