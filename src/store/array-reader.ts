import { CentiscopeError, isMissing } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import type { FileTree } from "../io/file-tree.ts";
import type { ByteLru } from "./byte-lru.ts";
import type { ChunkDecoder, EncodedPart } from "./chunk-decoder.ts";
import { shardIndexBytes } from "./shard-file.ts";
import { type ChunkPlaces, readShardIndex } from "./shard-index.ts";
import { SharedWork } from "./shared-work.ts";
import { type ArrayShape, chunkBytes } from "./zarr-metadata.ts";

/** Two chunks that lie so close are read as one range: a request costs more than these bytes. */
const GAP_BYTES = 1 << 16;
/** A range is not made longer than this, so that many run side by side. */
const RANGE_BYTES = 4 << 20;
/** A shard no larger than this is read whole, index and all, in one request. */
const WHOLE_BYTES = 1 << 17;
/** Most bytes that strings of one array may unpack to. */
const STRINGS_BYTES = 1 << 28;

/** Where a shard's chunks lie, and its bytes when it was read whole. */
interface ShardIndex extends ChunkPlaces {
  readonly whole: Uint8Array | undefined;
}

/** What the arrays of a store share. */
export interface ReadContext {
  readonly tree: FileTree;
  readonly cache: ByteLru<Uint8Array | ShardIndex>;
  readonly working: Map<string, SharedWork<unknown>>;
  readonly decode: ChunkDecoder;
}

/** A chunk's coordinates as they are named to users: `0/17`. */
type ChunkName = string;

/** Reads decoded chunks of one array: ranges joined, each fetched once, kept in the store's cache. */
export class ArrayReader {
  readonly path: string;
  readonly array: ArrayShape;
  readonly attributes: { readonly [key: string]: unknown };
  private readonly context: ReadContext;
  private readonly shards: Readonly<Record<string, number>>;
  private readonly sources = new Map<string, ByteSource>();
  /** Chunks along each axis, of the array and of a shard. */
  private readonly grid: readonly number[];
  private readonly perShard: readonly number[];
  private readonly bytes: number;

  constructor(
    context: ReadContext,
    path: string,
    array: ArrayShape,
    attributes: { readonly [key: string]: unknown },
    shards: Readonly<Record<string, number>>,
  ) {
    this.context = context;
    this.path = path;
    this.array = array;
    this.attributes = attributes;
    this.shards = shards;
    this.grid = array.shape.map((side, axis) => Math.ceil(side / array.chunk[axis]!));
    this.perShard = (array.shard ?? array.chunk).map((side, axis) => side / array.chunk[axis]!);
    this.bytes = chunkBytes(array);
  }

  /** Chunks along each axis. */
  get chunkGrid(): readonly number[] {
    return this.grid;
  }

  /**
   * Decoded chunks in the order asked for; undefined where the array has none (all fill value). `chunks` are
   * row-major indices in the grid of chunks. A chunk belongs to the cache: it must not be changed.
   */
  async read(chunks: readonly number[], signal?: AbortSignal): Promise<(Uint8Array | undefined)[]> {
    signal?.throwIfAborted();
    const found = new Map<number, Promise<Uint8Array | undefined>>();
    const missing = new Map<string, number[]>();
    for (const chunk of new Set(chunks)) {
      const known = this.known(chunk, signal);
      if (known) {
        // When a fetch fails first, nobody waits for it any more.
        known.catch(() => {});
        found.set(chunk, known);
        continue;
      }
      const { shard } = this.place(chunk);
      const list = missing.get(shard) ?? [];
      list.push(chunk);
      missing.set(shard, list);
    }
    const fetched = [...missing].map(([shard, list]) => this.fetchShard(shard, list, signal));
    const parts = await allOrFirst([...fetched]);
    for (const part of parts) for (const [chunk, made] of part) found.set(chunk, made);
    const order = [...found.keys()];
    const values = await allOrFirst([...found.values()]);
    const byChunk = new Map(order.map((chunk, i) => [chunk, values[i]]));
    return chunks.map((chunk) => byChunk.get(chunk));
  }

