import type { Extent, ScratchFile } from "./scratch.ts";

/** Words that a bucket buffers before they go to disk: 256 kB. */
const BUFFER_WORDS = 1 << 16;
const FIRST_WORDS = 1 << 9;

/** What a bucket holds in memory: a record more may be written at `words[used]`, once `open` has made room for it. */
export interface OpenBucket {
  readonly words: Uint32Array;
  used: number;
}

interface Bucket extends OpenBucket {
  words: Uint32Array;
  /** Words on disk. */
  stored: number;
  readonly extents: Extent[];
}

/** Records that were dealt into buckets. */
export interface RecordSource {
  records(bucket: number): number;
  /** A bucket's records in the order in which they were put, in pieces; each is valid until the next. */
  pieces(bucket: number): Iterable<Uint32Array>;
  /** All of a bucket's records at once, into an array of their length; the bucket may be empty afterwards. */
  fill(bucket: number, out: Uint32Array): void;
}

/** The words of each extent, in one array. */
function* piecesOf(file: ScratchFile, extents: readonly Extent[]): Generator<Uint32Array> {
  const longest = extents.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const words = new Uint32Array(longest / 4);
  for (const extent of extents) {
    file.read(extent, new Uint8Array(words.buffer, 0, extent.bytes));
    yield words.subarray(0, extent.bytes / 4);
  }
}

/** Reads the extents one after the other into `out`; the words read. */
function readAll(file: ScratchFile, extents: readonly Extent[], out: Uint32Array): number {
  let at = 0;
  for (const extent of extents) {
    file.read(extent, new Uint8Array(out.buffer, out.byteOffset + 4 * at, extent.bytes));
    at += extent.bytes / 4;
  }
  return at;
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
    this.buckets.push({ words: new Uint32Array(0), used: 0, stored: 0, extents: [] });
    return this.buckets.length - 1;
  }

  records(bucket: number): number {
    return this.recordsOf(this.buckets[bucket]!);
  }

  /** A bucket with room for one more record. The caller writes it, and adds its words to `used`, before the next call. */
  open(bucket: number): OpenBucket {
    const here = this.buckets[bucket]!;
    if (here.used + this.recordWords > here.words.length) this.makeRoom(here);
    return here;
  }

  /** Everything to disk; where each bucket's records lie there. */
  store(): BucketExtents[] {
    for (const bucket of this.buckets) this.flush(bucket, true);
    return this.buckets.map((here) => ({ records: this.recordsOf(here), extents: [...here.extents] }));
  }

  /** A bucket's records in pieces, for those that are too many to hold; the bucket is empty afterwards. */
  *pieces(bucket: number): Generator<Uint32Array> {
    const here = this.buckets[bucket]!;
    yield* piecesOf(this.file, here.extents);
    yield here.words.subarray(0, here.used);
    this.empty(here);
  }

  fill(bucket: number, out: Uint32Array): void {
    const here = this.buckets[bucket]!;
    const read = readAll(this.file, here.extents, out);
    out.set(here.words.subarray(0, here.used), read);
    this.empty(here);
  }

  private recordsOf({ stored, used }: Bucket): number {
    return (stored + used) / this.recordWords;
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
      here.stored += here.used;
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
    here.stored = 0;
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

  pieces(bucket: number): Generator<Uint32Array> {
    return piecesOf(this.file, this.lists[bucket]!.extents);
  }

  fill(bucket: number, out: Uint32Array): void {
    readAll(this.file, this.lists[bucket]!.extents, out);
  }
}
