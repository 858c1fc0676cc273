import { DOUBLE, DuckDBDataChunk, DuckDBInstance, USMALLINT } from "@duckdb/node-api";
import { PreparedRegion, type Region } from "../../src/core/region.ts";
import { rowXUm, rowYUm } from "../../src/core/row-area.ts";
import { regionSteps } from "../../src/core/row-region.ts";
import type { TableShard } from "../../src/core/table.ts";
import { median } from "./bench.ts";
import { benchShard, GENES, SIDE_UM } from "./binning-data.ts";
import { regionOf } from "./regions-data.ts";

const ROWS = 1_000_000;
const SHARES = [0.01, 0.25, 0.6];

/** (G,) molecules of a region. */
type Count = (region: Region) => Float64Array | Promise<Float64Array>;

/** As the viewer's workers do it, on one thread. */
function ours(shard: TableShard): Count {
  return (region) => {
    const steps = regionSteps(shard, new PreparedRegion(region), GENES, null);
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value.genes;
  };
}

/** Every row against every edge: a ray to the right crosses an odd number of them. */
function bruteForce(x: Float64Array, y: Float64Array, { gene, count }: TableShard): Count {
  return (region) => {
    const edges = edgesOf(region);
    const genes = new Float64Array(GENES);
    for (let i = 0; i < x.length; i++) {
      let inside = false;
      for (const [ax, ay, bx, by] of edges) {
        if (ay > y[i]! !== by > y[i]! && x[i]! < ((bx - ax) * (y[i]! - ay)) / (by - ay) + ax)
          inside = !inside;
      }
      if (inside) genes[gene[i]!]! += count[i]!;
    }
    return genes;
  };
}

async function duck(x: Float64Array, y: Float64Array, { gene, count }: TableShard): Promise<Count> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("SET threads = 1");
  await connection.run("CREATE TABLE t (x DOUBLE, y DOUBLE, gene USMALLINT, n USMALLINT)");
  const appender = await connection.createAppender("t");
  for (let from = 0; from < x.length; from += 2048) {
    const to = Math.min(x.length, from + 2048);
    const chunk = DuckDBDataChunk.create([DOUBLE, DOUBLE, USMALLINT, USMALLINT], to - from);
    chunk.setColumns([x, y, gene, count].map((values) => [...values.subarray(from, to)]));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  return async (region) => {
    const edges = edgesOf(region);
    const crossings = edges.map(
      ([ax, ay, bx, by]) =>
        `((${ay} > y) <> (${by} > y) AND x < (${bx - ax}) * (y - ${ay}) / (${by - ay}) + ${ax})::INTEGER`,
    );
    const [xs, ys] = [edges.map(([ax]) => ax), edges.map(([, ay]) => ay)];
    const box = `x BETWEEN ${Math.min(...xs)} AND ${Math.max(...xs)} AND y BETWEEN ${Math.min(...ys)} AND ${Math.max(...ys)}`;
    const sql = `SELECT gene, sum(n)::DOUBLE FROM t WHERE ${box} AND (${crossings.join(" + ")}) % 2 = 1 GROUP BY gene`;
    const genes = new Float64Array(GENES);
    for (const [code, sum] of (await connection.runAndReadAll(sql)).getRows())
      genes[Number(code)] = Number(sum);
    return genes;
  };
}

function edgesOf(region: Region): (readonly [number, number, number, number])[] {
  return region.flat().flatMap((ring) =>
    ring.map((from, i) => {
      const to = ring[(i + 1) % ring.length]!;
      return [from[0], from[1], to[0], to[1]] as const;
    }),
  );
}

/** Counts of every gene in polygons with a hole; every answer is held against the others'. */
export async function measureCounts(
  seed: number,
  rounds: number,
  log: (line: string) => void,
): Promise<Record<string, string | number>[]> {
  const shard = benchShard(seed, ROWS);
  const x = new Float64Array(ROWS);
  const y = new Float64Array(ROWS);
  for (let tile = 0; tile < shard.tileCol.length; tile++) {
    for (let i = shard.tileOffset[tile]!; i < shard.tileOffset[tile + 1]!; i++) {
      x[i] = rowXUm(shard, tile, i);
      y[i] = rowYUm(shard, tile, i);
    }
  }
  const ways = new Map<string, Count>([
    ["Centiscope", ours(shard)],
    ["every row against every edge", bruteForce(x, y, shard)],
    ["DuckDB, the same as SQL, 1 thread", await duck(x, y, shard)],
  ]);
  const rows: Record<string, string | number>[] = [];
  for (const share of SHARES) {
    const region = regionOf(seed, SIDE_UM, share);
    const times = new Map([...ways.keys()].map((name) => [name, [] as number[]]));
    let known: Float64Array | undefined;
    for (let round = 0; round <= rounds; round++) {
      for (const [name, count] of ways) {
        const from = performance.now();
        const genes = await count(region);
        const ms = performance.now() - from;
        known ??= genes;
        if (genes.some((molecules, code) => molecules !== known?.[code]))
          throw new Error(`${name} counts otherwise.`);
        if (round > 0) times.get(name)?.push(ms);
      }
    }
    const ownMs = median(times.get("Centiscope") ?? []);
    for (const [name, found] of times) {
      rows.push({
        "region holds": `${Math.round(share * 100)} % of the chip`,
        by: name,
        "median ms": median(found),
        "Centiscope is faster ×": median(found) / ownMs,
        molecules: known?.reduce((sum, molecules) => sum + molecules, 0) ?? 0,
      });
      log(`${Math.round(share * 100)} %, ${name}: ${median(found).toFixed(1)} ms`);
    }
  }
  return rows;
}
