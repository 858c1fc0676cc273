// AssemblyScript: the twin of `sortRecords` in ../sort-rows.ts. A record becomes one number of 64 bits: the code's bits
// below its square, the gene's rank, and in the `64 − lowBits − geneBits` bits that are left the count or the record's
// number. Dealt into 256 squares, each square is sorted in the processor's cache.

const CELLS: i32 = 256;
/** Ends of the squares, then the digits of three passes: all below the first page's end. */
const ENDS: usize = 1024;
const DIGITS: usize = 4096;
const PASSES: i32 = 3;

/** Bits of each of three passes over `bits`. */
function digitBits(bits: i32): i32 {
  return (bits + PASSES - 1) / PASSES;
}

/**
 * Deals `n` records at `words` into their squares at `keys`, 8 bytes each.
 * `direct`: the count is carried, not the record's number.
 */
export function deal(
  words: usize,
  n: i32,
  recordWords: i32,
  rank: usize,
  lowBits: i32,
  geneBits: i32,
  direct: bool,
  keys: usize,
): void {
  const stride = (<usize>recordWords) << 2;
  const cellShift = <u32>lowBits;
  memory.fill(ENDS, 0, 4 * (CELLS + 1));
  const end = words + stride * <usize>n;
  for (let at = words; at < end; at += stride) {
    const slot = ENDS + ((<usize>(load<u32>(at) >> cellShift)) << 2);
    store<u32>(slot, load<u32>(slot, 4) + 1, 4);
  }
  let sum: u32 = 0;
  for (let cell: usize = 0; cell < <usize>CELLS; cell++) {
    const slot = ENDS + (cell << 2);
    const rows = load<u32>(slot, 4);
    // Until all are dealt, the end of a square is where its next row goes.
    store<u32>(slot, sum);
    sum += rows;
  }
  const lowMask = ((<u64>1) << (<u64>lowBits)) - 1;
  const genes = <u64>geneBits;
  const payload = 64 - <u64>(lowBits + geneBits);
  let i: u64 = 0;
  for (let at = words; at < end; at += stride) {
    const code = load<u32>(at);
    const slot = ENDS + ((<usize>(code >> cellShift)) << 2);
    const to = load<u32>(slot);
    store<u32>(slot, to + 1);
    const gene = <u64>load<u32>(rank + ((<usize>load<u32>(at, 4)) << 2));
    const carried = direct ? <u64>load<u32>(at, 8) : i;
    store<u64>(keys + ((<usize>to) << 3), ((((<u64>code & lowMask) << genes) | gene) << payload) | carried);
    i += 1;
  }
}

/** Sorts every square; codes, genes and what was carried come apart. `spare` has room for the longest square. */
export function sort(
  keys: usize,
  spare: usize,
  lowBits: i32,
  geneBits: i32,
  code: usize,
  gene: usize,
  carried: usize,
): void {
  let from: u32 = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const end = load<u32>(ENDS + ((<usize>cell) << 2));
    if (end > from) sortSquare(keys, spare, from, end, <u32>cell, lowBits, geneBits, code, gene, carried);
    from = end;
  }
}

function sortSquare(
  keys: usize,
  spare: usize,
  first: u32,
  last: u32,
  cell: u32,
  lowBits: i32,
  geneBits: i32,
  code: usize,
  gene: usize,
  carried: usize,
): void {
  const width = digitBits(lowBits + geneBits);
  const digits = (<usize>1) << (<usize>width);
  const mask = <u64>(digits - 1);
  const payload = 64 - <u64>(lowBits + geneBits);
  const shift1 = payload + <u64>width;
  const shift2 = shift1 + <u64>width;
  const d1 = DIGITS + (digits << 2);
  const d2 = d1 + (digits << 2);
  const begin = keys + ((<usize>first) << 3);
  const end = keys + ((<usize>last) << 3);
  memory.fill(DIGITS, 0, 12 * digits);
  for (let at = begin; at < end; at += 8) {
    const key = load<u64>(at);
    bump(DIGITS + ((<usize>((key >> payload) & mask)) << 2));
    bump(d1 + ((<usize>((key >> shift1) & mask)) << 2));
    bump(d2 + ((<usize>(key >> shift2)) << 2));
  }
  let sum0: u32 = 0;
  let sum1: u32 = 0;
  let sum2: u32 = first;
  for (let digit: usize = 0; digit < digits << 2; digit += 4) {
    const count0 = load<u32>(DIGITS + digit);
    store<u32>(DIGITS + digit, sum0);
    sum0 += count0;
    const count1 = load<u32>(d1 + digit);
    store<u32>(d1 + digit, sum1);
    sum1 += count1;
    const count2 = load<u32>(d2 + digit);
    store<u32>(d2 + digit, sum2);
    sum2 += count2;
  }
  for (let at = begin; at < end; at += 8) {
    const key = load<u64>(at);
    const slot = DIGITS + ((<usize>((key >> payload) & mask)) << 2);
    store<u64>(spare + ((<usize>next(slot)) << 3), key);
  }
  const spareEnd = spare + ((<usize>(last - first)) << 3);
  for (let at = spare; at < spareEnd; at += 8) {
    const key = load<u64>(at);
    const slot = d1 + ((<usize>((key >> shift1) & mask)) << 2);
    store<u64>(begin + ((<usize>next(slot)) << 3), key);
  }
  const high = cell << (<u32>lowBits);
  const geneMask = ((<u64>1) << (<u64>geneBits)) - 1;
  const carriedMask = ((<u64>1) << payload) - 1;
  const codeShift = payload + <u64>geneBits;
  for (let at = begin; at < end; at += 8) {
    const key = load<u64>(at);
    const to = (<usize>next(d2 + ((<usize>(key >> shift2)) << 2))) << 2;
    store<u32>(code + to, high | <u32>(key >> codeShift));
    store<u32>(gene + to, <u32>((key >> payload) & geneMask));
    store<u32>(carried + to, <u32>(key & carriedMask));
  }
}

function bump(slot: usize): void {
  store<u32>(slot, load<u32>(slot) + 1);
}

function next(slot: usize): u32 {
  const at = load<u32>(slot);
  store<u32>(slot, at + 1);
  return at;
}
