/**
 * Thrift's compact protocol (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md), read into plain values
 * and written back: what a Parquet footer is made of. Fields that nobody asks about survive byte for byte.
 */
export type ThriftValue =
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "int"; readonly wire: number; readonly raw: Uint8Array }
  | { readonly type: "bytes"; readonly wire: number; readonly raw: Uint8Array }
  | {
      readonly type: "list";
      readonly wire: number;
      readonly element: number;
      readonly items: readonly ThriftValue[];
    }
  | { readonly type: "map"; readonly raw: Uint8Array }
  | { readonly type: "struct"; readonly fields: ThriftStruct };

/** Fields by id, in order. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;
const MAX_DEPTH = 32;

/** Thrown for bytes that are not Thrift; the message says why. */
export class ThriftError extends Error {}

/** Reads one struct; lengths are checked against the bytes that are left, so nothing large is allocated. */
export function parseThrift(bytes: Uint8Array): ThriftStruct {
  return readThrift(bytes, 0).fields;
}

/** As {@link parseThrift}, of a struct that starts at `start` and ends before `end`. */
export function readThrift(
  bytes: Uint8Array,
  start: number,
): { readonly fields: ThriftStruct; readonly end: number } {
  let at = start;
  const need = (length: number) => {
    if (length < 0 || length > bytes.length - at) throw new ThriftError("it ends too early");
  };
  const byte = () => {
    need(1);
    return bytes[at++]!;
  };
  const skipVarint = () => {
    for (let i = 0; i < 10; i++) if (byte() < 128) return;
    throw new ThriftError("a number is too long");
  };
  const length = () => {
    const start = at;
    skipVarint();
    const value = Number(varint(bytes.subarray(start, at)));
    need(value);
    return value;
  };
  const value = (wire: number, depth: number): ThriftValue => {
    if (depth > MAX_DEPTH) throw new ThriftError("it is nested too deeply");
    const start = at;
    switch (wire) {
      case TRUE:
      case FALSE:
        return { type: "bool", value: wire === TRUE };
      case BYTE:
        byte();
        return { type: "int", wire, raw: bytes.subarray(start, at) };
      case 4:
      case 5:
      case I64:
        skipVarint();
        return { type: "int", wire, raw: bytes.subarray(start, at) };
      case DOUBLE:
        need(8);
        at += 8;
        return { type: "bytes", wire, raw: bytes.subarray(start, at) };
      case BINARY: {
        const size = length();
        at += size;
        return { type: "bytes", wire, raw: bytes.subarray(at - size, at) };
      }
      case LIST:
      case SET: {
        const head = byte();
        const count = head >> 4 === 15 ? length() : head >> 4;
        const element = head & 15;
        need(element === STRUCT ? count : 0);
        const items: ThriftValue[] = [];
        for (let i = 0; i < count; i++) {
          items.push(element <= FALSE ? { type: "bool", value: byte() === TRUE } : value(element, depth + 1));
        }
        return { type: "list", wire, element, items };
      }
      case MAP: {
        const count = length();
        if (count > 0) {
          const kinds = byte();
          for (let i = 0; i < count; i++) {
            value(kinds >> 4, depth + 1);
            value(kinds & 15, depth + 1);
          }
        }
        return { type: "map", raw: bytes.subarray(start, at) };
      }
      case STRUCT:
        return { type: "struct", fields: struct(depth + 1) };
      default:
        throw new ThriftError(`unknown type ${wire}`);
    }
  };
  const struct = (depth: number): ThriftStruct => {
    const fields = new Map<number, ThriftValue>();
    let id = 0;
    for (;;) {
      const head = byte();
      if (head === 0) return fields;
      if (head >> 4 === 0) {
        const start = at;
        skipVarint();
        id = zigzag(bytes.subarray(start, at));
      } else id += head >> 4;
      fields.set(id, value(head & 15, depth));
    }
  };
  const fields = struct(0);
  return { fields, end: at };
}

/** An int field as a number; undefined when absent, no integer, or beyond 2^53. */
export function thriftInt(fields: ThriftStruct, id: number): number | undefined {
  const field = fields.get(id);
  if (field?.type !== "int") return undefined;
  const value = zigzag(field.raw);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function thriftBytes(fields: ThriftStruct, id: number): Uint8Array | undefined {
  const field = fields.get(id);
  return field?.type === "bytes" ? field.raw : undefined;
}

export function thriftStruct(fields: ThriftStruct, id: number): ThriftStruct | undefined {
  const field = fields.get(id);
  return field?.type === "struct" ? field.fields : undefined;
}

export function thriftList(fields: ThriftStruct, id: number): readonly ThriftValue[] {
  const field = fields.get(id);
  return field?.type === "list" ? field.items : [];
}

/** A 64-bit integer field. */
export function i64(value: number): ThriftValue {
  return { type: "int", wire: I64, raw: encodeVarint(BigInt(value) << 1n) };
}

/** A 32-bit integer field. */
export function i32(value: number): ThriftValue {
  return { type: "int", wire: 5, raw: encodeVarint(BigInt(value) << 1n) };
}

/** A field of text. */
export function binary(text: string): ThriftValue {
  return { type: "bytes", wire: BINARY, raw: new TextEncoder().encode(text) };
}

/** A list of structs. */
export function structList(items: readonly ThriftStruct[]): ThriftValue {
  return {
    type: "list",
    wire: LIST,
    element: STRUCT,
    items: items.map((fields) => ({ type: "struct", fields })),
  };
}

/** Writes a struct; fields in ascending order of id. */
export function encodeThrift(root: ThriftStruct): Uint8Array {
  const out: number[] = [];
  const push = (bytes: Uint8Array) => {
    for (const byte of bytes) out.push(byte);
  };
  const wireOf = (value: ThriftValue): number => {
    if (value.type === "bool") return value.value ? TRUE : FALSE;
    if (value.type === "struct") return STRUCT;
    return value.type === "map" ? MAP : value.wire;
  };
  const write = (value: ThriftValue): void => {
    if (value.type === "struct") writeStruct(value.fields);
    else if (value.type === "list") {
      const { items, element } = value;
      if (items.length < 15) out.push((items.length << 4) | element);
      else {
        out.push(0xf0 | element);
        push(encodeVarint(BigInt(items.length)));
      }
      for (const item of items) {
        if (item.type === "bool") out.push(item.value ? TRUE : FALSE);
        else write(item);
      }
    } else if (value.type !== "bool") {
      if (value.type === "bytes" && value.wire === BINARY) push(encodeVarint(BigInt(value.raw.length)));
      push(value.raw);
    }
  };
  const writeStruct = (fields: ThriftStruct): void => {
    let last = 0;
    for (const [id, value] of [...fields].sort(([a], [b]) => a - b)) {
      const step = id - last;
      if (step > 0 && step < 16) out.push((step << 4) | wireOf(value));
      else {
        out.push(wireOf(value));
        push(encodeVarint(BigInt(id) << 1n));
      }
      last = id;
      write(value);
    }
    out.push(0);
  };
  writeStruct(root);
  return Uint8Array.from(out);
}

function varint(raw: Uint8Array): bigint {
  let value = 0n;
  for (let i = raw.length - 1; i >= 0; i--) value = (value << 7n) | BigInt(raw[i]! & 127);
  return value;
}

function zigzag(raw: Uint8Array): number {
  const value = varint(raw);
  return Number((value >> 1n) ^ -(value & 1n));
}

function encodeVarint(value: bigint): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 128n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}
