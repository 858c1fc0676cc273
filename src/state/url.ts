import { type ColormapName, colormapNames } from "../core/colormap.ts";
import { glyphShapes } from "../core/glyph.ts";
import {
  type BinView,
  type ChannelSetting,
  defaultView,
  type LayerView,
  LEAST_BIN_UM,
  type Limits,
  MAX_SELECTED_GENES,
  MOST_BIN_UM,
  type SelectedGene,
  type ViewState,
} from "./view.ts";

/** Version of the `view` JSON in a link. Readers accept any version ≤ theirs and ignore what they do not know. */
export const VIEW_VERSION = 1;

type Json = Readonly<Record<string, unknown>>;

/**
 * The view as a short JSON, with the version first: what is the same in all `bases` is left out. A link is read over the
 * view that its slide starts with, so that one belongs to them; with the defaults beside it a link says the most of what
 * another start view would make different.
 */
export function encodeView(view: ViewState, bases: readonly ViewState[] = [defaultView]): string {
  const out: Record<string, unknown> = { v: VIEW_VERSION };
  for (const key of Object.keys(view) as (keyof ViewState)[]) {
    const changed = difference(
      view[key],
      bases.map((base) => base[key]),
    );
    if (changed !== undefined) out[key] = changed;
  }
  return JSON.stringify(out, (_, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(10)) : value,
  );
}

/** Plain objects differ by key; everything else as a whole. */
function difference(value: unknown, bases: readonly unknown[]): unknown {
  if (isJson(value) && bases.every(isJson)) {
    const out: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value)) {
      const changed = difference(
        inner,
        bases.map((base) => base[key]),
      );
      if (changed !== undefined) out[key] = changed;
    }
    return Object.keys(out).length > 0 ? out : undefined;
  }
  const text = JSON.stringify(value);
  return bases.every((base) => JSON.stringify(base) === text) ? undefined : value;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const pick = <T extends string>(value: unknown, allowed: readonly T[], fallback: T): T =>
  allowed.find((option) => option === value) ?? fallback;
const number = (value: unknown, low: number, high: number, fallback: number): number =>
  typeof value === "number" && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : fallback;
const flag = (value: unknown, fallback: boolean): boolean => (typeof value === "boolean" ? value : fallback);
const color = (value: unknown, fallback: string): string =>
  typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value : fallback;
const object = (value: unknown): Json => (isJson(value) ? value : {});

/**
 * Reads a `view` JSON over `base`. Never throws: what is not understood, or out of range, keeps its default.
 */
export function decodeView(text: string, base: ViewState = defaultView): ViewState {
  let parsed: Json;
  try {
    parsed = object(JSON.parse(text));
  } catch {
    return base;
  }
  const filter = object(parsed.filter);
  const panels = object(parsed.panels);
  const points = object(parsed.points);
  const layers = object(parsed.layers);
  return {
    camera: decodeCamera(parsed.camera) ?? base.camera,
    genes: Array.isArray(parsed.genes) ? decodeGenes(parsed.genes) : base.genes,
    soloGene: typeof parsed.soloGene === "string" ? parsed.soloGene : base.soloGene,
    bins: decodeBins(object(parsed.bins), base.bins),
    points: {
      sizeUm: number(points.sizeUm, 0.05, 200, base.points.sizeUm),
      minPx: number(points.minPx, 1, 32, base.points.minPx),
      outline: flag(points.outline, base.points.outline),
    },
    layers: {
      image: decodeLayer(layers.image, base.layers.image),
      bins: decodeLayer(layers.bins, base.layers.bins),
      points: decodeLayer(layers.points, base.layers.points),
    },
    channels: Array.isArray(parsed.channels) ? decodeChannels(parsed.channels) : base.channels,
    filter: {
      minQv: filter.minQv === null ? null : optionalNumber(filter.minQv, 0, 255, base.filter.minQv),
      hideControls: flag(filter.hideControls, base.filter.hideControls),
    },
    panel: pick(parsed.panel, ["genes", "bins", "regions", "slide"], base.panel),
    panels: { left: flag(panels.left, base.panels.left), right: flag(panels.right, base.panels.right) },
  };
}

