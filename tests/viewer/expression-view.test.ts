import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Camera } from "../../src/core/camera.ts";
import type { BinQuery, BinRaster, GeneTable } from "../../src/core/expression.ts";
import { bounds } from "../../src/core/space.ts";
import type { ExpressionSource } from "../../src/io/expression-source.ts";
import { selectGenes } from "../../src/state/actions.ts";
import { sessionStore } from "../../src/state/session.ts";
import { viewStore } from "../../src/state/view.ts";
import type { ExpressionScene } from "../../src/viewer/expression-scene.ts";
import { ExpressionView } from "../../src/viewer/expression-view.ts";

const slideUm = bounds<"um">(0, 0, 4000, 4000);
const genes: GeneTable = {
  names: ["A", "B"],
  ids: null,
  totals: Float64Array.of(700, 300),
  rows: Uint32Array.of(600, 300),
  isControl: Uint8Array.of(0, 0),
};

/** A source that answers from fixed totals and records what it was asked. */
class FakeSource {
  readonly asked: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly queries: BinQuery[] = [];
  rowsInView = 900;
  lose = 0;
  fail: Error | null = null;
  readonly genes = genes;
  readonly info = {
    rows: 900_000,
    totalCount: 1000,
    boundsUm: slideUm,
    pitchUm: null,
    readyBinsUm: null as readonly number[] | null,
  };

  async bins(query: BinQuery, signal?: AbortSignal): Promise<BinRaster> {
    this.asked.push(`bins ${query.binUm}`);
    this.queries.push(query);
    if (signal) this.signals.push(signal);
    await Promise.resolve();
    signal?.throwIfAborted();
    if (this.fail) throw this.fail;
    const total = (query.genes?.codes ?? [0, 1]).reduce((sum, code) => sum + (genes.totals[code] ?? 0), 0);
    return {
      window: { shape: query.shape, binUm: query.binUm, col0: 0, row0: 0, cols: 1, rows: 1 },
      values: Float32Array.of(total),
      count: total - this.lose,
      nonEmpty: 1,
      max: total,
      histogram: {
        edges: Float64Array.of(0, total),
        counts: Uint32Array.of(1),
        percentiles: new Float64Array(101).fill(total),
      },
    };
  }
  async countInArea() {
    this.asked.push("count");
    return { rows: this.rowsInView, count: 1000 };
  }
  async points() {
    this.asked.push("points");
    return [];
  }
  async setFilter() {
    this.asked.push("filter");
    return { rows: 800, count: 900, totals: Float64Array.of(630, 270) };
  }
  async geneCounts() {
    return Float64Array.of(3, 8);
  }
}

let camera: Camera;
let box = slideUm;
let scene: ExpressionScene | null;
let moved: () => void;
let settledCamera: () => void;
let attached: ExpressionView;

afterEach(() => attached.detach());

function attach(source: FakeSource): ExpressionView {
  attached = new ExpressionView(
    source as unknown as ExpressionSource,
    {
      camera: () => camera,
      viewArea: () => ({ boundsUm: box, cornersUm: null }),
      onCamera: (listener) => {
        moved = listener;
        return () => {};
      },
      onSettled: (listener) => {
        settledCamera = listener;
        return () => {};
      },
      draw: (now) => {
        scene = now;
      },
    },
    slideUm,
    viewStore,
    sessionStore,
  );
  return attached;
}

const status = () => sessionStore.getState().status;

beforeEach(() => {
  viewStore.setState(viewStore.getInitialState(), true);
  sessionStore.setState(sessionStore.getInitialState(), true);
  camera = { centerUm: [2000, 2000], umPerPx: 5, rotationDeg: 0, flipped: false };
  box = slideUm;
  scene = null;
});

