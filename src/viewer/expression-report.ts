import { binAreaUm2 } from "../core/bin-window.ts";
import type { ViewArea } from "../core/expression.ts";
import { coversView } from "../core/lod.ts";
import { type Bounds, boundsContain } from "../core/space.ts";
import type { ExpressionSource } from "../io/expression-source.ts";
import type { SessionStore, ViewStatus } from "../state/session.ts";
import type { ExpressionScene, ShownRaster } from "./expression-scene.ts";

/** Says in the session what the picture of a slide's expression shows: the status line, the legend, the top genes. */
export class ExpressionReport {
  readonly #source: ExpressionSource;
  readonly #slideUm: Bounds<"um">;
  readonly #session: SessionStore;

  constructor(source: ExpressionSource, slideUm: Bounds<"um">, session: SessionStore) {
    this.#source = source;
    this.#slideUm = slideUm;
    this.#session = session;
  }

  /** Counts every gene's molecules in an area, exactly, into `session.topGenes`. */
  async countTopGenes(area: ViewArea, most: number): Promise<void> {
    const counts = await this.#source.geneCounts(area);
    const names = this.#source.genes.names;
    const codes = Array.from(counts.keys()).filter((code) => (counts[code] ?? 0) > 0);
    codes.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
    this.#session.setState({
      topGenes: codes
        .slice(0, most)
        .map((code) => ({ code, name: names[code] ?? "", count: counts[code] ?? 0 })),
    });
  }

  /** Replaces a part of the status line's facts; nothing happens when they are what they were. */
  status(patch: Partial<ViewStatus>): void {
    const { status } = this.#session.getState();
    const changed = (Object.keys(patch) as (keyof ViewStatus)[]).some((key) => patch[key] !== status[key]);
    if (changed) this.#session.setState({ status: { ...status, ...patch } });
  }

  /** What the scene shows of the view `box`; `shown` is the raster that the legend speaks of. */
  publish(
    { points, view, limits }: Pick<ExpressionScene, "points" | "view" | "limits">,
    shown: ShownRaster | null,
    box: Bounds<"um"> | undefined,
  ): void {
    const covered =
      box === undefined ||
      ((shown === null || coversView(shown.boundsUm, this.#slideUm, box)) &&
        (points === null || coversView(points.boundsUm, this.#slideUm, box)));
    this.status({
      mode: shown ? (points ? "both" : "bins") : points ? "points" : "none",
      binUm: shown?.plan.binUm ?? null,
      binShape: shown?.plan.shape ?? null,
      aggregated: shown?.plan.aggregated ?? false,
      smoothUm: shown?.plan.smoothUm ?? 0,
      percentShown: covered ? this.#percentShown(shown) : 0,
      filtered: view.filter.minQv !== null || view.filter.hideControls,
    });
    this.#session.setState({
      legend:
        shown && limits
          ? {
              histogram: shown.raster.histogram,
              binUm: shown.plan.binUm,
              binAreaUm2: binAreaUm2({ shape: shown.plan.shape, binUm: shown.plan.binUm }),
              shape: shown.plan.shape,
              isShare: shown.plan.statistic === "ratio" && shown.plan.versus === null,
              low: limits[0],
              high: limits[1],
              max: shown.raster.max,
              nonEmpty: shown.raster.nonEmpty,
              count: shown.raster.count,
            }
          : null,
    });
  }

  /**
   * The share of the asked-for molecules that the raster carries. A whole-slide raster is checked against the
   * totals of the gene table, which were counted on another path while reading. Rasters of a part, ratios of two
   * sets and sets with a weight of 0 are not: there 100 rests on the kernels' own tests.
   */
  #percentShown(shown: ShownRaster | null): number {
    if (!shown || !boundsContain(shown.boundsUm, this.#slideUm)) return 100;
    const summary = this.#session.getState().filterSummary;
    const totals = summary?.totals ?? this.#source.genes.totals;
    const { genes, versus } = shown.plan;
    if (versus || genes?.weights.some((weight) => weight === 0)) return 100;
    const expected = genes
      ? genes.codes.reduce((total, code) => total + (totals[code] ?? 0), 0)
      : totals.reduce((total, count) => total + count, 0);
    return expected === 0 ? 100 : (100 * shown.raster.count) / expected;
  }
}
