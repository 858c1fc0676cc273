import { CentiscopeError, isMissing } from "../core/errors.ts";
import type { RegionSums } from "../core/expression.ts";
import { checkRegion, PreparedRegion, type Region } from "../core/region.ts";
import type { FileTree } from "../io/file-tree.ts";
import type { ReadContext } from "./array-reader.ts";
import { ByteLru } from "./byte-lru.ts";
import { type ChunkDecoder, decodeHere } from "./chunk-decoder.ts";
import { FeatureLists } from "./feature-lists.ts";
import type { StoreGenes } from "./features.ts";
import type { Cells } from "./finest-raster.ts";
import { gridRect, tilesIn, type UmBox } from "./grid-rect.ts";
import { GeneRows, type PlacedRows, PointRows, type RowsWanted } from "./point-rows.ts";
import { type RegionOptions, regionCounts } from "./region-counts.ts";
import { RowCollector, type StoreRows } from "./row-collector.ts";
import type { RowRange } from "./rows-reader.ts";
import { StoreArrays } from "./store-arrays.ts";
import { type BinGrid, eachRasterRow, type GridSource, geneGrid, totalGrid } from "./store-bins.ts";
import { geneCount, type StoreManifest } from "./store-manifest.ts";

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

/** Features, the places of their genes among those asked for, and where their rows lie. */
interface GeneSegments {
  readonly features: number[];
  readonly places: number[];
  readonly segments: RowRange[];
}

/** Default bound of what is kept decoded. */
export const STORE_CACHE_BYTES = 256 * 2 ** 20;

/**
 * A store opened for reading (SPEC.md), wherever its files lie. Positions are given in the source's units and
 * asked for in µm (`rowPlace`); every figure is exact. Every method may be aborted: it rejects with the
 * signal's reason, and what only it was fetching stops.
 */
export class StoreReader {
  readonly manifest: StoreManifest;
  readonly arrays: StoreArrays;
  private readonly pointRows: PointRows;
  private readonly lists: FeatureLists;
  /** Rows below the quality bound do not count. */
  private readonly onlyHigh: boolean;

