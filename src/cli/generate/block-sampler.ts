import type { Random } from "./random.ts";

/** Draws that fall anywhere, as ambient RNA does. */
const AMBIENT = 0.02;
const GUIDE_BITS = 18;
const FULL = 2 ** 32 - 1;

/** Draws pixels of a block by a density, in about the same time whatever the density. */
export class BlockSampler {
  /** (n,) sums of the density up to and with each pixel, scaled to 2^32 − 1. */
  private readonly sums: Uint32Array;
  /** First pixel whose sum reaches each of 2^18 equal parts. */
  private readonly guide: Uint32Array;

  constructor(density: Float32Array) {
    let total = 0;
    for (let i = 0; i < density.length; i++) total += density[i]!;
    const even = AMBIENT / density.length;
    const share = total > 0 ? (1 - AMBIENT) / total : 0;
    this.sums = new Uint32Array(density.length);
    let sum = 0;
    const whole = total > 0 ? 1 : AMBIENT;
    for (let i = 0; i < density.length; i++) {
      sum += density[i]! * share + even;
      this.sums[i] = Math.min(FULL, Math.round((sum / whole) * FULL));
    }
    this.sums[density.length - 1] = FULL;
    this.guide = new Uint32Array((1 << GUIDE_BITS) + 1);
    let pixel = 0;
    for (let part = 0; part <= 1 << GUIDE_BITS; part++) {
      const reach = Math.min(FULL, part * 2 ** (32 - GUIDE_BITS));
      while (this.sums[pixel]! < reach) pixel++;
      this.guide[part] = pixel;
    }
  }

  /** An index into the density. */
  draw(random: Random): number {
    const value = random.uint32();
    const part = value >>> (32 - GUIDE_BITS);
    let low = this.guide[part]!;
    let high = this.guide[part + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sums[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
