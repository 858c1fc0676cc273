import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { runProcess } from "./process.ts";

const COMMAND = "bin/centiscope.mjs";
/** Rows of a simulated chip of 1 cm². */
const ROWS_PER_CM2 = 275_000_000;

interface Resources {
  readonly peakMb: number;
  readonly cpuMs: number;
  readonly stdout: string;
}

/** Bytes of a file, or of all in a folder. */
export function bytesOf(path: string): number {
  if (statSync(path).isFile()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

/** Runs one command line to its end. */
async function centiscope(args: readonly string[]): Promise<Resources> {
  const { stdout, stderr } = await runProcess(["--require", "./tests/bench/resources.cjs", COMMAND, ...args]);
  const found = /#resources (.*)/.exec(stderr)?.[1];
  if (!found) throw new Error(`centiscope ${args.join(" ")}: ${stderr}`);
  return { ...(JSON.parse(found) as Omit<Resources, "stdout">), stdout };
}

/** The GEM's rows as Parquet at `path`, by DuckDB; undefined where that is not installed. */
async function parquetOf(gem: string, path: string): Promise<string | undefined> {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined);
  if (!duckdb) return undefined;
  const connection = await (await duckdb.DuckDBInstance.create()).connect();
  await connection.run(
    `COPY (SELECT x, y, geneID AS gene, MIDCount AS count FROM read_csv('${gem}', delim='\\t', header=true, comment='#'))
     TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
  );
  connection.closeSync();
  return path;
}

/** Converts a chip of about so many rows from each kind of file; one row of the table each. */
export async function convertFiles(
  rows: number,
  seed: number,
  folder: string,
  log: (line: string) => void,
): Promise<Record<string, string | number>[]> {
  await build({ configFile: "vite.cli.config.ts", logLevel: "error" });
  const chip = join(folder, "chip-files");
  mkdirSync(folder, { recursive: true });
  const cm = Math.min(3, Math.max(0.02, Math.sqrt(rows / ROWS_PER_CM2))).toFixed(4);
  const shape = ["--cm", cm, "--seed", String(seed), "--genes", "26000", "--format", "both", "--no-image"];
  await centiscope(["generate", ...shape, "--force", chip]);
  const gem = join(chip, "SS2SIMULATED.tissue.gem.gz");
  const parquet = await parquetOf(gem, join(folder, "chip.parquet"));
  const inputs: readonly (readonly [string, string, ...string[]])[] = [
    ["GEF", join(chip, "SS2SIMULATED.tissue.gef")],
    ["GEM.gz", gem, "--um-per-unit", "0.5"],
    ...(parquet ? ([["Parquet", parquet, "--um-per-unit", "0.5"]] as const) : []),
  ];
  const table: Record<string, string | number>[] = [];
  const cores = availableParallelism();
  // One thread, then one for each core: the rows are read, dealt and sorted in one of them.
  for (const [name, path, ...unit] of inputs) {
    for (const threads of cores > 2 ? [0, cores - 1] : [0]) {
      const out = join(folder, "from-file.centiscope.zarr");
      rmSync(out, { recursive: true, force: true });
      const command = ["convert", "--threads", String(threads), "--json", ...unit, path, out];
      const start = performance.now();
      const { cpuMs, peakMb, stdout } = await centiscope(command);
      const wallMs = performance.now() - start;
      const found = JSON.parse(stdout) as { rows: number };
      const row = {
        from: name,
        rows: found.rows,
        threads: threads + 1,
        "M rows/s": found.rows / wallMs / 1000,
        "M rows/s of CPU": found.rows / cpuMs / 1000,
        "peak MB": peakMb,
        "file B/row": bytesOf(path) / found.rows,
        "store B/row": bytesOf(out) / found.rows,
      };
      log(
        `${name}, ${threads + 1} threads: ${row["M rows/s"].toFixed(2)} M rows/s, ${row["M rows/s of CPU"].toFixed(2)} of CPU, ${Math.round(peakMb)} MB`,
      );
      table.push(row);
    }
  }
  return table;
}
