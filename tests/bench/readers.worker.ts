import type { TranscriptColumns } from "../../src/core/table.ts";
import { readGem } from "../../src/formats/gem.ts";
import { parquetEngine } from "../../src/formats/parquet-engine.ts";
import { readXenium } from "../../src/formats/xenium.ts";
import { BlobSource } from "../../src/io/blob.ts";
import { molecules } from "./molecules.ts";
import { XENIUM } from "./xenium-columns.ts";

/** Reads the file it is sent, `rounds` + 1 times, and answers `{rows, sum, ms}` of all but the first. */
export interface ReadingRequest {
  readonly kind: "gem" | "xenium" | "parquet-wasm";
  readonly file: Blob;
  readonly rounds: number;
}

export interface Reading {
  readonly rows: number;
  readonly sum: number;
  readonly ms: number[];
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ReadingRequest>) => void) | null;
  postMessage(message: unknown): void;
};

/** parquet-wasm by itself: rows of Arrow in its memory. */
async function readEngine(file: Blob): Promise<number> {
  const { ParquetFile } = await parquetEngine();
  const parquet = await ParquetFile.fromFile(file);
  const table = await parquet.read({ columns: XENIUM, batchSize: 65_536 });
  const rows = table.recordBatches().reduce((sum, batch) => sum + batch.numRows, 0);
  table.free();
  parquet.free();
  return rows;
}

async function readOurs(kind: "gem" | "xenium", file: Blob): Promise<TranscriptColumns> {
  const source = new BlobSource(file, kind === "gem" ? "SS200000000TL.gem.gz" : "transcripts.parquet");
  return kind === "gem" ? readGem(source) : readXenium(source, { experiment: null, alignment: null });
}

scope.onmessage = async ({ data: { kind, file, rounds } }) => {
  try {
    const reading = { rows: 0, sum: 0, ms: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      const start = performance.now();
      const columns = kind === "parquet-wasm" ? null : await readOurs(kind, file);
      reading.rows = columns?.rows ?? (await readEngine(file));
      if (round > 0) reading.ms.push(performance.now() - start);
      if (columns) reading.sum = molecules(columns);
    }
    scope.postMessage(reading);
  } catch (thrown) {
    scope.postMessage({ error: String(thrown) });
  }
};
