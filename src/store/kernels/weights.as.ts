// AssemblyScript: the twin of ../huffman-weights.ts.

const TABLE_LOG: i32 = 6;
const STATES: i32 = 1 << TABLE_LOG;
const MOST_PLAIN: i32 = 128;

const WEIGHTS: usize = 1024;
const COUNTS: usize = 1280;
const SHARES: usize = 1344;
const SPREAD: usize = 1408;
const STATE: usize = 1472;
const DELTA_BITS: usize = 1600;
const DELTA_STATE: usize = 1664;
const SCRATCH: usize = 2048;

let at: usize = 0;
let held: u32 = 0;
let bits: i32 = 0;

function get(table: usize, k: i32): i32 {
  return load<i32>(table + ((<usize>k) << 2));
}

function set(table: usize, k: i32, value: i32): void {
  store<i32>(table + ((<usize>k) << 2), value);
}

function add(value: i32, count: i32): void {
  held |= (<u32>value & ((1 << count) - 1)) << bits;
  bits += count;
  while (bits >= 8) {
    store<u8>(at++, <u8>held);
    held >>= 8;
    bits -= 8;
  }
}

function end(): void {
  if (bits > 0) store<u8>(at++, <u8>held);
  bits = 0;
  held = 0;
}

/** The place after the table's description, or 0 when there is no way to write it. */
export function packWeights(lengths: usize, longest: i32, out: usize): usize {
  let last = 255;
  while (load<u8>(lengths + <usize>last) === 0) last -= 1;
  for (let symbol = 0; symbol < last; symbol++) {
    const length = <i32>load<u8>(lengths + <usize>symbol);
    store<u8>(WEIGHTS + <usize>symbol, <u8>(length === 0 ? 0 : longest + 1 - length));
  }
  const plain = (last + 1) >> 1;
  const canBePlain = last <= MOST_PLAIN;
  const coded = packByFse(last);
  if (coded > 0 && coded < 128 && (!canBePlain || coded < plain)) {
    store<u8>(out, <u8>coded);
    memory.copy(out + 1, SCRATCH, <usize>coded);
    return out + 1 + <usize>coded;
  }
  if (!canBePlain) return 0;
  store<u8>(out, <u8>(127 + last));
  for (let k = 0; k < plain; k++) {
    const second: u8 = 2 * k + 1 < last ? load<u8>(WEIGHTS + <usize>(2 * k + 1)) : 0;
    store<u8>(out + <usize>k, (load<u8>(WEIGHTS + <usize>(2 * k)) << 4) | second, 1);
  }
  return out + 1 + <usize>plain;
}

function packByFse(n: i32): i32 {
  memory.fill(COUNTS, 0, 64);
  for (let i = 0; i < n; i++) {
    const weight = <i32>load<u8>(WEIGHTS + <usize>i);
    set(COUNTS, weight, get(COUNTS, weight) + 1);
  }
  let symbols = 16;
  while (symbols > 0 && get(COUNTS, symbols - 1) === 0) symbols -= 1;
  if (n < 3) return 0;
  for (let s = 0; s < 16; s++) if (get(COUNTS, s) === n) return 0;
  normalize(n, symbols);
  at = SCRATCH;
  held = 0;
  bits = 0;
  writeShares(symbols);
  makeTable(symbols);
  encode(n);
  return <i32>(at - SCRATCH);
}

function normalize(n: i32, symbols: i32): void {
  let left = STATES;
  let largest = 0;
  for (let s = 0; s < symbols; s++) {
    const count = get(COUNTS, s);
    const share = count === 0 ? 0 : max(1, (count * STATES) / n);
    set(SHARES, s, share);
    left -= share;
    if (count > get(COUNTS, largest)) largest = s;
  }
  set(SHARES, largest, get(SHARES, largest) + left);
}

function writeShares(symbols: i32): void {
  add(TABLE_LOG - 5, 4);
  let remaining = STATES + 1;
  let threshold = STATES;
  let width = TABLE_LOG + 1;
  let afterZero = false;
  let s = 0;
  while (s < symbols && remaining > 1) {
    if (afterZero) {
      let run = 0;
      while (get(SHARES, s) === 0) {
        s += 1;
        run += 1;
      }
      for (; run >= 3; run -= 3) add(3, 2);
      add(run, 2);
    }
    const share = get(SHARES, s++);
    const spare = 2 * threshold - 1 - remaining;
    remaining -= share;
    let value = share + 1;
    if (value >= threshold) value += spare;
    add(value, value < spare ? width - 1 : width);
    afterZero = share === 0;
    while (remaining < threshold) {
      width -= 1;
      threshold >>= 1;
    }
  }
  end();
}

function makeTable(symbols: i32): void {
  const step = (STATES >> 1) + (STATES >> 3) + 3;
  let place = 0;
  for (let s = 0; s < symbols; s++) {
    for (let k = get(SHARES, s); k > 0; k--) {
      store<u8>(SPREAD + <usize>place, <u8>s);
      place = (place + step) & (STATES - 1);
    }
  }
  let first = 0;
  for (let s = 0; s < symbols; s++) {
    const share = get(SHARES, s);
    if (share === 0) continue;
    const most = share === 1 ? TABLE_LOG : TABLE_LOG - (31 - clz(share - 1));
    set(DELTA_BITS, s, (most << 16) - (share << most));
    set(DELTA_STATE, s, first - share);
    let to = first;
    for (let state = 0; state < STATES; state++) {
      if (<i32>load<u8>(SPREAD + <usize>state) === s) {
        store<u16>(STATE + ((<usize>to) << 1), <u16>(STATES + state));
        to += 1;
      }
    }
    first += share;
  }
}

function stateAt(k: i32): i32 {
  return <i32>load<u16>(STATE + ((<usize>k) << 1));
}

function encode(n: i32): void {
  let even = 0;
  let odd = 0;
  for (let i = n - 1; i >= 0; i--) {
    const s = <i32>load<u8>(WEIGHTS + <usize>i);
    const delta = get(DELTA_BITS, s);
    const now = i & 1 ? odd : even;
    let after: i32;
    if (now === 0) {
      const width = (delta + (1 << 15)) >> 16;
      after = stateAt((((width << 16) - delta) >> width) + get(DELTA_STATE, s));
    } else {
      const width = (now + delta) >> 16;
      add(now, width);
      after = stateAt((now >> width) + get(DELTA_STATE, s));
    }
    if (i & 1) odd = after;
    else even = after;
  }
  add(odd, TABLE_LOG);
  add(even, TABLE_LOG);
  add(1, 1);
  end();
}
