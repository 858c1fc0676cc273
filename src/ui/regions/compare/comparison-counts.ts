import { type ErrorFacts, errorFacts, isAbort } from "../../../core/errors.ts";
import type { RegionBracket, RegionSums } from "../../../core/expression.ts";
import type { Region } from "../../../core/region.ts";

/** Molecules of a region, of the genes that it holds. */
export interface SubjectSums {
  readonly rows: number;
  readonly count: number;
  /** Ascending gene codes, and the molecules of each. */
  readonly codes: Uint32Array;
  readonly counts: Float64Array;
}

export type SubjectCounts =
  | { readonly status: "waiting" }
  | { readonly status: "counting"; readonly low: number; readonly high: number }
  | { readonly status: "ready"; readonly sums: SubjectSums }
  | { readonly status: "failed"; readonly error: ErrorFacts };

/** Counts a region exactly, as `Centiscope.countRegion` does. */
export type CountRegion = (
  region: Region,
  options: { readonly signal: AbortSignal; readonly onBracket: (bracket: RegionBracket) => void },
) => Promise<RegionSums | null>;

const WAITING: SubjectCounts = { status: "waiting" };

/**
 * Counts regions one after another, each first within bounds, then exactly, and keeps what it has counted while the
 * rows that count stay the same. Dense counts of a whole transcriptome are kept sparse.
 */
export class ComparisonCounts {
  readonly #count: CountRegion;
  readonly #changed: () => void;
  #known = new WeakMap<Region, SubjectCounts>();
  #abort: AbortController | null = null;

  /** @param changed something is known that was not */
  constructor(count: CountRegion, changed: () => void) {
    this.#count = count;
    this.#changed = changed;
  }

  of(region: Region): SubjectCounts {
    return this.#known.get(region) ?? WAITING;
  }

  /** Other rows count from now on. */
  forget(): void {
    this.stop();
    this.#known = new WeakMap();
  }

  /** Counts those of the regions that are not counted yet, in their order; what was being counted is given up. */
  async run(regions: readonly Region[]): Promise<void> {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    for (const region of regions) {
      if (abort.signal.aborted) return;
      const { status } = this.of(region);
      if (status === "ready" || status === "failed") continue;
      await this.#one(region, abort.signal);
    }
  }

  stop(): void {
    this.#abort?.abort(new DOMException("superseded", "AbortError"));
    this.#abort = null;
  }

  async #one(region: Region, signal: AbortSignal): Promise<void> {
    const known = this.#known;
    const say = (counts: SubjectCounts) => {
      if (signal.aborted) return;
      known.set(region, counts);
      this.#changed();
    };
    const onBracket = ({ lower, upper }: RegionBracket) =>
      say({ status: "counting", low: total(lower), high: total(upper) });
    try {
      const sums = await this.#count(region, { signal, onBracket });
      if (sums) say({ status: "ready", sums: sparse(sums) });
    } catch (thrown) {
      if (!isAbort(thrown)) say({ status: "failed", error: errorFacts(thrown, "") });
    }
  }
}

/** Molecules of a gene in a region. */
export function molecules({ codes, counts }: SubjectSums, code: number): number {
  let [low, high] = [0, codes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (codes[middle]! < code) low = middle + 1;
    else high = middle;
  }
  return codes[low] === code ? counts[low]! : 0;
}

/** (G,) molecules by gene code. */
export function dense({ codes, counts }: SubjectSums, genes: number): Float64Array {
  const all = new Float64Array(genes);
  codes.forEach((code, i) => {
    all[code] = counts[i]!;
  });
  return all;
}

export function sparse({ rows, count, genes }: RegionSums): SubjectSums {
  const codes: number[] = [];
  genes.forEach((molecules, code) => {
    if (molecules !== 0) codes.push(code);
  });
  return {
    rows,
    count,
    codes: Uint32Array.from(codes),
    counts: Float64Array.from(codes, (code) => genes[code]!),
  };
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
