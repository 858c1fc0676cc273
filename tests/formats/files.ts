import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { TranscriptColumns } from "../../src/core/table.ts";
import type { SourceFile } from "../../src/io/byte-source.ts";
import { MemorySource } from "../../src/io/memory.ts";

/** Real files that are not in this repository; tests over them say so when they are absent. */
export const SHARED = "../shared/data";
export const hasShared = existsSync(SHARED);
if (!hasShared) console.info(`tests over ${SHARED} are skipped: it is not there`);

export const FIXTURES = "tests/fixtures/tables";

/** A file as the readers see it. */
export function fileSource(path: string): MemorySource {
  return new MemorySource(basename(path), new Uint8Array(readFileSync(path)));
}

/** Text as a file. */
export function textSource(text: string, name = "table.csv"): MemorySource {
  return new MemorySource(name, new TextEncoder().encode(text));
}

/** All files of a folder (or the one file), with paths as a dropped folder has them. */
export function folder(path: string): SourceFile[] {
  const walk = (at: string): string[] =>
    statSync(at).isFile() ? [at] : readdirSync(at).flatMap((name) => walk(join(at, name)));
  return walk(path).map((file) => ({
    path: relative(join(path, ".."), file),
    source: fileSource(file),
  }));
}

/** What `tests/fixtures/expected/tables.py` computes with pandas, from columns. */
export interface Expected {
  readonly rows: number;
  readonly genes: number;
  readonly countSum: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xSum: number;
  readonly ySum: number;
  readonly firstGenes: readonly string[];
  readonly topGenes: Readonly<Record<string, readonly [rows: number, count: number]>>;
  readonly cells?: number;
  readonly cellRows?: number;
  readonly qvSum?: number;
}

/** The same figures from a reader's columns; only the genes in `like.topGenes` are listed. */
export function summarise(columns: TranscriptColumns, like: Expected): Expected {
  const { rows, x, y, gene, geneNames, count, qv, cell, cellNames } = columns;
  const extent = (values: ArrayLike<number>): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < values.length; i++) {
      low = Math.min(low, values[i]!);
      high = Math.max(high, values[i]!);
    }
    return [low, high];
  };
  const sum = (values: ArrayLike<number>) => {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[i]!;
    return total;
  };
  const perGene = geneNames.map(() => [0, 0] as [number, number]);
  for (let i = 0; i < rows; i++) {
    const at = perGene[gene[i]!]!;
    at[0]++;
    at[1] += count?.[i] ?? 1;
  }
  return {
    rows,
    genes: perGene.filter(([n]) => n > 0).length,
    countSum: count ? sum(count) : rows,
    x: extent(x),
    y: extent(y),
    xSum: sum(x),
    ySum: sum(y),
    firstGenes: [0, 1, 2].slice(0, rows).map((i) => geneNames[gene[i]!]!),
    topGenes: Object.fromEntries(
      Object.keys(like.topGenes).map((name) => [name, perGene[geneNames.indexOf(name)] ?? [0, 0]]),
    ),
    ...(like.cells === undefined ? {} : { cells: cellNames?.length ?? 0 }),
    ...(like.cellRows === undefined ? {} : { cellRows: cell ? cell.filter((code) => code > 0).length : 0 }),
    ...(like.qvSum === undefined ? {} : { qvSum: qv ? sum(qv) : 0 }),
  };
}
