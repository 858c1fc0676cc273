import { unzlibSync } from "fflate";
import { CentiscopeError } from "../core/errors.ts";
import { type Hdf5Bytes, UNDEFINED } from "./hdf5-bytes.ts";
import { type Hdf5Chunk, readChunkTree } from "./hdf5-trees.ts";
import type { Hdf5Filter, Hdf5Layout, Hdf5Type } from "./hdf5-types.ts";

interface DatasetFacts {
  /** Elements along each dimension; null when the dataset holds none. */
  readonly shape: readonly number[] | null;
  readonly type: Hdf5Type;
  readonly layout: Hdf5Layout;
  readonly filters: readonly Hdf5Filter[];
}

/** A chunk is held whole while it is unpacked. */
const MAX_CHUNK = 256 * 2 ** 20;

/** A dataset of an open file: its type and shape, and the bytes of its records. */
export class Hdf5Dataset {
  readonly shape: readonly number[];
  readonly type: Hdf5Type;
  readonly layout: Hdf5Layout;
  readonly filters: readonly Hdf5Filter[];
  private readonly file: Hdf5Bytes;
  private readonly path: string;
  private chunks: Promise<readonly Hdf5Chunk[]> | undefined;
  /** The chunk unpacked last: neighbouring reads share it. */
  private last: { readonly chunk: Hdf5Chunk; readonly bytes: Promise<Uint8Array> } | undefined;

  constructor(file: Hdf5Bytes, facts: DatasetFacts, path = "") {
    this.file = file;
    this.shape = facts.shape ?? [0];
    this.type = facts.type;
    this.layout = facts.layout;
    this.filters = facts.filters;
    this.path = path;
    const { size } = this.type;
    if (size < 1) throw file.corrupt(0, "elements of no bytes");
  }

  /** The same dataset under the name that messages give it. */
  named(path: string): Hdf5Dataset {
    return new Hdf5Dataset(this.file, this, path);
  }

  /** Elements in all. */
  get length(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /**
   * Bytes of the elements `[start, end)` in row-major order, `type.size` each. One range of the source when the
   * dataset is contiguous; chunks only along one dimension, gzip and shuffle filters. Throws CentiscopeErrors.
   */
  async read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    const { layout, file, length } = this;
    const { size } = this.type;
    if (start < 0 || end < start || end > length) {
      throw file.corrupt(0, `${this.path}: elements ${start} to ${end} of ${length}`);
    }
    if (start === end) return new Uint8Array(0);
    if (layout.kind === "compact") {
      const bytes = layout.bytes.subarray(start * size, end * size);
      if (bytes.length !== (end - start) * size) throw file.corrupt(0, `${this.path} ends too early`);
      return bytes;
    }
    if (layout.kind === "contiguous") {
      const from = file.base + layout.address + start * size;
      const to = file.base + layout.address + end * size;
      const stated = layout.size === UNDEFINED ? length * size : layout.size;
      if (layout.address === UNDEFINED || length * size > stated || to > file.size) {
        throw file.corrupt(Math.max(0, layout.address), `${this.path} lies outside the file`);
      }
      return file.source.read(from, to, signal);
    }
    if (layout.kind === "other") throw this.unread(layout.name);
    return this.readChunks(layout, start, end, signal);
  }

  private async readChunks(
    layout: Extract<Hdf5Layout, { kind: "chunked" }>,
    start: number,
    end: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    if (this.shape.length !== 1) throw this.unread(`chunks along ${this.shape.length} dimensions`);
    const { size } = this.type;
    const rows = layout.chunk[0] ?? 0;
    if (rows < 1 || rows * size > MAX_CHUNK) throw this.unread(`chunks of ${rows} rows`);
    const chunks = await this.index(layout);
    const out = new Uint8Array((end - start) * size);
    for (let at = Math.floor(start / rows); at * rows < end; at++) {
      const chunk = chunks[at];
      if (!chunk || chunk.start[0] !== at * rows) {
        throw this.file.corrupt(Math.max(0, layout.address), `${this.path}: chunk ${at} is missing`);
      }
      const bytes = await this.chunk(chunk, rows * size, signal);
      const from = Math.max(start, at * rows);
      const to = Math.min(end, (at + 1) * rows);
      out.set(bytes.subarray((from - at * rows) * size, (to - at * rows) * size), (from - start) * size);
    }
    return out;
  }

