import { type Cursor, UNDEFINED } from "./hdf5-bytes.ts";

/** One member of a compound type: matched by name, at its stored offset. */
export interface Hdf5Member {
  readonly name: string;
  /** Bytes from the record's start. */
  readonly offset: number;
  readonly type: Hdf5Type;
}

/** A datatype; `size` is the bytes of one element as stored. */
export type Hdf5Type =
  | { readonly kind: "int"; readonly size: number; readonly signed: boolean; readonly bigEndian: boolean }
  | { readonly kind: "float"; readonly size: number; readonly bigEndian: boolean }
  | { readonly kind: "string"; readonly size: number }
  | { readonly kind: "compound"; readonly size: number; readonly members: readonly Hdf5Member[] }
  /** Text of any length, kept in a global heap. */
  | { readonly kind: "vlen-string"; readonly size: number }
  | { readonly kind: "other"; readonly size: number; readonly name: string };

/** Where a dataset's bytes lie. */
export type Hdf5Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: number; readonly size: number }
  | {
      readonly kind: "chunked";
      /** Elements of a chunk along each dimension. */
      readonly chunk: readonly number[];
      /** The index's kind, for messages; only "b-tree" and "single" are read. */
      readonly index: string;
      readonly address: number;
      /** Stored bytes and filter mask of a lone chunk, when it is filtered. */
      readonly single: { readonly size: number; readonly mask: number } | null;
    }
  | { readonly kind: "other"; readonly name: string };

export interface Hdf5Filter {
  readonly id: number;
  readonly name: string;
  readonly values: readonly number[];
}

/** Nested deeper than any real type. */
const MAX_DEPTH = 8;

/** Datatype message (specification III IV.A.2.d). */
export function parseDatatype(cursor: Cursor, depth = 0): Hdf5Type {
  if (depth > MAX_DEPTH) throw cursor.corrupt("a datatype nested too deep");
  const head = cursor.u8();
  const version = head >> 4;
  const bits = cursor.uint(3);
  const size = cursor.u32();
  if (version < 1 || version > 5) throw cursor.corrupt(`datatype version ${version}`);
  switch (head & 15) {
    case 0:
      cursor.skip(4);
      return { kind: "int", size, signed: (bits & 8) !== 0, bigEndian: (bits & 1) !== 0 };
    case 1:
      cursor.skip(12);
      return { kind: "float", size, bigEndian: (bits & 1) !== 0 };
    case 3:
      return { kind: "string", size };
    case 6:
      return { kind: "compound", size, members: members(cursor, version, bits & 0xffff, size, depth) };
    case 8:
      return enumType(cursor, version, bits & 0xffff, depth);
    case 10:
      return arrayType(cursor, version, size, depth);
    case 9: {
      const base = parseDatatype(cursor, depth + 1);
      return (bits & 15) === 1
        ? { kind: "vlen-string", size }
        : { kind: "other", size, name: `sequence of ${base.kind}` };
    }
    case 2:
      cursor.skip(2);
      return { kind: "other", size, name: "time" };
    case 4:
      cursor.skip(4);
      return { kind: "other", size, name: "bits" };
    case 5:
      cursor.skip(bits & 255);
      return { kind: "other", size, name: "opaque" };
    case 7:
      return { kind: "other", size, name: "reference" };
    default:
      throw cursor.corrupt(`datatype class ${head & 15}`);
  }
}

/** An enumeration is its numbers; their names, which pad to eight bytes in the older versions, are stepped over. */
function enumType(cursor: Cursor, version: number, count: number, depth: number): Hdf5Type {
  const base = parseDatatype(cursor, depth + 1);
  for (let i = 0; i < count; i++) name(cursor, version);
  cursor.skip(count * base.size);
  return base;
}

function arrayType(cursor: Cursor, version: number, size: number, depth: number): Hdf5Type {
  const rank = cursor.u8();
  cursor.skip((version < 3 ? 3 : 0) + rank * (version < 3 ? 8 : 4));
  const base = parseDatatype(cursor, depth + 1);
  return { kind: "other", size, name: `array of ${base.kind}` };
}

function name(cursor: Cursor, version: number): string {
  const start = cursor.position;
  const end = cursor.bytes.indexOf(0, start);
  if (end < 0) throw cursor.corrupt("a member name without an end");
  const text = cursor.text(end + 1 - start);
  if (version < 3) cursor.position = start + Math.ceil((end + 1 - start) / 8) * 8;
  return text;
}

