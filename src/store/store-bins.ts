import { CentiscopeError } from "../core/errors.ts";
import { type Cells, RASTER_CHUNK, RASTER_SHARD_CHUNKS } from "./finest-raster.ts";
import type { UmBox } from "./grid-rect.ts";
import { mortonX, mortonY } from "./morton.ts";
import type { CodeRect } from "./morton-ranges.ts";
import { OffsetReader } from "./offset-reader.ts";
import { GeneRows, type PlacedRows, type PointRows } from "./point-rows.ts";
import { readAhead } from "./read-ahead.ts";
import { rowPlace } from "./row-place.ts";
import { type RowRange, RowsReader } from "./rows-reader.ts";
import type { StoreArrays } from "./store-arrays.ts";
import { firstBin, rasterSize, type StorePlan } from "./store-plan.ts";
import type { RasterGroup } from "./total-writer.ts";
import { DTYPE_BYTES } from "./zarr-metadata.ts";

/**
 * Square bins `[col · binUm, (col + 1) · binUm)` from the instrument's zero. On a size that is a whole number of
 * quanta, bins are told in whole numbers; else by `floor(position / binUm)` in float64, of µm as `rowPlace` has them.
 */
export interface BinGrid {
  readonly binUm: number;
  /** Column and row of the first bin. */
  readonly col0: number;
  readonly row0: number;
  readonly cols: number;
  readonly rows: number;
  /** (rows × cols,) row-major sums. */
  readonly values: Float64Array;
}

/** What bins are made from. */
export interface GridSource {
  readonly arrays: StoreArrays;
  readonly pointRows: PointRows;
  readonly tilesIn: (bounds: UmBox | null) => number[];
  readonly gridRect: (bounds: UmBox | null) => CodeRect;
  /** Which rasters hold the totals. */
  readonly rasters: RasterGroup;
}

/** Most bins of one grid: 512 MB of sums. */
const MAX_BINS = 2 ** 26;
/** Raster chunks read at once, 16 MB, about a request; and how many such are fetched and unpacked meanwhile. */
const BATCH_CHUNKS = 64;
const BATCHES_AHEAD = 3;
/** A bin is taken for a whole number of quanta when it differs by less than this part. */
const WHOLE = 1e-9;

/** A grid under way: where it lies, and the bin's side in quanta when that is whole. */
class GridFill {
  readonly grid: BinGrid;
  /** Quanta along a bin's side; null when not whole. */
  readonly quanta: number | null;
  private readonly place: (at: number) => number;
  private readonly quantaPerUnit: number;

  constructor(plan: StorePlan, binUm: number, bounds: UmBox | null, file: string) {
    const wrong = (detail: string): CentiscopeError =>
      new CentiscopeError("bin-size-invalid", { file, found: binUm, detail });
    if (!(binUm > 0 && Number.isFinite(binUm))) throw wrong("not a positive number");
    this.place = rowPlace(plan);
    this.quantaPerUnit = plan.quantaPerUnit;
    const exact = (binUm * plan.quantaPerUnit) / plan.unitUm;
    const whole = Math.round(exact);
    this.quanta = whole >= 1 && Math.abs(exact - whole) <= WHOLE * whole ? whole : null;
    const { extent } = plan;
    const empty = plan.rows === 0;
    // A position within the last quantum may lie in the bin after that of the quantum itself.
    const final = this.quanta === null && !plan.lattice ? 0 : 1;
    const first = (bound: number | undefined, least: number): number =>
      Math.max(this.bin(least, binUm), Math.floor((bound ?? -Infinity) / binUm));
    const last = (bound: number | undefined, most: number): number =>
      Math.min(this.bin(most, binUm), Math.ceil((bound ?? Infinity) / binUm) - 1);
    const col0 = empty ? 0 : first(bounds?.x0, extent.x0);
    const row0 = empty ? 0 : first(bounds?.y0, extent.y0);
    const cols = empty ? 0 : Math.max(0, last(bounds?.x1, extent.x1 - final) - col0 + 1);
    const rows = empty ? 0 : Math.max(0, last(bounds?.y1, extent.y1 - final) - row0 + 1);
    if (cols * rows > MAX_BINS) throw wrong(`${cols} × ${rows} bins`);
    this.grid = { binUm, col0, row0, cols, rows, values: new Float64Array(cols * rows) };
  }

  /** The whole bins of the grid, as a box in µm that holds them: what must be read. */
  get boundsUm(): UmBox {
    const { binUm, col0, row0, cols, rows } = this.grid;
    return { x0: col0 * binUm, y0: row0 * binUm, x1: (col0 + cols) * binUm, y1: (row0 + rows) * binUm };
  }

