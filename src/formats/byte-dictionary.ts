/** The 32-bit FNV-1a hash's start and multiplier; a scanner that touches every byte anyway hashes on its way. */
export const FNV_START = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

/** FNV-1a of `bytes[start, end)`. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_START;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, FNV_PRIME);
  return hash;
}

/** Words of a slot: code + 1 (0 = free), hash, start and length in the pool: one cache line serves a look-up. */
const SLOT = 4;

/**
 * Byte strings to codes 0, 1, 2 … in order of first appearance, without a JavaScript string per row.
 * Open addressing; keys are copied into one pool, so callers may reuse their buffers.
 */
export class ByteDictionary {
  /** Number of distinct keys. */
  size = 0;
  private slots = new Int32Array(1024 * SLOT);
  private mask = 1023;
  /** (size+1,) where each key starts in the pool. */
  private offsets = new Uint32Array(1024);
  private pool = new Uint8Array(8192);

  /** The code of `bytes[start, end)` whose FNV-1a hash is `hash`; a new key gets the next code. */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, pool, mask } = this;
    const length = end - start;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const at = slot * SLOT;
      const code = slots[at]! - 1;
      if (code < 0) return this.add(bytes, start, end, hash, at);
      if (slots[at + 1] === hash && slots[at + 3] === length) {
        const offset = slots[at + 2]!;
        let i = 0;
        while (i < length && bytes[start + i] === pool[offset + i]) i++;
        if (i === length) return code;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** The bytes of a key: a view into the pool, valid until the next `intern`. */
  key(code: number): Uint8Array {
    return this.pool.subarray(this.offsets[code]!, this.offsets[code + 1]!);
  }

  /** All keys as text (UTF-8; bytes that are not become U+FFFD). */
  texts(): string[] {
    const decoder = new TextDecoder();
    const end = this.offsets[this.size]!;
    const all = decoder.decode(this.pool.subarray(0, end));
    // As long as its bytes: each byte is one character, and text is cut sooner than decoded.
    if (all.length === end) {
      return Array.from({ length: this.size }, (_, code) =>
        all.slice(this.offsets[code]!, this.offsets[code + 1]!),
      );
    }
    return Array.from({ length: this.size }, (_, code) => decoder.decode(this.key(code)));
  }

  private add(bytes: Uint8Array, start: number, end: number, hash: number, at: number): number {
    const code = this.size++;
    if (code + 1 >= this.offsets.length) {
      const larger = new Uint32Array(this.offsets.length * 2);
      larger.set(this.offsets);
      this.offsets = larger;
    }
    const offset = this.offsets[code]!;
    const next = offset + end - start;
    if (next > this.pool.length) {
      const larger = new Uint8Array(Math.max(this.pool.length * 2, next));
      larger.set(this.pool);
      this.pool = larger;
    }
    this.pool.set(bytes.subarray(start, end), offset);
    this.offsets[code + 1] = next;
    this.slots[at] = code + 1;
    this.slots[at + 1] = hash;
    this.slots[at + 2] = offset;
    this.slots[at + 3] = end - start;
    if (this.size * 2 > this.mask) this.rehash();
    return code;
  }

  private rehash(): void {
    const before = this.slots;
    const after = new Int32Array(before.length * 2);
    const mask = after.length / SLOT - 1;
    for (let from = 0; from < before.length; from += SLOT) {
      if (before[from] === 0) continue;
      const hash = before[from + 1]!;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (after[slot * SLOT] !== 0) slot = (slot + 1) & mask;
      for (let i = 0; i < SLOT; i++) after[slot * SLOT + i] = before[from + i]!;
    }
    this.slots = after;
    this.mask = mask;
  }
}
