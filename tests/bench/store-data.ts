import type { RowBatch, RowSource } from "../../src/cli/row-source.ts";
import { randomFrom } from "./bench.ts";

const BATCH = 1 << 16;
const GENES = 26_000;
/** Share of spots under tissue that have rows, and of those that have one more, over and over. */
const OCCUPIED = 0.6;
const MORE = 0.42;

/** A seeded chip of about `rows` rows: log-normal genes, a round of tissue, one row a tissue spot on average. */
export function chipSource(rows: number, seed: number): RowSource {
  const side = Math.ceil(Math.sqrt(rows / (0.785 * OCCUPIED * (1 / (1 - MORE)))));
  const random = randomFrom(seed);
  const gauss = (): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum;
  };
  const weights = Float64Array.from({ length: GENES }, () => Math.exp(2.2 * gauss()));
  const alias = aliasTable(weights);
  return {
    path: "simulated.gem",
    platform: "stereo-seq",
    formatVersion: "simulated",
    lattice: true,
    unitUm: 0.5,
    extraColumns: [],
    rowsExpected: null,
    sizeBytes: 0,
    genes: () => ({
      names: Array.from({ length: GENES }, (_, gene) => `Gene${gene}`),
      ids: null,
      isControl: null,
    }),
    async *batches(signal) {
      const next = randomFrom(seed + 1);
      let batch = empty();
      let n = 0;
      for (let y = 0; y < side; y++) {
        signal.throwIfAborted();
        const half = Math.sqrt(Math.max(0, (side / 2) ** 2 - (y - side / 2) ** 2));
        for (let x = Math.ceil(side / 2 - half); x < side / 2 + half; x++) {
          if (next() >= OCCUPIED) continue;
          do {
            batch.x[n] = x;
            batch.y[n] = y;
            batch.gene[n] = alias(next(), next());
            const many = next();
            batch.count[n] = many < 0.88 ? 1 : many < 0.97 ? 2 : 3 + Math.floor(next() * 3);
            n += 1;
            if (n < BATCH) continue;
            yield { ...batch, rows: n };
            batch = empty();
            n = 0;
          } while (next() < MORE);
        }
      }
      yield { ...batch, rows: n };
    },
  };
}

function empty(): Omit<RowBatch, "rows" | "x" | "y"> & { x: Int32Array; y: Int32Array } {
  return {
    x: new Int32Array(BATCH),
    y: new Int32Array(BATCH),
    gene: new Uint32Array(BATCH),
    count: new Uint32Array(BATCH),
    extra: {},
  };
}

/** Vose's alias method: a draw of the weights from two uniform numbers. */
function aliasTable(weights: Float64Array): (a: number, b: number) => number {
  const n = weights.length;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / n;
  const share = weights.map((weight) => weight / mean);
  const other = new Uint32Array(n);
  const small: number[] = [];
  const large: number[] = [];
  for (const [i, value] of share.entries()) (value < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop()!, large.at(-1)!];
    other[less] = more;
    share[more] = share[more]! - (1 - share[less]!);
    if (share[more]! < 1) small.push(large.pop()!);
  }
  for (const i of [...small, ...large]) share[i] = 1;
  return (a, b) => {
    const i = Math.floor(a * n);
    return b < share[i]! ? i : other[i]!;
  };
}
