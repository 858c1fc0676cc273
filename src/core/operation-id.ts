/**
 * Ids of operations: UUIDs of version 7 (RFC 9562 §5.7), that rise with every call and with every id that was
 * observed, whatever the clock does: an operation that was made in knowledge of another sorts after it, also
 * between windows and after the clock was set back. Order as text is order in time.
 *
 * 48 bits of milliseconds, then 12 bits of a counter (§6.2, method 1), then 62 random bits.
 */
export class OperationIds {
  readonly #now: () => number;
  readonly #random: (out: Uint8Array<ArrayBuffer>) => void;
  #time = 0;
  #counter = 0;

  /** `now` in ms since 1970; `random` fills what it is given. */
  constructor(now: () => number, random: (out: Uint8Array<ArrayBuffer>) => void) {
    this.#now = now;
    this.#random = random;
  }

  next(): string {
    const now = Math.floor(this.#now());
    if (now > this.#time) {
      this.#time = now;
      this.#counter = 0;
    } else if (++this.#counter > 0xfff) {
      this.#time += 1;
      this.#counter = 0;
    }
    const bytes = new Uint8Array(8);
    this.#random(bytes);
    bytes[0] = 0x80 | (bytes[0]! & 0x3f);
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
    const time = hex(this.#time, 12);
    const tail = Array.from(bytes, (byte) => hex(byte, 2)).join("");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(this.#counter, 3)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }

  /** From now on every id is greater than this one. Throws when it is not a UUID of version 7. */
  observe(id: string): void {
    const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-7([0-9a-f]{3})-[0-9a-f]{4}-[0-9a-f]{12}$/.exec(id);
    if (!parts) throw new Error(`not an operation id: ${id}`);
    const [time, counter] = [Number.parseInt(parts[1]! + parts[2]!, 16), Number.parseInt(parts[3]!, 16)];
    if (time > this.#time) {
      this.#time = time;
      this.#counter = counter;
    } else if (time === this.#time) this.#counter = Math.max(this.#counter, counter);
  }
}
