import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { TAG, TYPE_BYTES, tagName } from "./tiff-fields.ts";

/** More directories than any slide has; a hostile file could chain millions. */
export const MAX_IFDS = 4096;
const MAX_ENTRIES = 4096;
const PAGE_BYTES = 1 << 16;
const MAX_PAGES = 128;

/** One field of a directory: `count` values of `type`, at byte `offset` of the file. */
export interface TiffField {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly offset: number;
}

/** An image file directory (TIFF 6.0 §2) with its SubIFDs (TIFF Technical Note 1). */
export interface TiffIfd {
  readonly offset: number;
  readonly fields: ReadonlyMap<number, TiffField>;
  readonly subIfds: readonly TiffIfd[];
}

/**
 * Reads TIFF and BigTIFF structure over a byte source. Our own, because geotiff's parser follows a cyclic
 * directory chain for ever and reads field values before their extent is checked against the file's size.
 * Bytes are read in 64 KiB pages, of which the latest 128 are kept.
 */
export class TiffReader {
  readonly source: ByteSource;
  readonly sizeBytes: number;
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  readonly #firstIfd: number;
  readonly #pages = new Map<number, Promise<Uint8Array>>();

  private constructor(source: ByteSource, sizeBytes: number, head: DataView) {
    const order = head.getUint16(0);
    this.source = source;
    this.sizeBytes = sizeBytes;
    this.littleEndian = order === 0x4949;
    const magic = head.getUint16(2, this.littleEndian);
    const known = (order === 0x4949 || order === 0x4d4d) && (magic === 42 || magic === 43);
    if (!known) throw new CentiscopeError("tiff-not-tiff", { file: source.name });
    this.bigTiff = magic === 43;
    if (this.bigTiff && (head.byteLength < 16 || head.getUint16(4, this.littleEndian) !== 8)) {
      throw new CentiscopeError("tiff-not-tiff", { file: source.name });
    }
    this.#firstIfd = this.bigTiff ? this.#uint64(head, 8) : head.getUint32(4, this.littleEndian);
  }

  static async open(source: ByteSource, signal?: AbortSignal): Promise<TiffReader> {
    const size = await source.size(signal);
    if (size < 8) throw new CentiscopeError("tiff-not-tiff", { file: source.name });
    const head = await source.read(0, Math.min(16, size), signal);
    return new TiffReader(source, size, new DataView(head.buffer, head.byteOffset, head.byteLength));
  }

