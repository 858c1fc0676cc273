import type { Affine } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import {
  type CoordinateFrame,
  MAX_GENES,
  MAX_ROWS,
  type Platform,
  type ReaderWarning,
  type TranscriptColumns,
} from "../core/table.ts";
import { ByteDictionary, hashBytes } from "./byte-dictionary.ts";
import { isControlName } from "./control-probes.ts";

/** Shown instead of an empty gene name. */
export const NO_NAME = "(no name)";
const NO_NAME_BYTES = new TextEncoder().encode(NO_NAME);

export type CoordinateArray = Int32Array | Float32Array | Float64Array;
export type CoordinateType = "int32" | "float32" | "float64";

const ARRAYS = { int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

/** What a reader knows beyond the rows. */
export interface TableFacts {
  readonly platform: Platform;
  readonly frame: CoordinateFrame;
  readonly instrumentToImagePx?: Affine<"instrument", "imagePx"> | null;
  readonly warnings?: readonly ReaderWarning[];
  /** Names and ids of the gene keys, when the keys are ids: parallel arrays. */
  readonly genes?: { readonly names: readonly string[]; readonly ids: readonly string[] };
}

/** Rows that left a builder; all arrays are the taker's. */
export interface DrainedRows {
  readonly rows: number;
  readonly x: CoordinateArray;
  readonly y: CoordinateArray;
  readonly gene: Uint32Array;
  /** 1 where the table counts nothing. */
  readonly count: Uint32Array;
  readonly qv: Float32Array | null;
  readonly cell: Uint32Array | null;
  readonly z: Float32Array | null;
  readonly exon: Uint32Array | null;
}

/** Growing columns of one table. Scanners write straight into the arrays up to `capacity`. */
export class TranscriptBuilder {
  readonly file: string;
  readonly maxRows: number;
  rows = 0;
  capacity = 0;
  x: CoordinateArray;
  y: CoordinateArray;
  gene = new Uint16Array(0);
  /** Written when `hasCount`; narrowed at the end. */
  count = new Uint32Array(0);
  qv = new Float32Array(0);
  cell = new Uint32Array(0);
  /** Focal depth as in the file, and counts of exonic molecules: kept for conversion, unused in the viewer. */
  z = new Float32Array(0);
  exon = new Uint32Array(0);
  readonly genes = new ByteDictionary();
  readonly cells = new ByteDictionary();
  readonly hasCount: boolean;
  readonly hasQv: boolean;
  readonly hasCell: boolean;
  readonly hasZ: boolean;
  readonly hasExon: boolean;
  /** Rows left out because their count is 0. */
  zeroRows = 0;
  unnamedRows = 0;
  missingQv = 0;
  private readonly geneColumn: string;

  constructor(options: {
    file: string;
    coordinates: CoordinateType;
    hasCount: boolean;
    hasQv: boolean;
    hasCell: boolean;
    hasZ?: boolean;
    hasExon?: boolean;
    geneColumn: string;
    /** Infinity for a builder that is drained: it is as large as what comes between two drainings. */
    maxRows?: number | undefined;
  }) {
    this.file = options.file;
    const { maxRows = MAX_ROWS } = options;
    this.maxRows = maxRows === Number.POSITIVE_INFINITY ? maxRows : Math.min(maxRows, MAX_ROWS);
    this.x = new ARRAYS[options.coordinates](0);
    this.y = new ARRAYS[options.coordinates](0);
    this.hasCount = options.hasCount;
    this.hasQv = options.hasQv;
    this.hasCell = options.hasCell;
    this.hasZ = options.hasZ ?? false;
    this.hasExon = options.hasExon ?? false;
    this.geneColumn = options.geneColumn;
  }

  /** Makes room at once for the rows that the whole file will probably have, instead of growing step by step. */
  expect(rows: number): void {
    const capacity = Math.ceil(Math.min(rows * 1.03, this.maxRows + 1));
    if (capacity > this.capacity * 1.3) this.resize(capacity);
  }

  /** Makes room for `more` rows, but never for more than one beyond the limit. */
  reserve(more: number): void {
    const needed = Math.min(this.rows + more, this.maxRows + 1);
    if (needed <= this.capacity) return;
    this.resize(Math.min(this.maxRows + 1, Math.max(needed, Math.ceil(this.capacity * 1.6), 65_536)));
  }

  private resize(capacity: number): void {
    this.x = resized(this.x, capacity);
    this.y = resized(this.y, capacity);
    this.gene = resized(this.gene, capacity);
    if (this.hasCount) this.count = resized(this.count, capacity);
    if (this.hasQv) this.qv = resized(this.qv, capacity);
    if (this.hasCell) this.cell = resized(this.cell, capacity);
    if (this.hasZ) this.z = resized(this.z, capacity);
    if (this.hasExon) this.exon = resized(this.exon, capacity);
    this.capacity = capacity;
  }

  /** Goes on with float64 positions; exact for those already there. */
  widenCoordinates(): void {
    if (this.x instanceof Float64Array) return;
    this.x = Float64Array.from(this.x);
    this.y = Float64Array.from(this.y);
  }

  /** Throws when the rows exceed the limit. Call it after each chunk, and when `rows` reaches `capacity`. */
  checkRows(): void {
    if (this.rows > this.maxRows) {
      throw new CentiscopeError("too-many-rows", {
        file: this.file,
        limit: this.maxRows.toLocaleString("en-US"),
      });
    }
  }

  /** The code of a gene name or id; an empty one is counted and named {@link NO_NAME}. */
  internGene(bytes: Uint8Array, start: number, end: number, hash: number): number {
    if (start === end) {
      this.unnamedRows++;
      const { length } = NO_NAME_BYTES;
      return this.genes.intern(NO_NAME_BYTES, 0, length, hashBytes(NO_NAME_BYTES, 0, length));
    }
    const code = this.genes.intern(bytes, start, end, hash);
    if (code >= MAX_GENES) {
      throw new CentiscopeError("too-many-genes", {
        file: this.file,
        limit: MAX_GENES.toLocaleString("en-US"),
        column: this.geneColumn,
      });
    }
    return code;
  }

  /** The rows so far, copied out, so that a table of any length passes through a builder of one size. */
  drain(): DrainedRows {
    const { rows } = this;
    this.rows = 0;
    return {
      rows,
      x: this.x.slice(0, rows),
      y: this.y.slice(0, rows),
      gene: Uint32Array.from(this.gene.subarray(0, rows)),
      count: this.hasCount ? this.count.slice(0, rows) : new Uint32Array(rows).fill(1),
      qv: this.hasQv ? this.qv.slice(0, rows) : null,
      cell: this.hasCell ? this.cell.slice(0, rows) : null,
      z: this.hasZ ? this.z.slice(0, rows) : null,
      exon: this.hasExon ? this.exon.slice(0, rows) : null,
    };
  }

  /** What was noticed in the rows so far. */
  warnings(): ReaderWarning[] {
    const { file } = this;
    const warnings: ReaderWarning[] = [];
    const warn = (code: string, params: Record<string, string | number>) =>
      warnings.push({ code, params: { file, ...params } });
    if (this.zeroRows > 0) warn("warn-zero-counts", { rows: this.zeroRows });
    if (this.unnamedRows > 0) warn("warn-gene-unnamed", { rows: this.unnamedRows, name: NO_NAME });
    if (this.missingQv > 0) warn("warn-qv-missing", { rows: this.missingQv });
    return warnings;
  }

  /** The columns, cut to length. The builder must not be used afterwards. */
  finish(facts: TableFacts): TranscriptColumns {
    const { file, rows } = this;
    if (rows === 0) throw new CentiscopeError("table-empty", { file });
    const warnings: ReaderWarning[] = [...(facts.warnings ?? []), ...this.warnings()];
    const x = taken(this.x, rows);
    this.x = new Int32Array(0);
    const y = taken(this.y, rows);
    this.y = new Int32Array(0);
    const gene = taken(this.gene, rows);
    const { names, ids } = facts.genes ?? { names: this.genes.texts(), ids: null };
    const unique = uniqueNames(names, ids, gene);
    return {
      platform: facts.platform,
      rows,
      x,
      y,
      gene,
      geneNames: unique.names,
      geneIds: unique.ids,
      geneIsControl: Uint8Array.from(unique.names, (name) => (isControlName(name) ? 1 : 0)),
      count: this.hasCount ? narrowCounts(this.count.subarray(0, rows)) : null,
      qv: this.hasQv ? taken(this.qv, rows) : null,
      cell: this.hasCell ? taken(this.cell, rows) : null,
      cellNames: this.hasCell ? this.cells.texts() : null,
      frame: facts.frame,
      instrumentToImagePx: facts.instrumentToImagePx ?? null,
      warnings,
    };
  }
}

/** Null when every count is 1; 16 bits wide when they fit. */
function narrowCounts(counts: Uint32Array): Uint16Array | Uint32Array | null {
  let max = 1;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > max) max = counts[i]!;
  if (max === 1) return null;
  return max <= 65_535 ? Uint16Array.from(counts) : counts.slice();
}

