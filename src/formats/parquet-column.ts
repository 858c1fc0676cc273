import { type ThriftStruct, thriftInt, thriftStruct } from "./thrift-compact.ts";

/** What a flat column of numbers or text holds. */
export interface ParquetColumn {
  readonly values: "int32" | "uint32" | "int64" | "uint64" | "float32" | "float64" | "bytes";
  /** Declared to be UTF-8. */
  readonly text: boolean;
  /** Values may be missing. */
  readonly optional: boolean;
  /** parquet.thrift's CompressionCodec. */
  readonly codec: number;
}

const BYTE_ARRAY = 6;
const PHYSICAL: Readonly<Record<number, ParquetColumn["values"]>> = {
  1: "int32",
  2: "int64",
  4: "float32",
  5: "float64",
  [BYTE_ARRAY]: "bytes",
};
const UNSIGNED: Readonly<Record<string, ParquetColumn["values"]>> = { int32: "uint32", int64: "uint64" };
const LOGICAL = { string: 1, enumeration: 4, integer: 10, json: 12, bson: 13 } as const;
const CONVERTED = {
  utf8: 0,
  enumeration: 4,
  firstUnsigned: 11,
  firstSigned: 15,
  lastSigned: 18,
  json: 19,
  bson: 20,
};

/**
 * What `SchemaElement` and `ColumnMetaData` (parquet.thrift) say of a flat column; null when it is none of plain
 * numbers and text: dates, decimals, booleans and the like.
 */
export function parquetColumn(element: ThriftStruct, metadata: ThriftStruct): ParquetColumn | null {
  const type = thriftInt(element, 1) ?? -1;
  const values = PHYSICAL[type];
  const repetition = thriftInt(element, 3);
  const codec = thriftInt(metadata, 4);
  if (!values || (repetition !== 0 && repetition !== 1)) return null;
  if (type !== thriftInt(metadata, 1) || codec === undefined) return null;
  const meaning = meaningOf(element);
  if (meaning === "other") return null;
  const fits = meaning === "none" || (values === "bytes") === (meaning === "text" || meaning === "bytes");
  if (!fits || (values.startsWith("float") && meaning !== "none")) return null;
  return {
    values: meaning === "unsigned" ? (UNSIGNED[values] ?? values) : values,
    text: meaning === "text",
    optional: repetition === 1,
    codec,
  };
}

type Meaning = "none" | "text" | "bytes" | "signed" | "unsigned" | "other";

/** The logical type where there is one, else its older form. */
function meaningOf(element: ThriftStruct): Meaning {
  const logical = thriftStruct(element, 10);
  if (logical) {
    if (logical.has(LOGICAL.string) || logical.has(LOGICAL.json)) return "text";
    if (logical.has(LOGICAL.enumeration) || logical.has(LOGICAL.bson)) return "bytes";
    const signed = thriftStruct(logical, LOGICAL.integer)?.get(2);
    if (signed?.type === "bool") return signed.value ? "signed" : "unsigned";
    return "other";
  }
  const converted = thriftInt(element, 6);
  if (converted === undefined) return "none";
  if (converted === CONVERTED.utf8 || converted === CONVERTED.json) return "text";
  if (converted === CONVERTED.enumeration || converted === CONVERTED.bson) return "bytes";
  if (converted < CONVERTED.firstUnsigned || converted > CONVERTED.lastSigned) return "other";
  return converted < CONVERTED.firstSigned ? "unsigned" : "signed";
}