  private index(layout: Extract<Hdf5Layout, { kind: "chunked" }>): Promise<readonly Hdf5Chunk[]> {
    if (layout.index === "b-tree") {
      this.chunks ??= readChunkTree(this.file, layout.address, 1).then((list) =>
        list.sort((a, b) => a.start[0]! - b.start[0]!),
      );
      return this.chunks;
    }
    if (layout.index !== "single") throw this.unread(`a chunk index of kind "${layout.index}"`);
    const size = layout.single?.size ?? (layout.chunk[0] ?? 0) * this.type.size;
    return Promise.resolve([{ start: [0], address: layout.address, size, mask: layout.single?.mask ?? 0 }]);
  }

  private chunk(chunk: Hdf5Chunk, unpacked: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (this.last?.chunk === chunk) return this.last.bytes;
    const bytes = this.unpack(chunk, unpacked, signal);
    this.last = { chunk, bytes };
    bytes.catch(() => {
      this.last = undefined;
    });
    return bytes;
  }

  private async unpack(
    chunk: Hdf5Chunk,
    unpacked: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const { file } = this;
    const from = file.base + chunk.address;
    if (chunk.address < 0 || chunk.size > MAX_CHUNK || from + chunk.size > file.size) {
      throw file.corrupt(Math.max(0, chunk.address), `a chunk of ${this.path} lies outside the file`);
    }
    let bytes = await file.source.read(from, from + chunk.size, signal);
    for (let i = this.filters.length - 1; i >= 0; i--) {
      const filter = this.filters[i]!;
      if ((chunk.mask >> i) & 1) continue;
      if (filter.id === 1) bytes = this.inflate(bytes, unpacked, chunk);
      else if (filter.id === 2) bytes = unshuffled(bytes, filter.values[0] ?? this.type.size);
      else if (filter.id === 3) bytes = this.checked(bytes, chunk);
      else throw this.unread(`the filter ${filter.name}`);
    }
    if (bytes.length !== unpacked) {
      throw file.corrupt(
        chunk.address,
        `a chunk of ${this.path} unpacks to ${bytes.length} of ${unpacked} bytes`,
      );
    }
    return bytes;
  }

  private inflate(bytes: Uint8Array, unpacked: number, chunk: Hdf5Chunk): Uint8Array {
    try {
      // Room for a checksum after the data; a bomb is cut off there, and its length then betrays it.
      return unzlibSync(bytes, { out: new Uint8Array(unpacked + 4) });
    } catch (thrown) {
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      throw this.file.corrupt(chunk.address, `a chunk of ${this.path}: ${detail}`);
    }
  }

  /** Fletcher's checksum over big-endian 16-bit words stands after the data, as two little-endian sums. */
  private checked(bytes: Uint8Array, chunk: Hdf5Chunk): Uint8Array {
    const end = bytes.length - 4;
    let low = 0;
    let high = 0;
    for (let i = 0; i < end; i += 2) {
      low = (low + (bytes[i]! << 8) + (i + 1 < end ? bytes[i + 1]! : 0)) % 65_535;
      high = (high + low) % 65_535;
    }
    const stored = (at: number) => ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) % 65_535;
    if (end < 0 || stored(end) !== low || stored(end + 2) !== high) {
      throw this.file.corrupt(chunk.address, `a chunk of ${this.path} fails its checksum`);
    }
    return bytes.subarray(0, end);
  }

  private unread(found: string): CentiscopeError {
    return new CentiscopeError("hdf5-feature", { file: this.file.source.name, dataset: this.path, found });
  }
}

/** Undoes HDF5's shuffle: byte k of every element stood together. Bytes past the last whole element stay. */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  if (size <= 1) return bytes;
  const count = Math.floor(bytes.length / size);
  const out = new Uint8Array(bytes.length);
  for (let k = 0; k < size; k++) {
    const from = k * count;
    for (let i = 0, to = k; i < count; i++, to += size) out[to] = bytes[from + i]!;
  }
  out.set(bytes.subarray(count * size), count * size);
  return out;
}
