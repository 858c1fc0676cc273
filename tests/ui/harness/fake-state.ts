import type { ErrorFacts } from "../../../src/core/errors.ts";
import type { GeneTable } from "../../../src/core/expression.ts";
import { selectGenes } from "../../../src/state/actions.ts";
import {
  type BinLegend,
  emptyStatus,
  type SessionState,
  type SlideEntry,
  sessionStore,
} from "../../../src/state/session.ts";
import { viewStore } from "../../../src/state/view.ts";

const NAMES = ["ERBB2", "LUM", "KRT7", "POSTN", "FASN", "EPCAM", "CXCR4", "ACTA2", "CD3E", "MS4A1"];

/** `count` genes with falling totals; the first carry real names, one tries to be markup. */
export function fakeGenes(count: number): GeneTable {
  const names = Array.from({ length: count }, (_, code) => NAMES[code] ?? `GENE${code}-AS${code % 7}`);
  if (count > 20) names[12] = "<img src=x onerror=alert(1)>";
  return {
    names,
    ids: null,
    totals: Float64Array.from(names, (_, code) => Math.round(11_146 / (1 + code * 0.22))),
    rows: new Uint32Array(count).fill(100),
    isControl: Uint8Array.from(names, (_, code) => (code % 40 === 39 ? 1 : 0)),
  };
}

function fakeLegend(): BinLegend {
  const buckets = 24;
  return {
    histogram: {
      edges: Float64Array.from({ length: buckets + 1 }, (_, i) => Math.expm1((Math.log1p(31) * i) / buckets)),
      counts: Uint32Array.from({ length: buckets }, (_, i) => Math.round(9000 * Math.exp(-i / 3.4))),
      percentiles: Float64Array.from({ length: 101 }, (_, p) => (p < 100 ? 1 + (p / 99) ** 3 * 13 : 31)),
    },
    binUm: 20,
    binAreaUm2: 400,
    shape: "square",
    isShare: false,
    low: 0,
    high: 14,
    max: 31,
    nonEmpty: 58_204,
    count: 213_191,
  };
}

const failure: ErrorFacts = {
  kind: "MissingDataError",
  code: "http-not-found",
  params: { file: "transcripts.parquet", status: 404 },
  retryable: true,
};

function slide(over: Partial<SlideEntry> & Pick<SlideEntry, "id" | "title">): SlideEntry {
  return {
    subtitle: "Xenium · 7.5 × 5.5 mm",
    origin: { kind: "url", urls: ["https://example.org/xenium/transcripts.parquet"] },
    previewUrl: "/samples/xenium-breast/preview.webp",
    simulated: false,
    licence: "CC BY 4.0",
    attribution: "10x Genomics",
    image: { status: "idle" },
    expression: { status: "ready" },
    question: null,
    warnings: [],
    imageFacts: null,
    expressionInfo: {
      platform: "xenium",
      rows: 213_191,
      totalCount: 213_191,
      boundsUm: { minX: 0, minY: 0, maxX: 7521, maxY: 5472 },
      pitchUm: null,
      hasQv: true,
      minQvChoices: null,
      hasCells: true,
      hasControls: true,
      memoryBytes: 4_823_000,
      readyBinsUm: null,
    },
    boundsUm: { minX: 0, minY: 0, maxX: 7521, maxY: 5472 },
    scaleKnown: true,
    ...over,
  };
}

const breast = slide({ id: "a", title: "Human breast cancer, rep 1" });
const simulated = slide({
  id: "b",
  title: "CMU-1 small region",
  subtitle: "Stereo-seq on H&E",
  previewUrl: "/samples/he-simulated/preview.webp",
  simulated: true,
  image: { status: "ready" },
  warnings: [{ code: "http-not-found", params: { file: "notes.csv", status: 404 } }],
  imageFacts: {
    name: "CMU-1-Small-Region.svs",
    format: "Aperio SVS",
    widthPx: 2220,
    heightPx: 2967,
    umPerPx: 0.499,
    magnification: 20,
    channelNames: ["DAPI", "Cellbound1"],
    channels: [
      { color: "#4da3ff", limits: [120, 9800], dataRange: [0, 65_535] },
      { color: "#58c46b", limits: [90, 4200], dataRange: [0, 65_535] },
    ],
    kind: "channels",
    levels: 3,
  },
});

