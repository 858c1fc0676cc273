import { HEAD_WORDS } from "./partition.ts";

/** Rows in the order of the store: records of `words`, taken in the order `order`. */
export interface SortedRows {
  /** (n,) Morton codes within the super-tile, then genes by rank. */
  readonly code: Uint32Array;
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
  /** The records, and the place of each row's among them; null when records hold no more than the above. */
  readonly words: Uint32Array;
  readonly order: Uint32Array | null;
}

/** The bits of a code that say which square a row is in. */
export const CELL_BITS = 8;
const CELLS = 2 ** CELL_BITS;
const MOST_DIGIT_BITS = 11;

/** Sorts `keys[from…to)` and the payload beside them by their `bits` low bits; `spare` is room as long. */
function sortRun(
  keys: Uint32Array,
  payload: Uint32Array,
  spareKeys: Uint32Array,
  sparePayload: Uint32Array,
  bits: number,
  starts: Uint32Array,
): void {
  const n = keys.length;
  const passes = Math.max(1, Math.ceil(bits / MOST_DIGIT_BITS));
  const digitBits = Math.ceil(bits / passes);
  const digits = 2 ** digitBits;
  const mask = digits - 1;
  let [k0, p0, k1, p1] = [keys, payload, spareKeys, sparePayload];
  for (let pass = 0; pass < passes; pass++) {
    const shift = pass * digitBits;
    starts.fill(0, 0, digits);
    for (let i = 0; i < n; i++) {
      const digit = (k0[i]! >>> shift) & mask;
      starts[digit] = starts[digit]! + 1;
    }
    for (let digit = 0, at = 0; digit < digits; digit++) {
      const count = starts[digit]!;
      starts[digit] = at;
      at += count;
    }
    for (let i = 0; i < n; i++) {
      const key = k0[i]!;
      const digit = (key >>> shift) & mask;
      const at = starts[digit]!;
      starts[digit] = at + 1;
      k1[at] = key;
      p1[at] = p0[i]!;
    }
    [k0, p0, k1, p1] = [k1, p1, k0, p0];
  }
  if (k0 !== keys) {
    keys.set(k0);
    payload.set(p0);
  }
}

/** Bits that hold every rank: of features that have rows there are 65 536 at most, however many are numbered. */
export function geneBitsOf(rank: Uint32Array): number {
  return Math.min(16, Math.max(1, Math.ceil(Math.log2(Math.max(2, rank.length)))));
}

/**
 * Sorts the records of one super-tile by Morton code and gene: first dealt into 256 squares, then each square by
 * radix, in the processor's cache. Rows that agree in both keep their order. The plain twin of wasm-sorter.ts.
 * @param rank (G,) rank of each of the source's genes
 * @param codeBits bits of the codes within a super-tile
 */
export function sortRecords(
  words: Uint32Array,
  recordWords: number,
  rank: Uint32Array,
  codeBits: number,
): SortedRows {
  const n = words.length / recordWords;
  const geneBits = geneBitsOf(rank);
  const lowBits = codeBits - CELL_BITS;
  const lowMask = 2 ** lowBits - 1;
  const fused = lowBits + geneBits <= 32;
  const onlyHead = recordWords === HEAD_WORDS && fused;
  const ends = new Uint32Array(CELLS + 1);
  for (let i = 0, at = 0; i < n; i++, at += recordWords) {
    const cell = words[at]! >>> lowBits;
    ends[cell + 1] = ends[cell + 1]! + 1;
  }
  let longest = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    longest = Math.max(longest, ends[cell + 1]!);
    ends[cell + 1] = ends[cell + 1]! + ends[cell]!;
  }
  const next = ends.slice(0, CELLS);
  const keys = new Uint32Array(n);
  const payload = new Uint32Array(n);
  for (let i = 0, at = 0; i < n; i++, at += recordWords) {
    const code = words[at]!;
    const gene = rank[words[at + 1]!]!;
    const cell = code >>> lowBits;
    const to = next[cell]!;
    next[cell] = to + 1;
    keys[to] = fused ? (((code & lowMask) << geneBits) | gene) >>> 0 : gene;
    payload[to] = onlyHead ? words[at + 2]! : i;
  }
  const spareKeys = new Uint32Array(longest);
  const sparePayload = new Uint32Array(longest);
  const starts = new Uint32Array(2 ** MOST_DIGIT_BITS);
  const out = {
    code: new Uint32Array(n),
    gene: new Uint32Array(n),
    count: onlyHead ? payload : new Uint32Array(n),
    words,
    order: onlyHead ? null : payload,
  };
  const geneMask = 2 ** geneBits - 1;
  for (let cell = 0; cell < CELLS; cell++) {
    const [from, to] = [ends[cell]!, ends[cell + 1]!];
    if (from === to) continue;
    const run = keys.subarray(from, to);
    const carried = payload.subarray(from, to);
    const spare = [spareKeys.subarray(0, to - from), sparePayload.subarray(0, to - from)] as const;
    sortRun(run, carried, spare[0], spare[1], fused ? lowBits + geneBits : geneBits, starts);
    if (!fused) {
      for (let i = 0; i < run.length; i++) run[i] = words[carried[i]! * recordWords]! & lowMask;
      sortRun(run, carried, spare[0], spare[1], lowBits, starts);
    }
    const high = cell * 2 ** lowBits;
    for (let i = from; i < to; i++) {
      const key = keys[i]!;
      out.code[i] = high + (fused ? key >>> geneBits : key);
      if (!onlyHead) {
        const record = payload[i]! * recordWords;
        out.gene[i] = rank[words[record + 1]!]!;
        out.count[i] = words[record + 2]!;
      } else out.gene[i] = key & geneMask;
    }
  }
  return out;
}
