import { CentiscopeError } from "../../core/errors.ts";
import { MAX_GENES } from "../../core/table.ts";
import type { QualityBound } from "../../store/features.ts";
import { mortonSpread } from "../../store/morton.ts";
import type { StoreColumn } from "../../store/row-blocks.ts";
import { quantaPerUnit, SUPER_CELLS, type SuperTile, superLog2 } from "../../store/store-plan.ts";
import type { RowBatch, RowSource } from "../row-source.ts";
import type { Buckets } from "./buckets.ts";
import { featuresOf } from "./quality-division.ts";
import { putValue } from "./record-layout.ts";
import { CELLS, NEAR, SuperTiles } from "./super-tiles.ts";

/** Words of a record before its columns: the Morton code within the super-tile, the source's gene or feature, the count. */
export const HEAD_WORDS = 3;
/** Quanta farther from the zero than this have no super-tile. */
const FARTHEST = 2 ** 31;

/** All that pass one has learnt, and the buckets of rows by super-tile. */
export interface Partitioned {
  readonly rows: number;
  readonly total: number;
  readonly maxCount: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  /** Bucket `k` holds the rows of super-tile `k`. */
  readonly superTiles: readonly SuperTile[];
  /** Molecules and rows per gene of the source, or per feature of its genes (`featuresOf`). */
  readonly geneTotals: Float64Array;
  readonly geneRows: Float64Array;
  /** By column: the strings that its values are indices of. */
  readonly dictionaries: ReadonlyMap<string, readonly string[]>;
  /** True when every position is a float32. */
  readonly singlePrecision: boolean;
}

export interface PartitionOptions {
  /** The table's name, for messages. */
  readonly file: string;
  /** Most strings that a column may have. */
  readonly mostStrings: number;
  /** What divides the rows of each gene; null for nothing. */
  readonly bound: QualityBound | null;
}

/** Pass one: checks every row and deals it into the bucket of its super-tile. */
export class Partitioner {
  private readonly source: RowSource;
  private readonly buckets: Buckets;
  private readonly columns: readonly StoreColumn[];
  private readonly mostStrings: number;
  private readonly bound: QualityBound | null;
  private readonly file: string;
  private readonly superLog2: number;
  private readonly quanta: number;
  private readonly tiles: SuperTiles;
  private readonly words = new Map<
    string,
    { readonly codes: Map<string, number>; readonly strings: string[] }
  >();
  private geneTotals: Float64Array = new Float64Array(1024);
  private geneRows: Float64Array = new Float64Array(1024);
  private genes = 0;
  private rows = 0;
  private maxCount = 0;
  private box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  private singlePrecision = true;

  /** `columns`: as they will be in the store; on a continuous source x and y are the first two. */
  constructor(
    source: RowSource,
    buckets: Buckets,
    columns: readonly StoreColumn[],
    { file, mostStrings, bound }: PartitionOptions,
  ) {
    this.source = source;
    this.buckets = buckets;
    this.columns = columns;
    this.file = file;
    this.mostStrings = mostStrings;
    this.bound = bound;
    this.superLog2 = superLog2(source.lattice);
    this.quanta = quantaPerUnit(source.lattice, source.unitUm);
    this.tiles = new SuperTiles(() => buckets.create(), file, 2 ** this.superLog2 / this.quanta);
    for (const { name, dtype } of source.extraColumns) {
      if (dtype === "string") this.words.set(name, { codes: new Map(), strings: [] });
    }
  }

  add(given: RowBatch): void {
    const batch = this.bound ? { ...given, gene: this.divide(given, this.bound) } : given;
    const { x, y } = batch;
    if (this.source.lattice && x instanceof Int32Array && y instanceof Int32Array) this.addSpots(batch, x, y);
    else this.addRows(batch);
    this.rows += batch.rows;
  }

  private divide(batch: RowBatch, bound: QualityBound): Uint32Array {
    const { rows, gene, extra } = batch;
    if ((extra[bound.column]?.length ?? 0) < rows) throw this.bad(0, `column ${bound.column} is too short`);
    for (let i = 0; i < rows; i++) if (gene[i]! >= MAX_GENES) throw this.badGene(gene[i]!, i);
    return featuresOf(batch, bound);
  }

