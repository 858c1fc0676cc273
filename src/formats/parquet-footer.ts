import { type ArrowHint, encodeArrowSchema } from "./arrow-schema.ts";
import {
  binary,
  encodeThrift,
  i32,
  i64,
  parseThrift,
  structList,
  ThriftError,
  type ThriftStruct,
  thriftBytes,
  thriftInt,
  thriftList,
  thriftStruct,
} from "./thrift-compact.ts";

/** One column of one row group: where its pages lie. */
export interface ColumnChunk {
  readonly name: string;
  /** Byte range of its pages in the file. */
  readonly start: number;
  readonly end: number;
  readonly unpackedBytes: number;
  /** `ColumnMetaData` as stored. */
  readonly metadata: ThriftStruct;
}

export interface RowGroup {
  readonly rows: number;
  /** Flat columns only, by name. */
  readonly columns: ReadonlyMap<string, ColumnChunk>;
}

/** What a Parquet file's footer says (github.com/apache/parquet-format, parquet.thrift). */
export interface Footer {
  readonly rows: number;
  /** Flat, readable columns in order. */
  readonly names: readonly string[];
  readonly groups: readonly RowGroup[];
  /** `SchemaElement` of each flat column, and of the root. */
  readonly elements: ReadonlyMap<string, ThriftStruct>;
  readonly root: ThriftStruct;
  readonly metadata: ThriftStruct;
}

const MAX_GROUPS = 100_000;
const MAX_COLUMNS = 10_000;
const text = new TextDecoder();

/**
 * Parses a footer and checks it against the file: every page lies between the magic bytes and the footer, row
 * counts are whole numbers that add up. Throws {@link ThriftError} saying what is wrong. `dataEnd` is the footer's
 * offset.
 */
export function parseFooter(bytes: Uint8Array, dataEnd: number): Footer {
  const metadata = parseThrift(bytes);
  const schema = thriftList(metadata, 2).flatMap((item) => (item.type === "struct" ? [item.fields] : []));
  const root = schema[0];
  if (!root) throw new ThriftError("it has no schema");
  const elements = flatElements(schema);
  const groups = thriftList(metadata, 4).flatMap((item) =>
    item.type === "struct" ? [parseGroup(item.fields, elements, dataEnd)] : [],
  );
  if (groups.length > MAX_GROUPS) throw new ThriftError(`${groups.length} row groups`);
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  if (rows !== thriftInt(metadata, 3)) throw new ThriftError("row counts do not add up");
  const first = groups[0];
  const names = [...elements.keys()].filter((name) => !first || first.columns.has(name));
  return { rows, names, groups, elements, root, metadata };
}

/** A value of the file's own key-value metadata, as text; undefined where there is none of that key. */
export function fileMetadata({ metadata }: Footer, key: string): string | undefined {
  for (const item of thriftList(metadata, 5)) {
    if (item.type !== "struct") continue;
    const [name, value] = [thriftBytes(item.fields, 1), thriftBytes(item.fields, 2)];
    if (name && value && text.decode(name) === key) return text.decode(value);
  }
  return undefined;
}

/** The root's children that are leaves and occur at most once a row. */
function flatElements(schema: readonly ThriftStruct[]): Map<string, ThriftStruct> {
  if (schema.length > MAX_COLUMNS) throw new ThriftError(`${schema.length} columns`);
  const elements = new Map<string, ThriftStruct>();
  let at = 1;
  const skip = (depth: number): void => {
    const element = schema[at++];
    if (!element || depth > 32) throw new ThriftError("its schema is broken");
    const children = thriftInt(element, 5) ?? 0;
    for (let i = 0; i < children; i++) skip(depth + 1);
  };
  while (at < schema.length) {
    const element = schema[at]!;
    const repeated = thriftInt(element, 3) === 2;
    if ((thriftInt(element, 5) ?? 0) === 0 && !repeated) {
      elements.set(text.decode(thriftBytes(element, 4) ?? new Uint8Array(0)), element);
      at++;
    } else skip(0);
  }
  return elements;
}