  private constructor(arrays: StoreArrays, lists = new FeatureLists(arrays), onlyHigh = false) {
    this.arrays = arrays;
    this.manifest = arrays.manifest;
    this.pointRows = new PointRows(arrays);
    this.lists = lists;
    this.onlyHigh = onlyHigh;
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

  /**
   * The same store, of which only rows of a quality value at or above the bound count (`manifest.quality`): every
   * answer is as exact, and costs as much. All rows count again in the reader that this one was made from. A store
   * that is not divided has no such rows: all of them count.
   */
  aboveBound(): StoreReader {
    return this.manifest.quality ? new StoreReader(this.arrays, this.lists, true) : this;
  }

  /** The genes by their total over all rows; with what of them counts. Read once: about 0.6 MB for 60 000 genes. */
  async genes(signal?: AbortSignal): Promise<StoreGenes> {
    const list = await this.lists.read(signal);
    const map = await this.lists.map(this.onlyHigh, signal);
    return map?.genes(list) ?? list;
  }

  /** Total counts in square bins. Cost: the raster of the coarsest stored bin that divides `binUm`. */
  async totals(binUm: number, boundsUm: UmBox | null, signal?: AbortSignal): Promise<BinGrid> {
    return totalGrid(await this.gridSource(signal), binUm, boundsUm, signal);
  }

  /** Weighted sums of genes in square bins. Cost: each gene's stored bins, or its rows in the bounds. */
  async geneBins(
    genes: readonly number[],
    weights: readonly number[],
    binUm: number,
    boundsUm: UmBox | null,
    signal?: AbortSignal,
  ): Promise<BinGrid> {
    const { features, places, segments } = await this.geneSegments(genes, signal);
    const shares = places.map((k) => weights[k]!);
    const source = await this.gridSource(signal);
    return geneGrid(source, features, segments, shares, binUm, boundsUm, signal);
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
    const found = await this.geneSegments(genes, signal);
    const rows = this.rowsOfGenes({ exact: false });
    const rect = boundsUm && gridRect(this.manifest.plan, boundsUm);
    const owners: number[] = [];
    const ranges: RowRange[] = [];
    for (const [k, segment] of found.segments.entries()) {
      for (const range of await rows.ranges(segment, rect, signal)) {
        owners.push(genes[found.places[k]!]!);
        ranges.push(range);
      }
    }
    return { owners, ranges };
  }

  /** Hands over every row of tiles, in pieces of one tile; `range` is the place in `found`. */
  async eachTileRows(
    { owners, ranges }: FoundRanges,
    take: (rows: PlacedRows, range: number) => void,
    wanted: RowsWanted,
    signal?: AbortSignal,
  ): Promise<void> {
    const rows = await this.rowsOfTiles(wanted, signal);
    return rows.each(owners, ranges, take, signal);
  }

  /** Packs every row of tiles as it is drawn, each tile into the array of its place; see `PointRows.pack`. */
  async packTiles(
    { ranges }: FoundRanges,
    outs: readonly Uint16Array[],
    signal?: AbortSignal,
  ): Promise<readonly Uint16Array[]> {
    const rows = await this.rowsOfTiles({ exact: false }, signal);
    return rows.pack(ranges, outs, signal);
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
  async eachSpotRow(
    boundsUm: UmBox,
    take: (x: number, y: number, counts: Cells) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    return eachRasterRow(await this.gridSource(signal), 1, boundsUm, take, signal);
  }

  /**
   * Rows and molecules of every gene in a region (rings in µm; see `core/region.ts` for points on edges): first, by
   * `onBracket`, bounds from the sums alone, then the exact counts.
   */
  async countRegion(region: Region, options: RegionOptions = {}): Promise<RegionSums> {
    checkRegion(region, this.arrays.tree.name);
    const features = await this.lists.map(this.onlyHigh, options.signal);
    const points = await this.rowsOfTiles({}, options.signal);
    return regionCounts(this.arrays, points, new PreparedRegion(region), features, options);
  }

  /** The features of genes that count, and their rows in `gene/rows`. */
  private async geneSegments(genes: readonly number[], signal?: AbortSignal): Promise<GeneSegments> {
    const map = await this.lists.map(this.onlyHigh, signal);
    const starts = await this.lists.starts(signal);
    const all = geneCount(this.manifest);
    const out: GeneSegments = { features: [], places: [], segments: [] };
    for (const [place, gene] of genes.entries()) {
      if (!(Number.isInteger(gene) && gene >= 0 && gene < all))
        throw this.arrays.values("genes", `no gene ${gene}`);
      for (const feature of map?.of(gene) ?? [gene]) {
        out.features.push(feature);
        out.places.push(place);
        out.segments.push({ start: starts[feature]!, end: starts[feature + 1]! });
      }
    }
    return out;
  }

  /** The rows by tile, with the genes of their features. */
  async rowsOfTiles(wanted: RowsWanted, signal?: AbortSignal): Promise<PointRows> {
    const features = await this.lists.map(this.onlyHigh, signal);
    return features || wanted.columns?.length || wanted.exact === false
      ? new PointRows(this.arrays, { ...wanted, features })
      : this.pointRows;
  }

  private rowsOfGenes(wanted: RowsWanted): GeneRows {
    return new GeneRows(this.arrays, wanted);
  }

  private async gridSource(signal?: AbortSignal): Promise<GridSource> {
    return {
      arrays: this.arrays,
      pointRows: await this.rowsOfTiles({}, signal),
      tilesIn: (bounds) => tilesIn(this.manifest.plan, bounds),
      gridRect: (bounds) => gridRect(this.manifest.plan, bounds),
      rasters: this.onlyHigh ? "total_high" : "total",
    };
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