  /** A chunk that is kept or being made; undefined when it is neither. */
  private known(chunk: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> | undefined {
    const key = `${this.path}/${chunk}`;
    const kept = this.context.cache.get(key) as Uint8Array | undefined;
    if (kept) return Promise.resolve(kept);
    const work = this.context.working.get(key) as SharedWork<Map<number, Uint8Array>> | undefined;
    if (!work || work.abandoned) return undefined;
    return work.join(signal).then((made) => made.get(chunk));
  }

  /** Where a chunk lies: its shard's key, its slot there, its name. */
  private place(chunk: number): { readonly shard: string; readonly slot: number; readonly name: ChunkName } {
    const at: number[] = [];
    let rest = chunk;
    for (let axis = this.grid.length - 1; axis >= 0; axis--) {
      at[axis] = rest % this.grid[axis]!;
      rest = Math.floor(rest / this.grid[axis]!);
    }
    let slot = 0;
    const shard = at.map((index, axis) => {
      slot = slot * this.perShard[axis]! + (index % this.perShard[axis]!);
      return Math.floor(index / this.perShard[axis]!);
    });
    return { shard: ["c", ...shard].join("/"), slot, name: at.join("/") };
  }

  /** Starts what is needed for these chunks of one shard: a promise for each. */
  private async fetchShard(
    shard: string,
    chunks: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Map<number, Promise<Uint8Array | undefined>>> {
    const index = await this.index(shard, this.place(chunks[0]!).name, signal);
    const made = new Map<number, Promise<Uint8Array | undefined>>();
    const wanted: { chunk: number; start: number; end: number }[] = [];
    for (const chunk of chunks) {
      const start = index?.starts[this.place(chunk).slot] ?? -1;
      // Another caller may have begun on it while the index came.
      const known = this.known(chunk, signal);
      if (known) made.set(chunk, known);
      else if (!index || start < 0) made.set(chunk, Promise.resolve(undefined));
      else wanted.push({ chunk, start, end: start + index.lengths[this.place(chunk).slot]! });
    }
    wanted.sort((a, b) => a.start - b.start);
    for (let first = 0; first < wanted.length; ) {
      let last = first;
      let end = wanted[first]!.end;
      while (last + 1 < wanted.length) {
        const next = wanted[last + 1]!;
        if (next.start - end > GAP_BYTES || next.end - wanted[first]!.start > RANGE_BYTES) break;
        last += 1;
        end = Math.max(end, next.end);
      }
      const group = wanted.slice(first, last + 1);
      const work = this.startRange(shard, group, index?.whole);
      for (const { chunk } of group) {
        made.set(
          chunk,
          work.join(signal).then((values) => values.get(chunk)),
        );
      }
      first = last + 1;
    }
    for (const promise of made.values()) promise.catch(() => {});
    return made;
  }

  private startRange(
    shard: string,
    group: readonly { readonly chunk: number; readonly start: number; readonly end: number }[],
    whole: Uint8Array | undefined,
  ): SharedWork<Map<number, Uint8Array>> {
    const { cache, working } = this.context;
    const keys = group.map(({ chunk }) => `${this.path}/${chunk}`);
    const start = group[0]!.start;
    const end = group.reduce((most, { end }) => Math.max(most, end), 0);
    const work = new SharedWork(async (signal) => {
      try {
        const bytes =
          whole?.subarray(start, end) ?? (await this.bytesOf(shard, start, end, group[0]!.chunk, signal));
        const parts = group.map((part) => this.encodedPart(bytes, part.start - start, part.end - start));
        const decoded = await this.context.decode({ bytes, parts }, signal);
        const made = new Map<number, Uint8Array>();
        decoded.forEach((raw, k) => {
          const { chunk } = group[k]!;
          if (typeof raw === "string") throw this.corrupt(this.place(chunk).name, raw);
          cache.set(keys[k]!, raw, raw.length);
          made.set(chunk, raw);
        });
        return made;
      } finally {
        for (const key of keys) if (working.get(key) === work) working.delete(key);
      }
    });
    for (const key of keys) working.set(key, work);
    return work;
  }

  /** A chunk at `bytes[start, end)`. Strings say themselves how long they are, up to a bound. */
  private encodedPart(bytes: Uint8Array, start: number, end: number): EncodedPart {
    if (this.array.dtype !== "string") return { start, end, rawBytes: this.bytes };
    const announced =
      end - start >= 8 ? new DataView(bytes.buffer, bytes.byteOffset + start, 8).getUint32(4, true) : 0;
    return { start, end, rawBytes: Math.min(announced, STRINGS_BYTES) };
  }

  private corrupt(chunk: ChunkName, detail: string): CentiscopeError {
    const params = { file: this.context.tree.name, array: this.path, chunk, detail };
    return new CentiscopeError("store-chunk-corrupt", params);
  }

  private source(shard: string): ByteSource {
    let source = this.sources.get(shard);
    if (!source) {
      source = this.context.tree.open(`${this.path}/${shard}`, this.shards[shard]);
      this.sources.set(shard, source);
    }
    return source;
  }

  /** Bytes `[start, end)` of a shard; all of them, or an error that names the array and the chunk. */
  private async bytesOf(
    shard: string,
    start: number,
    end: number,
    chunk: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { name } = this.place(chunk);
    let bytes: Uint8Array;
    try {
      bytes = await this.source(shard).read(start, end, signal);
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
      const params = {
        file: this.context.tree.name,
        array: this.path,
        chunk: name,
        part: `${this.path}/${shard}`,
      };
      throw new CentiscopeError("store-chunk-missing", params, { cause: thrown });
    }
    if (bytes.length !== end - start) {
      throw this.corrupt(
        name,
        `${shard} ends at byte ${start + bytes.length} instead of ${this.shards[shard]}`,
      );
    }
    return bytes;
  }

  /** The index of a shard; undefined when the array has no such shard: all its chunks are fill value. */
  private async index(
    shard: string,
    chunk: ChunkName,
    signal: AbortSignal | undefined,
  ): Promise<ShardIndex | undefined> {
    const size = this.shards[shard];
    if (size === undefined) return undefined;
    const { cache, working } = this.context;
    const key = `${this.path}/${shard}/index`;
    const kept = cache.get(key) as ShardIndex | undefined;
    if (kept) return kept;
    let work = working.get(key) as SharedWork<ShardIndex> | undefined;
    if (!work || work.abandoned) {
      const started: SharedWork<ShardIndex> = new SharedWork(async (stop) => {
        try {
          const index = await this.readIndex(shard, size, chunk, stop);
          cache.set(key, index, 16 * index.starts.length + (index.whole?.length ?? 0));
          return index;
        } finally {
          if (working.get(key) === started) working.delete(key);
        }
      });
      working.set(key, started);
      work = started;
    }
    return work.join(signal);
  }

  private async readIndex(
    shard: string,
    size: number,
    chunk: ChunkName,
    signal: AbortSignal,
  ): Promise<ShardIndex> {
    const first = this.firstChunk(chunk);
    if (!this.array.shard) {
      const whole = await this.bytesOf(shard, 0, size, first, signal);
      return { starts: Float64Array.of(0), lengths: Float64Array.of(size), whole };
    }
    const slots = this.perShard.reduce((product, side) => product * side, 1);
    const indexBytes = shardIndexBytes(slots);
    const wrong = (detail: string): CentiscopeError =>
      new CentiscopeError("store-shard-corrupt", {
        file: this.context.tree.name,
        array: this.path,
        part: `${this.path}/${shard}`,
        detail,
      });
    if (size < indexBytes) throw wrong(`${size} bytes are too few`);
    const from = size <= WHOLE_BYTES ? 0 : size - indexBytes;
    const read = await this.bytesOf(shard, from, size, first, signal);
    const bytes = read.subarray(read.length - indexBytes);
    const places = readShardIndex(bytes, slots, size - indexBytes);
    if (typeof places === "string") throw wrong(places);
    return { ...places, whole: from === 0 ? read : undefined };
  }

  private firstChunk(name: ChunkName): number {
    return name.split("/").reduce((index, at, axis) => index * this.grid[axis]! + Number(at), 0);
  }
}

/** All results, or the first failure once every promise has settled: none is left to fail unheard. */
async function allOrFirst<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return settled.map((one) => (one as PromiseFulfilledResult<T>).value);
}
