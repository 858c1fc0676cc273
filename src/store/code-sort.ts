import type { RowValues } from "./rows-writer.ts";

const DIGIT_BITS = 11;
const DIGITS = 2 ** DIGIT_BITS;

/**
 * Sorts whole numbers below 2^53 and a value beside each, ascending and stable: by 11-bit digits, lowest first.
 * Both arrays are changed. Already sorted keys cost one look at each.
 */
export function sortByCode(codes: RowValues, values: Float64Array): void {
  if (codes instanceof Uint32Array) {
    sortWords(codes, values);
    return;
  }
  const n = codes.length;
  let most = 0;
  let sorted = true;
  for (let i = 0; i < n; i++) {
    const code = codes[i]!;
    if (i > 0 && code < codes[i - 1]!) sorted = false;
    if (code > most) most = code;
  }
  if (sorted) return;
  let from: [Float64Array, Float64Array] = [codes, values];
  let to: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)];
  const starts = new Uint32Array(DIGITS);
  for (let unit = 1; unit <= most; unit *= DIGITS) {
    const [keys, data] = from;
    const [outKeys, outData] = to;
    starts.fill(0);
    for (let i = 0; i < n; i++) {
      const digit = Math.floor(keys[i]! / unit) % DIGITS;
      starts[digit] = starts[digit]! + 1;
    }
    for (let digit = 0, at = 0; digit < DIGITS; digit++) {
      const count = starts[digit]!;
      starts[digit] = at;
      at += count;
    }
    for (let i = 0; i < n; i++) {
      const digit = Math.floor(keys[i]! / unit) % DIGITS;
      const at = starts[digit]!;
      starts[digit] = at + 1;
      outKeys[at] = keys[i]!;
      outData[at] = data[i]!;
    }
    [from, to] = [to, from];
  }
  if (from[0] !== codes) {
    codes.set(from[0]);
    values.set(from[1]);
  }
}

/** The same for words, whose digits need no division. */
function sortWords(codes: Uint32Array, values: Float64Array): void {
  const n = codes.length;
  let most = 0;
  let before = 0;
  let sorted = true;
  for (let i = 0; i < n; i++) {
    const code = codes[i]!;
    if (code < before) sorted = false;
    if (code > most) most = code;
    before = code;
  }
  if (sorted) return;
  let [keys, outKeys]: [Uint32Array, Uint32Array] = [codes, new Uint32Array(n)];
  let [data, outData]: [Float64Array, Float64Array] = [values, new Float64Array(n)];
  const starts = new Uint32Array(DIGITS);
  for (let shift = 0; shift < 32 && most >= 2 ** shift; shift += DIGIT_BITS) {
    starts.fill(0);
    for (let i = 0; i < n; i++) {
      const digit = (keys[i]! >>> shift) & (DIGITS - 1);
      starts[digit] = starts[digit]! + 1;
    }
    for (let digit = 0, at = 0; digit < DIGITS; digit++) {
      const count = starts[digit]!;
      starts[digit] = at;
      at += count;
    }
    for (let i = 0; i < n; i++) {
      const key = keys[i]!;
      const digit = (key >>> shift) & (DIGITS - 1);
      const at = starts[digit]!;
      starts[digit] = at + 1;
      outKeys[at] = key;
      outData[at] = data[i]!;
    }
    [keys, outKeys] = [outKeys, keys];
    [data, outData] = [outData, data];
  }
  if (keys !== codes) {
    codes.set(keys);
    values.set(data);
  }
}

/** Adds up the values of equal keys of sorted arrays; returns views of what is left. */
export function mergeEqual<Codes extends RowValues>(
  codes: Codes,
  values: Float64Array,
): { readonly codes: Codes; readonly values: Float64Array } {
  const n = codes instanceof Uint32Array ? mergeWords(codes, values) : mergeWide(codes, values);
  return { codes: codes.subarray(0, n) as Codes, values: values.subarray(0, n) };
}

function mergeWords(codes: Uint32Array, values: Float64Array): number {
  let n = 0;
  for (let i = 0; i < codes.length; ) {
    const code = codes[i]!;
    let sum = values[i]!;
    for (i += 1; i < codes.length && codes[i] === code; i++) sum += values[i]!;
    codes[n] = code;
    values[n] = sum;
    n += 1;
  }
  return n;
}

function mergeWide(codes: Float64Array, values: Float64Array): number {
  let n = 0;
  for (let i = 0; i < codes.length; ) {
    const code = codes[i]!;
    let sum = values[i]!;
    for (i += 1; i < codes.length && codes[i] === code; i++) sum += values[i]!;
    codes[n] = code;
    values[n] = sum;
    n += 1;
  }
  return n;
}
