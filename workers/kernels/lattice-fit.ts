/**
 * Bins along one axis of one lattice tile, as fixed point: the bin of quantum q is
 * `first + ((q · m + a) >>> s)` in 32-bit arithmetic.
 */
export interface LatticeFit {
  readonly m: number;
  readonly a: number;
  readonly s: number;
  readonly first: number;
  /** From the first quantum's to the last one's. */
  readonly bins: number;
}

/**
 * Finds the fixed-point map that gives `floor((origin + (base + q) · quantum) / bin)`, in float64, for every q of
 * `0 … span−1`; null when there is none. `fraction`: its s; by default the most that 32 bits hold.
 */
export function fitLattice(
  origin: number,
  base: number,
  quantum: number,
  span: number,
  bin: number,
  fraction?: number,
): LatticeFit | null {
  const binOf = (q: number) => Math.floor((origin + (base + q) * quantum) / bin);
  const first = binOf(0);
  const bins = binOf(span - 1) - first + 1;
  const s = fraction ?? fractionBits(bins);
  const m = Math.round((quantum / bin) * 2 ** s);
  const a = solveOffset(
    (q) => binOf(q) - first,
    span,
    m,
    s,
    (k) => ((first + k) * bin - origin) / quantum - base,
  );
  return a === null ? null : { m, a, s, first, bins };
}

/** Fraction bits for numbers below `bins` + 1 in 32 bits, at most 28. */
export function fractionBits(bins: number): number {
  return Math.min(28, Math.floor(31.5 - Math.log2(bins + 1)));
}

/**
 * The `a` for which `(q · m + a) >>> s` equals `binOf(q)`, whole numbers from `binOf(0) ≥ 0` that never fall, for
 * every q of `0 … span−1`; null when there is none. Exact by construction: both sides never fall as q grows, so it
 * is enough that they agree where the bin changes. Each change bounds `a` from both sides; the middle is taken.
 * `edgeOf(k)` is about the q where bin k begins.
 */
export function solveOffset(
  binOf: (q: number) => number,
  span: number,
  m: number,
  s: number,
  edgeOf: (k: number) => number,
): number | null {
  const unit = 2 ** s;
  const last = binOf(span - 1);
  if (last > span) return null;
  let k = binOf(0);
  let low = k * unit;
  let high = (last + 1) * unit - (span - 1) * m;
  let q = 0;
  while (k < last) {
    const next = k + 1;
    let edge = Math.max(q + 1, Math.min(span - 1, Math.ceil(edgeOf(next))));
    while (edge > q + 1 && binOf(edge - 1) >= next) edge--;
    while (binOf(edge) < next) edge++;
    high = Math.min(high, next * unit - (edge - 1) * m);
    k = binOf(edge);
    low = Math.max(low, k * unit - edge * m);
    q = edge;
  }
  return low < high ? Math.floor((low + high) / 2) : null;
}
