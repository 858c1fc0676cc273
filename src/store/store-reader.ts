import { CentiscopeError, isAbort, isMissing } from "../core/errors.ts";
import type { RegionSums } from "../core/expression.ts";
import { checkRegion, PreparedRegion, type Region } from "../core/region.ts";
import type { FileTree } from "../io/file-tree.ts";
import type { ReadContext } from "./array-reader.ts";
import { ByteLru } from "./byte-lru.ts";
import { type ChunkDecoder, decodeHere } from "./chunk-decoder.ts";
import type { Cells } from "./finest-raster.ts";
import { gridRect, tilesIn, type UmBox } from "./grid-rect.ts";
import { GeneRows, type PlacedRows, PointRows, type RowsWanted } from "./point-rows.ts";
import { type RegionOptions, regionCounts } from "./region-counts.ts";
import { RowCollector, type StoreRows } from "./row-collector.ts";
import type { RowRange } from "./rows-reader.ts";
import { SharedWork } from "./shared-work.ts";
import { StoreArrays } from "./store-arrays.ts";
import { type BinGrid, eachRasterRow, type GridSource, geneGrid, totalGrid } from "./store-bins.ts";
import type { StoreGenes } from "./store-finish.ts";
import type { StoreManifest } from "./store-manifest.ts";

/** Ranges of rows and whose each is: a tile's (Morton index) or a gene's (rank). */
export interface FoundRanges {
  readonly owners: readonly number[];
  readonly ranges: readonly RowRange[];
}

export interface StoreOptions {
  /** Most that is kept decoded, in bytes; 256 MB when left out. */
  readonly cacheBytes?: number;
  /** Unpacks chunks; in this thread when left out. */
  readonly decode?: ChunkDecoder;
}

/** Default bound of what is kept decoded. */
export const STORE_CACHE_BYTES = 256 * 2 ** 20;

/**
 * A store opened for reading (SPEC.md), wherever its files lie. Positions are given in the source's units and
 * asked for in µm (`x · unitUm`); every figure is exact. Every method may be aborted: it rejects with the
 * signal's reason, and what only it was fetching stops.
 */
export class StoreReader {
  readonly manifest: StoreManifest;
  readonly arrays: StoreArrays;
  private readonly pointRows: PointRows;
  private geneList: SharedWork<StoreGenes> | undefined;

  private constructor(arrays: StoreArrays) {
    this.arrays = arrays;
    this.manifest = arrays.manifest;
    this.pointRows = new PointRows(arrays);
  }

  /**
   * Reads the root's metadata, and nothing else.
   * @throws CentiscopeError `store-not`, `store-newer`, `store-manifest`
   */
  static async open(tree: FileTree, options: StoreOptions = {}, signal?: AbortSignal): Promise<StoreReader> {
    const context: ReadContext = {
      tree,
      cache: new ByteLru(options.cacheBytes ?? STORE_CACHE_BYTES),
      working: new Map(),
      decode: options.decode ?? decodeHere,
    };
    return new StoreReader(new StoreArrays(context, await readRoot(tree, signal)));
  }

  /** The features, by rank. Read once: four requests, about 0.6 MB for 60 000 genes. */
  async genes(signal?: AbortSignal): Promise<StoreGenes> {
    if (!this.geneList || this.geneList.abandoned)
      this.geneList = new SharedWork((stop) => this.readGenes(stop));
    const work = this.geneList;
    try {
      return await work.join(signal);
    } catch (thrown) {
      // A failure is not kept: the next call tries again.
      if (this.geneList === work && !isAbort(thrown)) this.geneList = undefined;
      throw thrown;
    }
  }

  /** Total counts in square bins. Cost: the raster of the coarsest stored bin that divides `binUm`. */
  totals(binUm: number, boundsUm: UmBox | null, signal?: AbortSignal): Promise<BinGrid> {
    return totalGrid(this.gridSource(), binUm, boundsUm, signal);
  }

