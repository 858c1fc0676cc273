import { isAbort } from "../core/errors.ts";
import { divisionFault, FeatureMap, type StoreFeatures } from "./features.ts";
import { SharedWork } from "./shared-work.ts";
import type { StoreArrays } from "./store-arrays.ts";

/** The lists of a store's features, `genes/`: read once, when first asked for. */
export class FeatureLists {
  private readonly arrays: StoreArrays;
  private list: SharedWork<StoreFeatures> | undefined;
  private readonly maps: { all?: FeatureMap; high?: FeatureMap } = {};
  private firstRows: Float64Array | undefined;

  constructor(arrays: StoreArrays) {
    this.arrays = arrays;
  }

  /** All lists: four requests, two more where genes are divided. */
  async read(signal?: AbortSignal): Promise<StoreFeatures> {
    if (!this.list || this.list.abandoned) this.list = new SharedWork((stop) => this.readAll(stop));
    const work = this.list;
    try {
      return await work.join(signal);
    } catch (thrown) {
      // A failure is not kept: the next call tries again.
      if (this.list === work && !isAbort(thrown)) this.list = undefined;
      throw thrown;
    }
  }

  /** Whose each feature is and which count; null, and nothing is read, where every gene is one feature. */
  async map(onlyHigh: boolean, signal?: AbortSignal): Promise<FeatureMap | null> {
    const { quality } = this.arrays.manifest;
    if (!quality) return null;
    const { division } = await this.read(signal);
    const key = onlyHigh ? "high" : "all";
    this.maps[key] ??= new FeatureMap(division!, quality.genes, onlyHigh);
    return this.maps[key];
  }

  /** (F + 1,) the first row of each feature in `gene/rows`. */
  async starts(signal?: AbortSignal): Promise<Float64Array> {
    if (!this.firstRows) {
      const { rows } = await this.read(signal);
      const starts = new Float64Array(rows.length + 1);
      for (let feature = 0; feature < rows.length; feature++)
        starts[feature + 1] = starts[feature]! + rows[feature]!;
      this.firstRows = starts;
    }
    return this.firstRows;
  }

  private async readAll(signal?: AbortSignal): Promise<StoreFeatures> {
    const { arrays } = this;
    const { plan, hasGeneIds, quality } = arrays.manifest;
    const { genes } = plan;
    const [names, ids, totals, rows, isControl, gene, isLow] = await Promise.all([
      arrays.strings("genes/name", genes, signal),
      hasGeneIds ? arrays.strings("genes/id", genes, signal) : null,
      arrays.numbers("genes/total", genes, signal),
      arrays.numbers("genes/rows", genes, signal),
      this.bytes("genes/control", "uint8", signal),
      quality && this.bytes("genes/gene", "uint32", signal),
      quality && this.bytes("genes/low", "uint8", signal),
    ]);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    if (sum(rows) !== plan.rows)
      throw arrays.values("genes/rows", `they add up to ${sum(rows)}, not ${plan.rows}`);
    if (sum(totals) !== plan.total) {
      throw arrays.values("genes/total", `they add up to ${sum(totals)}, not ${plan.total}`);
    }
    if (!quality || !gene || !isLow) return { names, ids, totals, rows, isControl, division: null };
    const division = { gene: new Uint32Array(gene.slice().buffer), isLow };
    const fault = divisionFault(division, quality.genes);
    if (fault) throw arrays.values("genes/gene, genes/low", fault);
    return { names, ids, totals, rows, isControl, division };
  }

  /** A list of numbers that is one chunk, as it lies there. */
  private async bytes(path: string, dtype: "uint8" | "uint32", signal?: AbortSignal): Promise<Uint8Array> {
    const { genes } = this.arrays.manifest.plan;
    if (genes === 0) return new Uint8Array(0);
    const [values] = await this.arrays.expect(path, dtype, [genes]).read([0], signal);
    if (!values) throw this.arrays.missing(path, "0");
    return values;
  }
}
