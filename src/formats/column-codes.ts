import { hashBytes } from "./byte-dictionary.ts";
import { type Place, wrongType } from "./column-numbers.ts";
import { type ColumnVector, isValid } from "./column-vector.ts";
import { isAscii, StoredCodes } from "./stored-codes.ts";
import type { TranscriptBuilder } from "./transcript-builder.ts";

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Genes by the builder's codes; missing and empty names are counted by it. */
export class GeneCoder {
  private readonly builder: TranscriptBuilder;
  private readonly stored: StoredCodes;

  constructor(builder: TranscriptBuilder) {
    this.builder = builder;
    this.stored = new StoredCodes((bytes, start, end) =>
      builder.internGene(bytes, start, end, hashBytes(bytes, start, end)),
    );
  }

  /** Writes codes to the builder's column from index `start` on. */
  copy(vector: ColumnVector, start: number, at: Place): void {
    const { builder, stored } = this;
    stored.copy(vector, builder.gene, start, at, () => builder.internGene(EMPTY, 0, 0, 0));
  }
}

/** Names of cells by code; what means "none" becomes 0, others 1, 2 … in order of appearance. */
export class CellCoder {
  private readonly builder: TranscriptBuilder;
  private readonly none: readonly Uint8Array[];
  private readonly texts: StoredCodes;
  private readonly numbers: StoredCodes;
  private readonly signed: StoredCodes;
  private readonly unsigned: StoredCodes;

  constructor(builder: TranscriptBuilder, none: readonly string[]) {
    this.builder = builder;
    this.none = ["", ...none].map((name) => encoder.encode(name));
    const number = (bytes: Uint8Array, start: number) =>
      new DataView(bytes.buffer, bytes.byteOffset + start, 8);
    this.texts = new StoredCodes((bytes, start, end) =>
      isAscii(bytes, start, end)
        ? this.intern(bytes, start, end)
        : this.name(decoder.decode(bytes.slice(start, end))),
    );
    this.numbers = new StoredCodes((bytes, at) => this.name(String(number(bytes, at).getFloat64(0, true))));
    this.signed = new StoredCodes((bytes, at) => this.name(String(number(bytes, at).getBigInt64(0, true))));
    this.unsigned = new StoredCodes((bytes, at) =>
      this.name(String(number(bytes, at).getBigUint64(0, true))),
    );
  }

  /** Writes codes to the builder's column from index `start` on. */
  copy(vector: ColumnVector, start: number, at: Place): void {
    const out = this.builder.cell;
    if (vector.kind === "other") throw wrongType(at, vector, "text or integer");
    if (vector.kind === "bytes" || vector.kind === "dictionary") {
      this.texts.copy(vector, out, start, at, () => 0);
      return;
    }
    const { valid, length } = vector;
    const values = vector.kind === "long" ? vector.values : new Float64Array(vector.values);
    const codes =
      values instanceof Float64Array
        ? this.numbers
        : values instanceof BigInt64Array
          ? this.signed
          : this.unsigned;
    codes.use(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    for (let i = 0; i < length; i++) {
      const present = valid === null || isValid(valid, i);
      out[start + i] = present ? codes.code(8 * i, 8 * i + 8) : 0;
    }
  }

  private name(name: string): number {
    const bytes = encoder.encode(name);
    return this.intern(bytes, 0, bytes.length);
  }

  /** By bytes: to make text of each would take longer than all the rest, where there are many cells. */
  private intern(bytes: Uint8Array, start: number, end: number): number {
    if (this.none.some((name) => isSame(name, bytes, start, end))) return 0;
    return this.builder.cells.intern(bytes, start, end, hashBytes(bytes, start, end)) + 1;
  }
}

function isSame(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}
