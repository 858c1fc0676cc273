import { binRaster, windowsOf } from "../core/bin-raster.ts";
import type {
  BinQuery,
  BinRaster,
  BinWindow,
  FilterSummary,
  GeneSet,
  GeneTable,
  PointTile,
  RegionSums,
  ViewArea,
  ViewCount,
} from "../core/expression.ts";
import type { Region } from "../core/region.ts";
import { type Bounds, boundsContain, type Point } from "../core/space.ts";
import type { RegionOptions } from "./region-counts.ts";
import type { StoreReader } from "./store-reader.ts";
import { areaRegion, countAll, countGenes } from "./view-counts.ts";
import { pickRow, type StorePick } from "./view-pick.ts";
import { allTiles, geneTiles } from "./view-tiles.ts";
import { windowSums } from "./window-sums.ts";

/**
 * A store under one filter: what of it passes, which never changes. A question that was asked before the filter changed
 * is answered as a whole under the filter that it was asked under.
 */
export class FilteredStore {
  /** Of this only rows that pass the quality filter count. */
  readonly store: StoreReader;
  /** (G,) molecules and rows of the genes' rows that pass it. */
  private readonly genes: Pick<GeneTable, "totals" | "rows">;
  private readonly boundsUm: Bounds<"um">;
  /** (G,) 1 for genes that the filter leaves out; null when it leaves out none. */
  private readonly hidden: Uint8Array | null;

  constructor(
    store: StoreReader,
    genes: Pick<GeneTable, "totals" | "rows">,
    boundsUm: Bounds<"um">,
    hidden: Uint8Array | null,
  ) {
    this.store = store;
    this.genes = genes;
    this.boundsUm = boundsUm;
    this.hidden = hidden;
  }

  summary(): FilterSummary {
    const { totals, rows } = this.genes;
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
    return binRaster(query, { genes: sums, versus, count }, this.genes.totals.length, name);
  }

  async countInArea(
    area: ViewArea,
    genes: readonly number[] | null,
    signal?: AbortSignal,
  ): Promise<ViewCount | null> {
    const { totals, rows } = this.genes;
    const wanted = genes && this.visible(genes);
    if (area.cornersUm === null && boundsContain(area.boundsUm, this.boundsUm)) {
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

  /** The nearest row that passes, with the values of `columns`; see `pickRow`. */
  pick(
    atUm: Point<"um">,
    radiusUm: number,
    genes: readonly number[] | null,
    columns: readonly string[],
    signal?: AbortSignal,
  ): Promise<StorePick | undefined> {
    return pickRow(this.store, atUm, radiusUm, genes, this.hidden, columns, signal);
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
    return [...this.genes.totals.keys()].filter((gene) => this.hidden?.[gene] === 1);
  }

  private async rowsOf(
    genes: readonly number[],
    region: Region,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const found = await countGenes(this.store, genes, region, signal, Number.POSITIVE_INFINITY);
    return found?.rows ?? 0;
  }
}