const states: Readonly<Record<string, () => Partial<SessionState>>> = {
  start: () => ({ slides: [], activeId: null }),
  slide: () => ({
    slides: [breast, simulated],
    activeId: "a",
    genes: fakeGenes(527),
    legend: fakeLegend(),
    status: {
      ...emptyStatus,
      mode: "bins",
      binUm: 20,
      binShape: "square",
      rowsInView: 213_191,
      countInView: 213_191,
    },
  }),
  many: () => ({
    ...states.slide!(),
    genes: fakeGenes(60_000),
    status: { ...emptyStatus, mode: "points", rowsInView: 1_284_201 },
    legend: null,
    pinned: {
      row: {
        gene: 0,
        geneName: "ERBB2",
        count: 3,
        xUm: 3412.6,
        yUm: 2087.1,
        qv: 36.2,
        cell: "cpikkedh-1",
        distanceUm: 1,
      },
      screenPx: [430, 300],
    },
  }),
  simulated: () => ({ ...states.slide!(), activeId: "b" }),
  loading: () => ({
    slides: [
      slide({
        id: "a",
        title: "Human breast cancer, rep 1",
        previewUrl: null,
        expressionInfo: null,
        boundsUm: null,
        expression: {
          status: "loading",
          progress: { stage: "reading", fraction: 0.42, rows: 1_284_201, etaSeconds: 8 },
        },
      }),
    ],
    activeId: "a",
  }),
  failed: () => ({
    slides: [
      breast,
      slide({
        id: "f",
        title: "transcripts.parquet",
        previewUrl: null,
        expressionInfo: null,
        boundsUm: null,
        expression: { status: "failed", error: failure },
      }),
    ],
    activeId: "f",
    notices: [
      { id: "1", level: "error", facts: failure },
      {
        id: "2",
        level: "warning",
        facts: { code: "http-not-found", params: { file: "a.csv", status: 404 } },
      },
    ],
  }),
  units: () => ({
    slides: [
      slide({
        id: "q",
        title: "cells.csv",
        expressionInfo: null,
        boundsUm: null,
        expression: { status: "idle" },
        question: {
          kind: "units",
          file: "spots.csv",
          extent: [15_013, 10_940],
          hasImage: true,
          suggestions: [
            { umPerUnit: 0.5, reason: "Stereo-seq lattice" },
            { umPerUnit: 1, reason: "MERSCOPE" },
          ],
        },
      }),
    ],
    activeId: "q",
  }),
  columns: () => ({
    slides: [
      slide({
        id: "q",
        title: "table.csv",
        expressionInfo: null,
        boundsUm: null,
        expression: { status: "idle" },
        question: {
          kind: "columns",
          file: "table.csv",
          names: ["", "target", "global_x", "global_y", "n", "score", "cell_id"],
          sample: [
            ["0", "ERBB2", "12.25", "904.11", "1", "38.1", "c17"],
            ["1", "=cmd()", "13.02", "911.75", "2", "21.9", "c17"],
            ["2", "<b>LUM</b>", "15.90", "900.06", "1", "40.0", ""],
          ],
          guess: { x: "global_x", y: "global_y", gene: "target", count: null, qv: null, cell: "cell_id" },
        },
      }),
    ],
    activeId: "q",
  }),
};

/** Puts the stores into one of the named situations. */
export function applyFakeState(name: string): void {
  sessionStore.setState(states[name]?.() ?? {});
  if (name !== "start") viewStore.setState(selectGenes(["ERBB2", "LUM", "POSTN", "CXCR4", "KRT7"]));
}
