import { createStore } from "zustand/vanilla";
import type { Camera } from "../core/camera.ts";
import type { ColormapName } from "../core/colormap.ts";
import type { BinShape, BinStatistic } from "../core/expression.ts";
import type { GlyphShape } from "../core/glyph.ts";

/** A gene that the user selected. Identified by name: codes belong to one table, names to the view. */
export interface SelectedGene {
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
  readonly shape: GlyphShape;
  readonly visible: boolean;
  /** Weight in a weighted set of bins. */
  readonly weight: number;
  /** Which side of a ratio. */
  readonly side: "over" | "under";
}

export type ValueScale = "linear" | "log" | "sqrt";

export type Limits =
  | { readonly mode: "percentile"; readonly low: number; readonly high: number }
  | { readonly mode: "absolute"; readonly low: number; readonly high: number };

export interface BinView {
  /** `off`: every transcript when near, exact one-pixel bins when far. */
  readonly shape: BinShape | "off";
  readonly binUm: number;
  readonly of: "all" | "genes";
  readonly statistic: BinStatistic;
  readonly colormap: ColormapName;
  readonly scale: ValueScale;
  readonly limits: Limits;
  /** Standard deviation of Gaussian smoothing, µm; 0 = none. */
  readonly smoothUm: number;
}

export interface PointView {
  readonly sizeUm: number;
  readonly minPx: number;
  readonly outline: boolean;
}

export interface LayerView {
  readonly visible: boolean;
  /** 0–1. */
  readonly opacity: number;
}

export type LayerName = "image" | "bins" | "points";

export interface ChannelSetting {
  readonly visible: boolean;
  readonly color: string;
  readonly limits: readonly [low: number, high: number];
}

export type PanelName = "genes" | "bins" | "regions" | "slide";

/** All that a link must bring back for one slide. Everything here is in the URL; defaults are left out. */
export interface ViewState {
  /** The last settled camera; null = fit the slide. */
  readonly camera: Camera | null;
  readonly genes: readonly SelectedGene[];
  /** Only this gene is drawn; null = all visible ones. */
  readonly soloGene: string | null;
  readonly bins: BinView;
  readonly points: PointView;
  readonly layers: Readonly<Record<LayerName, LayerView>>;
  /** Parallel to the image's channels; null = the image's own suggestion. */
  readonly channels: readonly ChannelSetting[] | null;
  readonly filter: { readonly minQv: number | null; readonly hideControls: boolean };
  readonly panel: PanelName;
  /** Side panels shown. A teacher hides both with one key. */
  readonly panels: { readonly left: boolean; readonly right: boolean };
}

/** Most genes that may be selected at once. */
export const MAX_SELECTED_GENES = 24;

/** Bins of any use, µm: what a link can name, and what a page that embeds the viewer may ask for. */
export const LEAST_BIN_UM = 0.001;
export const MOST_BIN_UM = 1_000_000;

/** Stereo-seq's bin sizes are spots; these are the stops in µm, all platforms. */
export const BIN_STOPS_UM = [1, 5, 10, 20, 50, 100, 200] as const;

export const defaultView: ViewState = {
  camera: null,
  genes: [],
  soloGene: null,
  bins: {
    shape: "square",
    binUm: 20,
    of: "all",
    statistic: "sum",
    colormap: "cividis",
    scale: "log",
    limits: { mode: "percentile", low: 1, high: 99 },
    smoothUm: 0,
  },
  points: { sizeUm: 2, minPx: 2, outline: true },
  layers: {
    image: { visible: true, opacity: 1 },
    bins: { visible: true, opacity: 0.85 },
    points: { visible: true, opacity: 1 },
  },
  channels: null,
  filter: { minQv: null, hideControls: false },
  panel: "genes",
  panels: { left: true, right: true },
};

/** The view of the active slide. Layers subscribe to slices; React selects slices. */
export const viewStore = createStore<ViewState>()(() => defaultView);
export type ViewStore = typeof viewStore;
