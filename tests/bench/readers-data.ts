import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createGzip } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { randomFrom } from "./bench.ts";

const GENES = 25_000;

/** What a written file holds. */
export interface Written {
  readonly rows: number;
  readonly sum: number;
}

/**
 * Writes a GEM.gz as SAW does: gene by gene, 25 000 Zipf-distributed genes, spots anywhere on a 1 × 1 cm chip, 88 %
 * of counts 1. gzip level 6.
 */
export async function writeGem(path: string, rows: number, seed: number): Promise<Written> {
  const random = randomFrom(seed);
  const gzip = createGzip({ level: 6 });
  const done = once(gzip.pipe(createWriteStream(path)), "finish");
  gzip.write("#FileFormat=GEMv0.1\n#Stereo-seqChip=SS200000000TL\n#OffsetX=0\n#OffsetY=0\n");
  gzip.write("geneID\tx\ty\tMIDCount\n");
  let weight = 0;
  for (let i = 0; i < GENES; i++) weight += 1 / (i + 10);
  let [written, sum] = [0, 0];
  for (let i = 0; i < GENES; i++) {
    // A stride coprime to the number of genes: abundant and rare ones come mixed, as names do.
    const rank = (i * 7919) % GENES;
    const share = Math.max(1, Math.round(rows / (rank + 10) / weight));
    let text = "";
    for (let k = 0; k < share; k++) {
      const count = random() < 0.88 ? 1 : 2 + Math.floor(random() * 4);
      text += `Gene${rank}\t${Math.floor(random() * 20_000)}\t${Math.floor(random() * 20_000)}\t${count}\n`;
      sum += count;
    }
    written += share;
    if (!gzip.write(text)) await once(gzip, "drain");
  }
  gzip.end();
  await done;
  return { rows: written, sum };
}

/**
 * Writes a Xenium `transcripts.parquet` with DuckDB (Snappy, row groups of 122 880): 541 genes; cells follow one
 * another as they do tile by tile.
 */
export async function writeXenium(path: string, rows: number): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  const unit = (salt: number) => `(hash(i + ${salt}) % 1000003) / 1000003.0`;
  await connection.run(`COPY (
    SELECT 281474976710656 + i AS transcript_id,
      CASE WHEN hash(i) % 10 = 0 THEN 'UNASSIGNED' ELSE 'c' || (i // 140 + hash(i * 3) % 8) || 'aa-1' END AS cell_id,
      (hash(i * 5) % 2)::UTINYINT AS overlaps_nucleus,
      'GENE' || floor(541 * pow(${unit(1)}, 2))::INTEGER AS feature_name,
      (${unit(2)} * 7500)::FLOAT AS x_location, (${unit(3)} * 5500)::FLOAT AS y_location,
      (${unit(4)} * 20)::FLOAT AS z_location, (${unit(5)} * 40)::FLOAT AS qv
    FROM range(${rows}) t(i)) TO '${path}' (FORMAT PARQUET, COMPRESSION SNAPPY)`);
  connection.closeSync();
}