  /** Adds to the bin in this column and row, if the grid has it. */
  add(col: number, row: number, value: number): void {
    const { col0, row0, cols, rows, values } = this.grid;
    const c = col - col0;
    const r = row - row0;
    if (c < 0 || r < 0 || c >= cols || r >= rows) return;
    values[r * cols + c] = values[r * cols + c]! + value;
  }

  /** Adds rows with positions in the source's units. */
  addRows({ n, x, y, count }: PlacedRows, weight: number): void {
    const { binUm } = this.grid;
    const { quanta, quantaPerUnit, place } = this;
    for (let i = 0; i < n; i++) {
      if (quanta === null) {
        this.add(Math.floor(place(x[i]!) / binUm), Math.floor(place(y[i]!) / binUm), weight * count[i]!);
      } else {
        const col = Math.floor(Math.floor(x[i]! * quantaPerUnit) / quanta);
        const row = Math.floor(Math.floor(y[i]! * quantaPerUnit) / quanta);
        this.add(col, row, weight * count[i]!);
      }
    }
  }

  /** Adds rows whose positions are quanta. */
  addQuanta({ n, x, y, count }: PlacedRows, weight: number): void {
    const side = this.quanta!;
    for (let i = 0; i < n; i++) {
      this.add(Math.floor(x[i]! / side), Math.floor(y[i]! / side), weight * count[i]!);
    }
  }

  /** The bin of a quantum's position. */
  private bin(quantum: number, binUm: number): number {
    if (this.quanta !== null) return Math.floor(quantum / this.quanta);
    return Math.floor(this.place(quantum / this.quantaPerUnit) / binUm);
  }
}

/** Total counts in bins of `binUm` over the bins that touch the bounds. */
export async function totalGrid(
  source: GridSource,
  binUm: number,
  bounds: UmBox | null,
  signal?: AbortSignal,
): Promise<BinGrid> {
  const { arrays, pointRows } = source;
  const { plan } = arrays.manifest;
  const fill = new GridFill(plan, binUm, bounds, arrays.tree.name);
  const { quanta } = fill;
  const stored =
    quanta === null ? (plan.lattice ? 1 : undefined) : plan.ladder.findLast((bin) => quanta % bin === 0);
  if (stored !== undefined) await addRaster(source, fill, stored, signal);
  else {
    const tiles = source.tilesIn(fill.boundsUm);
    const segments = await pointRows.segments(tiles, signal);
    await pointRows.each(tiles, segments, (rows) => fill.addRows(rows, 1), signal);
  }
  return fill.grid;
}

/** Adds the stored bins of side `bin` that the grid's bounds touch. */
async function addRaster(
  source: GridSource,
  fill: GridFill,
  bin: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (fill.grid.values.length === 0) return;
  const rows = rowPlace(source.arrays.manifest.plan);
  const place = (at: number): number =>
    fill.quanta === null ? Math.floor(rows(at) / fill.grid.binUm) : Math.floor(at / (fill.quanta / bin));
  const addRow = (col: number, row: number, counts: Cells): void => {
    const to = place(row);
    for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) fill.add(place(col + i), to, counts[i]!);
  };
  await eachRasterRow(source, bin, fill.boundsUm, addRow, signal);
}

/**
 * Hands rows of the stored bins of side `bin` quanta to `take`, those of the chunks that touch the box: some lie
 * outside it. `counts[i]` is that of column `col + i`; columns and rows count from the instrument's zero.
 */