  /** Weighted sums of genes in square bins. Cost: each gene's stored bins, or its rows in the bounds. */
  async geneBins(
    genes: readonly number[],
    weights: readonly number[],
    binUm: number,
    boundsUm: UmBox | null,
    signal?: AbortSignal,
  ): Promise<BinGrid> {
    const segments = await this.geneSegments(genes, signal);
    return geneGrid(this.gridSource(), genes, segments, weights, binUm, boundsUm, signal);
  }

  /** Every row of these genes in the bounds. Cost: the chunks of their rows that may lie there. */
  async genePoints(
    genes: readonly number[],
    boundsUm: UmBox | null,
    signal?: AbortSignal,
  ): Promise<StoreRows> {
    const found = await this.geneRanges(genes, boundsUm, signal);
    const out = new RowCollector(this.manifest, found.ranges, boundsUm, []);
    await this.eachGeneRows(found, (piece) => out.add(piece), {}, signal);
    return out.finish();
  }

  /** Every row of all genes in the bounds. Cost: the tiles that touch them. */
  async points(
    boundsUm: UmBox | null,
    signal?: AbortSignal,
    columns: readonly string[] = [],
  ): Promise<StoreRows> {
    const found = await this.tileRanges(boundsUm, signal);
    const out = new RowCollector(this.manifest, found.ranges, boundsUm, columns);
    await this.eachTileRows(found, (piece) => out.add(piece), { columns }, signal);
    return out.finish();
  }

  /** Tiles that touch the bounds (ascending), and their rows. */
  async tileRanges(boundsUm: UmBox | null, signal?: AbortSignal): Promise<FoundRanges> {
    const owners = tilesIn(this.manifest.plan, boundsUm);
    return { owners, ranges: await this.pointRows.segments(owners, signal) };
  }

