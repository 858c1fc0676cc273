import { windowOf } from "../../src/core/bin-window.ts";
import type { BinShape } from "../../src/core/expression.ts";
import { createKernels } from "../../workers/kernels/kernels.ts";
import { benchShard, SIDE_UM } from "./binning-data.ts";

/** Makes its part of the rows, then bins it at every message: `{shape, binUm}` → `{molecules, ms}`. */
export interface BinningRequest {
  readonly seed: number;
  readonly rows: number;
  readonly from: number;
  readonly to: number;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown, transfer?: Transferable[]): void;
};

scope.onmessage = async ({ data }: MessageEvent<BinningRequest>) => {
  const kernels = await createKernels();
  const shard = kernels.adopt(benchShard(data.seed, data.rows, data.from, data.to));
  scope.onmessage = ({ data: { shape, binUm } }: MessageEvent<{ shape: BinShape; binUm: number }>) => {
    const bounds = { minX: 0, minY: 0, maxX: SIDE_UM, maxY: SIDE_UM };
    const window = windowOf({ shape, binUm }, bounds);
    const out = new Float64Array(window.cols * window.rows);
    const molecules = kernels.accumulate(shard, 0, shard.tileCol.length, null, window, out);
    scope.postMessage({ molecules, bins: out }, [out.buffer]);
  };
  scope.postMessage({ ready: kernels.name });
};