  /** Top-level directories in file order, each with its SubIFDs. */
  async directories(signal?: AbortSignal): Promise<TiffIfd[]> {
    const visited = new Set<number>();
    const found: TiffIfd[] = [];
    let offset = this.#firstIfd;
    while (offset !== 0) {
      const { fields, next } = await this.#directory(offset, visited, signal);
      found.push({ offset, fields, subIfds: await this.#children(fields, visited, signal) });
      offset = next;
    }
    return found;
  }

  /** All values of a numeric field; rationals as quotients. `limit` bounds what a hostile count may cost. */
  async numbers(field: TiffField, signal?: AbortSignal, limit = 1 << 20): Promise<number[]> {
    if (field.count > limit) {
      throw this.badField(field.tag, `${field.count} values`);
    }
    return this.numbersAt(field, 0, field.count, signal);
  }

  /** Values `[first, first + count)` of a numeric field. */
  async numbersAt(field: TiffField, first: number, count: number, signal?: AbortSignal): Promise<number[]> {
    const step = TYPE_BYTES[field.type] ?? 0;
    if (step === 0) throw this.badField(field.tag, `type ${field.type}`);
    const start = field.offset + first * step;
    const view = await this.#view(start, count * step, tagName(field.tag), signal);
    const values: number[] = new Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#value(view, i * step, field.type);
    return values;
  }

  /** The bytes of a field. */
  async bytes(field: TiffField, limit: number, signal?: AbortSignal): Promise<Uint8Array> {
    const length = field.count * (TYPE_BYTES[field.type] ?? 0);
    if (length > limit) throw this.badField(field.tag, `${length} bytes`);
    const view = await this.#view(field.offset, length, tagName(field.tag), signal);
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  }

  /** A text field up to its first NUL, read as UTF-8 (as OME-TIFF requires; ASCII is a subset). */
  async text(field: TiffField, limit: number, signal?: AbortSignal): Promise<string> {
    const bytes = await this.bytes(field, limit, signal);
    const end = bytes.indexOf(0);
    return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** Bytes of a block; small strips come out of shared pages, so that neighbours cost one request. */
  async block(
    start: number,
    length: number,
    small: boolean,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (!small) return (await this.source.read(start, start + length, signal)) as Uint8Array<ArrayBuffer>;
    const view = await this.#view(start, length, "strip", signal);
    return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  }

  /** Throws when `[start, start + length)` is not inside the file. */
  checkExtent(start: number, length: number, what: string): void {
    if (start < 0 || length < 0 || !Number.isSafeInteger(start + length) || start + length > this.sizeBytes) {
      throw new CentiscopeError("tiff-truncated", {
        file: this.source.name,
        size: this.sizeBytes,
        what,
        start,
        end: start + length,
      });
    }
  }

  badField(tag: number, found: string | number): CentiscopeError {
    return new CentiscopeError("tiff-bad-field", { file: this.source.name, field: tagName(tag), found });
  }

  async #directory(offset: number, visited: Set<number>, signal?: AbortSignal) {
    const file = this.source.name;
    if (visited.has(offset)) throw new CentiscopeError("tiff-cyclic", { file, offset });
    if (visited.size >= MAX_IFDS)
      throw new CentiscopeError("tiff-too-many-images", { file, limit: MAX_IFDS });
    visited.add(offset);
    const headBytes = this.bigTiff ? 8 : 2;
    const head = await this.#view(offset, headBytes, "directory", signal);
    const count = this.bigTiff ? this.#uint64(head, 0) : head.getUint16(0, this.littleEndian);
    if (count > MAX_ENTRIES) {
      throw new CentiscopeError("tiff-bad-field", { file, field: "directory", found: `${count} entries` });
    }
    const step = this.bigTiff ? 20 : 12;
    const linkBytes = this.bigTiff ? 8 : 4;
    const start = offset + headBytes;
    const body = await this.#view(start, count * step + linkBytes, "directory", signal);
    const fields = new Map<number, TiffField>();
    for (let i = 0; i < count; i++) {
      const at = i * step;
      const field = this.#field(body, at, start + at);
      if (!fields.has(field.tag)) fields.set(field.tag, field);
    }
    const link = count * step;
    const next = this.bigTiff ? this.#uint64(body, link) : body.getUint32(link, this.littleEndian);
    return { fields, next };
  }

  #field(view: DataView, at: number, fileAt: number): TiffField {
    const tag = view.getUint16(at, this.littleEndian);
    const type = view.getUint16(at + 2, this.littleEndian);
    const count = this.bigTiff ? this.#uint64(view, at + 4) : view.getUint32(at + 4, this.littleEndian);
    const slot = this.bigTiff ? 12 : 8;
    const inline = count * (TYPE_BYTES[type] ?? 0) <= (this.bigTiff ? 8 : 4);
    const pointer = () =>
      this.bigTiff ? this.#uint64(view, at + slot) : view.getUint32(at + slot, this.littleEndian);
    return { tag, type, count, offset: inline ? fileAt + slot : pointer() };
  }

  async #children(
    fields: ReadonlyMap<number, TiffField>,
    visited: Set<number>,
    signal?: AbortSignal,
  ): Promise<TiffIfd[]> {
    const field = fields.get(TAG.SubIFDs);
    if (!field) return [];
    const children: TiffIfd[] = [];
    const listed = [...new Set(await this.numbers(field, signal, MAX_IFDS))];
    for (const first of listed) {
      // One may begin a chain (Technical Note 1). Of several each is named, and tifffile chains them besides.
      for (let offset = first; offset !== 0; ) {
        const child = await this.#directory(offset, visited, signal);
        children.push({ offset, fields: child.fields, subIfds: [] });
        offset = listed.length === 1 ? child.next : 0;
      }
    }
    return children;
  }

  #value(view: DataView, at: number, type: number): number {
    const le = this.littleEndian;
    switch (type) {
      case 3:
        return view.getUint16(at, le);
      case 4:
      case 13:
        return view.getUint32(at, le);
      case 5:
        return view.getUint32(at, le) / view.getUint32(at + 4, le);
      case 6:
        return view.getInt8(at);
      case 8:
        return view.getInt16(at, le);
      case 9:
        return view.getInt32(at, le);
      case 10:
        return view.getInt32(at, le) / view.getInt32(at + 4, le);
      case 11:
        return view.getFloat32(at, le);
      case 12:
        return view.getFloat64(at, le);
      case 16:
      case 18:
        return this.#uint64(view, at);
      case 17:
        return Number(view.getBigInt64(at, le));
      default:
        return view.getUint8(at);
    }
  }

  /** Values past 2^53 become Infinity, which every extent check refuses. */
  #uint64(view: DataView, at: number): number {
    const value = Number(view.getBigUint64(at, this.littleEndian));
    return Number.isSafeInteger(value) ? value : Number.POSITIVE_INFINITY;
  }

  async #view(start: number, length: number, what: string, signal?: AbortSignal): Promise<DataView> {
    this.checkExtent(start, length, what);
    const firstPage = Math.floor(start / PAGE_BYTES);
    if (start + length <= (firstPage + 1) * PAGE_BYTES) {
      const page = await this.#page(firstPage);
      signal?.throwIfAborted();
      return new DataView(page.buffer, page.byteOffset + start - firstPage * PAGE_BYTES, length);
    }
    const bytes = await this.source.read(start, start + length, signal);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Pages are shared by callers, so no one caller's signal aborts them. */
  #page(index: number): Promise<Uint8Array> {
    const cached = this.#pages.get(index);
    if (cached) return cached;
    const start = index * PAGE_BYTES;
    const page = this.source.read(start, Math.min(start + PAGE_BYTES, this.sizeBytes));
    this.#pages.set(index, page);
    page.catch(() => this.#pages.delete(index));
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) break;
      this.#pages.delete(oldest);
    }
    return page;
  }
}
