import type {
  BinQuery,
  BinRaster,
  ExpressionInfo,
  FilterSummary,
  GeneTable,
  PickedRow,
  PointTile,
  RegionSums,
  RowFilter,
  ViewArea,
  ViewCount,
} from "../core/expression.ts";
import type { Region } from "../core/region.ts";
import { type Bounds, bounds, type Point } from "../core/space.ts";
import type { Platform } from "../core/table.ts";
import type { FileTree } from "../io/file-tree.ts";
import type { StoreGenes } from "./features.ts";
import { FilteredStore } from "./filtered-store.ts";
import type { RegionOptions } from "./region-counts.ts";
import type { StoreManifest } from "./store-manifest.ts";
import { STORE_CACHE_BYTES, type StoreOptions, StoreReader } from "./store-reader.ts";
import { areaRegion } from "./view-counts.ts";
import { boxOf } from "./view-tiles.ts";

/** Most rows that are fetched ahead of the user: about a megabyte. */
const AHEAD_ROWS = 2 ** 18;

/**
 * A store as the viewer asks for it: the methods of `ExpressionSource`, in the thread that reads. Positions are slide
 * µm, `x · unitUm`. Every figure counts the rows that pass the filter. It has sums for one bound of quality
 * (`info.minQvChoices`), for which any `minQv` stands.
 */
export class StoreExpression {
  readonly info: ExpressionInfo;
  readonly genes: GeneTable;
  private readonly all: StoreReader;
  private readonly high: StoreReader;
  /** (G,) molecules and rows of the genes' rows at or above the quality bound. */
  private readonly highGenes: Pick<GeneTable, "totals" | "rows">;
  private now: FilteredStore;
  private cells: Promise<readonly string[]> | undefined;

  /** Reads the manifest and the genes: two rounds of requests. */
  static async open(
    tree: FileTree,
    options: StoreOptions = {},
    signal?: AbortSignal,
  ): Promise<StoreExpression> {
    const store = await StoreReader.open(tree, options, signal);
    const high = store.aboveBound();
    const [genes, highGenes] = [await store.genes(signal), await high.genes(signal)];
    return new StoreExpression(store, high, genes, highGenes, options.cacheBytes ?? STORE_CACHE_BYTES);
  }

  private constructor(
    all: StoreReader,
    high: StoreReader,
    genes: StoreGenes,
    highGenes: StoreGenes,
    cacheBytes: number,
  ) {
    this.all = all;
    this.high = high;
    this.highGenes = { totals: highGenes.totals, rows: Uint32Array.from(highGenes.rows) };
    const { names, ids, totals, isControl } = genes;
    this.genes = { names, ids, totals, isControl, rows: Uint32Array.from(genes.rows) };
    this.info = infoOf(all.manifest, genes, cacheBytes);
    this.now = new FilteredStore(all, this.genes, this.info.boundsUm, null);
  }

  get manifest(): StoreManifest {
    return this.all.manifest;
  }

  setFilter({ minQv, hideControls }: RowFilter): FilterSummary {
    const onlyHigh = minQv !== null && this.info.minQvChoices !== null;
    const { isControl } = this.genes;
    this.now = new FilteredStore(
      onlyHigh ? this.high : this.all,
      onlyHigh ? this.highGenes : this.genes,
      this.info.boundsUm,
      hideControls && isControl.includes(1) ? isControl : null,
    );
    return this.now.summary();
  }

  bins(query: BinQuery, signal?: AbortSignal): Promise<BinRaster> {
    return this.now.bins(query, signal);
  }

  countInArea(
    area: ViewArea,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<ViewCount | null> {
    return this.now.countInArea(area, genes, signal);
  }

  async geneCounts(area: ViewArea, signal?: AbortSignal): Promise<Float64Array> {
    return (await this.countRegion(areaRegion(area), { signal })).genes;
  }

  countRegion(region: Region, options: RegionOptions = {}): Promise<RegionSums> {
    return this.now.countRegion(region, options);
  }

  points(
    boundsUm: Bounds<"um">,
    genes: readonly number[] | null,
    have: ReadonlySet<string>,
    keyPrefix: string,
    signal?: AbortSignal,
  ): Promise<PointTile[]> {
    return this.now.points(boundsUm, genes, have, keyPrefix, signal);
  }

  async pick(
    atUm: Point<"um">,
    radiusUm: number,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<PickedRow | undefined> {
    const columns = ["qv", "cell"].filter((name) => this.manifest.columns.some((one) => one.name === name));
    const found = await this.now.pick(atUm, radiusUm, genes, columns, signal);
    if (!found) return undefined;
    const { gene, count, xUm, yUm, distanceUm } = found;
    const value = (name: string): number | null => found.columns[columns.indexOf(name)] ?? null;
    return {
      gene,
      geneName: this.genes.names[gene] ?? "",
      count,
      xUm,
      yUm,
      qv: value("qv"),
      cell: await this.cellName(value("cell")),
      distanceUm,
    };
  }

  /** Fetches into the cache: totals in bins of `binUm`, and rows where they are few enough to be drawn. */
  async prefetch(boundsUm: Bounds<"um">, binUm: number | null, signal?: AbortSignal): Promise<void> {
    const box = boxOf(boundsUm);
    const { store } = this.now;
    if (binUm !== null) await store.totals(binUm, box, signal);
    const found = await store.tileRanges(box, signal);
    const rows = found.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    if (rows <= AHEAD_ROWS) await store.eachTileRows(found, () => undefined, { exact: false }, signal);
  }

  /** The name of a cell by its code; "" is no cell. Names are read once, when first asked for. */
  private async cellName(code: number | null): Promise<string | null> {
    const column = this.manifest.columns.find(({ name }) => name === "cell");
    if (code === null || !column) return null;
    if (!column.dictionary) return code === 0 ? null : String(code);
    const { arrays } = this.all;
    const path = "dictionaries/cell";
    this.cells ??= arrays.strings(path, arrays.reader(path).array.shape[0] ?? 0);
    try {
      return (await this.cells)[code] || null;
    } catch (thrown) {
      this.cells = undefined;
      throw thrown;
    }
  }
}

const PLATFORMS: readonly Platform[] = [
  "stereo-seq",
  "xenium",
  "merscope",
  "cosmx",
  "visium-hd",
  "spatialdata",
  "spatialdata-xenium",
  "iss",
];

function infoOf({ plan, ...manifest }: StoreManifest, genes: StoreGenes, cacheBytes: number): ExpressionInfo {
  const { extent, unitUm, quantaPerUnit } = plan;
  const um = (quanta: number): number => (quanta / quantaPerUnit) * unitUm;
  return {
    platform: PLATFORMS.find((platform) => platform === manifest.platform) ?? "table",
    rows: plan.rows,
    totalCount: plan.total,
    boundsUm: bounds(um(extent.x0), um(extent.y0), um(extent.x1), um(extent.y1)),
    pitchUm: plan.lattice ? unitUm : null,
    hasQv: manifest.quality !== null,
    minQvChoices: manifest.quality ? [manifest.quality.atLeast] : null,
    hasCells: manifest.columns.some(({ name }) => name === "cell"),
    hasControls: genes.isControl.includes(1),
    memoryBytes: cacheBytes,
    readyBinsUm: plan.ladder.map(um),
  };
}