/**
 * Names must be unique. Same names with different ids become "name (id)"; names that only differ in bytes that
 * are not UTF-8 are one gene, and `gene` is rewritten.
 */
function uniqueNames(
  names: readonly string[],
  ids: readonly string[] | null,
  gene: Uint16Array,
): { names: readonly string[]; ids: readonly string[] | null } {
  const first = new Map<string, number>();
  const clash = new Set<string>();
  names.forEach((name, code) => {
    if (first.has(name)) clash.add(name);
    else first.set(name, code);
  });
  if (clash.size === 0) return { names, ids };
  if (ids) {
    return { names: names.map((name, code) => (clash.has(name) ? `${name} (${ids[code]})` : name)), ids };
  }
  const kept = [...first.keys()];
  const rank = new Map(kept.map((name, index) => [name, index]));
  const recode = Uint16Array.from(names, (name) => rank.get(name) ?? 0);
  for (let i = 0; i < gene.length; i++) gene[i] = recode[gene[i]!]!;
  return { names: kept, ids: null };
}

type Column = Int32Array | Float32Array | Float64Array | Uint16Array | Uint32Array;

function resized<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (length: number) => T)(capacity);
  larger.set(column);
  return larger;
}

/** The first `rows` values in a buffer of just that size (it may be transferred). */
function taken<T extends Column>(column: T, rows: number): T {
  return (column.length === rows ? column : column.slice(0, rows)) as T;
}
