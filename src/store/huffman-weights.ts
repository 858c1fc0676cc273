/** log2 of the states of the table that codes weights: the most that is allowed (RFC 8878 §4.2.1.2). */
const TABLE_LOG = 6;
const STATES = 2 ** TABLE_LOG;
/** Most weights that can be written plainly, four bits each. */
const MOST_PLAIN = 128;

const weights = new Uint8Array(256);
const counts = new Uint16Array(16);
const shares = new Int16Array(16);
const spread = new Uint8Array(STATES);
const states = new Uint16Array(STATES);
const deltaBits = new Int32Array(16);
const deltaState = new Int16Array(16);
const scratch = new Uint8Array(512);

/** Bits, lowest first, into bytes. */
class BitWriter {
  at = 0;
  private held = 0;
  private bits = 0;

  start(at: number): void {
    this.at = at;
    this.held = 0;
    this.bits = 0;
  }

  add(value: number, bits: number): void {
    this.held |= (value & ((1 << bits) - 1)) << this.bits;
    this.bits += bits;
    while (this.bits >= 8) {
      scratch[this.at++] = this.held;
      this.held >>>= 8;
      this.bits -= 8;
    }
  }

  end(): void {
    if (this.bits > 0) scratch[this.at++] = this.held;
    this.bits = 0;
    this.held = 0;
  }
}

const writer = new BitWriter();

/**
 * Writes the description of a Huffman table (RFC 8878 §4.2.1): weights of all bytes up to the last that has a code,
 * whose own weight follows from the others; plainly, or by FSE when that is shorter. Returns the place after it, or 0
 * when there is no way to write it.
 * @param lengths (256,) bits of each byte's code, 0 for none; `longest` of them
 */
export function packWeights(lengths: Uint8Array, longest: number, out: Uint8Array, at: number): number {
  let last = 255;
  while (lengths[last] === 0) last -= 1;
  for (let symbol = 0; symbol < last; symbol++) {
    const bits = lengths[symbol]!;
    weights[symbol] = bits === 0 ? 0 : longest + 1 - bits;
  }
  const plain = last <= MOST_PLAIN ? Math.ceil(last / 2) : Number.POSITIVE_INFINITY;
  const coded = packByFse(last);
  if (coded > 0 && coded < Math.min(plain, 128)) {
    out[at] = coded;
    out.set(scratch.subarray(0, coded), at + 1);
    return at + 1 + coded;
  }
  if (plain > MOST_PLAIN) return 0;
  out[at] = 127 + last;
  for (let k = 0; k < plain; k++) {
    const second = 2 * k + 1 < last ? weights[2 * k + 1]! : 0;
    out[at + 1 + k] = (weights[2 * k]! << 4) | second;
  }
  return at + 1 + plain;
}

/** Weights `0 … n − 1` by FSE, in `scratch`; the bytes, 0 when they are all alike or too few. */
function packByFse(n: number): number {
  counts.fill(0);
  for (let i = 0; i < n; i++) counts[weights[i]!] = counts[weights[i]!]! + 1;
  let symbols = counts.length;
  while (symbols > 0 && counts[symbols - 1] === 0) symbols -= 1;
  if (n < 3 || counts.some((count) => count === n)) return 0;
  normalize(n, symbols);
  writer.start(0);
  writeShares(symbols);
  makeTable(symbols);
  encode(n);
  return writer.at;
}

/** Shares of the states that add up to `STATES`; every weight that occurs has at least one. */
function normalize(n: number, symbols: number): void {
  let left = STATES;
  let largest = 0;
  for (let s = 0; s < symbols; s++) {
    const count = counts[s]!;
    shares[s] = count === 0 ? 0 : Math.max(1, Math.floor((count * STATES) / n));
    left -= shares[s]!;
    if (count > counts[largest]!) largest = s;
  }
  shares[largest] = shares[largest]! + left;
}

/** The shares as FSE tables are described (§4.1.1). */
function writeShares(symbols: number): void {
  writer.add(TABLE_LOG - 5, 4);
  let remaining = STATES + 1;
  let threshold = STATES;
  let bits = TABLE_LOG + 1;
  let afterZero = false;
  for (let s = 0; s < symbols && remaining > 1; ) {
    if (afterZero) {
      let run = 0;
      while (shares[s] === 0) {
        s += 1;
        run += 1;
      }
      for (; run >= 3; run -= 3) writer.add(3, 2);
      writer.add(run, 2);
    }
    const share = shares[s++]!;
    const spare = 2 * threshold - 1 - remaining;
    remaining -= share;
    let value = share + 1;
    if (value >= threshold) value += spare;
    writer.add(value, value < spare ? bits - 1 : bits);
    afterZero = share === 0;
    while (remaining < threshold) {
      bits -= 1;
      threshold >>= 1;
    }
  }
  writer.end();
}

/** The states of each weight, as any decoder lays them out (§4.1.1), turned round for encoding. */
function makeTable(symbols: number): void {
  const step = (STATES >> 1) + (STATES >> 3) + 3;
  let place = 0;
  for (let s = 0; s < symbols; s++) {
    for (let k = 0; k < shares[s]!; k++) {
      spread[place] = s;
      place = (place + step) % STATES;
    }
  }
  let first = 0;
  for (let s = 0; s < symbols; s++) {
    const share = shares[s]!;
    if (share === 0) continue;
    const most = share === 1 ? TABLE_LOG : TABLE_LOG - (31 - Math.clz32(share - 1));
    deltaBits[s] = (most << 16) - (share << most);
    deltaState[s] = first - share;
    let at = first;
    for (let state = 0; state < STATES; state++) if (spread[state] === s) states[at++] = STATES + state;
    first += share;
  }
}

/** Encodes the weights backwards with two states in turn: even places by the first, odd ones by the second. */
function encode(n: number): void {
  const state = [0, 0];
  const begun = [false, false];
  for (let i = n - 1; i >= 0; i--) {
    const which = i & 1;
    const s = weights[i]!;
    const delta = deltaBits[s]!;
    if (!begun[which]) {
      begun[which] = true;
      const bits = (delta + (1 << 15)) >> 16;
      state[which] = states[(((bits << 16) - delta) >> bits) + deltaState[s]!]!;
      continue;
    }
    const now = state[which]!;
    const bits = (now + delta) >> 16;
    writer.add(now, bits);
    state[which] = states[(now >> bits) + deltaState[s]!]!;
  }
  writer.add(state[1]!, TABLE_LOG);
  writer.add(state[0]!, TABLE_LOG);
  writer.add(1, 1);
  writer.end();
}
