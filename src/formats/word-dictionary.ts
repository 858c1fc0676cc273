import { ByteDictionary, hashBytes } from "./byte-dictionary.ts";

/** Longest key that is kept in its slot; longer ones are kept aside. Cell ids have about ten bytes. */
const INLINE_BYTES = 24;
/** Words of a slot: code + 1 (0 = free), length in bytes, the key: half a cache line serves a look-up. */
const SLOT = 8;
const MULTIPLIER = 0x9e3779b1 | 0;

/**
 * Byte strings to codes 0, 1, 2 … in order of first appearance, four bytes at a time. For long columns with very
 * many different values: a look-up touches one place in memory, where {@link ByteDictionary} touches two.
 */
export class WordDictionary {
  /** Number of distinct keys. */
  size = 0;
  private slots = new Int32Array(1024 * SLOT);
  private mask = 1023;
  private readonly key = new Int32Array(INLINE_BYTES / 4);
  private readonly scratch = new Uint8Array(INLINE_BYTES + 8);
  private readonly scratchWords = new Int32Array(this.scratch.buffer);
  private readonly long = new ByteDictionary();
  private readonly longCodes: number[] = [];
  private bytes = this.scratch;
  private words = this.scratchWords;
  /** Where `bytes[0]` stands among the bytes of `words`. */
  private base = 0;

  /** The bytes that following calls of `intern` speak of; a view is taken, nothing is copied. */
  use(bytes: Uint8Array): void {
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    this.words = new Int32Array(bytes.buffer as ArrayBuffer, 0, bytes.buffer.byteLength >>> 2);
    this.base = bytes.byteOffset;
  }

  /** The code of `bytes[start, end)`; a new key gets the next code. */
  intern(start: number, end: number): number {
    const length = end - start;
    if (length > INLINE_BYTES) return this.internLong(start, end);
    let { words } = this;
    let at = this.base + start;
    // A key is read by whole words, so also the bytes beside it; the last ones of a buffer have none.
    if (at + length + 8 > words.length * 4) {
      this.scratch.set(this.bytes.subarray(start, end));
      words = this.scratchWords;
      at = 0;
    }
    const { key, slots, mask } = this;
    const shift = (at & 3) << 3;
    const count = (length + 3) >> 2;
    let next = at >>> 2;
    let low = words[next++]!;
    let hash = length;
    for (let i = 0; i < count; i++) {
      const high = words[next++]!;
      let word = (low >>> shift) | ((high << 1) << (31 - shift));
      low = high;
      const rest = length - 4 * i;
      if (rest < 4) word &= (1 << (8 * rest)) - 1;
      key[i] = word;
      hash = mixed(hash, word);
    }
    let slot = hash & mask;
    for (;;) {
      const place = slot * SLOT;
      const code = slots[place]! - 1;
      if (code < 0) return this.add(place, length, count);
      if (slots[place + 1] === length) {
        let i = 0;
        while (i < count && slots[place + 2 + i] === key[i]) i++;
        if (i === count) return code;
      }
      slot = (slot + 1) & mask;
    }
  }

  private add(place: number, length: number, count: number): number {
    const { slots, key } = this;
    const code = this.size++;
    slots[place] = code + 1;
    slots[place + 1] = length;
    for (let i = 0; i < count; i++) slots[place + 2 + i] = key[i]!;
    if (this.size * 3 > this.mask * 2) this.rehash();
    return code;
  }

  private internLong(start: number, end: number): number {
    const known = this.long.size;
    const found = this.long.intern(this.bytes, start, end, hashBytes(this.bytes, start, end));
    if (found === known) {
      this.longCodes.push(this.size++);
    }
    return this.longCodes[found]!;
  }

  private rehash(): void {
    const before = this.slots;
    const after = new Int32Array(before.length * 2);
    const mask = after.length / SLOT - 1;
    for (let from = 0; from < before.length; from += SLOT) {
      if (before[from] === 0) continue;
      const length = before[from + 1]!;
      let hash = length;
      for (let i = 0; i < (length + 3) >> 2; i++) hash = mixed(hash, before[from + 2 + i]!);
      let slot = hash & mask;
      while (after[slot * SLOT] !== 0) slot = (slot + 1) & mask;
      after.set(before.subarray(from, from + SLOT), slot * SLOT);
    }
    this.slots = after;
    this.mask = mask;
  }
}

/** One step of a multiplicative hash; the shift brings the high, well mixed bits down to where slots are chosen. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, MULTIPLIER);
  return product ^ (product >>> 15);
}
