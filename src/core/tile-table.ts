import type { Affine } from "./affine.ts";
import type { ExpressionInfo, GeneTable } from "./expression.ts";
import type { TableShard, TranscriptColumns } from "./table.ts";
import { rankGenes } from "./tile-genes.ts";
import { mortonCells, ROWS_PER_TILE } from "./tile-grid.ts";
import { moveCells, moveCounts, moveGenes, movePositions, moveQuality } from "./tile-move.ts";
import { assignRows, countCells, placeRows, quantise } from "./tile-place.ts";
import { shardBytes, splitTiles, tilePlaces } from "./tile-shards.ts";

export interface BuiltTable {
  readonly genes: GeneTable;
  readonly info: ExpressionInfo;
  readonly shards: readonly TableShard[];
}

export interface BuildOptions {
  /** Shards at most; a table of fewer tiles gives fewer. */
  readonly shardCount: number;
  /** The file's name, for messages. */
  readonly file: string;
  /** Rows that a tile holds at most on average; 65 536 when absent. */
  readonly rowsPerTile?: number;
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Rows handled between two yields: a few milliseconds of work. */
const CHUNK_ROWS = 1 << 20;

/**
 * Sorts a table into tiles. **Consumes `columns`**: each column is replaced by an empty one as soon as it is
 * copied, so that the peak stays near two tables.
 *
 * Int32 columns are an integer lattice whose spot (x, y) covers `[x, x+1) × [y, y+1)`: its row stands at the
 * spot's centre `(x + 0.5, y + 0.5)`, then goes through `instrumentToUm`. Other columns are positions as they
 * are. Under a uniform positive scale a lattice stays exact in integers; otherwise every row keeps its float64
 * position beside the quantised one. Rows of a tile keep the file's order.
 *
 * A generator, so that a worker can stop between steps; it yields the finished fraction, 0–1.
 * Throws `too-many-genes`.
 */
export function* buildTableSteps(
  columns: TranscriptColumns,
  instrumentToUm: Affine<"instrument", "um">,
  options: BuildOptions,
): Generator<number, BuiltTable> {
  const source = columns as { -readonly [K in keyof TranscriptColumns]: TranscriptColumns[K] };
  const { rows, platform } = source;
  const { genes, codeOf, wideCounts, totalCount } = rankGenes(source, options.file);
  yield 0.1;
  const placed = placeRows(source, instrumentToUm, options.rowsPerTile ?? ROWS_PER_TILE);
  source.x = new Int32Array();
  source.y = source.x;
  const { grid, geometry } = placed;
  yield 0.25;

  const cellRows = new Uint32Array(grid.cols * grid.rows);
  for (const [from, to] of chunks(rows)) {
    countCells(placed, cellRows, from, to);
    yield 0.25 + (0.15 * to) / rows;
  }
  const cells = mortonCells(cellRows, grid.cols);
  const tileOffset = new Uint32Array(cells.length + 1);
  for (let t = 0; t < cells.length; t++) {
    tileOffset[t + 1] = tileOffset[t]! + cellRows[cells[t]!]!;
    cellRows[cells[t]!] = tileOffset[t]!;
  }
  const place = new Uint32Array(rows);
  for (const [from, to] of chunks(rows)) {
    assignRows(placed, cellRows, place, from, to);
    yield 0.4 + (0.15 * to) / rows;
  }
  const ranges = splitTiles(tileOffset, options.shardCount);
  const cut = <T extends Column>(column: T) => ranges.map((r) => column.slice(r.rowFrom, r.rowTo) as T);

  const x = cut(quantise(placed.x, grid.log2Side, place));
  yield 0.6;
  const y = cut(quantise(placed.y, grid.log2Side, place));
  yield 0.65;
  const xExact = placed.exact ? null : cut(movePositions(placed.x, place));
  placed.x = placed.y.subarray(0, 0) as never;
  yield 0.7;
  const yExact = placed.exact ? null : cut(movePositions(placed.y, place));
  placed.y = placed.x as never;
  yield 0.75;
  const gene = cut(moveGenes(source.gene, codeOf, place));
  source.gene = new Uint16Array();
  yield 0.85;
  const count = cut(moveCounts(source.count, place, wideCounts));
  source.count = null;
  yield 0.9;
  const qv = source.qv ? cut(moveQuality(source.qv, place)) : null;
  source.qv = null;
  yield 0.95;
  const cell = source.cell ? cut(moveCells(source.cell, place)) : null;
  source.cell = null;

  const shards = ranges.map((range, s): TableShard => {
    const offset = tileOffset.slice(range.tileFrom, range.tileTo + 1).map((o) => o - range.rowFrom);
    return {
      geometry,
      ...tilePlaces(cells, grid, geometry, range),
      tileOffset: offset,
      tileActive: offset.slice(1).map((end, t) => end - offset[t]!),
      x: x[s]!,
      y: y[s]!,
      xExact: xExact?.[s] ?? null,
      yExact: yExact?.[s] ?? null,
      gene: gene[s]!,
      count: count[s]!,
      qv: qv?.[s] ?? null,
      cell: cell?.[s] ?? null,
    };
  });
  const info: ExpressionInfo = {
    platform,
    rows,
    totalCount,
    boundsUm: placed.boundsUm,
    pitchUm: geometry.exact ? geometry.quantumUm : null,
    hasQv: qv !== null,
    minQvChoices: null,
    hasCells: cell !== null,
    hasControls: genes.isControl.includes(1),
    memoryBytes: shards.reduce((sum, shard) => sum + shardBytes(shard), 0),
    readyBinsUm: null,
  };
  return { genes, info, shards };
}

/** `buildTableSteps` run to its end. Consumes `columns`. */
export function buildTable(
  columns: TranscriptColumns,
  instrumentToUm: Affine<"instrument", "um">,
  options: BuildOptions,
): BuiltTable {
  const steps = buildTableSteps(columns, instrumentToUm, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function* chunks(rows: number): Generator<readonly [from: number, to: number], void> {
  for (let from = 0; from < rows; from += CHUNK_ROWS) yield [from, Math.min(rows, from + CHUNK_ROWS)];
}
