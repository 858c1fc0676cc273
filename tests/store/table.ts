import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type BuildOptions, buildStore } from "../../src/cli/convert/build-store.ts";
import type { RowBatch, RowSource } from "../../src/cli/row-source.ts";
import { encodeHere } from "../../src/store/array-writer.ts";
import { StoreReader } from "../../src/store/store-reader.ts";
import { MemoryFolder } from "./memory-folder.ts";

/** A table of rows in memory: what the naive answers are made from. */
export interface Table {
  readonly lattice: boolean;
  readonly unitUm: number;
  readonly genes: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly gene: Uint32Array;
  readonly count: Uint32Array;
  readonly extra: RowBatch["extra"];
  readonly extraColumns: RowSource["extraColumns"];
  /** (G,) 1 for controls; none when left out. */
  readonly isControl?: Uint8Array;
}

/** A source of a table's rows in batches of `batchRows`. */
export function tableSource(table: Table, batchRows = 1000): RowSource {
  const n = table.x.length;
  return {
    path: "table.gem",
    platform: "stereo-seq",
    formatVersion: "test",
    lattice: table.lattice,
    unitUm: table.unitUm,
    extraColumns: table.extraColumns,
    rowsExpected: n,
    sizeBytes: 0,
    async *batches() {
      for (let from = 0; from < n; from += batchRows) {
        const to = Math.min(n, from + batchRows);
        yield {
          rows: to - from,
          x: table.x.slice(from, to),
          y: table.y.slice(from, to),
          gene: table.gene.slice(from, to),
          count: table.count.slice(from, to),
          extra: Object.fromEntries(
            Object.entries(table.extra).map(([name, values]) => [name, values.slice(from, to)]),
          ) as RowBatch["extra"],
        };
      }
    },
    genes: () => ({
      names: Array.from({ length: table.genes }, (_, gene) => geneName(gene)),
      ids: null,
      isControl: table.isControl ?? null,
    }),
  };
}

/** Names repeat, as they do in real tables: two features may share one. */
export function geneName(gene: number): string {
  return gene % 7 === 6 ? "same" : `g${gene} ü`;
}

export const PROVENANCE = {
  platform: "stereo-seq",
  source: { name: "table.gem", formatVersion: "test", bytes: 0, sha256: null },
  converter: "test",
  simulated: false,
  toImagePx: null,
} as const;

/** Converts a table into memory and opens it. */
export async function storeOf(
  table: Table,
  options: Partial<BuildOptions> & { readonly batchRows?: number } = {},
): Promise<{ readonly folder: MemoryFolder; readonly store: StoreReader; readonly rank: number[] }> {
  const scratchDir = mkdtempSync(join(tmpdir(), "centiscope-test-"));
  try {
    const folder = new MemoryFolder();
    await buildStore(tableSource(table, options.batchRows), folder, {
      provenance: PROVENANCE,
      scratchDir,
      memoryBytes: 2 ** 24,
      encoder: encodeHere,
      signal: new AbortController().signal,
      ...options,
    });
    const store = await StoreReader.open(folder);
    return { folder, store, rank: ranks(table) };
  } finally {
    rmSync(scratchDir, { recursive: true, force: true });
  }
}

/** Where a row stands, µm: in the middle of its spot, or where it was measured. */
export function placeUm({ lattice, unitUm }: Pick<Table, "lattice" | "unitUm">, at: number): number {
  return (lattice ? at + 0.5 : at) * unitUm;
}

/** Rank of each gene by descending total, ties in order. */
export function ranks(table: Table): number[] {
  const totals = new Array<number>(table.genes).fill(0);
  table.gene.forEach((gene, i) => {
    totals[gene] = totals[gene]! + table.count[i]!;
  });
  const order = totals.map((_, gene) => gene).sort((a, b) => totals[b]! - totals[a]! || a - b);
  const rank: number[] = [];
  order.forEach((gene, place) => {
    rank[gene] = place;
  });
  return rank;
}

const pick = (seed: () => number, values: readonly number[]): number =>
  values[Math.floor(seed() * values.length)]!;

