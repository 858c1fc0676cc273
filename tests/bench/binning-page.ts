import type { BinningRequest } from "./binning.worker.ts";

/** One pass: milliseconds from the first message to the merged raster, and its sum. */
interface Pass {
  readonly ms: number;
  readonly sum: number;
}

/** As many as the viewer asks for, see `table-open.ts`. */
const poolSize = () => Math.max(2, Math.min(4, navigator.hardwareConcurrency));

/** What one and two workers, and the viewer's pool, took for 20 µm bins of all genes, `rounds` times after one to warm up. */
export interface Measured {
  readonly workers: number;
  readonly shape: "square" | "hex";
  readonly ms: number[];
  sum: number;
}

/** Runs in a page of the development server. */
export async function measurePools(
  request: Omit<BinningRequest, "from" | "to">,
  tiles: number,
  rounds: number,
): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const workers of new Set([1, 2, poolSize()])) {
    const pool = await openPool(request, tiles, workers);
    const mine = (["square", "hex"] as const).map((shape) => ({
      workers,
      shape,
      ms: [] as number[],
      sum: 0,
    }));
    for (let round = 0; round <= rounds; round++) {
      for (const result of mine) {
        const pass = await pool.pass(result.shape, 20);
        result.sum = pass.sum;
        if (round > 0) result.ms.push(pass.ms);
      }
    }
    pool.close();
    results.push(...mine);
  }
  return results;
}

/** Workers that share the tiles between them. */
async function openPool(request: Omit<BinningRequest, "from" | "to">, tiles: number, size: number) {
  const workers = await Promise.all(
    Array.from({ length: size }, async (_, i) => {
      const worker = new Worker(new URL("./binning.worker.ts", import.meta.url), { type: "module" });
      worker.postMessage({
        ...request,
        from: Math.floor((tiles * i) / size),
        to: Math.floor((tiles * (i + 1)) / size),
      });
      await answer(worker);
      return worker;
    }),
  );
  return {
    async pass(shape: string, binUm: number): Promise<Pass> {
      const start = performance.now();
      const answers = workers.map((worker) => {
        worker.postMessage({ shape, binUm });
        return answer(worker);
      });
      const [first, ...others] = (await Promise.all(answers)).map((data) => data.bins);
      for (const other of others) for (let i = 0; i < other.length; i++) first![i]! += other[i]!;
      const ms = performance.now() - start;
      return { ms, sum: first!.reduce((a, b) => a + b, 0) };
    },
    close: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}

function answer(worker: Worker): Promise<{ bins: Float64Array }> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
  });
}