function optionalNumber(value: unknown, low: number, high: number, fallback: number | null): number | null {
  return typeof value === "number" && Number.isFinite(value)
    ? Math.min(high, Math.max(low, value))
    : fallback;
}

function decodeCamera(value: unknown): ViewState["camera"] {
  const camera = object(value);
  const center = camera.centerUm;
  if (!Array.isArray(center) || center.length !== 2) return null;
  const [x, y] = center as unknown[];
  if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y))
    return null;
  if (typeof camera.umPerPx !== "number" || !(camera.umPerPx > 0) || !Number.isFinite(camera.umPerPx))
    return null;
  return {
    centerUm: [x, y],
    umPerPx: camera.umPerPx,
    rotationDeg: number(camera.rotationDeg, -360, 360, 0),
    flipped: flag(camera.flipped, false),
  };
}

function decodeGenes(values: readonly unknown[]): SelectedGene[] {
  const genes: SelectedGene[] = [];
  for (const value of values) {
    const gene = object(value);
    if (typeof gene.name !== "string" || genes.some((other) => other.name === gene.name)) continue;
    if (genes.length === MAX_SELECTED_GENES) break;
    genes.push({
      name: gene.name,
      color: color(gene.color, "#f0e442"),
      shape: pick(gene.shape, glyphShapes, "circle"),
      visible: flag(gene.visible, true),
      weight: number(gene.weight, -1e6, 1e6, 1),
      side: pick(gene.side, ["over", "under"], "over"),
    });
  }
  return genes;
}

function decodeBins(value: Json, base: BinView): BinView {
  const limits = object(value.limits);
  const mode: Limits["mode"] = pick(limits.mode, ["percentile", "absolute"], base.limits.mode);
  const top = mode === "percentile" ? 100 : Number.MAX_VALUE;
  return {
    shape: pick(value.shape, ["square", "hex", "off"], base.shape),
    binUm: number(value.binUm, LEAST_BIN_UM, MOST_BIN_UM, base.binUm),
    of: pick(value.of, ["all", "genes"], base.of),
    statistic: pick(value.statistic, ["sum", "mean", "ratio"], base.statistic),
    colormap: pick<ColormapName>(value.colormap, colormapNames, base.colormap),
    scale: pick(value.scale, ["linear", "log", "sqrt"], base.scale),
    limits: {
      mode,
      low: number(limits.low, 0, top, base.limits.low),
      high: number(limits.high, 0, top, base.limits.high),
    },
    smoothUm: number(value.smoothUm, 0, 10_000, base.smoothUm),
  };
}

function decodeLayer(value: unknown, base: LayerView): LayerView {
  const layer = object(value);
  return { visible: flag(layer.visible, base.visible), opacity: number(layer.opacity, 0, 1, base.opacity) };
}

function decodeChannels(values: readonly unknown[]): ChannelSetting[] {
  return values.slice(0, 64).map((value) => {
    const channel = object(value);
    const limits = Array.isArray(channel.limits) ? (channel.limits as unknown[]) : [];
    const low = number(limits[0], -1e9, 1e9, 0);
    return {
      visible: flag(channel.visible, true),
      color: color(channel.color, "#ffffff"),
      limits: [low, Math.max(low, number(limits[1], -1e9, 1e9, 255))] as const,
    };
  });
}

/** What a link opens. */
export interface LinkTarget {
  readonly sampleId: string | null;
  readonly urls: readonly string[];
  /** The `view` JSON as text; null when there is none. */
  readonly view: string | null;
}

/** Reads `?open=URL` (repeatable), `?sample=ID` and `?view=JSON`. */
export function parseLink(search: string): LinkTarget {
  const params = new URLSearchParams(search);
  return {
    sampleId: params.get("sample"),
    urls: params.getAll("open").filter((url) => url !== ""),
    view: params.get("view"),
  };
}

/** The query string of a link, with its `?`; empty when there is nothing to say. */
export function formatLink(target: LinkTarget): string {
  const params = new URLSearchParams();
  if (target.sampleId !== null) params.set("sample", target.sampleId);
  for (const url of target.urls) params.append("open", url);
  if (target.view !== null && target.view !== `{"v":${VIEW_VERSION}}`) params.set("view", target.view);
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
