/** Text and bytes by offsets into shared data. */
export interface BytesVector {
  readonly kind: "bytes";
  readonly length: number;
  readonly data: Uint8Array;
  /** (length+1,) value `i` is `data[offsets[i], offsets[i + 1] - gap)`. */
  readonly offsets: Int32Array | Float64Array;
  /** Bytes between two values; Parquet writes a length of four before each. */
  readonly gap: number;
  /** True when the column is declared to be text and nobody has checked yet that it is UTF-8. */
  readonly unchecked: boolean;
  readonly valid: Validity;
}

export interface NumberVector {
  readonly kind: "number";
  readonly length: number;
  readonly values:
    | Int8Array
    | Uint8Array
    | Int16Array
    | Uint16Array
    | Int32Array
    | Uint32Array
    | Float32Array
    | Float64Array;
  readonly valid: Validity;
}

/** 64-bit integers stay so: narrowing is the reader's decision. */
export interface LongVector {
  readonly kind: "long";
  readonly length: number;
  readonly values: BigInt64Array | BigUint64Array;
  readonly valid: Validity;
}

/** Codes into distinct values. Vectors of one column that follow each other may share `values`, the same object. */
export interface DictionaryVector {
  readonly kind: "dictionary";
  readonly length: number;
  /** (length,) may point outside `values` in a damaged file. */
  readonly codes: NumberVector;
  readonly values: BytesVector;
  readonly valid: Validity;
}

interface OtherVector {
  readonly kind: "other";
  readonly length: number;
  /** Arrow's format string, for messages. */
  readonly format: string;
}

/** Values of one column in a row, laid out as Arrow does. */
export type ColumnVector = BytesVector | NumberVector | LongVector | DictionaryVector | OtherVector;

/** Null when every value is present; else one bit a value, from bit `offset`. */
export type Validity = { readonly bits: Uint8Array; readonly offset: number } | null;

/** True when value `i` is present. */
export function isValid(valid: Validity, i: number): boolean {
  if (valid === null) return true;
  const bit = valid.offset + i;
  return ((valid.bits[bit >> 3]! >> (bit & 7)) & 1) === 1;
}
