import { binRaster, windowsOf } from "../core/bin-raster.ts";
import type {
  BinQuery,
  BinRaster,
  BinWindow,
  ExpressionInfo,
  FilterSummary,
  GeneSet,
  GeneTable,
  PickedRow,
  PointTile,
  RegionSums,
  RowFilter,
  ViewArea,
  ViewCount,
} from "../core/expression.ts";
import type { Region } from "../core/region.ts";
import { type Bounds, bounds, boundsContain, type Point } from "../core/space.ts";
import type { Platform } from "../core/table.ts";
import type { FileTree } from "../io/file-tree.ts";
import type { RegionOptions } from "./region-counts.ts";
import type { StoreGenes } from "./store-finish.ts";
import type { StoreManifest } from "./store-manifest.ts";
import { STORE_CACHE_BYTES, type StoreOptions, StoreReader } from "./store-reader.ts";
import { areaRegion, countAll, countGenes } from "./view-counts.ts";
import { pickRow } from "./view-pick.ts";
import { allTiles, boxOf, geneTiles } from "./view-tiles.ts";
import { windowSums } from "./window-sums.ts";

/** What of each gene passes a quality filter. */
type PassingGenes = Pick<GeneTable, "totals" | "rows">;

/** Most rows that are fetched ahead of the user: about a megabyte. */
const AHEAD_ROWS = 2 ** 18;

/**
 * A store as the viewer asks for it: the methods of `ExpressionSource`, in the thread that reads. Positions are slide
 * µm, `x · unitUm`. Every figure counts the rows that pass the filter: of a quality value, all rows or those at or
 * above the one bound that the store has sums for (`info.minQvChoices`), whichever is asked for.
 */
