import type { StoredSlide } from "./annotation-storage.ts";

/** Whose annotations a slide's are to be: told by its content, or to be asked. */
export type SlideClaim =
  | { readonly slideKey: string }
  | {
      /** Those that it may be, the most recently changed first. */
      readonly candidates: readonly StoredSlide[];
      /** To be used when it is none of them. */
      readonly apart: string;
    };

/**
 * Where a key stands for several slides, the others are kept under variants of it. One that was kept before anyone
 * could tell (without a check) is taken for the slide, as it was then.
 * @param check what tells slides of one key apart; null when nothing does
 */
export function claimSlide(slideKey: string, check: string | null, kept: readonly StoredSlide[]): SlideClaim {
  const found = new Map(kept.map((slide) => [slide.slideKey, slide]));
  const variants: StoredSlide[] = [];
  let free = slideKey;
  for (let n = 1; ; n++) {
    const variant = found.get(free);
    if (!variant) break;
    variants.push(variant);
    free = `${slideKey}.${n}`;
  }
  if (check !== null) {
    const same =
      variants.find((one) => one.check === check) ?? variants.find((one) => one.check === undefined);
    if (same) return { slideKey: same.slideKey };
  }
  const candidates = variants.filter(({ count }) => count > 0).toSorted((a, b) => b.time - a.time);
  return candidates.length > 0 ? { candidates, apart: free } : { slideKey: variants[0]?.slideKey ?? free };
}
