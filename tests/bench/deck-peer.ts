import { CPUAggregator } from "@deck.gl/aggregation-layers";
import type { TableShard } from "../../src/core/table.ts";
import { QUANTUM_UM, SPAN } from "./binning-data.ts";

/** A peer ready to bin the first `rows` rows of a shard in 20 µm bins. It returns the sum of its bins. */
export interface Peer {
  readonly name: string;
  readonly shape: "square" | "hex";
  readonly rows: number;
  readonly run: () => number | Promise<number>;
}

export const BIN_UM = 20;

/** Lattice steps of the first `rows` rows, from the slide's origin. */
export function stepsOf(shard: TableShard, rows: number): { x: Int32Array; y: Int32Array } {
  const x = new Int32Array(rows);
  const y = new Int32Array(rows);
  for (let tile = 0, i = 0; i < rows; tile++) {
    for (; i < Math.min(rows, shard.tileOffset[tile + 1]!); i++) {
      x[i] = shard.tileCol[tile]! * SPAN + shard.x[i]!;
      y[i] = shard.tileRow[tile]! * SPAN + shard.y[i]!;
    }
  }
  return { x, y };
}

type Attributes = ConstructorParameters<typeof CPUAggregator>[0]["attributes"];

/** deck.gl's aggregation on the processor, with the arithmetic of its GridLayer for positions in the plane. */
export function deckPeer(shard: TableShard, rows: number): Peer {
  const { x, y } = stepsOf(shard, rows);
  const positions = new Float32Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    positions[2 * i] = (x[i]! + 0.5) * QUANTUM_UM;
    positions[2 * i + 1] = (y[i]! + 0.5) * QUANTUM_UM;
  }
  const weights = Float32Array.from(shard.count.subarray(0, rows));
  const attribute = (value: Float32Array, size: number) => ({
    value,
    isConstant: false,
    getAccessor: () => ({ size }),
  });
  const attributes = {
    positions: attribute(positions, 2),
    weights: attribute(weights, 1),
  } as unknown as NonNullable<Attributes>;
  return {
    name: "deck.gl CPUAggregator",
    shape: "square",
    rows,
    run: () => {
      const aggregator = new CPUAggregator({
        dimensions: 2,
        getBin: {
          sources: ["positions"],
          getValue: ({ positions: p }: { positions: number[] }) => [
            Math.floor(p[0]! / BIN_UM),
            Math.floor(p[1]! / BIN_UM),
          ],
        },
        getValue: [{ sources: ["weights"], getValue: ({ weights: w }: { weights: number }) => w }],
        pointCount: rows,
        attributes,
        operations: ["SUM"],
        binOptions: {},
      });
      aggregator.update();
      const result = aggregator.getResult(0)!.value as Float32Array;
      let sum = 0;
      for (let i = 0; i < aggregator.binCount; i++) sum += result[i]!;
      aggregator.destroy();
      return sum;
    },
  };
}
