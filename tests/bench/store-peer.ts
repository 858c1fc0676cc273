import { rmSync, statSync } from "node:fs";
import { totalmem } from "node:os";
import { DuckDBDataChunk, DuckDBInstance, INTEGER, USMALLINT } from "@duckdb/node-api";
import { chipSource } from "./store-data.ts";

/** Rows of a chunk that DuckDB is handed. */
const APPENDED = 2048;

/** The same rows in DuckDB, sorted by tile and by gene in `threads` threads, as two Parquet files. */
export async function parquetPeer(rowCount: number, seed: number, threads: number, folder: string) {
  // On disk: the rows of a whole chip do not fit into what a small machine has.
  rmSync(`${folder}/peer.duckdb`, { force: true });
  const instance = await DuckDBInstance.create(`${folder}/peer.duckdb`, {
    threads: String(threads),
    memory_limit: `${Math.max(3, Math.floor(totalmem() / 2e9))}GB`,
    temp_directory: `${folder}/duckdb-temp`,
  });
  const connection = await instance.connect();
  await connection.run("CREATE TABLE rows (x INTEGER, y INTEGER, gene USMALLINT, count USMALLINT)");
  const appender = await connection.createAppender("rows");
  for await (const { rows, x, y, gene, count } of chipSource(rowCount, seed).batches(
    new AbortController().signal,
  )) {
    for (let from = 0; from < rows; from += APPENDED) {
      const to = Math.min(rows, from + APPENDED);
      const chunk = DuckDBDataChunk.create([INTEGER, INTEGER, USMALLINT, USMALLINT]);
      chunk.setColumns([x, y, gene, count].map((values) => [...values.subarray(from, to)]));
      appender.appendDataChunk(chunk);
    }
  }
  appender.closeSync();
  const options = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)";
  const start = performance.now();
  const before = process.cpuUsage();
  await connection.run(
    `COPY (FROM rows ORDER BY y // 128, x // 128, y, x) TO '${folder}/tile.parquet' ${options}`,
  );
  await connection.run(`COPY (FROM rows ORDER BY gene, y, x) TO '${folder}/gene.parquet' ${options}`);
  const sortMs = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  // Questions are asked of one thread, as of the store.
  await connection.run("SET threads = 1");
  await connection.run("DROP TABLE rows");
  const bytes = ["tile", "gene"].reduce((sum, name) => sum + statSync(`${folder}/${name}.parquet`).size, 0);
  const one = async (sql: string): Promise<number> => {
    const rows = await (await connection.runAndReadAll(sql)).getRows();
    return Number(rows[0]?.[0] ?? 0);
  };
  return { one, bytes, sortMs, cpuMs: (user + system) / 1000, close: () => connection.closeSync() };
}