  /** Rows at whole positions, which need no rounding: as `addRows`, in half the time. */
  private addSpots(batch: RowBatch, x: Int32Array, y: Int32Array): void {
    const { rows, gene, count } = batch;
    const extras = this.extrasOf(batch);
    const { box, buckets, superLog2: shift } = this;
    const { recordWords } = buckets;
    const mask = 2 ** shift - 1;
    const cellShift = shift - Math.log2(SUPER_CELLS);
    const spread = mortonSpread(shift);
    let { minX, maxX, minY, maxY } = box;
    let { maxCount } = this;
    // Rows of one gene often come together: they are added up before they are added.
    let geneHere = -1;
    let rowsHere = 0;
    let totalHere = 0;
    const { tiles } = this;
    const { near } = tiles;
    let { cells, totals } = tiles;
    for (let i = 0; i < rows; i++) {
      const px = x[i]!;
      const py = y[i]!;
      const col = px >> shift;
      const row = py >> shift;
      const isNear = (col + NEAR) >>> 0 < 2 * NEAR && (row + NEAR) >>> 0 < 2 * NEAR;
      let bucket = isNear ? near[(row + NEAR) * 2 * NEAR + col + NEAR]! : -1;
      if (bucket < 0) {
        if (px === -FARTHEST || py === -FARTHEST) throw this.bad(i, `position ${px}, ${py}`);
        bucket = tiles.bucketOf(col, row);
        ({ cells, totals } = tiles);
      }
      const g = gene[i]!;
      const c = count[i]!;
      if (g !== geneHere) {
        this.addGene(geneHere, rowsHere, totalHere);
        if (g >= this.genes) this.growGenes(g, i);
        geneHere = g;
        rowsHere = 0;
        totalHere = 0;
      }
      rowsHere += 1;
      totalHere += c;
      totals[bucket] = totals[bucket]! + c;
      const lx = px & mask;
      const ly = py & mask;
      const cell = bucket * CELLS + (ly >> cellShift) * SUPER_CELLS + (lx >> cellShift);
      cells[cell] = cells[cell]! + 1;
      if (c > maxCount) maxCount = c;
      if (px < minX) minX = px;
      if (px > maxX) maxX = px;
      if (py < minY) minY = py;
      if (py > maxY) maxY = py;
      const open = buckets.open(bucket);
      const { words, used: at } = open;
      open.used = at + recordWords;
      words[at] = spread[lx]! | (spread[ly]! << 1);
      words[at + 1] = g;
      words[at + 2] = c;
      for (let k = 0, to = at + HEAD_WORDS; k < extras.length; k++, to++) {
        putValue(words, to, extras[k]!.dtype, extras[k]!.values[i]!);
      }
    }
    this.addGene(geneHere, rowsHere, totalHere);
    this.box = { minX, maxX, minY, maxY };
    this.maxCount = maxCount;
  }

  private addGene(gene: number, rows: number, total: number): void {
    if (gene < 0) return;
    this.geneTotals[gene] = this.geneTotals[gene]! + total;
    this.geneRows[gene] = this.geneRows[gene]! + rows;
  }

  private addRows(batch: RowBatch): void {
    const { rows, x, y, gene, count } = batch;
    const { lattice } = this.source;
    const side = 2 ** this.superLog2;
    const cellShift = this.superLog2 - Math.log2(SUPER_CELLS);
    const extras = this.extrasOf(batch);
    const { box, buckets, quanta } = this;
    const { recordWords } = buckets;
    const spread = mortonSpread(this.superLog2);
    let { geneTotals, geneRows } = this;
    for (let i = 0; i < rows; i++) {
      const px = x[i]!;
      const py = y[i]!;
      const qx = lattice ? px : Math.floor(px * quanta);
      const qy = lattice ? py : Math.floor(py * quanta);
      // One comparison also refuses NaN and infinity.
      if (!(Math.abs(qx) < FARTHEST && Math.abs(qy) < FARTHEST)) throw this.bad(i, `position ${px}, ${py}`);
      if (lattice && (Math.floor(qx) !== qx || Math.floor(qy) !== qy)) {
        throw this.bad(i, `position ${px}, ${py} is not whole`);
      }
      const col = Math.floor(qx / side);
      const row = Math.floor(qy / side);
      const bucket = this.tiles.bucketOf(col, row);
      const { cells, totals } = this.tiles;
      const lx = qx - col * side;
      const ly = qy - row * side;
      const g = gene[i]!;
      const c = count[i]!;
      if (g >= this.genes) {
        this.growGenes(g, i);
        ({ geneTotals, geneRows } = this);
      }
      geneTotals[g] = geneTotals[g]! + c;
      geneRows[g] = geneRows[g]! + 1;
      totals[bucket] = totals[bucket]! + c;
      const cell = bucket * CELLS + (ly >> cellShift) * SUPER_CELLS + (lx >> cellShift);
      cells[cell] = cells[cell]! + 1;
      if (c > this.maxCount) this.maxCount = c;
      if (qx < box.minX) box.minX = qx;
      if (qx > box.maxX) box.maxX = qx;
      if (qy < box.minY) box.minY = qy;
      if (qy > box.maxY) box.maxY = qy;
      const open = buckets.open(bucket);
      const { words, used: at } = open;
      open.used = at + recordWords;
      words[at] = spread[lx]! | (spread[ly]! << 1);
      words[at + 1] = g;
      words[at + 2] = c;
      let to = at + HEAD_WORDS;
      if (!lattice) {
        putValue(words, to, "float64", px);
        putValue(words, to + 2, "float64", py);
        to += 4;
        if (Math.fround(px) !== px || Math.fround(py) !== py) this.singlePrecision = false;
      }
      for (const { values, dtype } of extras) {
        putValue(words, to, dtype, values[i]!);
        to += dtype === "float64" ? 2 : 1;
      }
    }
  }

