import { formatLength } from "../../core/format-number.ts";
import {
  changeBins,
  clearGenes,
  openDialog,
  showPanel,
  stepBin,
  toggleExpressionLayers,
} from "../../state/actions.ts";
import { preferencesStore } from "../../state/preferences.ts";
import { sessionStore } from "../../state/session.ts";
import { BIN_STOPS_UM, viewStore } from "../../state/view.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { COLORMAPS } from "../bins/colormap-css.ts";
import { chromeStore } from "../chrome.ts";
import { GENE_SEARCH_ID } from "../genes/gene-search.tsx";
import type { Command } from "./command.ts";

/** To the gene search, wherever the panels are; after the panel had time to appear. */
function focusGeneSearch(): void {
  viewStore.setState(showPanel("genes"));
  requestAnimationFrame(() => document.getElementById(GENE_SEARCH_ID)?.focus());
}

/** Genes, bins and colours. */
export function expressionCommands(centiscope: Centiscope): Command[] {
  const group = "group.expression";
  const language = preferencesStore.getState().language;
  return [
    { id: "search-gene", word: "command.searchGene", group, keys: ["g"], slide: true, run: focusGeneSearch },
    {
      id: "top-genes",
      word: "command.topGenes",
      group,
      keys: [],
      slide: true,
      run: () => {
        viewStore.setState(showPanel("genes"));
        chromeStore.setState({ topGenesOpen: true });
        void centiscope.countTopGenes();
      },
    },
    {
      id: "gene-list",
      word: "command.geneList",
      group,
      keys: [],
      slide: true,
      run: () => sessionStore.setState(openDialog("gene-list")),
    },
    {
      id: "clear-genes",
      word: "command.clearGenes",
      group,
      keys: [],
      slide: true,
      run: () => viewStore.setState(clearGenes()),
    },
    {
      id: "layers",
      word: "command.layers",
      group,
      keys: ["l"],
      slide: true,
      run: () => viewStore.setState(toggleExpressionLayers()),
    },
    {
      id: "bin-smaller",
      word: "command.binSmaller",
      group,
      keys: ["<"],
      slide: true,
      run: () => viewStore.setState(stepBin(-1)),
    },
    {
      id: "bin-larger",
      word: "command.binLarger",
      group,
      keys: [">"],
      slide: true,
      run: () => viewStore.setState(stepBin(1)),
    },
    ...BIN_STOPS_UM.map(
      (binUm): Command => ({
        id: `bin-${binUm}`,
        word: "command.binSize",
        values: { size: formatLength(binUm, language) },
        group,
        keys: [],
        slide: true,
        run: () => {
          const { shape } = viewStore.getState().bins;
          viewStore.setState(changeBins({ binUm, shape: shape === "off" ? "square" : shape }));
        },
      }),
    ),
    {
      id: "bin-off",
      word: "command.binOff",
      group,
      keys: [],
      slide: true,
      run: () => viewStore.setState(changeBins({ shape: "off" })),
    },
    {
      id: "bin-square",
      word: "command.binSquare",
      group,
      keys: [],
      slide: true,
      run: () => viewStore.setState(changeBins({ shape: "square" })),
    },
    {
      id: "bin-hex",
      word: "command.binHex",
      group,
      keys: [],
      slide: true,
      run: () => viewStore.setState(changeBins({ shape: "hex" })),
    },
    ...COLORMAPS.map(
      (colormap): Command => ({
        id: `colormap-${colormap}`,
        word: "command.colormap",
        values: { name: colormap },
        group,
        keys: [],
        slide: true,
        run: () => viewStore.setState(changeBins({ colormap })),
      }),
    ),
  ];
}
