/**
 * The pieces of an HDF5 file with old-style groups and contiguous datasets ("HDF5 File Format Specification" 3.0,
 * superblock version 0), as the vendor's tool writes GEF. Little-endian, eight-byte addresses.
 */

const UNDEFINED = 0xffffffffffffffffn;
export const SUPERBLOCK_BYTES = 96;
/** Symbols of one node, and keys of one tree: one node and one leaf hold a group of up to eight members. */
const LEAF_K = 4;
const INTERNAL_K = 16;

/** Bytes that grow. */
class Bytes {
  private buffer = new DataView(new ArrayBuffer(256));
  length = 0;

  uint(value: number | bigint, size: number): this {
    this.grow(size);
    const wide = BigInt(value);
    for (let i = 0; i < size; i++) {
      this.buffer.setUint8(this.length++, Number((wide >> BigInt(8 * i)) & 0xffn));
    }
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.grow(bytes.length);
    new Uint8Array(this.buffer.buffer, this.length).set(bytes);
    this.length += bytes.length;
    return this;
  }

  text(text: string, size = text.length): this {
    const bytes = new Uint8Array(size);
    bytes.set(new TextEncoder().encode(text).subarray(0, size));
    return this.raw(bytes);
  }

  zeros(count: number): this {
    return this.raw(new Uint8Array(count));
  }

  /** Zeros up to a multiple of eight. */
  align(): this {
    return this.zeros((8 - (this.length % 8)) % 8);
  }

  done(): Uint8Array {
    return new Uint8Array(this.buffer.buffer, 0, this.length);
  }

  private grow(more: number): void {
    if (this.length + more <= this.buffer.byteLength) return;
    const larger = new Uint8Array(2 * (this.length + more));
    larger.set(new Uint8Array(this.buffer.buffer, 0, this.length));
    this.buffer = new DataView(larger.buffer);
  }
}

/** A little-endian integer type. */
export function integerType(size: number, signed: boolean): Uint8Array {
  return new Bytes()
    .uint(0x10, 1)
    .uint(signed ? 8 : 0, 3)
    .uint(size, 4)
    .uint(0, 2)
    .uint(8 * size, 2)
    .done();
}

/** Text of a fixed size, ended by NUL. */
export function stringType(size: number): Uint8Array {
  return new Bytes().uint(0x13, 1).uint(0, 3).uint(size, 4).done();
}

/** A packed record; returns its type and size. */
export function recordType(
  members: readonly { readonly name: string; readonly type: Uint8Array; readonly size: number }[],
): Uint8Array {
  const size = members.reduce((sum, member) => sum + member.size, 0);
  const bytes = new Bytes().uint(0x16, 1).uint(members.length, 3).uint(size, 4);
  let offset = 0;
  for (const member of members) {
    bytes.text(member.name, Math.ceil((member.name.length + 1) / 8) * 8);
    bytes.uint(offset, 4).zeros(28).raw(member.type);
    offset += member.size;
  }
  return bytes.done();
}

interface Message {
  readonly type: number;
  readonly body: Uint8Array;
}

function objectHeader(messages: readonly Message[]): Uint8Array {
  const body = new Bytes();
  for (const message of messages) {
    const padded = new Bytes().raw(message.body).align().done();
    body.uint(message.type, 2).uint(padded.length, 2).uint(0, 4).raw(padded);
  }
  return new Bytes()
    .uint(1, 2)
    .uint(messages.length, 2)
    .uint(1, 4)
    .uint(body.length, 4)
    .zeros(4)
    .raw(body.done())
    .done();
}

function dataspace(shape: readonly number[]): Uint8Array {
  const bytes = new Bytes().uint(1, 1).uint(shape.length, 1).zeros(6);
  for (const length of shape) bytes.uint(length, 8);
  return bytes.done();
}

/** An attribute of one value in an array of length 1, as GEF has them. */
export interface Attribute {
  readonly name: string;
  readonly type: Uint8Array;
  readonly value: Uint8Array;
}

function attribute({ name, type, value }: Attribute): Message {
  const space = dataspace([1]);
  const body = new Bytes()
    .uint(1, 2)
    .uint(name.length + 1, 2)
    .uint(type.length, 2)
    .uint(space.length, 2);
  body.text(name, name.length + 1).align();
  body.raw(type).align().raw(space).align().raw(value);
  return { type: 0x0c, body: body.done() };
}

/** The header of a contiguous dataset of `rows` records whose bytes stand at `address`. */
export function datasetHeader(
  type: Uint8Array,
  rows: number,
  address: number,
  bytes: number,
  attributes: readonly Attribute[],
): Uint8Array {
  return objectHeader([
    { type: 0x01, body: dataspace([rows]) },
    { type: 0x03, body: type },
    // Fill value version 2: allocated early, never written, undefined.
    { type: 0x05, body: Uint8Array.of(2, 1, 1, 0) },
    { type: 0x08, body: new Bytes().uint(3, 1).uint(1, 1).uint(address, 8).uint(bytes, 8).done() },
    ...attributes.map(attribute),
  ]);
}

/**
 * A group whose members' headers stand at the given addresses: heap of names, symbol node, tree and header, to be
 * written at `at`. Returns the bytes and the address of the header.
 */
export function group(
  at: number,
  members: readonly { readonly name: string; readonly address: number }[],
  attributes: readonly Attribute[] = [],
): { readonly bytes: Uint8Array; readonly address: number } {
  const sorted = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Bytes().zeros(8);
  const offsets = sorted.map(({ name }) => {
    const offset = names.length;
    names.text(name, name.length + 1).align();
    return offset;
  });
  const bytes = new Bytes();
  const heapAt = at;
  bytes
    .text("HEAP")
    .uint(0, 4)
    .uint(names.length, 8)
    .uint(1, 8)
    .uint(heapAt + 32, 8)
    .raw(names.done());
  const nodeAt = at + bytes.length;
  bytes.text("SNOD").uint(1, 2).uint(sorted.length, 2);
  sorted.forEach(({ address }, i) => {
    bytes.uint(offsets[i]!, 8).uint(address, 8).zeros(24);
  });
  bytes.zeros((2 * LEAF_K - sorted.length) * 40);
  const treeAt = at + bytes.length;
  bytes.text("TREE").uint(0, 2).uint(1, 2).uint(UNDEFINED, 8).uint(UNDEFINED, 8);
  bytes
    .uint(0, 8)
    .uint(nodeAt, 8)
    .uint(offsets.at(-1) ?? 0, 8);
  bytes.zeros((2 * INTERNAL_K - 1) * 16);
  const address = at + bytes.length;
  const symbols = { type: 0x11, body: new Bytes().uint(treeAt, 8).uint(heapAt, 8).done() };
  bytes.raw(objectHeader([symbols, ...attributes.map(attribute)]));
  return { bytes: bytes.align().done(), address };
}

/** The superblock of a file that ends at `end` and whose root group's header stands at `root`. */
export function superblock(root: number, end: number): Uint8Array {
  const bytes = new Bytes().raw(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a));
  bytes.zeros(5).uint(8, 1).uint(8, 1).zeros(1).uint(LEAF_K, 2).uint(INTERNAL_K, 2).zeros(4);
  bytes.uint(0, 8).uint(UNDEFINED, 8).uint(end, 8).uint(UNDEFINED, 8);
  return bytes.uint(0, 8).uint(root, 8).zeros(24).done();
}
