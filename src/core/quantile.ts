import type { ValueHistogram } from "./expression.ts";

/** Buckets of a histogram at most. */
export const HISTOGRAM_BUCKETS = 128;

const RANKS = 101;

/**
 * Percentiles 0…100 of float32 values by linear interpolation between order statistics (numpy's default);
 * zeros for an empty array. NaN is not allowed.
 *
 * Only the order statistics that are asked for are found: values fall into 65 536 classes by the upper half of
 * their bits, in order, and only classes that hold such a rank are sorted, unless all their values are equal.
 */
export function percentilesOf(values: Float32Array): Float64Array {
  const out = new Float64Array(RANKS);
  const n = values.length;
  if (n === 0) return out;
  const starts = new Uint32Array(65_537);
  const keys = sortableKeys(values);
  for (let i = 0; i < n; i++) starts[(keys[i]! >>> 16) + 1]!++;
  for (let c = 0; c < 65_536; c++) starts[c + 1]! += starts[c]!;

  const wanted = new Uint8Array(65_536);
  const rankOf = (p: number) => (p / (RANKS - 1)) * (n - 1);
  const classOf = classFinder(starts);
  for (let p = 0; p < RANKS; p++) {
    wanted[classOf(Math.floor(rankOf(p)))] = 1;
    wanted[classOf(Math.ceil(rankOf(p)))] = 1;
  }
  const sorted = gather(keys, starts, wanted);
  const at = (rank: number) => keyValue(sorted.get(classOf(rank))![rank - starts[classOf(rank)]!]!);
  for (let p = 0; p < RANKS; p++) {
    const rank = rankOf(p);
    const low = at(Math.floor(rank));
    out[p] = low + (at(Math.ceil(rank)) - low) * (rank - Math.floor(rank));
  }
  return out;
}

/** Unsigned keys in the order of the values: the sign bit flipped, and all bits of negative values. */
function sortableKeys(values: Float32Array): Uint32Array {
  const keys = new Uint32Array(values.length);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) keys[i] = bits[i]! ^ ((bits[i]! >> 31) | 0x80000000);
  return keys;
}

const scratch = new DataView(new ArrayBuffer(4));
function keyValue(key: number): number {
  scratch.setUint32(0, key >= 0x80000000 ? key ^ 0x80000000 : ~key);
  return scratch.getFloat32(0);
}

/** The class of the value of a rank, given each class's first rank. */
function classFinder(starts: Uint32Array): (rank: number) => number {
  return (rank) => {
    let low = 0;
    let high = 65_535;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= rank) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

/** The sorted keys of every wanted class. */
function gather(keys: Uint32Array, starts: Uint32Array, wanted: Uint8Array): Map<number, Uint32Array> {
  const found = new Map<number, Uint32Array>();
  const filled = new Uint32Array(65_536);
  const mixed = new Uint8Array(65_536);
  for (let c = 0; c < 65_536; c++) {
    if (wanted[c]) found.set(c, new Uint32Array(starts[c + 1]! - starts[c]!));
  }
  let lastClass = -1;
  let last: Uint32Array | undefined;
  for (let i = 0; i < keys.length; i++) {
    const c = keys[i]! >>> 16;
    if (!wanted[c]) continue;
    if (c !== lastClass) {
      lastClass = c;
      last = found.get(c);
    }
    const slots = last!;
    slots[filled[c]!++] = keys[i]!;
    if (keys[i] !== slots[0]) mixed[c] = 1;
  }
  for (const [c, slots] of found) if (mixed[c]) slots.sort();
  return found;
}

/**
 * Histogram and percentiles of values (NaN not allowed). Buckets are of equal width; whole numbers of a small
 * range have one bucket each, centred on the number. The last bucket includes its upper edge.
 */
export function histogramOf(values: Float32Array): ValueHistogram {
  const n = values.length;
  if (n === 0) {
    return {
      edges: Float64Array.of(0, 1),
      counts: new Uint32Array(1),
      percentiles: new Float64Array(RANKS),
    };
  }
  let min = values[0]!;
  let max = min;
  let whole = true;
  for (let i = 0; i < n; i++) {
    const v = values[i]!;
    if (v < min) min = v;
    if (v > max) max = v;
    if (whole && v !== Math.floor(v)) whole = false;
  }
  const single = whole && max - min < HISTOGRAM_BUCKETS;
  const buckets = single ? max - min + 1 : max > min ? HISTOGRAM_BUCKETS : 1;
  const first = single ? min - 0.5 : min;
  const last = single ? max + 0.5 : max > min ? max : min + Math.max(Math.abs(min) * 1e-6, 1e-30);
  const edges = new Float64Array(buckets + 1);
  for (let i = 0; i <= buckets; i++) edges[i] = first + ((last - first) * i) / buckets;
  edges[buckets] = last;
  const counts = new Uint32Array(buckets);
  const scale = buckets / (last - first);
  for (let i = 0; i < n; i++) {
    const bucket = Math.floor((values[i]! - first) * scale);
    counts[bucket < buckets ? bucket : buckets - 1]!++;
  }
  return { edges, counts, percentiles: percentilesOf(values) };
}
