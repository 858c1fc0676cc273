/** Up to seven bytes before a page, and some after it, for reading it by whole words. */
const SLACK = 24;

/** Memory in which the pages of one column are decoded, one after another; a view of it dies with the next page. */
export class PageMemory {
  /** The page's buffer, from its start. */
  words = new Int32Array(0);
  private bytes = new Uint8Array(0);
  private codeArray = new Int32Array(0);
  private valueArray = new Int32Array(0);
  private offsetArray = new Int32Array(0);
  private lead = 0;

  /** Room for a page of `size` bytes; at least four more may be read. */
  page(size: number): Uint8Array {
    if (this.bytes.length < size + SLACK) {
      this.words = new Int32Array(roomFor((size + SLACK) / 4));
      this.bytes = new Uint8Array(this.words.buffer);
    }
    return this.bytes.subarray(this.lead, this.lead + size);
  }

  /** (count,) to be written. */
  codes(count: number): Int32Array {
    if (this.codeArray.length < count) this.codeArray = new Int32Array(roomFor(count));
    return this.codeArray.subarray(0, count);
  }

  /** (count,) to be written. */
  offsets(count: number): Int32Array {
    if (this.offsetArray.length < count) this.offsetArray = new Int32Array(roomFor(count));
    return this.offsetArray.subarray(0, count);
  }

  /** Words at the start of a buffer, `size` bytes in all, to be written. */
  values(size: number): Int32Array {
    if (this.valueArray.length * 4 < size) this.valueArray = new Int32Array(roomFor(size / 4));
    return this.valueArray.subarray(0, size / 4);
  }

  /**
   * Words that begin with `filled` bytes of the page `data`, from `start` on, and are `size` bytes in all. Where nothing
   * is added and the bytes lie at an address for words of 64 bits, they are the page's own; the next page is laid so
   * that its will, if as much stands before them as here.
   */
  numbers(data: Uint8Array, start: number, filled: number, size: number): Int32Array {
    const at = data.byteOffset + start;
    if (at % 8 === 0 && filled === size) return this.words.subarray(at / 4, (at + size) / 4);
    this.lead = (8 - (start % 8)) % 8;
    const words = this.values(size);
    new Uint8Array(words.buffer, 0, filled).set(data.subarray(start, start + filled));
    return words;
  }
}

/** Somewhat more than asked: pages differ a little in size. The length is even, for 64-bit views of it. */
function roomFor(length: number): number {
  return 2 * Math.ceil((length * 1.25) / 2);
}
