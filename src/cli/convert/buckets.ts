import type { Extent, ScratchFile } from "./scratch.ts";

/** Words that a bucket buffers before they go to disk: 256 kB. */
const BUFFER_WORDS = 1 << 16;
const FIRST_WORDS = 1 << 9;

interface Bucket {
  words: Uint32Array;
  used: number;
  records: number;
  readonly extents: Extent[];
}

/** Records that were dealt into buckets. */
export interface RecordSource {
  records(bucket: number): number;
  /** A bucket's records in the order in which they were put, in pieces. */
  pieces(bucket: number): Iterable<Uint32Array>;
}

/** Where a bucket's records lie in a scratch file. */
export interface BucketExtents {
  readonly records: number;
  readonly extents: readonly Extent[];
}

/**
 * Records of a fixed number of words, dealt into buckets: what is buffered stays below a bound, the rest lies in
 * one scratch file. A bucket's records come back in the order in which they were put.
 */
export class Buckets implements RecordSource {
  readonly recordWords: number;
  private readonly file: ScratchFile;
  private readonly limitWords: number;
  private readonly buckets: Bucket[] = [];
  private held = 0;

  constructor(file: ScratchFile, recordWords: number, bufferBytes: number) {
    this.file = file;
    this.recordWords = recordWords;
    this.limitWords = bufferBytes / 4;
  }

  /** A new, empty bucket; its number. */
  create(): number {
    this.buckets.push({ words: new Uint32Array(0), used: 0, records: 0, extents: [] });
    return this.buckets.length - 1;
  }

  records(bucket: number): number {
    return this.buckets[bucket]!.records;
  }

  /** Room for one more record: where to write its words. They must be written before the next call. */
  claim(bucket: number): { readonly words: Uint32Array; readonly at: number } {
    const here = this.buckets[bucket]!;
    if (here.used + this.recordWords > here.words.length) this.makeRoom(here);
    const at = here.used;
    here.used += this.recordWords;
    here.records += 1;
    this.claimed.words = here.words;
    this.claimed.at = at;
    return this.claimed;
  }

  private readonly claimed: { words: Uint32Array; at: number } = { words: new Uint32Array(0), at: 0 };

  /** Everything to disk; where each bucket's records lie there. */
  store(): BucketExtents[] {
    for (const bucket of this.buckets) this.flush(bucket, true);
    return this.buckets.map(({ records, extents }) => ({ records, extents: [...extents] }));
  }

  /** A bucket's records in pieces, for those that are too many to hold; the bucket is empty afterwards. */
  *pieces(bucket: number): Generator<Uint32Array> {
    const here = this.buckets[bucket]!;
    for (const extent of here.extents) {
      const words = new Uint32Array(extent.bytes / 4);
      this.file.read(extent, new Uint8Array(words.buffer));
      yield words;
    }
    yield here.words.slice(0, here.used);
    this.empty(here);
  }

  private makeRoom(here: Bucket): void {
    const full = Math.floor(BUFFER_WORDS / this.recordWords) * this.recordWords;
    if (here.words.length < full) {
      const grown = Math.min(full, Math.max(FIRST_WORDS, 4 * here.words.length));
      const length = Math.max(1, Math.floor(grown / this.recordWords)) * this.recordWords;
      if (this.held + length - here.words.length <= this.limitWords) {
        const words = new Uint32Array(length);
        words.set(here.words.subarray(0, here.used));
        this.held += length - here.words.length;
        here.words = words;
        return;
      }
      // No memory for longer buffers: all that lies in them goes to disk.
      for (const other of this.buckets) this.flush(other, true);
      const words = new Uint32Array(
        Math.max(1, Math.floor(FIRST_WORDS / this.recordWords)) * this.recordWords,
      );
      this.held += words.length;
      here.words = words;
      return;
    }
    this.flush(here, false);
  }

  private flush(here: Bucket, release: boolean): void {
    if (here.used > 0) {
      const { buffer, byteOffset } = here.words;
      here.extents.push(this.file.append(new Uint8Array(buffer, byteOffset, 4 * here.used)));
      here.used = 0;
    }
    if (!release) return;
    this.held -= here.words.length;
    here.words = new Uint32Array(0);
  }

  private empty(here: Bucket): void {
    this.held -= here.words.length;
    here.words = new Uint32Array(0);
    here.used = 0;
    here.records = 0;
    here.extents.length = 0;
  }
}

/** Buckets that another process has stored. */
export class StoredBuckets implements RecordSource {
  private readonly file: ScratchFile;
  private readonly lists: readonly BucketExtents[];

  constructor(file: ScratchFile, lists: readonly BucketExtents[]) {
    this.file = file;
    this.lists = lists;
  }

  records(bucket: number): number {
    return this.lists[bucket]!.records;
  }

  *pieces(bucket: number): Generator<Uint32Array> {
    for (const extent of this.lists[bucket]!.extents) {
      const words = new Uint32Array(extent.bytes / 4);
      this.file.read(extent, new Uint8Array(words.buffer));
      yield words;
    }
  }
}
