import { CentiscopeError } from "../core/errors.ts";
import { FNV_PRIME, FNV_START, hashBytes } from "./byte-dictionary.ts";
import { POWERS_OF_TEN, parseDecimal } from "./decimal.ts";
import { FIELD } from "./delimited-fields.ts";
import type { TranscriptBuilder } from "./transcript-builder.ts";

// Constants of this module are constants to the compiler; imported ones may be looked up at each byte.
const { skip: SKIP, x: X, y: Y, gene: GENE, count: COUNT, qv: QV, z: Z, exon: EXON } = FIELD;
const { cell: CELL, cellPrefix: PREFIX } = FIELD;
const PRIME = FNV_PRIME;
const START = FNV_START;
const POWERS = POWERS_OF_TEN;

const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;
/** Longer than any gene name that is kept for the next row: never equal. */
const NONE = 1 << 20;
const LARGEST_COUNT = 4_294_967_295;
const LARGEST_COORDINATE = 2_147_483_647;
/** Mantissas up to here are exact, whatever digits built them. */
const EXACT = 2 ** 53;

/** How to read the rows of one table. */
export interface ScanPlan {
  readonly builder: TranscriptBuilder;
  /** (columns,) one of {@link FIELD} for each column. */
  readonly fields: Uint8Array;
  /** Parallel to `fields`, for messages. */
  readonly names: readonly string[];
  readonly separator: number;
  /** Positions must be whole numbers (GEM). */
  readonly integer: boolean;
  /** Added to every position. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** Cell names that mean "in no cell"; the empty one always does. */
  readonly noCell: readonly string[];
}

/**
 * Scans delimited rows into a builder's columns, byte by byte: numbers are built as they pass, names are hashed as
 * they pass, and no string is made. Throws a CentiscopeError that names the line.
 */
export class DelimitedScanner {
  /** Line number of the next row, from 1. */
  line: number;
  /** First-seen `name` of each gene code, when the table has ids and names. */
  readonly geneNames: string[] = [];
  private readonly plan: ScanPlan;
  private readonly noCell: readonly Uint8Array[];
  private readonly noCellLengths: number;
  private fieldBytes: Uint8Array = new Uint8Array(0);
  private fieldStart = 0;
  private fieldEnd = 0;
  private key = new Uint8Array(256);
  private readonly lastGene = new Uint8Array(64);

  constructor(plan: ScanPlan, firstLine: number) {
    this.plan = plan;
    this.line = firstLine;
    this.noCell = plan.noCell.map((text) => new TextEncoder().encode(text));
    this.noCellLengths = this.noCell.reduce((mask, bytes) => mask | (1 << Math.min(31, bytes.length)), 1);
  }