  /** How many rows these tiles (ascending Morton indices) hold. Cost: their offsets. */
  async rowsIn(tiles: readonly number[], signal?: AbortSignal): Promise<number> {
    const ranges = await this.pointRows.segments(tiles, signal);
    return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Ranges of the genes' rows that may lie in the bounds, each with its gene. */
  async geneRanges(
    genes: readonly number[],
    boundsUm: UmBox | null,
    signal?: AbortSignal,
  ): Promise<FoundRanges> {
    const segments = await this.geneSegments(genes, signal);
    const rows = this.rowsOfGenes({ exact: false });
    const rect = boundsUm && gridRect(this.manifest.plan, boundsUm);
    const owners: number[] = [];
    const ranges: RowRange[] = [];
    for (const [k, segment] of segments.entries()) {
      for (const range of await rows.ranges(segment, rect, signal)) {
        owners.push(genes[k]!);
        ranges.push(range);
      }
    }
    return { owners, ranges };
  }

  /** Hands over every row of tiles, in pieces of one tile; `range` is the place in `found`. */
  eachTileRows(
    { owners, ranges }: FoundRanges,
    take: (rows: PlacedRows, range: number) => void,
    wanted: RowsWanted,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.rowsOfTiles(wanted).each(owners, ranges, take, signal);
  }

  /** Packs every row of tiles as it is drawn, each tile into the array of its place; see `PointRows.pack`. */
  packTiles({ ranges }: FoundRanges, outs: readonly Uint16Array[], signal?: AbortSignal): Promise<void> {
    return this.rowsOfTiles({ exact: false }).pack(ranges, outs, signal);
  }

  /** Hands over every row of genes' ranges, in pieces of one gene. */
  eachGeneRows(
    { owners, ranges }: FoundRanges,
    take: (rows: PlacedRows, range: number) => void,
    wanted: RowsWanted,
    signal?: AbortSignal,
  ): Promise<void> {
    return this.rowsOfGenes(wanted).each(owners, ranges, take, signal);
  }

  /** Molecules of the spots of a lattice, in stretches of a row from spot `x` on; some lie outside the box. */
  eachSpotRow(
    boundsUm: UmBox,
    take: (x: number, y: number, counts: Cells) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return eachRasterRow(this.gridSource(), 1, boundsUm, take, signal);
  }

  /**
   * Rows and molecules of every gene in a region (rings in µm; see `core/region.ts` for points on edges): first, by
   * `onBracket`, bounds from the sums alone, then the exact counts.
   */
  countRegion(region: Region, options: RegionOptions = {}): Promise<RegionSums> {
    checkRegion(region, this.arrays.tree.name);
    return regionCounts(this.arrays, this.pointRows, new PreparedRegion(region), options);
  }

  /** Rows of genes in `gene/rows`. */
  private async geneSegments(genes: readonly number[], signal?: AbortSignal): Promise<RowRange[]> {
    const { rows } = await this.genes(signal);
    const starts = await this.geneStarts(rows);
    return genes.map((gene) => {
      if (!(gene in rows)) throw this.arrays.values("genes", `no gene ${gene}`);
      return { start: starts[gene]!, end: starts[gene + 1]! };
    });
  }

  private starts: Float64Array | undefined;

  private async geneStarts(rows: Float64Array): Promise<Float64Array> {
    if (!this.starts) {
      const starts = new Float64Array(rows.length + 1);
      for (let gene = 0; gene < rows.length; gene++) starts[gene + 1] = starts[gene]! + rows[gene]!;
      this.starts = starts;
    }
    return this.starts;
  }

  private rowsOfTiles(wanted: RowsWanted): PointRows {
    return wanted.columns?.length || wanted.exact === false
      ? new PointRows(this.arrays, wanted)
      : this.pointRows;
  }

  private rowsOfGenes(wanted: RowsWanted): GeneRows {
    return new GeneRows(this.arrays, wanted);
  }

  private gridSource(): GridSource {
    return {
      arrays: this.arrays,
      pointRows: this.pointRows,
      tilesIn: (bounds) => tilesIn(this.manifest.plan, bounds),
      gridRect: (bounds) => gridRect(this.manifest.plan, bounds),
    };
  }

  private async readGenes(signal?: AbortSignal): Promise<StoreGenes> {
    const { plan, hasGeneIds } = this.manifest;
    const { genes } = plan;
    const [names, ids, totals, rows, isControl] = await Promise.all([
      this.arrays.strings("genes/name", genes, signal),
      hasGeneIds ? this.arrays.strings("genes/id", genes, signal) : null,
      this.arrays.numbers("genes/total", genes, signal),
      this.arrays.numbers("genes/rows", genes, signal),
      this.readControls(genes, signal),
    ]);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    if (sum(rows) !== plan.rows)
      throw this.arrays.values("genes/rows", `they add up to ${sum(rows)}, not ${plan.rows}`);
    if (sum(totals) !== plan.total) {
      throw this.arrays.values("genes/total", `they add up to ${sum(totals)}, not ${plan.total}`);
    }
    return { names, ids, totals, rows, isControl };
  }

  private async readControls(genes: number, signal?: AbortSignal): Promise<Uint8Array> {
    if (genes === 0) return new Uint8Array(0);
    const [flags] = await this.arrays.expect("genes/control", "uint8", [genes]).read([0], signal);
    if (!flags) throw this.arrays.missing("genes/control", "0");
    return flags;
  }
}

async function readRoot(tree: FileTree, signal: AbortSignal | undefined): Promise<unknown> {
  let bytes: Uint8Array;
  try {
    bytes = await tree.open("zarr.json").read(0, 2 ** 30, signal);
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    throw new CentiscopeError("store-not", { file: tree.name, detail: "zarr.json" }, { cause: thrown });
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CentiscopeError(
      "store-manifest",
      { file: tree.name, part: "zarr.json", detail },
      { cause: thrown },
    );
  }
}
