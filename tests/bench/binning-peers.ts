import { DuckDBDataChunk, DuckDBInstance, INTEGER, USMALLINT } from "@duckdb/node-api";
import { hexbin } from "d3-hexbin";
import type { TableShard } from "../../src/core/table.ts";
import { QUANTUM_UM } from "./binning-data.ts";
import { BIN_UM, type Peer, stepsOf } from "./deck-peer.ts";

/** d3-hexbin over row numbers; counts are summed per hexagon afterwards, as its users do. */
export function d3Peer(shard: TableShard, rows: number): Peer {
  const { x, y } = stepsOf(shard, rows);
  const numbers = Uint32Array.from({ length: rows }, (_, i) => i);
  const bin = hexbin()
    .x((i) => (x[i]! + 0.5) * QUANTUM_UM)
    .y((i) => (y[i]! + 0.5) * QUANTUM_UM)
    .radius(BIN_UM / Math.sqrt(3));
  return {
    name: "d3-hexbin",
    shape: "hex",
    rows,
    run: () => {
      let sum = 0;
      for (const cell of bin(numbers)) for (const i of cell) sum += shard.count[i]!;
      return sum;
    },
  };
}

/** DuckDB's GROUP BY over integer columns, in memory, with one and with two threads. */
export async function duckPeers(shard: TableShard, rows: number): Promise<Peer[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE t (x INTEGER, y INTEGER, n USMALLINT)");
  const appender = await connection.createAppender("t");
  const { x, y } = stepsOf(shard, rows);
  for (let from = 0; from < rows; from += 2048) {
    const to = Math.min(rows, from + 2048);
    const chunk = DuckDBDataChunk.create([INTEGER, INTEGER, USMALLINT], to - from);
    chunk.setColumns([
      [...x.subarray(from, to)],
      [...y.subarray(from, to)],
      [...shard.count.subarray(from, to)],
    ]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  const steps = BIN_UM / QUANTUM_UM;
  const query = `SELECT sum(s)::DOUBLE FROM (SELECT x // ${steps} AS c, y // ${steps} AS r, sum(n) AS s FROM t GROUP BY c, r)`;
  return [1, 2].map((threads) => ({
    name: `DuckDB GROUP BY, ${threads} thread${threads > 1 ? "s" : ""}`,
    shape: "square",
    rows,
    run: async () => {
      await connection.run(`SET threads = ${threads}`);
      const reader = await connection.runAndReadAll(query);
      return Number(reader.getRows()[0]![0]);
    },
  }));
}
