import {
  type BinPlan,
  binPlan,
  binsShowPoints,
  countsSpots,
  ofSameGenes,
  planKey,
  pointGenes,
  type Wish,
} from "../core/bin-plan.ts";
import type { Camera } from "../core/camera.ts";
import { errorFacts } from "../core/errors.ts";
import type { ViewArea } from "../core/expression.ts";
import { limitValues } from "../core/limits.ts";
import {
  binsIn,
  coversView,
  intersectBounds,
  MAX_ALL_POINTS,
  MAX_GENE_POINTS,
  MAX_POINTS_OVER_OWN_BINS,
  partBounds,
  rasterBounds,
  readyWithin,
} from "../core/lod.ts";
import { type Bounds, boundsContain, boundsGrow } from "../core/space.ts";
import type { ExpressionSource } from "../io/expression-source.ts";
import { emptyStatus, type SessionStore } from "../state/session.ts";
import type { ViewStore } from "../state/view.ts";
import { Ahead } from "./ahead.ts";
import { ExpressionReport } from "./expression-report.ts";
import type { ExpressionScene, ShownPoints, ShownRaster } from "./expression-scene.ts";
import { Jobs } from "./jobs.ts";
import { viewWish } from "./view-wish.ts";
import type { ShownBins } from "./wand-view.ts";

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
/** Bins that are counted from every spot are asked for with so much around the view, as a part of its size. */
const SLOW_MARGIN = 1 / 8;
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
  readonly #report: ExpressionReport;
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
    this.#report = new ExpressionReport(source, slideUm, session);
    this.#jobs = new Jobs({
      busy: () => {
        this.#ahead.stop();
        this.#report.status({ loading: true, coming: this.#jobs.runningOf(COMING).join(" ") });
      },
      idle: () => {
        this.#report.status({ loading: false, coming: "" });
        this.#lookAhead();
      },
      failure: (thrown) => this.#report.status({ error: thrown === null ? null : errorFacts(thrown, "") }),
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
    if (area) await this.#report.countTopGenes(area, most);
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
    const ready = nearer?.genes === null && nearer.shape === "square";
    const finer = ready && nearer.binUm !== now?.binUm ? nearer.binUm : null;
    this.#ahead.look(box, finer);
  }

  #wish(): Wish {
    return viewWish(this.#view.getState(), this.#codes, this.#source.info.readyBinsUm);
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
    this.#report.status({ rowsInView: null, countInView: null, ofSelected: counted !== null });
    this.#jobs.run("count", key, async (signal) => {
      const found = await this.#source.countInArea(area, counted, signal);
      signal.throwIfAborted();
      const limit = genes === null ? MAX_ALL_POINTS : MAX_GENE_POINTS;
      this.#report.status({ rowsInView: found?.rows ?? null, countInView: found?.count ?? null });
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
    const slow = countsSpots(plan, this.#source.info.readyBinsUm);
    const boundsUm = slow
      ? partBounds(this.#slideUm, box, plan.binUm, SLOW_MARGIN)
      : rasterBounds(this.#slideUm, box, plan.binUm);
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
    if (whole && (fits || !slow)) this.#jobs.stop("coarse");
    else this.#requestCoarse(plan);
  }

  /** The whole slide in few, larger bins: it lies under the fine ones. Of the same kind, or squares where those are ready. */
  #requestCoarse(fine: BinPlan): void {
    const plan = this.#coarsePlan(fine);
    const key = planKey(plan);
    if (this.#coarse?.key === key || this.#jobs.isRunning("coarse", key)) return;
    this.#jobs.run("coarse", key, async (signal) => {
      const boundsUm = this.#slideUm;
      const raster = await this.#source.bins({ ...plan, boundsUm }, signal);
      signal.throwIfAborted();
      this.#coarse = { plan, key, raster, boundsUm };
      // What is asked for, coarse, is truer than fine bins of something else.
      if (this.#fine && !ofSameGenes(this.#fine.plan, plan)) this.#fine = null;
      this.#draw();
    });
  }

  #coarsePlan(fine: BinPlan): BinPlan {
    const { readyBinsUm } = this.#source.info;
    if (readyBinsUm && countsSpots(fine, readyBinsUm)) {
      const binUm = readyWithin(this.#slideUm, fine.binUm, COARSE_BINS, readyBinsUm);
      return { ...fine, shape: "square", binUm };
    }
    let binUm = fine.binUm;
    while (binsIn(this.#slideUm, binUm) > COARSE_BINS) binUm *= 2;
    return { ...fine, binUm };
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
    this.#report.publish(
      { points: this.#points, view, limits },
      legendRaster,
      this.#stage.viewArea()?.boundsUm,
    );
  }
}
