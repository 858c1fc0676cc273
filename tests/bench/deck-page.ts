import { CPUAggregator, GridLayer, HexagonLayer } from "@deck.gl/aggregation-layers";
import { Deck, OrthographicView } from "@deck.gl/core";
import type { TableShard } from "../../src/core/table.ts";
import { benchShard, QUANTUM_UM } from "./binning-data.ts";
import { BIN_UM, deckPeer, stepsOf } from "./deck-peer.ts";

/** Milliseconds of one way of aggregating, round by round, and the sum of its bins. */
export interface DeckMeasured {
  readonly by: string;
  readonly shape: "square" | "hex";
  readonly rows: number;
  readonly ms: readonly number[];
  readonly sum: number;
}

/** Runs in a page of the development server: deck.gl's aggregation on the processor of the rows of some tiles. */
export async function measureDeck(
  { seed, rows }: { readonly seed: number; readonly rows: number },
  tiles: number,
  rounds: number,
): Promise<{ readonly measured: readonly DeckMeasured[]; readonly sum: number }> {
  const shard = benchShard(seed, rows, 0, tiles);
  const peer = deckPeer(shard, shard.x.length);
  const ms: number[] = [];
  let sum = 0;
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    sum = await peer.run();
    if (round > 0) ms.push(performance.now() - start);
  }
  const alone: DeckMeasured = { by: peer.name, shape: "square", rows: peer.rows, ms, sum };
  const layers = [await measureLayer("square", shard, rounds), await measureLayer("hex", shard, rounds)];
  return {
    measured: [alone, ...layers],
    sum: Float64Array.from(shard.count).reduce((total, count) => total + count),
  };
}

/**
 * deck.gl's own layer, told to aggregate on the processor, over binary attributes. Its time is that of its
 * aggregator's `update` alone: attributes, sublayers and drawing come on top.
 */
async function measureLayer(
  shape: "square" | "hex",
  shard: TableShard,
  rounds: number,
): Promise<DeckMeasured> {
  const rows = shard.x.length;
  const { x, y } = stepsOf(shard, rows);
  // Of two numbers a position the layers make a bin of nearly every row.
  const positions = new Float32Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    positions[3 * i] = (x[i]! + 0.5) * QUANTUM_UM;
    positions[3 * i + 1] = (y[i]! + 0.5) * QUANTUM_UM;
  }
  const attributes = {
    getPosition: { value: positions, size: 3 },
    getColorWeight: { value: Float32Array.from(shard.count), size: 1 },
  };
  const common = {
    data: { length: rows, attributes } as unknown as [],
    gpuAggregation: false,
    colorAggregation: "SUM",
  } as const;
  const update = CPUAggregator.prototype.update;
  const ms: number[] = [];
  let sum = 0;
  for (let round = 0; round <= rounds; round++) {
    let spent = 0;
    const aggregated = new Promise<void>((resolve) => {
      CPUAggregator.prototype.update = function timed(this: CPUAggregator) {
        const start = performance.now();
        update.call(this);
        spent += performance.now() - start;
        const result = this.getResult(0)?.value as Float32Array | undefined;
        if (!result || this.binCount === 0) return;
        sum = result.subarray(0, this.binCount).reduce((total, value) => total + value, 0);
        resolve();
      };
    });
    const props = { ...common, id: `${shape}${round}` };
    const layer =
      shape === "square"
        ? new GridLayer({ ...props, cellSize: BIN_UM })
        : new HexagonLayer({ ...props, radius: BIN_UM / Math.sqrt(3) });
    const deck = new Deck({
      width: 64,
      height: 64,
      views: new OrthographicView({}),
      initialViewState: { target: [0, 0, 0], zoom: -8 },
      layers: [layer],
    });
    await aggregated;
    CPUAggregator.prototype.update = update;
    deck.finalize();
    if (round > 0) ms.push(spent);
  }
  return { by: `deck.gl ${shape === "square" ? "GridLayer" : "HexagonLayer"}`, shape, rows, ms, sum };
}
