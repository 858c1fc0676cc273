import type { RowBatch, RowSource } from "../../src/cli/row-source.ts";

/** What `tests/fixtures/expected/tables.py` computes with pandas, from a stream, and the streams' own columns. */
export interface StreamFigures {
  readonly rows: number;
  readonly genes: number;
  readonly countSum: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly xSum: number;
  readonly ySum: number;
  readonly firstGenes: readonly string[];
  /** Rows and molecules of every gene that has rows. */
  readonly perGene: ReadonlyMap<string, readonly [rows: number, count: number]>;
  readonly cells: number;
  readonly cellRows: number;
  readonly qvSum: number;
  readonly zSum: number;
  readonly exonSum: number;
  readonly batches: number;
  readonly largestBatch: number;
}

/** Reads a source to its end. Throws when a batch's columns differ in length, or are not those announced. */
export async function streamFigures(
  source: RowSource,
  signal = new AbortController().signal,
): Promise<StreamFigures> {
  const sum = { rows: 0, count: 0, x: 0, y: 0, qv: 0, z: 0, exon: 0, cellRows: 0, batches: 0, largest: 0 };
  const [x, y] = [range(), range()];
  const perGene: [number, number][] = [];
  const firstCodes: number[] = [];
  const cells = new Set<string>();
  const announced = source.extraColumns.map((column) => column.name).sort();
  for await (const batch of source.batches(signal)) {
    check(batch, announced);
    for (let i = 0; i < batch.rows; i++) {
      const code = batch.gene[i]!;
      if (firstCodes.length < 3) firstCodes.push(code);
      perGene[code] ??= [0, 0];
      perGene[code][0]++;
      perGene[code][1] += batch.count[i]!;
      sum.count += batch.count[i]!;
      sum.x += x.add(batch.x[i]!);
      sum.y += y.add(batch.y[i]!);
      sum.qv += Number(batch.extra.qv?.[i] ?? 0);
      sum.z += Number(batch.extra.z?.[i] ?? 0);
      sum.exon += Number(batch.extra.exon?.[i] ?? 0);
      const cell = batch.extra.cell?.[i] ?? "";
      if (cell !== "") {
        cells.add(String(cell));
        sum.cellRows++;
      }
    }
    sum.rows += batch.rows;
    sum.batches++;
    sum.largest = Math.max(sum.largest, batch.rows);
  }
  const { names } = source.genes();
  return {
    rows: sum.rows,
    genes: perGene.filter(Boolean).length,
    countSum: sum.count,
    x: x.pair(),
    y: y.pair(),
    xSum: sum.x,
    ySum: sum.y,
    firstGenes: firstCodes.map((code) => names[code]!),
    perGene: new Map(perGene.flatMap((pair, code) => (pair ? [[names[code]!, pair] as const] : []))),
    cells: cells.size,
    cellRows: sum.cellRows,
    qvSum: sum.qv,
    zSum: sum.z,
    exonSum: sum.exon,
    batches: sum.batches,
    largestBatch: sum.largest,
  };
}

function range() {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    add(value: number): number {
      low = Math.min(low, value);
      high = Math.max(high, value);
      return value;
    },
    pair: (): [number, number] => [low, high],
  };
}

function check(batch: RowBatch, announced: readonly string[]): void {
  const columns = { x: batch.x, y: batch.y, gene: batch.gene, count: batch.count, ...batch.extra };
  for (const [name, column] of Object.entries(columns)) {
    if (column.length !== batch.rows) throw new Error(`${name}: ${column.length} of ${batch.rows} rows`);
  }
  const extra = Object.keys(batch.extra).sort().join();
  if (extra !== announced.join()) throw new Error(`columns ${extra} instead of ${announced.join()}`);
}