  /**
   * Scans the rows that lie wholly in `buf[start, end)`, where `buf[end − 1]` is a newline. Returns where it
   * stopped: `end`, or the start of a row whose quoted field goes on beyond it.
   */
  scan(buf: Uint8Array, start: number, end: number): number {
    const { builder, fields, separator, integer, offsetX, offsetY } = this.plan;
    const columns = fields.length;
    builder.reserve(Math.ceil((end - start) / columns) + 1);
    const { x: xs, y: ys, gene: genes, count: counts, qv: qvs, cell: cells } = builder;
    const { z: zs, exon: exons, hasZ, hasExon } = builder;
    const { hasCount, hasQv, hasCell, capacity } = builder;
    const last = this.lastGene;
    let lastLength = NONE;
    let lastGene = 0;
    let n = builder.rows;
    let p = start;
    let line = this.line;
    while (p < end) {
      const rowStart = p;
      let byte = buf[p]!;
      if (byte === NEWLINE || (byte === RETURN && buf[p + 1] === NEWLINE)) {
        p += byte === NEWLINE ? 1 : 2;
        line++;
        continue;
      }
      let vx = 0;
      let vy = 0;
      let vq = 0;
      let vz = 0;
      let exon = 0;
      let gene = 0;
      let count = 1;
      let cell = 0;
      let prefixStart = 0;
      let prefixEnd = 0;
      let cellStart = -1;
      let cellEnd = 0;
      let nameStart = -1;
      let nameEnd = 0;
      let column = 0;
      for (;;) {
        const field = fields[column]!;
        const fieldStart = p;
        byte = buf[p]!;
        if (field === SKIP && byte !== QUOTE) {
          while (byte !== separator && byte !== NEWLINE) byte = buf[++p]!;
        } else if (byte !== QUOTE && (field === GENE || field >= CELL)) {
          if (field === GENE) {
            // Rows mostly come gene by gene: try the last one first.
            let i = 0;
            while (i < lastLength && buf[p + i] === last[i]) i++;
            if (i === lastLength && buf[p + i] === separator) {
              gene = lastGene;
              p += i;
              column++;
              if (column === columns) this.ragged(buf, rowStart, end, line);
              p++;
              continue;
            }
          }
          let hash = START;
          while (byte !== separator && byte !== NEWLINE) {
            hash = Math.imul(hash ^ byte, PRIME);
            byte = buf[++p]!;
          }
          let textEnd = p;
          if (byte === NEWLINE && textEnd > fieldStart && buf[textEnd - 1] === RETURN) {
            textEnd--;
            hash = hashBytes(buf, fieldStart, textEnd);
          }
          if (field === GENE) {
            gene = builder.internGene(buf, fieldStart, textEnd, hash);
            lastLength = textEnd - fieldStart;
            if (lastLength > 0 && lastLength <= last.length) {
              lastGene = gene;
              for (let i = 0; i < lastLength; i++) last[i] = buf[fieldStart + i]!;
            } else lastLength = NONE;
          } else if (field === CELL) {
            cellStart = fieldStart;
            cellEnd = textEnd;
          } else if (field === PREFIX) {
            prefixStart = fieldStart;
            prefixEnd = textEnd;
          } else {
            nameStart = fieldStart;
            nameEnd = textEnd;
          }
        } else if (byte !== QUOTE) {
          const negative = byte === 45;
          if (negative) byte = buf[++p]!;
          const digitsStart = p;
          let mantissa = 0;
          let digit = byte - 48;
          while (digit >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            digit = buf[++p]! - 48;
          }
          let decimals = 0;
          let digits = p - digitsStart;
          byte = digit + 48;
          if (byte === 46) {
            const decimalsStart = ++p;
            digit = buf[p]! - 48;
            while (digit >= 0 && digit <= 9) {
              mantissa = mantissa * 10 + digit;
              digit = buf[++p]! - 48;
            }
            byte = digit + 48;
            decimals = p - decimalsStart;
            digits += decimals;
          }
          let value: number;
          const ends = byte === separator || byte === NEWLINE || (byte === RETURN && buf[p + 1] === NEWLINE);
          if (ends && digits > 0 && mantissa <= EXACT && decimals <= 22) {
            value = decimals === 0 ? mantissa : mantissa / POWERS[decimals]!;
            if (negative) value = -value;
          } else {
            p = fieldStart;
            byte = buf[p]!;
            while (byte !== separator && byte !== NEWLINE) byte = buf[++p]!;
            this.line = line;
            value = this.slowNumber(buf, fieldStart, p, column, field);
          }
          if (byte === RETURN) p++;
          if (field === X) vx = value;
          else if (field === Y) vy = value;
          else if (field === COUNT) count = value;
          else if (field === QV) vq = value;
          else if (field === Z) vz = value;
          else exon = value;
        } else {
          p = this.quoted(buf, p, end, separator);
          if (p < 0) {
            builder.rows = n;
            this.line = line;
            return rowStart;
          }
          const { fieldBytes, fieldStart: from, fieldEnd: to } = this;
          if (field === GENE) {
            gene = builder.internGene(fieldBytes, from, to, hashBytes(fieldBytes, from, to));
          } else if (field >= CELL) {
            // Quoted names are kept as spans of the row; one with a doubled quote keeps it doubled.
            if (field === CELL) {
              cellStart = fieldStart + 1;
              cellEnd = cellStart + this.rawLength;
            } else if (field === PREFIX) {
              prefixStart = fieldStart + 1;
              prefixEnd = prefixStart + this.rawLength;
            } else {
              nameStart = fieldStart + 1;
              nameEnd = nameStart + this.rawLength;
            }
          } else if (field !== SKIP) {
            this.line = line;
            const value = this.slowNumber(fieldBytes, from, to, column, field);
            if (field === X) vx = value;
            else if (field === Y) vy = value;
            else if (field === COUNT) count = value;
            else if (field === QV) vq = value;
            else if (field === Z) vz = value;
            else exon = value;
          }
        }
        column++;
        if (buf[p] !== separator) break;
        p++;
        if (column === columns) this.ragged(buf, rowStart, end, line);
      }
      p++;
      if (column !== columns) this.ragged(buf, rowStart, end, line);
      if (n >= capacity) {
        builder.rows = n;
        builder.checkRows();
      }
      if (hasCount && count >>> 0 !== count) this.badCount(count, COUNT, line);
      if (hasExon && exon >>> 0 !== exon) this.badCount(exon, EXON, line);
      if (integer) {
        vx += offsetX;
        vy += offsetY;
        if ((vx | 0) !== vx) this.badCoordinate(vx, X, line);
        if ((vy | 0) !== vy) this.badCoordinate(vy, Y, line);
      } else if (!(Math.abs(vx) <= LARGEST_COORDINATE && Math.abs(vy) <= LARGEST_COORDINATE)) {
        const far = Math.abs(vx) > LARGEST_COORDINATE;
        this.badCoordinate(far ? vx : vy, far ? X : Y, line);
      }
      if (cellStart >= 0) cell = this.cellCode(buf, cellStart, cellEnd, prefixStart, prefixEnd);
      if (nameStart >= 0 && gene === this.geneNames.length) {
        this.geneNames.push(new TextDecoder().decode(buf.subarray(nameStart, nameEnd)));
      }
      line++;
      if (count === 0) {
        builder.zeroRows++;
        continue;
      }
      xs[n] = vx;
      ys[n] = vy;
      genes[n] = gene;
      if (hasCount) counts[n] = count;
      if (hasQv) qvs[n] = vq;
      if (hasCell) cells[n] = cell;
      if (hasZ) zs[n] = vz;
      if (hasExon) exons[n] = exon;
      n++;
    }
    builder.rows = n;
    builder.checkRows();
    this.line = line;
    return p;
  }