export async function eachRasterRow(
  { arrays, gridRect, rasters }: GridSource,
  bin: number,
  boundsUm: UmBox,
  take: (col: number, row: number, counts: Cells) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { plan } = arrays.manifest;
  const size = rasterSize(plan, bin);
  if (size.cols === 0) return;
  const reader = arrays.expect(`${rasters}/b${bin}`, plan.rasterDtype, [size.rows, size.cols]);
  const col0 = firstBin(plan.originX, bin);
  const row0 = firstBin(plan.originY, bin);
  const rect = gridRect(boundsUm);
  const chunkOf = (quantum: number, origin: number, first: number, most: number): number =>
    Math.floor(Math.min(most - 1, Math.max(0, Math.floor((quantum + origin) / bin) - first)) / RASTER_CHUNK);
  const left = chunkOf(rect.x0, plan.originX, col0, size.cols);
  const right = chunkOf(rect.x1, plan.originX, col0, size.cols);
  const top = chunkOf(rect.y0, plan.originY, row0, size.rows);
  const bottom = chunkOf(rect.y1, plan.originY, row0, size.rows);
  const across = reader.chunkGrid[1]!;
  // A copy, because outside a bundle every use of an imported constant is a getter call.
  const side = RASTER_CHUNK;
  const chunks: number[] = [];
  // Shard by shard: chunks of one lie side by side, and are fetched as one range.
  const shard = RASTER_SHARD_CHUNKS;
  for (let y0 = top - (top % shard); y0 <= bottom; y0 += shard)
    for (let x0 = left - (left % shard); x0 <= right; x0 += shard)
      for (let y = Math.max(top, y0); y <= Math.min(bottom, y0 + shard - 1); y++)
        for (let x = Math.max(left, x0); x <= Math.min(right, x0 + shard - 1); x++)
          chunks.push(y * across + x);
  const takeChunk = (chunk: number, bytes: Uint8Array): void => {
    const cells =
      DTYPE_BYTES[plan.rasterDtype] === 4
        ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
        : arrays.wide(reader.path, bytes);
    const colAt = col0 + (chunk % across) * side;
    const rowAt = row0 + Math.floor(chunk / across) * side;
    for (let y = 0; y < side; y++) take(colAt, rowAt + y, cells.subarray(y * side, (y + 1) * side));
  };
  const batches = Array.from({ length: Math.ceil(chunks.length / BATCH_CHUNKS) }, (_, k) =>
    chunks.slice(k * BATCH_CHUNKS, (k + 1) * BATCH_CHUNKS),
  );
  await readAhead(
    batches,
    (batch) => reader.read(batch, signal),
    (batch, values) => {
      batch.forEach((chunk, k) => {
        const bytes = values[k];
        if (bytes) takeChunk(chunk, bytes);
      });
    },
    BATCHES_AHEAD,
  );
}

/** Weighted sums of genes in bins; `segments` are the genes' rows in `gene/rows`. */
export async function geneGrid(
  source: GridSource,
  genes: readonly number[],
  segments: readonly RowRange[],
  weights: readonly number[],
  binUm: number,
  bounds: UmBox | null,
  signal?: AbortSignal,
): Promise<BinGrid> {
  const { arrays } = source;
  const { plan } = arrays.manifest;
  const fill = new GridFill(plan, binUm, bounds, arrays.tree.name);
  const rest = new Set(genes.keys());
  const { quanta } = fill;
  if (quanta !== null) {
    const stored = plan.ladder.filter((bin) => bin > 1 && quanta % bin === 0).reverse();
    for (const bin of stored) {
      if (rest.size === 0) break;
      await addStored(arrays, fill, bin, genes, weights, rest, signal);
    }
  }
  const rows = new GeneRows(arrays, { exact: quanta === null });
  const rect = source.gridRect(fill.boundsUm);
  const owners: number[] = [];
  const ranges: RowRange[] = [];
  for (const k of rest) {
    for (const range of await rows.ranges(segments[k]!, rect, signal)) {
      owners.push(k);
      ranges.push(range);
    }
  }
  await rows.each(
    owners,
    ranges,
    (piece, range) => {
      const weight = weights[owners[range]!]!;
      if (quanta === null) fill.addRows(piece, weight);
      else fill.addQuanta(piece, weight);
    },
    signal,
  );
  return fill.grid;
}

/** Adds the genes that have bins at this level, and takes them out of `rest` (places in `genes`). */
async function addStored(
  arrays: StoreArrays,
  fill: GridFill,
  bin: number,
  genes: readonly number[],
  weights: readonly number[],
  rest: Set<number>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { plan } = arrays.manifest;
  const path = `gene_bins/${bin}`;
  const reader = arrays.reader(`${path}/rows`);
  const codeLimbs = reader.array.shape[0]! - plan.limbs.sum;
  const rows = new RowsReader(arrays, `${path}/rows`, [codeLimbs, plan.limbs.sum], null);
  if (rows.rows === 0) return;
  const offsets = new OffsetReader(arrays, `${path}/offset`, plan.genes + 1);
  const wanted = [...rest].sort((a, b) => genes[a]! - genes[b]!);
  const segments = await offsets.segments(
    wanted.map((k) => genes[k]!),
    rows.rows,
    signal,
  );
  const here = wanted
    .map((k, i) => ({ k, range: segments[i]! }))
    .filter(({ range }) => range.end > range.start);
  const col0 = firstBin(plan.originX, bin);
  const row0 = firstBin(plan.originY, bin);
  const times = fill.quanta! / bin;
  await rows.each(
    here.map(({ range }) => range),
    ({ key, plain }, range) => {
      const weight = weights[here[range]!.k]!;
      const counts = plain[0]!;
      for (let i = 0; i < key.length; i++) {
        const col = Math.floor((col0 + mortonX(key[i]!)) / times);
        const row = Math.floor((row0 + mortonY(key[i]!)) / times);
        fill.add(col, row, weight * counts[i]!);
      }
    },
    signal,
  );
  for (const { k } of here) rest.delete(k);
}