export class StoreExpression {
  readonly info: ExpressionInfo;
  readonly genes: GeneTable;
  private readonly all: StoreReader;
  private readonly high: StoreReader;
  /** (G,) molecules and rows of the genes' rows at or above the quality bound. */
  private readonly highGenes: PassingGenes;
  /** The store of which only rows that pass the quality filter count; its genes' figures. */
  private store: StoreReader;
  private passingGenes: PassingGenes;
  /** (G,) 1 for genes that the filter leaves out; null when it leaves out none. */
  private hidden: Uint8Array | null = null;
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
    this.store = all;
    const { names, ids, totals, isControl } = genes;
    this.genes = { names, ids, totals, isControl, rows: Uint32Array.from(genes.rows) };
    this.passingGenes = this.genes;
    this.info = infoOf(all.manifest, genes, cacheBytes);
  }

  get manifest(): StoreManifest {
    return this.all.manifest;
  }

  setFilter({ minQv, hideControls }: RowFilter): FilterSummary {
    const onlyHigh = minQv !== null && this.info.minQvChoices !== null;
    this.store = onlyHigh ? this.high : this.all;
    this.passingGenes = onlyHigh ? this.highGenes : this.genes;
    const { isControl } = this.genes;
    const { totals, rows } = this.passingGenes;
    this.hidden = hideControls && isControl.includes(1) ? isControl : null;
    const passing = totals.map((total, gene) => (this.hidden?.[gene] === 1 ? 0 : total));
    return {
      rows: rows.reduce((sum, some, gene) => (this.hidden?.[gene] === 1 ? sum : sum + some), 0),
      count: passing.reduce((sum, total) => sum + total, 0),
      totals: passing,
    };
  }

  async bins(query: BinQuery, signal?: AbortSignal): Promise<BinRaster> {
    const { name } = this.store.arrays.tree;
    const { shown, counted } = windowsOf(query, name);
    const genes = this.passing(query.genes);
    const sums = await this.sums(genes, counted, signal);
    const versus =
      query.statistic === "ratio" ? await this.sums(this.passing(query.versus), counted, signal) : null;
    const plain = genes?.weights.every((weight) => weight === 1) ?? true;
    const molecules =
      plain && shown === counted
        ? sums
        : await this.sums(genes && { codes: genes.codes, weights: genes.codes.map(() => 1) }, shown, signal);
    const count = molecules.reduce((sum, value) => sum + value, 0);
    return binRaster(query, { genes: sums, versus, count }, this.genes.names.length, name);
  }

  async countInArea(
    area: ViewArea,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<ViewCount | null> {
    const { totals, rows } = this.passingGenes;
    const wanted = genes && this.visible(genes);
    if (area.cornersUm === null && boundsContain(area.boundsUm, this.info.boundsUm)) {
      const codes = wanted ?? this.visible([...totals.keys()]);
      return {
        rows: codes.reduce((sum, code) => sum + rows[code]!, 0),
        count: codes.reduce((sum, code) => sum + totals[code]!, 0),
      };
    }
    const region = areaRegion(area);
    if (wanted) return countGenes(this.store, wanted, region, signal);
    const all = await countAll(this.store, region, signal);
    const less = all && this.hidden && (await countGenes(this.store, this.hiddenCodes(), region, signal));
    if (!all || less === null) return this.hidden ? null : all;
    return { rows: all.rows - less.rows, count: all.count - less.count };
  }

  async geneCounts(area: ViewArea, signal?: AbortSignal): Promise<Float64Array> {
    return (await this.countRegion(areaRegion(area), { signal })).genes;
  }

  async countRegion(region: Region, { signal, onBracket }: RegionOptions = {}): Promise<RegionSums> {
    const blank = (genes: Float64Array): Float64Array =>
      genes.map((count, gene) => (this.hidden?.[gene] === 1 ? 0 : count));
    const sums = await this.store.countRegion(region, {
      signal,
      onBracket: onBracket && (({ lower, upper }) => onBracket({ lower: blank(lower), upper: blank(upper) })),
    });
    if (!this.hidden) return sums;
    const less = await this.rowsOf(this.hiddenCodes(), region, signal);
    const genes = blank(sums.genes);
    return { rows: sums.rows - less, count: genes.reduce((sum, count) => sum + count, 0), genes };
  }

  async points(
    boundsUm: Bounds<"um">,
    genes: readonly number[] | null,
    have: ReadonlySet<string>,
    keyPrefix: string,
    signal?: AbortSignal,
  ): Promise<PointTile[]> {
    const request = { boundsUm, have, keyPrefix, hidden: this.hidden, signal };
    if (genes) return geneTiles(this.store, this.visible(genes), request);
    return allTiles(this.store, request);
  }

  async pick(
    atUm: Point<"um">,
    radiusUm: number,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<PickedRow | undefined> {
    const columns = ["qv", "cell"].filter((name) => this.manifest.columns.some((one) => one.name === name));
    const found = await pickRow(this.store, atUm, radiusUm, genes, this.hidden, columns, signal);
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
    if (binUm !== null) await this.store.totals(binUm, box, signal);
    const found = await this.store.tileRanges(box, signal);
    const rows = found.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    if (rows <= AHEAD_ROWS) await this.store.eachTileRows(found, () => undefined, { exact: false }, signal);
  }

  /** Sums of a set, of every gene that passes when there is none. */
  private async sums(
    genes: GeneSet | null,
    window: BinWindow,
    signal: AbortSignal | undefined,
  ): Promise<Float64Array> {
    const sums = await windowSums(this.store, genes, window, signal);
    if (genes || !this.hidden) return sums;
    const codes = this.hiddenCodes();
    const less = await windowSums(this.store, { codes, weights: codes.map(() => 1) }, window, signal);
    return sums.map((sum, i) => sum - less[i]!);
  }

  private passing(genes: GeneSet | null): GeneSet | null {
    if (!genes) return null;
    const kept = [...genes.codes.keys()].filter((k) => this.hidden?.[genes.codes[k]!] !== 1);
    // A gene named twice counts with both weights; one of weight 0 counts nowhere.
    const weights = new Map<number, number>();
    for (const k of kept) {
      const code = genes.codes[k]!;
      weights.set(code, (weights.get(code) ?? 0) + genes.weights[k]!);
    }
    const set = [...weights].filter(([, weight]) => weight !== 0);
    return { codes: set.map(([code]) => code), weights: set.map(([, weight]) => weight) };
  }

  private visible(genes: readonly number[]): readonly number[] {
    const { hidden } = this;
    return hidden ? genes.filter((gene) => hidden[gene] !== 1) : genes;
  }

  private hiddenCodes(): number[] {
    return [...this.genes.isControl.keys()].filter((gene) => this.hidden?.[gene] === 1);
  }

  private async rowsOf(
    genes: readonly number[],
    region: Region,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const found = await countGenes(this.store, genes, region, signal, Number.POSITIVE_INFINITY);
    return found?.rows ?? 0;
  }

  /** The name of a cell by its code; "" is no cell. Names are read once, when first asked for. */
  private async cellName(code: number | null): Promise<string | null> {
    const column = this.manifest.columns.find(({ name }) => name === "cell");
    if (code === null || !column) return null;
    if (!column.dictionary) return code === 0 ? null : String(code);
    const { arrays } = this.store;
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
