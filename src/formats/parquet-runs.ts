import { ParquetError } from "./parquet-error.ts";

/**
 * Decodes Parquet's "RLE / bit-packed hybrid" (parquet-format, Encodings.md) of `bytes[start, end)`: the first
 * `count` values, each of `width` bits (0–32), go to the start of `out` as int32. `words` are the bytes' buffer from
 * its start, with at least one word after `end`. Throws {@link ParquetError} when there are fewer values.
 */
export function decodeRuns(
  bytes: Uint8Array,
  words: Int32Array,
  start: number,
  end: number,
  width: number,
  out: Int32Array,
  count: number,
): void {
  let at = start;
  let done = 0;
  while (done < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) throw new ParquetError("a page ends too early");
      const byte = bytes[at++]!;
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    const run = Math.floor(header / 2);
    if (header % 2 === 1) {
      const values = Math.min(run * 8, count - done);
      if (Math.ceil((values * width) / 8) > end - at) throw new ParquetError("a page ends too early");
      unpack(words, bytes.byteOffset + at, width, out, done, values);
      at += Math.min(run * width, end - at);
      done += values;
    } else {
      const size = (width + 7) >> 3;
      if (size > end - at) throw new ParquetError("a page ends too early");
      let value = 0;
      for (let i = 0; i < size; i++) value |= bytes[at + i]! << (8 * i);
      at += size;
      const values = Math.min(run, count - done);
      out.fill(value, done, done + values);
      done += values;
    }
  }
}

/** Values unpacked at a time: their bits can be counted in 31. */
const BLOCK = 1 << 16;

/** `count` values of `width` bits, least significant bit first, from byte `start` of a buffer, to `out[first …]`. */
function unpack(
  words: Int32Array,
  start: number,
  width: number,
  out: Int32Array,
  first: number,
  count: number,
): void {
  for (let done = 0; done < count; done += BLOCK) {
    const at = start + (done * width) / 8;
    unpackBlock(words, at, width, out, first + done, Math.min(BLOCK, count - done));
  }
}

/** Four at a time, each from its own place: none waits for the one before. */
function unpackBlock(
  words: Int32Array,
  start: number,
  width: number,
  out: Int32Array,
  first: number,
  count: number,
): void {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  const base = start >>> 2;
  let a = (start & 3) << 3;
  let i = first;
  for (const stop = first + count - 3; i < stop; i += 4) {
    const b = a + width;
    const c = b + width;
    const d = c + width;
    const [wa, wb, wc, wd] = [base + (a >>> 5), base + (b >>> 5), base + (c >>> 5), base + (d >>> 5)];
    // Shifts count modulo 32, and ~a is 31 - a then; the upper word goes in two steps, since a shift by 32 is one by 0.
    out[i] = ((words[wa]! >>> a) | ((words[wa + 1]! << 1) << ~a)) & mask;
    out[i + 1] = ((words[wb]! >>> b) | ((words[wb + 1]! << 1) << ~b)) & mask;
    out[i + 2] = ((words[wc]! >>> c) | ((words[wc + 1]! << 1) << ~c)) & mask;
    out[i + 3] = ((words[wd]! >>> d) | ((words[wd + 1]! << 1) << ~d)) & mask;
    a = d + width;
  }
  for (const stop = first + count; i < stop; i++) {
    const word = base + (a >>> 5);
    out[i] = ((words[word]! >>> a) | ((words[word + 1]! << 1) << ~a)) & mask;
    a += width;
  }
}

/** True when the values are one run of `value` (below 128), as levels are in a column without a gap. */
export function isOneRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  value: number,
  count: number,
): boolean {
  let header = 0;
  let at = start;
  for (let shift = 0; at < end && shift <= 28; shift += 7) {
    const byte = bytes[at++]!;
    header += (byte & 127) * 2 ** shift;
    if (byte < 128) return header % 2 === 0 && header / 2 >= count && at < end && bytes[at] === value;
  }
  return false;
}