function parseGroup(
  fields: ThriftStruct,
  elements: ReadonlyMap<string, ThriftStruct>,
  dataEnd: number,
): RowGroup {
  const rows = thriftInt(fields, 3);
  if (rows === undefined || rows < 0) throw new ThriftError("a row group has no row count");
  const columns = new Map<string, ColumnChunk>();
  // An empty table, or an empty part of one, has a row group whose pages were never written: they lie nowhere.
  if (rows === 0) return { rows, columns };
  for (const item of thriftList(fields, 1)) {
    const metadata = item.type === "struct" ? thriftStruct(item.fields, 3) : undefined;
    if (!metadata) throw new ThriftError("a column is encrypted or has no description");
    const path = thriftList(metadata, 3).map((part) => (part.type === "bytes" ? text.decode(part.raw) : ""));
    const name = path[0] ?? "";
    if (path.length !== 1 || !elements.has(name)) continue;
    const data = thriftInt(metadata, 9);
    const dictionary = thriftInt(metadata, 11) ?? 0;
    const packed = thriftInt(metadata, 7);
    const unpackedBytes = thriftInt(metadata, 6);
    if (data === undefined || packed === undefined || unpackedBytes === undefined || unpackedBytes < 0) {
      throw new ThriftError(`column ${name} does not say where it lies`);
    }
    const start = dictionary > 0 ? Math.min(dictionary, data) : data;
    if (start < 4 || packed < 0 || start + packed > dataEnd) {
      throw new ThriftError(`column ${name} lies outside the file`);
    }
    if (thriftInt(metadata, 5) !== rows) throw new ThriftError(`column ${name} has another number of rows`);
    columns.set(name, { name, start, end: start + packed, unpackedBytes, metadata });
  }
  return { rows, columns };
}

/**
 * A Parquet file of one row group and some columns, from their bytes: what the engine is given to decode. (Its
 * synchronous reader ignores the choice of columns, and its asynchronous one never settles on damaged pages.)
 * Without the writer's Arrow schema, columns come as their plain Parquet types; one of ours asks for text that is
 * stored as a dictionary to come as one.
 */
export function assembleGroup(
  footer: Footer,
  group: RowGroup,
  parts: readonly { readonly chunk: ColumnChunk; readonly bytes: Uint8Array }[],
): Uint8Array {
  let at = 4;
  const starts = parts.map(({ bytes }) => {
    const start = at;
    at += bytes.length;
    return start;
  });
  const columns = parts.map(({ chunk }, i): ThriftStruct => {
    const moved = new Map([...chunk.metadata].filter(([id]) => id <= 7 || id === 9 || id === 11));
    for (const id of [9, 11]) {
      const offset = thriftInt(chunk.metadata, id);
      if (offset !== undefined && offset > 0) moved.set(id, i64(offset - chunk.start + starts[i]!));
      else moved.delete(id);
    }
    return new Map([
      [2, i64(starts[i]!)],
      [3, { type: "struct", fields: moved }],
    ]);
  });
  const rows = i64(group.rows);
  const size = i64(parts.reduce((sum, { chunk }) => sum + chunk.unpackedBytes, 0));
  const root = new Map([...footer.root, [5, i32(parts.length)] as const]);
  const schema = [root, ...parts.map(({ chunk }) => footer.elements.get(chunk.name)!)];
  const metadata = new Map([...footer.metadata].filter(([id]) => id === 1 || id === 6));
  metadata.set(2, structList(schema));
  metadata.set(3, rows);
  const hints = parts.map(({ chunk }) => [chunk.name, hintOf(footer, chunk)] as const);
  metadata.set(
    5,
    structList([
      new Map([
        [1, binary("ARROW:schema")],
        [2, binary(encodeArrowSchema(hints))],
      ]),
    ]),
  );
  metadata.set(
    4,
    structList([
      new Map([
        [1, structList(columns)],
        [2, size],
        [3, rows],
      ]),
    ]),
  );
  const tail = encodeThrift(metadata);
  const file = new Uint8Array(at + tail.length + 8);
  const magic = [0x50, 0x41, 0x52, 0x31];
  file.set(magic, 0);
  parts.forEach(({ bytes }, i) => {
    file.set(bytes, starts[i]!);
  });
  file.set(tail, at);
  new DataView(file.buffer).setUint32(at + tail.length, tail.length, true);
  file.set(magic, at + tail.length + 4);
  return file;
}

const BYTE_ARRAY = 6;
const UTF8 = 0;
const DICTIONARY_ENCODINGS = [2, 8];
const DATA_PAGES = [0, 3];

/** Codes for text whose pages are all codes; where a writer went over to plain pages, codes would cost a search. */
function hintOf(footer: Footer, { name, metadata }: ColumnChunk): ArrowHint {
  const element = footer.elements.get(name);
  if (!element || thriftInt(element, 1) !== BYTE_ARRAY || (thriftInt(metadata, 11) ?? 0) <= 0) return "plain";
  const plainPages = thriftList(metadata, 13).some((item) => {
    if (item.type !== "struct") return false;
    const [page, encoding] = [thriftInt(item.fields, 1) ?? -1, thriftInt(item.fields, 2) ?? -1];
    return DATA_PAGES.includes(page) && !DICTIONARY_ENCODINGS.includes(encoding);
  });
  if (plainPages) return "plain";
  const logical = thriftStruct(element, 10);
  const isText = logical ? logical.has(1) : thriftInt(element, 6) === UTF8;
  return isText ? "text-codes" : "byte-codes";
}
