import { categoricalColors, type GlyphShape, glyphShapes } from "../core/glyph.ts";
import type { SessionState } from "./session.ts";
import {
  BIN_STOPS_UM,
  type BinView,
  type ChannelSetting,
  type LayerName,
  type LayerView,
  MAX_SELECTED_GENES,
  type PanelName,
  type PointView,
  type SelectedGene,
  type ViewState,
} from "./view.ts";

/** A change of the view: pure, so `viewStore.setState(change)` and tests use it alike. */
export type ViewChange = (view: ViewState) => ViewState;

/** Smallest and largest bin that the interface offers, µm. */
export const MIN_BIN_UM = 0.5;
export const MAX_BIN_UM = 200;

/** First colour and shape that no gene in `genes` wears; when all are worn, the next in turn. */
function freeLook(genes: readonly SelectedGene[]): { color: string; shape: GlyphShape } {
  const at = (i: number) => ({
    color: categoricalColors[i % categoricalColors.length]!,
    shape: glyphShapes[i % glyphShapes.length]!,
  });
  for (let i = 0; i < MAX_SELECTED_GENES; i++) {
    const look = at(i);
    if (!genes.some((gene) => gene.color === look.color)) return look;
  }
  for (let i = 0; i < categoricalColors.length * glyphShapes.length; i++) {
    const look = {
      color: categoricalColors[i % categoricalColors.length]!,
      shape: glyphShapes[(i + Math.floor(i / categoricalColors.length)) % glyphShapes.length]!,
    };
    if (!genes.some((gene) => gene.color === look.color && gene.shape === look.shape)) return look;
  }
  return at(genes.length);
}

/** Adds genes by name in order; those already there and those past `MAX_SELECTED_GENES` change nothing. */
export function selectGenes(names: readonly string[]): ViewChange {
  return (view) => {
    const genes = [...view.genes];
    for (const name of names) {
      if (genes.length >= MAX_SELECTED_GENES) break;
      if (genes.some((gene) => gene.name === name)) continue;
      genes.push({ name, ...freeLook(genes), visible: true, weight: 1, side: "over" });
    }
    return genes.length === view.genes.length ? view : { ...view, genes };
  };
}

/** Takes a gene away; a solo of it ends. */
export function deselectGene(name: string): ViewChange {
  return (view) => ({
    ...view,
    genes: view.genes.filter((gene) => gene.name !== name),
    soloGene: view.soloGene === name ? null : view.soloGene,
  });
}

/** Selects a gene, or takes it away when it is selected. */
export function toggleGene(name: string): ViewChange {
  return (view) =>
    view.genes.some((gene) => gene.name === name) ? deselectGene(name)(view) : selectGenes([name])(view);
}

export function clearGenes(): ViewChange {
  return (view) => ({ ...view, genes: [], soloGene: null });
}

/** Changes colour, shape, weight, side or visibility of one selected gene. */
export function changeGene(name: string, change: Partial<Omit<SelectedGene, "name">>): ViewChange {
  return (view) => ({
    ...view,
    genes: view.genes.map((gene) => (gene.name === name ? { ...gene, ...change } : gene)),
  });
}

/** Draws only this gene, or all visible ones again when it is already alone. */
export function toggleSolo(name: string): ViewChange {
  return (view) => ({ ...view, soloGene: view.soloGene === name ? null : name });
}

/** Moves a gene to position `to` (0 = first), clamped. */
export function moveGene(name: string, to: number): ViewChange {
  return (view) => {
    const from = view.genes.findIndex((gene) => gene.name === name);
    if (from < 0) return view;
    const genes = [...view.genes];
    const [gene] = genes.splice(from, 1);
    genes.splice(Math.max(0, Math.min(genes.length, to)), 0, gene!);
    return { ...view, genes };
  };
}

/** Changes bins; `binUm` is held within what the interface offers. */
export function changeBins(change: Partial<BinView>): ViewChange {
  return (view) => {
    const bins = { ...view.bins, ...change };
    return { ...view, bins: { ...bins, binUm: Math.max(MIN_BIN_UM, Math.min(MAX_BIN_UM, bins.binUm)) } };
  };
}

/** To the next Stereo-seq stop below (-1) or above (+1); below the smallest stands "single transcripts". */
export function stepBin(direction: -1 | 1): ViewChange {
  return (view) => {
    const { shape, binUm } = view.bins;
    if (shape === "off")
      return direction < 0 ? view : changeBins({ shape: "square", binUm: BIN_STOPS_UM[0] })(view);
    const next =
      direction > 0
        ? BIN_STOPS_UM.find((stop) => stop > binUm * 1.001)
        : BIN_STOPS_UM.findLast((stop) => stop < binUm * 0.999);
    if (next !== undefined) return changeBins({ binUm: next })(view);
    return direction < 0 ? changeBins({ shape: "off" })(view) : view;
  };
}

export function changePoints(change: Partial<PointView>): ViewChange {
  return (view) => ({ ...view, points: { ...view.points, ...change } });
}

export function changeLayer(name: LayerName, change: Partial<LayerView>): ViewChange {
  return (view) => ({ ...view, layers: { ...view.layers, [name]: { ...view.layers[name], ...change } } });
}

/** Hides bins and transcripts together to see the bare tissue, or shows them again. */
export function toggleExpressionLayers(): ViewChange {
  return (view) => {
    const visible = !(view.layers.bins.visible || view.layers.points.visible);
    return changeLayer("bins", { visible })(changeLayer("points", { visible })(view));
  };
}

/** Changes one image channel; `suggested` are the image's own settings, taken over at the first change. */
export function changeChannel(
  index: number,
  change: Partial<ChannelSetting>,
  suggested: readonly ChannelSetting[],
): ViewChange {
  return (view) => ({
    ...view,
    channels: (view.channels ?? suggested).map((channel, i) =>
      i === index ? { ...channel, ...change } : channel,
    ),
  });
}

export function changeFilter(change: Partial<ViewState["filter"]>): ViewChange {
  return (view) => ({ ...view, filter: { ...view.filter, ...change } });
}

export function showPanel(panel: PanelName): ViewChange {
  return (view) => ({ ...view, panel, panels: { ...view.panels, right: true } });
}

/** Hides every panel for teaching, or brings all of them back. */
export function togglePresenting(): ViewChange {
  return (view) => {
    const shown = view.panels.left || view.panels.right;
    return { ...view, panels: { left: !shown, right: !shown } };
  };
}

/** A change of the session. */
export type SessionChange = (session: SessionState) => SessionState;

export function openDialog(dialog: SessionState["dialog"]): SessionChange {
  return (session) => ({ ...session, dialog });
}

export function unpin(): SessionChange {
  return (session) => ({ ...session, pinned: null });
}