function members(cursor: Cursor, version: number, count: number, size: number, depth: number): Hdf5Member[] {
  const found: Hdf5Member[] = [];
  for (let i = 0; i < count; i++) {
    const label = name(cursor, version);
    const offset = cursor.uint(version < 3 ? 4 : offsetBytes(size));
    if (version === 1) cursor.skip(28);
    const type = parseDatatype(cursor, depth + 1);
    if (offset + type.size > size) throw cursor.corrupt(`member ${label} lies outside its record`);
    found.push({ name: label, offset, type });
  }
  return found;
}

function offsetBytes(size: number): number {
  return size < 0x100 ? 1 : size < 0x10000 ? 2 : size < 0x1000000 ? 3 : 4;
}

/** Dataspace message: the shape; [] is a scalar, null is no data at all. */
export function parseDataspace(cursor: Cursor): readonly number[] | null {
  const version = cursor.u8();
  const rank = cursor.u8();
  cursor.skip(1);
  if (version === 1) cursor.skip(5);
  else if (version !== 2) throw cursor.corrupt(`dataspace version ${version}`);
  else if (cursor.u8() === 2) return null;
  if (rank > 32) throw cursor.corrupt(`${rank} dimensions`);
  return Array.from({ length: rank }, () => cursor.length());
}

/** Index kinds of layout version 4, by number. */
const INDEXES = ["", "single", "implicit", "fixed array", "extensible array", "b-tree version 2"];

/** Data layout message, versions 1 to 4. */
export function parseLayout(cursor: Cursor): Hdf5Layout {
  const version = cursor.u8();
  if (version === 1 || version === 2) {
    const rank = cursor.u8();
    const kind = cursor.u8();
    cursor.skip(5);
    const address = kind === 0 ? 0 : cursor.offset();
    const dims = Array.from({ length: rank }, () => cursor.u32());
    if (kind === 0) return { kind: "compact", bytes: cursor.part(cursor.u32()).bytes };
    if (kind === 1) return { kind: "contiguous", address, size: UNDEFINED };
    return { kind: "chunked", chunk: dims.slice(0, -1), index: "b-tree", address, single: null };
  }
  const kind = cursor.u8();
  if (version !== 3 && version !== 4) throw cursor.corrupt(`data layout version ${version}`);
  if (kind === 0) return { kind: "compact", bytes: cursor.part(cursor.u16()).bytes };
  if (kind === 1) return { kind: "contiguous", address: cursor.offset(), size: cursor.length() };
  if (kind !== 2) return { kind: "other", name: kind === 3 ? "a virtual dataset" : `layout ${kind}` };
  if (version === 3) {
    const rank = cursor.u8();
    const address = cursor.offset();
    const chunk = Array.from({ length: Math.max(0, rank - 1) }, () => cursor.u32());
    return { kind: "chunked", chunk, index: "b-tree", address, single: null };
  }
  const flags = cursor.u8();
  const rank = cursor.u8();
  const width = cursor.u8();
  const chunk = Array.from({ length: rank }, () => cursor.uint(width)).slice(0, -1);
  const index = cursor.u8();
  let single: { size: number; mask: number } | null = null;
  if (index === 1 && (flags & 2) !== 0) single = { size: cursor.length(), mask: cursor.u32() };
  cursor.skip([0, 0, 0, 1, 5, 6][index] ?? 0);
  return { kind: "chunked", chunk, index: INDEXES[index] ?? `${index}`, address: cursor.offset(), single };
}

const FILTERS: Readonly<Record<number, string>> = {
  1: "deflate",
  2: "shuffle",
  3: "fletcher32",
  4: "szip",
  5: "n-bit",
  6: "scale-offset",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32015: "Zstandard",
};

/** Filter pipeline message, in the order in which the writer applied them. */
export function parseFilters(cursor: Cursor): Hdf5Filter[] {
  const version = cursor.u8();
  const count = cursor.u8();
  if (version === 1) cursor.skip(6);
  else if (version !== 2) throw cursor.corrupt(`filter pipeline version ${version}`);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.skip(2);
    const values = cursor.u16();
    cursor.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const list = Array.from({ length: values }, () => cursor.u32());
    if (version === 1 && values % 2 === 1) cursor.skip(4);
    return { id, name: FILTERS[id] ?? `filter ${id}`, values: list };
  });
}