  finish(): Partitioned {
    const { names } = this.source.genes();
    const kinds = this.bound ? 2 : 1;
    const genes = Math.ceil(this.genes / kinds);
    if (genes > names.length) {
      throw new CentiscopeError("convert-row", {
        file: this.file,
        row: this.rows,
        detail: `gene ${genes - 1} of ${names.length}`,
      });
    }
    const features = kinds * names.length;
    this.reserveGenes(features);
    return {
      rows: this.rows,
      total: this.tiles.total,
      maxCount: this.maxCount,
      ...this.box,
      superTiles: this.tiles.all((bucket) => this.buckets.records(bucket)),
      geneTotals: this.geneTotals.subarray(0, features),
      geneRows: this.geneRows.subarray(0, features),
      dictionaries: new Map([...this.words].map(([name, { strings }]) => [name, strings])),
      singlePrecision: this.singlePrecision,
    };
  }

  /** The batch's further columns as numbers, strings by their place in the column's dictionary. */
  private extrasOf(
    batch: RowBatch,
  ): { readonly values: ArrayLike<number>; readonly dtype: StoreColumn["dtype"] }[] {
    const first = this.source.lattice ? 0 : 2;
    return this.columns.slice(first).map(({ name, dtype }) => {
      const values = batch.extra[name];
      if (!values || values.length < batch.rows) throw this.bad(0, `column ${name} is too short`);
      if (!isStrings(values)) return { values, dtype };
      return { values: this.encode(name, values, batch.rows), dtype };
    });
  }

  private encode(name: string, values: readonly string[], rows: number): Uint32Array {
    const { codes, strings } = this.words.get(name)!;
    const out = new Uint32Array(rows);
    for (let i = 0; i < rows; i++) {
      const text = values[i]!;
      let code = codes.get(text);
      if (code === undefined) {
        code = strings.length;
        if (code >= this.mostStrings) {
          throw new CentiscopeError("convert-strings", {
            file: this.file,
            column: name,
            most: this.mostStrings,
          });
        }
        codes.set(text, code);
        strings.push(text);
      }
      out[i] = code;
    }
    return out;
  }

  private growGenes(gene: number, row: number): void {
    if (!this.bound && gene >= MAX_GENES) throw this.badGene(gene, row);
    this.reserveGenes(gene + 1);
    this.genes = gene + 1;
  }

  private reserveGenes(count: number): void {
    if (count <= this.geneTotals.length) return;
    const grow = (old: Float64Array): Float64Array => {
      const grown = new Float64Array(Math.max(count, 2 * old.length));
      grown.set(old);
      return grown;
    };
    this.geneTotals = grow(this.geneTotals);
    this.geneRows = grow(this.geneRows);
  }

  private badGene(gene: number, row: number): CentiscopeError {
    return this.bad(row, `gene ${gene}; at most ${MAX_GENES} genes are kept`);
  }

  private bad(i: number, detail: string): CentiscopeError {
    return new CentiscopeError("convert-row", { file: this.file, row: this.rows + i + 1, detail });
  }
}

function isStrings(values: ArrayLike<number> | readonly string[]): values is readonly string[] {
  return Array.isArray(values);
}
