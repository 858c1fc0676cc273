import type { ShownGene, Wish } from "../core/bin-plan.ts";
import type { ViewState } from "../state/view.ts";

/**
 * What the view state asks of one slide's expression.
 *
 * @param codes gene name → code of this slide; selected genes that it does not have are not asked for
 * @param readyBinsUm widths of bins that the source has ready, µm
 */
export function viewWish(
  view: ViewState,
  codes: ReadonlyMap<string, number>,
  readyBinsUm: Wish["readyBinsUm"],
): Wish {
  return {
    binShape: view.bins.shape,
    binUm: view.bins.binUm,
    of: view.bins.of,
    statistic: view.bins.statistic,
    smoothUm: view.bins.smoothUm,
    binsVisible: view.layers.bins.visible,
    pointsVisible: view.layers.points.visible,
    shown: shownGenes(view, codes),
    anySelected: view.genes.some((gene) => codes.has(gene.name)),
    readyBinsUm,
  };
}

function shownGenes(view: ViewState, codes: ReadonlyMap<string, number>): ShownGene[] {
  const shown = view.genes.filter((gene) =>
    view.soloGene === null ? gene.visible : gene.name === view.soloGene,
  );
  return shown.flatMap((gene) => {
    const code = codes.get(gene.name);
    return code === undefined ? [] : [{ code, weight: gene.weight, side: gene.side }];
  });
}
