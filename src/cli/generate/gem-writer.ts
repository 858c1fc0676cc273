import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import type { ChipPlan, GeneRows } from "./chip.ts";

/** What a writer of rows does; `finish` makes the file whole. */
export interface RowWriter {
  write(rows: GeneRows): Promise<void>;
  finish(): Promise<void>;
  /** Stops and lets go of the file, which is not whole. */
  abandon(): Promise<void>;
}

const BUFFER = 1 << 20;
/** A name, three numbers and four separators. */
const LINE = 256;

/** Writes a GEM (version 0.1) as one gzip member, whose header says that it is simulated. */
export function gemWriter(path: string, plan: ChipPlan, chip: string): RowWriter {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 1 << 18 });
  const file = createWriteStream(path);
  gzip.pipe(file);
  const done = finished(file);
  done.catch(() => {});
  let failed: unknown;
  for (const stream of [gzip, file]) {
    stream.on("error", (thrown: unknown) => {
      failed ??= thrown;
    });
  }
  const names = plan.genes.map(({ name }) => new TextEncoder().encode(`${name}\t`));
  let buffer = Buffer.allocUnsafe(BUFFER);
  let used = 0;
  const flush = async () => {
    if (failed !== undefined) throw failed;
    if (used === 0) return;
    const more = gzip.write(buffer.subarray(0, used));
    buffer = Buffer.allocUnsafe(BUFFER);
    used = 0;
    if (!more) await Promise.race([once(gzip, "drain"), done]);
  };
  const head = [
    "#FileFormat=GEMv0.1",
    "#SortedBy=geneID",
    "#BinType=Bin",
    "#BinSize=1",
    "#Omics=Transcriptomics",
    `#Stereo-seqChip=${chip}`,
    "#OffsetX=0",
    "#OffsetY=0",
    "#Note=simulated expression on real H&E; not measured",
    `#Simulated=centiscope generate, seed ${plan.seed}`,
    "geneID\tx\ty\tMIDCount",
  ];
  used = buffer.write(`${head.join("\n")}\n`, 0);
  return {
    write: async ({ gene, x, y, count }) => {
      const name = names[gene]!;
      for (let i = 0; i < x.length; i++) {
        if (used + LINE > BUFFER) await flush();
        buffer.set(name, used);
        used = digits(buffer, used + name.length, x[i]!);
        buffer[used++] = 9;
        used = digits(buffer, used, y[i]!);
        buffer[used++] = 9;
        used = digits(buffer, used, count[i]!);
        buffer[used++] = 10;
      }
    },
    finish: async () => {
      await flush();
      gzip.end();
      await done;
    },
    abandon: async () => {
      gzip.destroy();
      file.destroy();
      await done.catch(() => {});
    },
  };
}

/** Writes a whole number in decimal digits; returns where it ends. */
function digits(to: Uint8Array, at: number, value: number): number {
  let end = at + 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const next = Math.floor(rest / 10);
    to[i] = 48 + rest - next * 10;
    rest = next;
  }
  return end;
}
