/** A seeded generator of random numbers: equal seeds give equal numbers on every machine. */
export interface Random {
  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number;
  /** From 0 (inclusive) to 1 (exclusive), in steps of 2^−32. */
  unit(): number;
}

/** xoshiro128** (Blackman & Vigna 2018), its state filled by splitmix32 from any number of seeds. */
export function random(...seeds: readonly number[]): Random {
  let mixed = 0x9e3779b9;
  for (const seed of seeds) mixed = scrambled((mixed ^ (seed | 0)) + 0x9e3779b9);
  let [a, b, c, d] = [1, 2, 3, 4].map((i) => scrambled(mixed + Math.imul(i, 0x9e3779b9))) as [
    number,
    number,
    number,
    number,
  ];
  const uint32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  return { uint32, unit: () => uint32() / 2 ** 32 };
}

function scrambled(value: number): number {
  let z = value | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

/** Below this mean the number is drawn by multiplying uniform numbers (Knuth). */
const NORMAL_FROM = 64;

/** A Poisson number of this mean; large means are normal within the rounding. */
export function poisson(mean: number, source: Random): number {
  if (mean <= 0) return 0;
  if (mean >= NORMAL_FROM) {
    const radius = Math.sqrt(-2 * Math.log(1 - source.unit()));
    const normal = radius * Math.cos(2 * Math.PI * source.unit());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = source.unit(); product > limit; product *= source.unit()) count++;
  return count;
}