describe("the expression of a slide on screen", () => {
  it("starts as exact bins of the whole slide, all counts in them", async () => {
    const source = new FakeSource();
    const view = attach(source);
    await view.settled();
    expect(status()).toMatchObject({ mode: "bins", binUm: 20, percentShown: 100, loading: false });
    expect(source.queries[0]?.boundsUm).toEqual(slideUm);
    expect(scene?.fine?.raster.count).toBe(1000);
    expect(sessionStore.getState().legend).toMatchObject({ binUm: 20, count: 1000, max: 1000 });
  });

  it("says less than 100 % when the bins lose a count", async () => {
    const source = new FakeSource();
    source.lose = 10;
    await attach(source).settled();
    expect(status().percentShown).toBe(99);
  });

  it("asks for nothing while panning over bins of the whole slide, only counts at rest", async () => {
    const source = new FakeSource();
    const view = attach(source);
    await view.settled();
    source.asked.length = 0;
    box = bounds<"um">(100, 100, 2000, 2000);
    moved();
    expect(source.asked).toEqual([]);
    settledCamera();
    await view.settled();
    expect(source.asked).toEqual(["count"]);
  });

  it("merges bins by doubling when one would be under a pixel", async () => {
    const source = new FakeSource();
    const view = attach(source);
    await view.settled();
    camera = { ...camera, umPerPx: 50 };
    settledCamera();
    await view.settled();
    expect(status().binUm).toBe(80);
  });

  it("draws every transcript when bins are off and they are few", async () => {
    viewStore.setState((now) => ({ bins: { ...now.bins, shape: "off" } }));
    const source = new FakeSource();
    await attach(source).settled();
    expect(status()).toMatchObject({ mode: "points", binUm: null, rowsInView: 900, aggregated: false });
    expect(scene?.points?.genes).toBeNull();
    expect(scene?.fine).toBeNull();
  });

  it("shows exact bins in their place when they are too many, and says so", async () => {
    viewStore.setState((now) => ({ bins: { ...now.bins, shape: "off" } }));
    const source = new FakeSource();
    source.rowsInView = 2_000_001;
    await attach(source).settled();
    expect(status()).toMatchObject({ mode: "bins", binUm: 5, aggregated: true, percentShown: 100 });
    expect(scene?.points).toBeNull();
  });

  it("puts selected genes as points over the bins of all", async () => {
    const source = new FakeSource();
    const view = attach(source);
    viewStore.setState(selectGenes(["B"]));
    await view.settled();
    expect(status().mode).toBe("both");
    expect(scene?.points?.genes).toEqual([1]);
  });

  it("waits for the count before drawing what may be too many, then draws it", async () => {
    viewStore.setState((now) => ({ bins: { ...now.bins, shape: "off" } }));
    const source = new FakeSource();
    Object.assign(source.info, { rows: 5_000_000 });
    await attach(source).settled();
    expect(source.asked).toEqual(["count", "points"]);
    expect(status().mode).toBe("points");
  });

  it("adds transcripts to bins of the same genes only when each can be seen", async () => {
    viewStore.setState((now) => ({ ...selectGenes(["B"])(now), bins: { ...now.bins, of: "genes" } }));
    const source = new FakeSource();
    source.rowsInView = 20_001;
    const view = attach(source);
    await view.settled();
    expect(status()).toMatchObject({ mode: "bins", aggregated: false });
    source.rowsInView = 20_000;
    box = bounds<"um">(0, 0, 10, 10);
    settledCamera();
    await view.settled();
    expect(status().mode).toBe("both");
  });

  it("stops superseded work", async () => {
    const source = new FakeSource();
    const view = attach(source);
    for (const binUm of [50, 30, 10]) viewStore.setState((now) => ({ bins: { ...now.bins, binUm } }));
    await view.settled();
    expect(source.signals.map((signal) => signal.aborted)).toEqual([true, true, true, false]);
    expect(status().binUm).toBe(10);
  });

  it("counts anew under a filter, against what passes it", async () => {
    const source = new FakeSource();
    source.lose = 100;
    const view = attach(source);
    await view.settled();
    viewStore.setState({ filter: { minQv: 20, hideControls: false } });
    await view.settled();
    expect(source.asked.filter((asked) => asked === "filter")).toHaveLength(1);
    expect(status()).toMatchObject({ filtered: true, percentShown: 100 });
    expect(sessionStore.getState().filterSummary?.count).toBe(900);
  });

  it("lays coarse bins of the whole slide under fine ones of the view", async () => {
    viewStore.setState((now) => ({ bins: { ...now.bins, binUm: 0.5 } }));
    camera = { ...camera, umPerPx: 0.5 };
    box = bounds<"um">(1000, 1000, 1300, 1200);
    const source = new FakeSource();
    await attach(source).settled();
    expect(scene?.coarse?.boundsUm).toEqual(slideUm);
    expect(scene?.fine?.boundsUm).toEqual({ minX: 850, minY: 850, maxX: 1450, maxY: 1350 });
  });

  it("asks a store for hexagons of all genes in the view only, over ready squares of the whole slide", async () => {
    viewStore.setState((now) => ({ bins: { ...now.bins, binUm: 7, shape: "hex" } }));
    camera = { ...camera, umPerPx: 0.5 };
    box = bounds<"um">(1000, 1000, 1400, 1200);
    const source = new FakeSource();
    source.info.readyBinsUm = [1, 2, 5, 10, 20];
    const view = attach(source);
    await view.settled();
    expect(source.queries.map(({ shape, binUm }) => `${shape} ${binUm}`).sort()).toEqual([
      "hex 7",
      "square 10",
    ]);
    expect(scene?.coarse).toMatchObject({ plan: { shape: "square", binUm: 10 }, boundsUm: slideUm });
    expect(scene?.fine).toMatchObject({
      plan: { shape: "hex", binUm: 7 },
      boundsUm: { minX: 950, minY: 950, maxX: 1450, maxY: 1250 },
    });
    expect(status()).toMatchObject({ binShape: "hex", percentShown: 100 });
    // Hexagons of genes are counted from the genes' own rows: for the whole slide, as ever.
    viewStore.setState((now) => ({ ...selectGenes(["A"])(now), bins: { ...now.bins, of: "genes" } }));
    await view.settled();
    expect(source.queries.at(-1)).toMatchObject({ shape: "hex", boundsUm: slideUm });
  });

  it("shows squares of all genes while their hexagons are counted, not the hexagons of the gene before", async () => {
    viewStore.setState((now) => ({
      ...selectGenes(["A"])(now),
      bins: { ...now.bins, binUm: 7, shape: "hex", of: "genes" },
    }));
    const source = new FakeSource();
    source.info.readyBinsUm = [1, 2, 5, 10, 20];
    const view = attach(source);
    await view.settled();
    expect(scene?.fine?.plan.genes).not.toBeNull();
    const bins = source.bins.bind(source);
    let counted = (): void => undefined;
    source.bins = async (query, signal) => {
      if (query.shape === "hex") await new Promise<void>((resolve) => (counted = resolve));
      return bins(query, signal);
    };
    viewStore.setState((now) => ({ bins: { ...now.bins, of: "all" } }));
    await expect.poll(() => scene?.fine).toBeNull();
    expect(scene?.coarse?.plan).toMatchObject({ shape: "square", binUm: 20, genes: null });
    expect(status()).toMatchObject({ binShape: "square", binUm: 20, coming: "bins" });
    counted();
    await view.settled();
    expect(scene?.fine?.plan).toMatchObject({ shape: "hex", genes: null });
    expect(status()).toMatchObject({ binShape: "hex", coming: "" });
  });

  it("reports a failure and recovers at the next request", async () => {
    const source = new FakeSource();
    source.fail = new Error("worker died");
    const view = attach(source);
    await view.settled();
    expect(status().error).toMatchObject({ code: "internal", params: { detail: "worker died" } });
    source.fail = null;
    settledCamera();
    await view.settled();
    expect(status()).toMatchObject({ error: null, mode: "bins" });
  });

  it("keeps a failure on screen while other work goes well, until the same work does", async () => {
    const source = new FakeSource();
    const points = source.points;
    source.points = async () => {
      throw new Error("chunk 7 is damaged");
    };
    const view = attach(source);
    viewStore.setState(selectGenes(["A"]));
    await view.settled();
    const damaged = { code: "internal", params: { detail: "chunk 7 is damaged" } };
    expect(status().error).toMatchObject(damaged);
    // Counting anew succeeds, and says nothing about the rows.
    box = bounds<"um">(0, 0, 2000, 2000);
    settledCamera();
    await view.settled();
    expect(source.asked.filter((asked) => asked === "count").length).toBeGreaterThan(1);
    expect(status().error).toMatchObject(damaged);
    source.points = points;
    box = bounds<"um">(0, 0, 1000, 1000);
    settledCamera();
    await view.settled();
    expect(status().error).toBeNull();
  });

  it("drops the failure of what is no longer asked for", async () => {
    const source = new FakeSource();
    source.points = async () => {
      throw new Error("chunk 7 is damaged");
    };
    const view = attach(source);
    viewStore.setState(selectGenes(["A"]));
    await view.settled();
    expect(status().error).not.toBeNull();
    viewStore.setState({ genes: [] });
    await view.settled();
    expect(status()).toMatchObject({ error: null, mode: "bins" });
  });

  it("ranks the genes in view by their counts", async () => {
    const view = attach(new FakeSource());
    await view.countTopGenes();
    expect(sessionStore.getState().topGenes).toEqual([
      { code: 1, name: "B", count: 8 },
      { code: 0, name: "A", count: 3 },
    ]);
  });
});
