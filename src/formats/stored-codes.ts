import { type Place, wrongType } from "./column-numbers.ts";
import { type BytesVector, type ColumnVector, type DictionaryVector, isValid } from "./column-vector.ts";
import { corruptParquet, ParquetError } from "./parquet-error.ts";
import { WordDictionary } from "./word-dictionary.ts";

/** What the value in `bytes[start, end)` stands for. */
type CodeOf = (bytes: Uint8Array, start: number, end: number) => number;

/** Rows mapped at a time, in memory that stays in the nearest cache. */
const BLOCK = 1 << 12;

const strictDecoder = new TextDecoder("utf-8", { fatal: true });

/** True for bytes that are ASCII: surely UTF-8, and never the same text as other bytes. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i]!;
  return all < 128;
}

/** Codes of stored values: what a value stands for is worked out when it first appears. */
export class StoredCodes {
  private readonly stored = new WordDictionary();
  private codes = new Uint32Array(1024);
  private readonly codeOf: CodeOf;
  private bytes = new Uint8Array(0);
  private unchecked: Place | null = null;
  private dictionary: BytesVector | null = null;
  private known = new Int32Array(0);
  private readonly block = new Int32Array(BLOCK);

  constructor(codeOf: CodeOf) {
    this.codeOf = codeOf;
  }

  /** The bytes that `code` speaks of; new values of an unchecked text column must prove to be UTF-8. */
  use(bytes: Uint8Array, unchecked: Place | null = null): void {
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    this.unchecked = unchecked;
    this.stored.use(bytes);
  }

  code(start: number, end: number): number {
    const known = this.stored.size;
    const stored = this.stored.intern(start, end);
    return stored < known ? this.codes[stored]! : this.add(stored, start, end);
  }

  /**
   * Writes the codes of text to `out` from index `start` on; missing and empty values have `absent`, asked for each.
   * Throws `column-type` for what is not text.
   */
  copy(
    vector: ColumnVector,
    out: Uint16Array | Uint32Array,
    start: number,
    at: Place,
    absent: () => number,
  ): void {
    if (vector.kind === "dictionary") {
      this.copyKnown(vector, out, start, at, absent);
      return;
    }
    if (vector.kind !== "bytes") throw wrongType(at, vector, "text");
    const { data, offsets, gap, valid, length, unchecked } = vector;
    this.use(data, unchecked ? at : null);
    let from = offsets[0]!;
    for (let i = 0; i < length; i++) {
      const next = offsets[i + 1]!;
      const to = next - gap;
      const present = to > from && (valid === null || isValid(valid, i));
      out[start + i] = present ? this.code(from, to) : absent();
      from = next;
    }
  }

  /** Codes of text stored as codes: a dictionary's entry is looked up once, when first used. */
  private copyKnown(
    { values, codes, valid, length }: DictionaryVector,
    out: Uint16Array | Uint32Array,
    start: number,
    at: Place,
    absent: () => number,
  ): void {
    if (this.dictionary !== values) {
      this.dictionary = values;
      this.known = new Int32Array(values.length).fill(-1);
    }
    this.use(values.data, values.unchecked ? at : null);
    const { known, block } = this;
    const entries = codes.values instanceof Int32Array ? codes.values : new Int32Array(codes.values);
    const lookUp = (entry: number): number => {
      if (entry >>> 0 >= values.length) {
        throw corruptParquet(at.file, new ParquetError(`column ${at.column} points outside its dictionary`));
      }
      const from = values.offsets[entry]!;
      const to = values.offsets[entry + 1]! - values.gap;
      if (from >= to || !isValid(values.valid, entry)) return absent();
      if (known[entry]! < 0) known[entry] = this.code(from, to);
      return known[entry]!;
    };
    for (let first = 0; first < length; first += BLOCK) {
      const count = Math.min(BLOCK, length - first);
      for (let i = 0; i < count; i++) {
        if (valid === null) i = mapKnown(entries, first, known, block, i, count);
        if (i < count) block[i] = isValid(valid, first + i) ? lookUp(entries[first + i]!) : absent();
      }
      out.set(count === BLOCK ? block : block.subarray(0, count), start + first);
    }
  }

  private add(stored: number, start: number, end: number): number {
    if (stored >= this.codes.length) {
      const larger = new Uint32Array(this.codes.length * 2);
      larger.set(this.codes);
      this.codes = larger;
    }
    if (this.unchecked && !isAscii(this.bytes, start, end)) {
      checkText(this.bytes.slice(start, end), this.unchecked);
    }
    const code = this.codeOf(this.bytes, start, end);
    this.codes[stored] = code;
    return code;
  }
}

/**
 * Writes the codes of `entries[first + i]` to `out[i]`, for i from `start` to `end` or the first that is not known,
 * which is returned. Nearly all rows go through here, so it sees one type of array, whatever the column's.
 */
function mapKnown(
  entries: Int32Array,
  first: number,
  known: Int32Array,
  out: Int32Array,
  start: number,
  end: number,
): number {
  let i = start;
  for (const stop = end - 3; i < stop; i += 4) {
    const a = known[entries[first + i]!]!;
    const b = known[entries[first + i + 1]!]!;
    const c = known[entries[first + i + 2]!]!;
    const d = known[entries[first + i + 3]!]!;
    // An entry outside the dictionary is undefined, and not ≥ 0 either.
    if (!(a >= 0 && b >= 0 && c >= 0 && d >= 0)) break;
    out[i] = a;
    out[i + 1] = b;
    out[i + 2] = c;
    out[i + 3] = d;
  }
  for (; i < end; i++) {
    const code = known[entries[first + i]!]!;
    if (!(code >= 0)) return i;
    out[i] = code;
  }
  return i;
}

function checkText(bytes: Uint8Array, { file, column }: Place): void {
  try {
    strictDecoder.decode(bytes);
  } catch (cause) {
    throw corruptParquet(file, new ParquetError(`column ${column} holds text that is not UTF-8`, { cause }));
  }
}
