import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";

/** Metadata lies in clusters of small pieces: one read of this much serves dozens of them. */
const BLOCK = 1 << 15;
/** 8 MiB of metadata at most are held. */
const MAX_BLOCKS = 256;

/** One structure of metadata is no larger: real ones have kilobytes, and it is held whole. */
const MAX_STRUCTURE = 2 ** 26;

/** An address that points nowhere: all ones. */
export const UNDEFINED = -1;

/** Reads an HDF5 file's metadata in blocks, each fetched once. Addresses are relative to `base`, as in the file. */
export class Hdf5Bytes {
  readonly source: ByteSource;
  readonly size: number;
  /** Bytes of a user block before the HDF5 data. */
  base = 0;
  /** Bytes of an address and of a length, from the superblock. */
  offsetSize = 8;
  lengthSize = 8;
  private readonly blocks = new Map<number, Promise<Uint8Array>>();
  private readonly signal: AbortSignal | undefined;

  constructor(source: ByteSource, size: number, signal: AbortSignal | undefined) {
    this.source = source;
    this.size = size;
    this.signal = signal;
  }

  /** A cursor over `[address, address + length)`, which must lie in the file. */
  async at(address: number, length: number): Promise<Cursor> {
    const start = this.base + address;
    if (address < 0 || length < 0 || start + length > this.size) {
      throw this.corrupt(Math.max(0, address), `it points to ${length} bytes there, outside the file`);
    }
    if (length > MAX_STRUCTURE) throw this.corrupt(address, `a structure of ${length} bytes`);
    const first = Math.floor(start / BLOCK);
    const last = Math.floor((start + Math.max(1, length) - 1) / BLOCK);
    if (last - first > 64) {
      return new Cursor(this, address, await this.source.read(start, start + length, this.signal));
    }
    if (first === last) {
      const block = await this.block(first);
      return new Cursor(this, address, block.subarray(start - first * BLOCK, start - first * BLOCK + length));
    }
    const bytes = new Uint8Array(length);
    for (let index = first; index <= last; index++) {
      const block = await this.block(index);
      const from = Math.max(0, start - index * BLOCK);
      const part = block.subarray(from, Math.min(BLOCK, start + length - index * BLOCK));
      bytes.set(part, index * BLOCK + from - start);
    }
    return new Cursor(this, address, bytes);
  }

  /** A cursor over bytes that were read otherwise. */
  cursor(bytes: Uint8Array): Cursor {
    return new Cursor(this, 0, bytes);
  }

  corrupt(address: number, detail: string): CentiscopeError {
    return new CentiscopeError("hdf5-corrupt", {
      file: this.source.name,
      offset: this.base + address,
      detail,
    });
  }

  private block(index: number): Promise<Uint8Array> {
    const known = this.blocks.get(index);
    if (known) return known;
    if (this.blocks.size >= MAX_BLOCKS) {
      for (const oldest of this.blocks.keys()) {
        this.blocks.delete(oldest);
        break;
      }
    }
    const start = index * BLOCK;
    const read = this.source.read(start, Math.min(this.size, start + BLOCK), this.signal);
    this.blocks.set(index, read);
    read.catch(() => this.blocks.delete(index));
    return read;
  }
}

/** Reads little-endian fields one after the other; a field beyond the end is damage, never a wrong value. */
export class Cursor {
  position = 0;
  readonly bytes: Uint8Array;
  private readonly file: Hdf5Bytes;
  private readonly address: number;
  private readonly view: DataView;

  constructor(file: Hdf5Bytes, address: number, bytes: Uint8Array) {
    this.file = file;
    this.address = address;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  /** An unsigned integer of 1 … 8 bytes; one past 2^53 is damage, as no file is that large. */
  uint(size: number): number {
    const at = this.take(size);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = value * 256 + this.view.getUint8(at + i);
    if (!Number.isSafeInteger(value)) throw this.corrupt("a number beyond 2^53");
    return value;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  length(): number {
    return this.optional(this.file.lengthSize);
  }

  /** An address, or {@link UNDEFINED}. */
  offset(): number {
    return this.optional(this.file.offsetSize);
  }

  skip(bytes: number): void {
    this.take(bytes);
  }

  /** Skips to a multiple of `to` bytes from where `bytes` begin; the last pad of a message may be missing. */
  align(to: number): void {
    this.position = Math.min(this.bytes.length, Math.ceil(this.position / to) * to);
  }

  /** A cursor over the next `length` bytes, which are skipped. */
  part(length: number): Cursor {
    const at = this.take(length);
    return new Cursor(this.file, this.address + at, this.bytes.subarray(at, at + length));
  }

  /** Text of `length` bytes, up to its first NUL. */
  text(length: number): string {
    const at = this.take(length);
    const bytes = this.bytes.subarray(at, at + length);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  expect(signature: string): void {
    const found = this.text(signature.length);
    if (found !== signature) throw this.corrupt(`"${signature}" is not there`);
  }

  corrupt(detail: string): CentiscopeError {
    return this.file.corrupt(this.address + this.position, detail);
  }

  private optional(size: number): number {
    const at = this.position;
    if (size <= this.left && this.bytes.subarray(at, at + size).every((byte) => byte === 255)) {
      this.skip(size);
      return UNDEFINED;
    }
    return this.uint(size);
  }

  private take(bytes: number): number {
    const at = this.position;
    if (bytes < 0 || at + bytes > this.bytes.length) throw this.corrupt("a structure ends too early");
    this.position = at + bytes;
    return at;
  }
}