function generator(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** How a random table is made: few numbers, so that a failing one shrinks to something small. */
export interface TableShape {
  readonly seed: number;
  readonly rows: number;
  readonly genes: number;
  readonly lattice: boolean;
  readonly side: number;
  readonly x0: number;
  readonly y0: number;
  readonly unitUm: number;
  /** Share of rows that repeat an earlier position. */
  readonly repeats: number;
  readonly bigCounts: boolean;
}

export const tableShapes = (mostRows: number): fc.Arbitrary<TableShape> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 2 ** 31 }),
    rows: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: mostRows })),
    genes: fc.constantFrom(1, 2, 7, 300, 3000),
    lattice: fc.boolean(),
    side: fc.constantFrom(1, 3, 100, 3000),
    x0: fc.constantFrom(0, -1, -5000, 60_001, 2 ** 30),
    y0: fc.constantFrom(0, 7, -70_000, -(2 ** 30)),
    unitUm: fc.constantFrom(0.5, 1, 0.12028, 0.715),
    repeats: fc.constantFrom(0, 0.5, 1),
    bigCounts: fc.boolean(),
  });

/** The table of a shape. */
export function makeTable(shape: TableShape): Table {
  const random = generator(shape.seed);
  const { rows, lattice } = shape;
  // Continuous grids are 16 times finer, and as much shorter.
  const side = lattice ? shape.side : Math.max(1, shape.side / 40);
  const place = (from: number): number => {
    const at = random() * side;
    return lattice
      ? from + Math.floor(at)
      : Math.fround(from / 1000) + (random() < 0.5 ? Math.fround(at) : at);
  };
  const x = new Float64Array(rows);
  const y = new Float64Array(rows);
  const gene = new Uint32Array(rows);
  const count = new Uint32Array(rows);
  for (let i = 0; i < rows; i++) {
    const again = i > 0 && random() < shape.repeats;
    const from = Math.floor(random() * i);
    x[i] = again ? x[from]! : place(shape.x0);
    y[i] = again ? y[from]! : place(shape.y0);
    gene[i] = Math.floor(random() ** 3 * shape.genes);
    count[i] = shape.bigCounts
      ? pick(random, [0, 1, 2, 65_535, 65_536, 2 ** 32 - 1])
      : pick(random, [1, 1, 1, 2, 9]);
  }
  const qv = Float32Array.from({ length: rows }, () => Math.fround(random() * 40));
  const cell = Array.from({ length: rows }, () => pick(random, [0, 1, 2, 3]).toString(16).padStart(3, "é"));
  const exon = Uint32Array.from({ length: rows }, () => pick(random, [0, 1, 2 ** 32 - 1]));
  const z = Int32Array.from({ length: rows }, () => pick(random, [-(2 ** 31), -1, 0, 5]));
  const flag = Uint8Array.from({ length: rows }, () => pick(random, [0, 1, 255]));
  const withExtra = shape.seed % 2 === 0;
  return {
    lattice,
    unitUm: shape.unitUm,
    genes: shape.genes,
    x,
    y,
    gene,
    count,
    extra: withExtra ? { qv, cell, exon, z, flag } : {},
    extraColumns: withExtra
      ? [
          { name: "qv", dtype: "float32" },
          { name: "cell", dtype: "string" },
          { name: "exon", dtype: "uint32" },
          { name: "z", dtype: "int32" },
          { name: "flag", dtype: "uint8" },
        ]
      : [],
  };
}

/** The rows of a quality value of at least `least`; all of them where the table has no such values. */
export function atQuality(table: Table, least: number): Table {
  const { qv } = table.extra;
  if (!qv) return table;
  const kept = [...table.x.keys()].filter((i) => (qv[i] as number) >= least);
  const pick = <T extends Float64Array | Uint32Array>(values: T): T =>
    values.filter((_, i) => (qv[i] as number) >= least) as T;
  const extra = Object.entries(table.extra).map(([name, values]) => [name, kept.map((i) => values[i]!)]);
  return {
    ...table,
    x: pick(table.x),
    y: pick(table.y),
    gene: pick(table.gene),
    count: pick(table.count),
    extra: Object.fromEntries(extra) as Table["extra"],
  };
}
