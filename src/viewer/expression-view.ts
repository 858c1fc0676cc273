import {
  type BinPlan,
  binPlan,
  binsShowPoints,
  planKey,
  pointGenes,
  type ShownGene,
  type Wish,
} from "../core/bin-plan.ts";
import { binAreaUm2 } from "../core/bin-window.ts";
import type { Camera } from "../core/camera.ts";
import { errorFacts } from "../core/errors.ts";
import type { BinRaster, PointTile, ViewArea } from "../core/expression.ts";
import { limitValues } from "../core/limits.ts";
import {
  binsIn,
  coversView,
  intersectBounds,
  MAX_ALL_POINTS,
  MAX_GENE_POINTS,
  MAX_POINTS_OVER_OWN_BINS,
  rasterBounds,
} from "../core/lod.ts";
import { type Bounds, boundsContain, boundsGrow } from "../core/space.ts";
import type { ExpressionSource } from "../io/expression-source.ts";
import { emptyStatus, type SessionStore, type ViewStatus } from "../state/session.ts";
import type { SelectedGene, ViewState, ViewStore } from "../state/view.ts";
import { Ahead } from "./ahead.ts";
import { Jobs } from "./jobs.ts";
import type { ShownBins } from "./wand-view.ts";

/** Bins that are on screen, with what they were asked for. */
export interface ShownRaster {
  readonly plan: BinPlan;
  readonly key: string;
  readonly raster: BinRaster;
  readonly boundsUm: Bounds<"um">;
}

/** Transcripts that are on screen: tiles that cover `boundsUm`. */
export interface ShownPoints {
  /** Genes of the tiles' rows; null = all. Hidden genes are hidden by the palette. */
  readonly genes: readonly number[] | null;
  readonly key: string;
  readonly tiles: readonly PointTile[];
  readonly boundsUm: Bounds<"um">;
}

/** What the layers are made from. */
export interface ExpressionScene {
  readonly coarse: ShownRaster | null;
  readonly fine: ShownRaster | null;
  readonly points: ShownPoints | null;
  readonly view: ViewState;
  readonly limits: readonly [low: number, high: number] | null;
}

/** What an expression view needs of the picture. */
export interface ExpressionStage {
  camera(): Camera | undefined;
  viewArea(): ViewArea | undefined;
  onCamera(listener: () => void): () => void;
  onSettled(listener: () => void): () => void;
  draw(scene: ExpressionScene): void;
}

/** Jobs that the status line names. */
const COMING = ["bins", "points", "count", "filter"] as const;

type JobName = "bins" | "coarse" | "points" | "count" | "filter";

/** Bins of the coarse picture that lies under a finer one, so that panning never meets an empty place. */
const COARSE_BINS = 500_000;
/** Below this many rows in view all genes are uploaded once, so that choosing genes uploads nothing. */
const SHARED_POINTS = 300_000;

/**
 * Keeps the picture of one slide's expression true: decides between bins and transcripts (DESIGN §3), asks the
 * source, drops superseded work, hands the scene to the layers and the facts to the status line.
 */
export class ExpressionView {
  readonly #source: ExpressionSource;
  readonly #stage: ExpressionStage;
  readonly #slideUm: Bounds<"um">;
  readonly #view: ViewStore;
  readonly #session: SessionStore;
  readonly #codes = new Map<string, number>();
  readonly #jobs: Jobs<JobName>;
  readonly #ahead: Ahead;
  readonly #stops: (() => void)[] = [];
  #fine: ShownRaster | null = null;
  #coarse: ShownRaster | null = null;
  #points: ShownPoints | null = null;
  #filterKey = "";
  /** More transcripts are asked for than can be drawn: their bins take their place. */
  #tooMany = false;
  /** The bins on screen show the same genes, and the transcripts would only hide them. */
  #crowded = false;