  /** Bytes between the quotes of the last quoted field. */
  private rawLength = 0;

  /** Steps over a quoted field at `p`; its text is left in `fieldBytes`. Returns −1 when it does not end before `end`. */
  private quoted(buf: Uint8Array, start: number, end: number, separator: number): number {
    let p = start + 1;
    let doubled = false;
    for (; p < end; p++) {
      if (buf[p] !== QUOTE) continue;
      if (buf[p + 1] !== QUOTE) break;
      doubled = true;
      p++;
    }
    if (p >= end) return -1;
    this.rawLength = p - start - 1;
    this.fieldBytes = buf;
    this.fieldStart = start + 1;
    this.fieldEnd = p;
    if (doubled) {
      const text: number[] = [];
      for (let i = start + 1; i < p; i++) {
        text.push(buf[i]!);
        if (buf[i] === QUOTE) i++;
      }
      this.fieldBytes = Uint8Array.from(text);
      this.fieldStart = 0;
      this.fieldEnd = text.length;
    }
    p++;
    while (buf[p] !== separator && buf[p] !== NEWLINE) p++;
    return p;
  }

  private cellCode(
    buf: Uint8Array,
    start: number,
    end: number,
    prefixStart: number,
    prefixEnd: number,
  ): number {
    const length = end - start;
    if (length < 31 && (this.noCellLengths >>> length) & 1 && this.isNoCell(buf, start, end)) return 0;
    const { cells } = this.plan.builder;
    if (prefixEnd === prefixStart) return cells.intern(buf, start, end, hashBytes(buf, start, end)) + 1;
    const prefix = prefixEnd - prefixStart;
    const total = prefix + 1 + length;
    if (total > this.key.length) this.key = new Uint8Array(total * 2);
    this.key.set(buf.subarray(prefixStart, prefixEnd));
    this.key[prefix] = 95;
    this.key.set(buf.subarray(start, end), prefix + 1);
    return cells.intern(this.key, 0, total, hashBytes(this.key, 0, total)) + 1;
  }

  private isNoCell(buf: Uint8Array, start: number, end: number): boolean {
    if (start === end) return true;
    return this.noCell.some(
      (text) => text.length === end - start && text.every((byte, i) => buf[start + i] === byte),
    );
  }

  /** A number that the fast way does not read; an absent quality value is 0, anything else must be a number. */
  private slowNumber(buf: Uint8Array, start: number, end: number, column: number, field: number): number {
    const value = parseDecimal(buf, start, end);
    if (!Number.isNaN(value)) return value;
    const found = new TextDecoder().decode(buf.subarray(start, Math.min(end, start + 60))).trim();
    if (field === QV && (found === "" || /^(nan|na|null)$/i.test(found))) {
      this.plan.builder.missingQv++;
      return 0;
    }
    if (field === Z && (found === "" || /^(nan|na|null)$/i.test(found))) return Number.NaN;
    const code = field === COUNT || field === EXON ? "count-invalid" : "value-not-number";
    throw new CentiscopeError(code, {
      file: this.plan.builder.file,
      line: this.line,
      column: this.plan.names[column] ?? "",
      found,
    });
  }

  private badCount(count: number, field: number, line: number): never {
    const found = count > LARGEST_COUNT ? count.toLocaleString("en-US") : String(count);
    throw new CentiscopeError("count-invalid", {
      file: this.plan.builder.file,
      line,
      column: this.columnName(field),
      found,
    });
  }

  private badCoordinate(value: number, field: number, line: number): never {
    const code =
      Number.isInteger(value) || !this.plan.integer ? "coordinate-range" : "coordinate-not-integer";
    throw new CentiscopeError(code, {
      file: this.plan.builder.file,
      line,
      column: this.columnName(field),
      found: String(value),
    });
  }

  /** Counts the row's fields as `scan` does, which takes a quote for one only where a field begins. */
  private ragged(buf: Uint8Array, rowStart: number, end: number, line: number): never {
    const { separator } = this.plan;
    let found = 1;
    let begins = true;
    for (let p = rowStart; p < end && buf[p] !== NEWLINE; ) {
      const after: number = begins && buf[p] === QUOTE ? this.quoted(buf, p, end, separator) : p;
      if (after < 0) break;
      begins = buf[after] === separator;
      if (begins) found++;
      if (buf[after] === NEWLINE) break;
      p = after + 1;
    }
    const expected = this.plan.fields.length;
    throw new CentiscopeError("row-ragged", { file: this.plan.builder.file, line, found, expected });
  }

  private columnName(field: number): string {
    return this.plan.names[this.plan.fields.indexOf(field)] ?? "";
  }
}
