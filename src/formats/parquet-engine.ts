import { readBatch } from "./arrow-ffi.ts";
import type { ColumnVector } from "./column-vector.ts";
import { nodeBuiltin } from "./node-builtin.ts";

type Engine = typeof import("parquet-wasm/esm");

/** Rows a batch: some milliseconds of copying between two looks at the clock. */
const BATCH = 1 << 16;

let loading: Promise<Engine> | undefined;

/** parquet-wasm (5 MB), loaded for the first column that is stored in a way that `decodeChunk` does not know. */
export function parquetEngine(): Promise<Engine> {
  loading ??= load().catch((thrown) => {
    loading = undefined;
    throw thrown;
  });
  return loading;
}

async function load(): Promise<Engine> {
  const engine = await import("parquet-wasm/esm");
  const fs = nodeBuiltin<{ readFileSync(path: string): Uint8Array<ArrayBuffer> }>("node:fs");
  if (fs) {
    const node = nodeBuiltin<{ createRequire(from: string): { resolve(id: string): string } }>("node:module");
    const path = node?.createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm") ?? "";
    await engine.default({ module_or_path: fs.readFileSync(path) });
  } else {
    const { default: url } = await import("parquet-wasm/esm/parquet_wasm_bg.wasm?url");
    await engine.default({ module_or_path: url });
  }
  return engine;
}

/**
 * The one column of a Parquet file, batch by batch, or its first `limit` rows. A vector lives until the next is asked
 * for. Throws whatever the engine throws when the file is damaged.
 */
export function* engineVectors(
  engine: Engine,
  file: Uint8Array,
  limit: number | undefined,
): Generator<ColumnVector> {
  const stream = engine
    .readParquet(file, { batchSize: BATCH, ...(limit === undefined ? {} : { limit }) })
    .intoFFI();
  try {
    const schema = stream.schemaAddr();
    for (const array of stream.arrayAddrs()) {
      yield* readBatch(engine.wasmMemory().buffer, array, schema).values();
    }
  } finally {
    stream.drop();
  }
}