  constructor(
    source: ExpressionSource,
    stage: ExpressionStage,
    slideUm: Bounds<"um">,
    view: ViewStore,
    session: SessionStore,
  ) {
    this.#source = source;
    this.#stage = stage;
    this.#slideUm = slideUm;
    this.#view = view;
    this.#session = session;
    this.#ahead = new Ahead(source, slideUm);
    this.#jobs = new Jobs({
      busy: () => {
        this.#ahead.stop();
        this.#setStatus({ loading: true, coming: this.#jobs.runningOf(COMING).join(" ") });
      },
      idle: () => {
        this.#setStatus({ loading: false, coming: "" });
        this.#lookAhead();
      },
      failure: (thrown) => this.#setStatus({ error: thrown === null ? null : errorFacts(thrown, "") }),
    });
    source.genes.names.forEach((name, code) => {
      this.#codes.set(name, code);
    });
    this.#filterKey = JSON.stringify({ minQv: null, hideControls: false });
    this.#stops.push(
      stage.onCamera(() => this.#moved()),
      stage.onSettled(() => this.update()),
      view.subscribe((now, before) => {
        if (now !== before) this.update();
      }),
    );
    this.update();
  }

  /** Stops all work and forgets the scene; the source stays open. */
  detach(): void {
    for (const stop of this.#stops) stop();
    this.#jobs.close();
    this.#ahead.stop();
    this.#session.setState({ status: emptyStatus, legend: null, hover: null, pinned: null, topGenes: null });
  }

  /** True while anything that the current view asks for is still being computed. */
  get busy(): boolean {
    return this.#jobs.busy;
  }

  /** Resolves when the scene is what the current view asks for. */
  settled(): Promise<void> {
    return this.#jobs.settled();
  }

  /** The bins on screen with the values at the ends of their colours; null when there are none. */
  shownBins(): ShownBins | null {
    const shown = this.#fine ?? this.#coarse;
    const { legend } = this.#session.getState();
    return shown && legend ? { raster: shown.raster, low: legend.low, high: legend.high } : null;
  }

  /** Genes whose transcripts a pick may hit; undefined when no transcripts are drawn. */
  pickable(): readonly number[] | null | undefined {
    return this.#points === null ? undefined : pointGenes(this.#wish());
  }

  /** Counts every gene's molecules in the view, exactly, into `session.topGenes`. */
  async countTopGenes(most = 50): Promise<void> {
    const area = this.#stage.viewArea();
    if (!area) return;
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

  /** Brings the picture to what view and camera ask for. Cheap when nothing changed. */
  update(): void {
    const camera = this.#stage.camera();
    const area = this.#stage.viewArea();
    if (!camera || !area) return;
    if (this.#applyFilter()) return;
    const box = area.boundsUm;
    this.#requestCount(area);
    this.#requestBins(camera, box);
    this.#requestPoints(box);
    this.#draw();
    this.#jobs.rest();
  }

  /** While the camera moves: only what leaves an uncovered place or a bin under a pixel is asked for. */
  #moved(): void {
    if (this.#jobs.busy) return;
    const box = this.#stage.viewArea()?.boundsUm;
    const camera = this.#stage.camera();
    if (!box || !camera) return;
    const plan = binPlan(this.#wish(), camera.umPerPx, this.#tooMany);
    const binsFit =
      plan === null ||
      (this.#fine?.key === planKey(plan) && coversView(this.#fine.boundsUm, this.#slideUm, box));
    const pointsFit = this.#points === null || coversView(this.#points.boundsUm, this.#slideUm, box);
    if (!binsFit || !pointsFit) this.update();
  }

  #lookAhead(): void {
    const camera = this.#stage.camera();
    const box = this.#stage.viewArea()?.boundsUm;
    if (!camera || !box) return;
    const now = binPlan(this.#wish(), camera.umPerPx, this.#tooMany);
    const nearer = binPlan(this.#wish(), camera.umPerPx / 2, this.#tooMany);
    const finer = nearer?.genes === null && nearer.binUm !== now?.binUm ? nearer.binUm : null;
    this.#ahead.look(box, finer);
  }

  #shownGenes(view: ViewState): ShownGene[] {
    const shown = view.genes.filter((gene: SelectedGene) =>
      view.soloGene === null ? gene.visible : gene.name === view.soloGene,
    );
    return shown.flatMap((gene) => {
      const code = this.#codes.get(gene.name);
      return code === undefined ? [] : [{ code, weight: gene.weight, side: gene.side }];
    });
  }

  #wish(): Wish {
    const view = this.#view.getState();
    return {
      binShape: view.bins.shape,
      binUm: view.bins.binUm,
      of: view.bins.of,
      statistic: view.bins.statistic,
      smoothUm: view.bins.smoothUm,
      binsVisible: view.layers.bins.visible,
      pointsVisible: view.layers.points.visible,
      shown: this.#shownGenes(view),
      anySelected: view.genes.some((gene) => this.#codes.has(gene.name)),
      readyBinsUm: this.#source.info.readyBinsUm,
    };
  }

  /** True when a new filter is being applied; the rest follows when it is. */
  #applyFilter(): boolean {
    const filter = this.#view.getState().filter;
    const key = JSON.stringify(filter);
    if (key === this.#filterKey) return this.#jobs.isRunning("filter");
    this.#filterKey = key;
    this.#jobs.stop("bins", "coarse", "points", "count");
    this.#jobs.run("filter", key, async (signal) => {
      const summary = await this.#source.setFilter(filter, signal);
      signal.throwIfAborted();
      this.#fine = null;
      this.#coarse = null;
      this.#points = null;
      this.#jobs.finish("filter");
      this.#session.setState({ filterSummary: summary, topGenes: null });
      this.update();
    });
    return true;
  }

  /** Counts what is asked for in the view: it decides between transcripts and bins, and is what the status says. */
  #requestCount(area: ViewArea): void {
    const wish = this.#wish();
    const genes = pointGenes(wish);
    const counted = genes === undefined ? this.#binCodes(wish) : genes;
    const key = JSON.stringify([counted, area, this.#filterKey]);
    if (this.#jobs.asked("count") === key) return;
    this.#setStatus({ rowsInView: null, countInView: null, ofSelected: counted !== null });
    this.#jobs.run("count", key, async (signal) => {
      const found = await this.#source.countInArea(area, counted, signal);
      signal.throwIfAborted();
      const limit = genes === null ? MAX_ALL_POINTS : MAX_GENE_POINTS;
      this.#setStatus({ rowsInView: found?.rows ?? null, countInView: found?.count ?? null });
      const rows = found?.rows ?? Number.POSITIVE_INFINITY;
      this.#crowded = binsShowPoints(wish) && rows > MAX_POINTS_OVER_OWN_BINS;
      this.#tooMany = !this.#crowded && genes !== undefined && rows > limit;
      this.update();
    });
  }

  #binCodes(wish: Wish): readonly number[] | null {
    return wish.of === "genes" && wish.anySelected ? wish.shown.map((gene) => gene.code) : null;
  }

  #requestBins(camera: Camera, box: Bounds<"um">): void {
    const plan = binPlan(this.#wish(), camera.umPerPx, this.#tooMany);
    if (plan === null) {
      this.#jobs.stop("bins", "coarse");
      this.#fine = null;
      this.#coarse = null;
      return;
    }
    const key = planKey(plan);
    const boundsUm = rasterBounds(this.#slideUm, box, plan.binUm);
    const whole = boundsContain(boundsUm, this.#slideUm);
    const fits = this.#fine?.key === key && coversView(this.#fine.boundsUm, this.#slideUm, box);
    const asked = key + JSON.stringify(boundsUm);
    if (fits) this.#jobs.stop("bins");
    else if (!this.#jobs.isRunning("bins", asked)) {
      this.#jobs.run("bins", asked, async (signal) => {
        const raster = await this.#source.bins({ ...plan, boundsUm }, signal);
        signal.throwIfAborted();
        this.#fine = { plan, key, raster, boundsUm };
        if (whole) this.#coarse = null;
        this.#draw();
      });
    }
    if (whole) this.#jobs.stop("coarse");
    else this.#requestCoarse(plan);
  }

  /** The whole slide in few, larger bins of the same kind: it lies under the fine ones. */
  #requestCoarse(fine: BinPlan): void {
    let binUm = fine.binUm;
    while (binsIn(this.#slideUm, binUm) > COARSE_BINS) binUm *= 2;
    const plan = { ...fine, binUm };
    const key = planKey(plan);
    if (this.#coarse?.key === key || this.#jobs.isRunning("coarse", key)) return;
    this.#jobs.run("coarse", key, async (signal) => {
      const boundsUm = this.#slideUm;
      const raster = await this.#source.bins({ ...plan, boundsUm }, signal);
      signal.throwIfAborted();
      this.#coarse = { plan, key, raster, boundsUm };
      this.#draw();
    });
  }

  #requestPoints(box: Bounds<"um">): void {
    const genes = pointGenes(this.#wish());
    const { rowsInView } = this.#session.getState().status;
    if (genes === undefined || this.#tooMany || this.#crowded) {
      this.#jobs.stop("points");
      this.#points = null;
      return;
    }
    if (
      rowsInView === null &&
      this.#jobs.isRunning("count") &&
      this.#points === null &&
      (binsShowPoints(this.#wish()) || this.#mayBeTooMany(genes))
    ) {
      return;
    }
    const shared = this.#source.info.rows <= SHARED_POINTS;
    const asked = shared ? null : genes;
    const key = JSON.stringify([asked, this.#filterKey]);
    const same = this.#points?.key === key;
    if (same && this.#points && coversView(this.#points.boundsUm, this.#slideUm, box)) {
      this.#jobs.stop("points");
      return;
    }
    const margin = Math.max(box.maxX - box.minX, box.maxY - box.minY) / 4;
    const grown = boundsGrow(box, margin);
    const boundsUm = shared ? this.#slideUm : (intersectBounds(grown, this.#slideUm) ?? grown);
    const wanted = key + JSON.stringify(boundsUm);
    if (this.#jobs.isRunning("points", wanted)) return;
    const held = new Map((same ? (this.#points?.tiles ?? []) : []).map((tile) => [tile.key, tile]));
    this.#jobs.run("points", wanted, async (signal) => {
      const found = await this.#source.points(boundsUm, asked, new Set(held.keys()), signal);
      signal.throwIfAborted();
      const tiles = found.map((tile) => held.get(tile.key) ?? tile);
      this.#points = { genes: asked, key, tiles, boundsUm };
      this.#draw();
    });
  }

  /** Before the count is known: could the whole table hold more of these genes than can be drawn? */
  #mayBeTooMany(genes: readonly number[] | null): boolean {
    if (genes === null) return this.#source.info.rows > MAX_ALL_POINTS;
    return genes.reduce((rows, code) => rows + (this.#source.genes.rows[code] ?? 0), 0) > MAX_GENE_POINTS;
  }

  #draw(): void {
    const view = this.#view.getState();
    const legendRaster = this.#fine ?? this.#coarse;
    const limits = legendRaster
      ? limitValues(view.bins.limits, legendRaster.raster.histogram, view.bins.binUm, legendRaster.plan.binUm)
      : null;
    this.#stage.draw({ coarse: this.#coarse, fine: this.#fine, points: this.#points, view, limits });
    this.#publish(view, legendRaster, limits);
  }

  #publish(view: ViewState, shown: ShownRaster | null, limits: readonly [number, number] | null): void {
    const box = this.#stage.viewArea()?.boundsUm;
    const points = this.#points !== null;
    const covered =
      box === undefined ||
      ((shown === null || coversView(shown.boundsUm, this.#slideUm, box)) &&
        (this.#points === null || coversView(this.#points.boundsUm, this.#slideUm, box)));
    this.#setStatus({
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

  #setStatus(patch: Partial<ViewStatus>): void {
    const { status } = this.#session.getState();
    const changed = (Object.keys(patch) as (keyof ViewStatus)[]).some((key) => patch[key] !== status[key]);
    if (changed) this.#session.setState({ status: { ...status, ...patch } });
  }
}
