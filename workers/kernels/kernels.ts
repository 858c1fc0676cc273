import { accumulateHex } from "../../src/core/bin-hex.ts";
import { accumulateSquare } from "../../src/core/bin-square.ts";
import type { BinWindow } from "../../src/core/expression.ts";
import type { TableShard } from "../../src/core/table.ts";
import { WasmBinner } from "./wasm-kernels.ts";
import { adoptShard, compileBinKernels } from "./wasm-memory.ts";

/** The binning kernels of one worker. */
export interface Kernels {
  readonly name: "wasm" | "ts";
  /**
   * Takes a shard over: the returned one has the same rows, where the kernels want them (in WebAssembly
   * memory). Use only the returned one afterwards, so that the given columns can be freed. Rows may be reordered
   * within their tile and `tileActive` rewritten, in place, between calls; its buffers cannot be transferred.
   */
  adopt(shard: TableShard): TableShard;
  /**
   * As `accumulateSquare` or `accumulateHex`, after `window.shape`. Counts, and any sum of whole numbers, are the
   * same to the bit; sums of fractions may differ in their last bits when a call is split.
   */
  accumulate(
    shard: TableShard,
    tileFrom: number,
    tileTo: number,
    weights: Float64Array | null,
    window: BinWindow,
    out: Float64Array,
  ): number;
}

/** The plain TypeScript kernels: fallback, and the twin that the WebAssembly ones are tested against. */
export const plainKernels: Kernels = {
  name: "ts",
  adopt: (shard) => shard,
  accumulate: (shard, tileFrom, tileTo, weights, window, out) =>
    window.shape === "square"
      ? accumulateSquare(shard, tileFrom, tileTo, weights, window, out)
      : accumulateHex(shard, tileFrom, tileTo, weights, window, out),
};

/**
 * The fastest kernels that this runtime has: WebAssembly SIMD where it compiles, else plain TypeScript. Shards
 * with uint32 counts, and shards for which no memory can be had, go the plain way in either case.
 */
export async function createKernels(): Promise<Kernels> {
  let module: WebAssembly.Module;
  try {
    module = await compileBinKernels();
  } catch {
    return plainKernels;
  }
  return wasmKernels(module);
}

function wasmKernels(module: WebAssembly.Module): Kernels {
  const binners = new WeakMap<TableShard["x"]["buffer"], WasmBinner>();
  return {
    name: "wasm",
    adopt(shard) {
      if (!(shard.count instanceof Uint16Array)) return shard;
      try {
        const adopted = adoptShard(module, shard);
        binners.set(adopted.memory.buffer, new WasmBinner(adopted.shard, adopted.memory));
        return adopted.shard;
      } catch (thrown) {
        if (thrown instanceof RangeError) return shard;
        throw thrown;
      }
    },
    accumulate(shard, tileFrom, tileTo, weights, window, out) {
      const binner = binners.get(shard.x.buffer);
      if (!binner?.covers(window)) {
        return plainKernels.accumulate(shard, tileFrom, tileTo, weights, window, out);
      }
      return binner.accumulate(shard, tileFrom, tileTo, weights, window, out);
    },
  };
}
