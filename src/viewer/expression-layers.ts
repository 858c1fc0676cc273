import type { Layer } from "@deck.gl/core";
import { binAreaUm2 } from "../core/bin-window.ts";
import { type ColormapName, colormapRgba } from "../core/colormap.ts";
import type { GeneTable } from "../core/expression.ts";
import { squareWindowBounds } from "../core/lod.ts";
import type { Bounds } from "../core/space.ts";
import { BinLayer } from "../layers/bin-layer.ts";
import { type GenePalette, genePalette } from "../layers/gene-palette.ts";
import { HexLayer } from "../layers/hex-layer.ts";
import { TranscriptLayer } from "../layers/transcript-layer.ts";
import type { SelectedGene, ViewState } from "../state/view.ts";
import type { ExpressionScene, ShownRaster } from "./expression-scene.ts";
import { type FadingLayer, LayerFade } from "./layer-fade.ts";

/** What lies beneath: fluorescence or a dark page, a stained section, or a white page. */
export type Ground = "dark" | "stained" | "white";

const ink = [8, 12, 16, 220] as const;
const paper = [255, 255, 255, 230] as const;

/** Transcripts when no gene is chosen, and the line around all of them. On white only dark ones can do without ink. */
const looks = {
  dark: { color: "#9fd8cf", outline: { light: ink, dark: ink } },
  stained: { color: "#0f5f73", outline: { light: paper, dark: paper } },
  white: { color: "#0f5f73", outline: { light: ink, dark: paper } },
} as const;

/** One array per colour map, so that drawing again uploads nothing. */
const colormaps = new Map<ColormapName, Uint8Array>();

function colormapOf(name: ColormapName): Uint8Array {
  const rgba = colormaps.get(name) ?? colormapRgba(name);
  colormaps.set(name, rgba);
  return rgba;
}

interface LayerSink {
  setLayers(layers: readonly Layer[]): void;
}

/** Turns an expression scene into deck.gl layers, bottom first: coarse bins, bins, transcripts. */
export class ExpressionLayers {
  readonly #fade: LayerFade;
  #codes = new Map<string, number>();
  #geneCount = 0;
  #palette: { readonly key: readonly unknown[]; readonly palette: GenePalette } | null = null;

  constructor(sink: LayerSink) {
    this.#fade = new LayerFade((layers) => sink.setLayers(layers));
  }

  /** True while one picture still fades into the next. */
  get fading(): boolean {
    return this.#fade.fading;
  }

  setGenes(genes: GeneTable): void {
    this.#codes = new Map(genes.names.map((name, code) => [name, code]));
    this.#geneCount = genes.names.length;
    this.#palette = null;
  }

  clear(): void {
    this.#fade.clear();
  }

  draw(scene: ExpressionScene, ground: Ground): void {
    const { view, points, coarse, fine, limits } = scene;
    const layers: FadingLayer[] = [];
    if (limits) {
      const clip = fine && coversOf(fine);
      // Only squares are cut out.
      if (coarse && (fine === null || coarse.plan.shape === "square"))
        layers.push(binLayer("coarse", coarse, scene, limits, clip));
      if (fine) layers.push(binLayer("fine", fine, scene, limits, null));
    }
    if (points) {
      const palette = this.#paletteOf(view, ground);
      const id = `transcripts-${points.key}`;
      layers.push({
        id,
        make: (share) =>
          new TranscriptLayer({
            id,
            tiles: points.tiles,
            palette,
            sizeUm: view.points.sizeUm,
            minPx: view.points.minPx,
            outline: view.points.outline ? looks[ground].outline : null,
            opacity: view.layers.points.opacity * share,
          }),
      });
    }
    this.#fade.set(layers);
  }

  /** The same object while no gene's look changed, so that nothing is uploaded. */
  #paletteOf(view: ViewState, ground: Ground): GenePalette {
    const key = [view.genes, view.soloGene, ground];
    const held = this.#palette;
    if (held?.key.every((part, i) => part === key[i])) return held.palette;
    const shown = view.genes.filter((gene: SelectedGene) =>
      view.soloGene === null ? gene.visible : gene.name === view.soloGene,
    );
    const anySelected = view.genes.some((gene) => this.#codes.has(gene.name));
    const others = anySelected ? null : { color: looks[ground].color, shape: "circle" as const };
    const styles = shown.flatMap(({ name, color, shape }) => {
      const gene = this.#codes.get(name);
      return gene === undefined ? [] : [{ gene, color, shape }];
    });
    const palette = genePalette(this.#geneCount, others, styles);
    this.#palette = { key, palette };
    return palette;
  }
}

/** What a raster fills; of hexagons some reach a little further. */
function coversOf({ plan, raster, boundsUm }: ShownRaster): Bounds<"um"> {
  return plan.shape === "square" ? squareWindowBounds(raster.window) : boundsUm;
}

/** Limits are values of the finer raster; a coarser one's grow with its area, so that colours mean the same. */
function binLayer(
  name: "coarse" | "fine",
  shown: ShownRaster,
  scene: ExpressionScene,
  limits: readonly [number, number],
  clipUm: Bounds<"um"> | null,
): FadingLayer {
  const { view, fine } = scene;
  const perArea =
    shown.plan.statistic !== "ratio" && fine ? binAreaUm2(shown.plan) / binAreaUm2(fine.plan) : 1;
  const common = {
    id: `${name}-${shown.plan.shape}`,
    raster: shown.raster,
    colormap: colormapOf(view.bins.colormap),
    low: limits[0] * perArea,
    high: limits[1] * perArea,
    scale: view.bins.scale,
    zero: shown.plan.statistic === "ratio" ? ("value" as const) : ("empty" as const),
  };
  const opacity = view.layers.bins.visible ? view.layers.bins.opacity : 1;
  return {
    id: common.id,
    make: (share) =>
      shown.plan.shape === "hex"
        ? new HexLayer({ ...common, opacity: opacity * share })
        : new BinLayer({ ...common, clipUm, opacity: opacity * share }),
  };
}
