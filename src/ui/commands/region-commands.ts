import { openDialog, showPanel } from "../../state/actions.ts";
import { drawingStore, type ToolName } from "../../state/drawing.ts";
import { annotationHistory } from "../../state/history.ts";
import { sessionStore } from "../../state/session.ts";
import { viewStore } from "../../state/view.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import type { WordKey } from "../i18n/en.ts";
import { canLinkFile, linkFile } from "../regions/linked-file.tsx";
import {
  chooseTool,
  hasSelection,
  hideSelected,
  removeSelected,
  selectAll,
  selectNext,
  toggleLock,
} from "../regions/region-actions.ts";
import { canPaste, copySelected, paste } from "../regions/region-clipboard.ts";
import { chooseImport, saveRegions } from "../regions/region-exchange.ts";
import { activeSlide } from "../stores.ts";
import type { Command } from "./command.ts";

const group = "group.regions";

/** The key of each tool: QuPath's where it has one. */
export const TOOL_KEYS: Readonly<Record<ToolName, string>> = {
  move: "m",
  rectangle: "r",
  ellipse: "o",
  polygon: "p",
  freehand: "d",
  brush: "b",
  wand: "w",
  polyline: "v",
  ruler: "u",
  arrow: "t",
  points: ".",
  note: "n",
  stamp: "s",
  split: "k",
};

function toolCommand(tool: ToolName): Command {
  return {
    id: `tool-${tool}`,
    word: `tool.${tool}`,
    group,
    keys: [TOOL_KEYS[tool]],
    slide: true,
    run: () => chooseTool(tool),
  };
}

function regionCommand(
  id: string,
  word: WordKey,
  keys: readonly string[],
  run: () => void,
  more: Partial<Command> = {},
): Command {
  return { id, word, group, keys, slide: true, run, ...more };
}

const slideTitle = () => activeSlide(sessionStore.getState())?.title ?? "regions";

/** Nothing on the page is marked as text: then Ctrl+C means regions. */
const noText = () => hasSelection() && (getSelection()?.isCollapsed ?? true);

/** Tools, and what is done to regions. */
export function regionCommands(centiscope: Centiscope): Command[] {
  return [
    ...(Object.keys(TOOL_KEYS) as ToolName[]).map(toolCommand),
    regionCommand("undo", "command.undo", ["z"], () => annotationHistory.undo(), { mod: true }),
    regionCommand("redo", "command.redo", ["z"], () => annotationHistory.redo(), { mod: true, shift: true }),
    regionCommand("redo-y", "command.redo", ["y"], () => annotationHistory.redo(), {
      mod: true,
      keyOnly: true,
    }),
    regionCommand("copy", "command.copy", ["c"], () => copySelected(centiscope), { mod: true, when: noText }),
    regionCommand("paste", "command.paste", ["v"], () => paste(centiscope), { mod: true, when: canPaste }),
    regionCommand("select-all", "command.selectAllRegions", ["a"], selectAll, { mod: true }),
    regionCommand("delete", "command.deleteRegions", ["Delete"], removeSelected, { when: hasSelection }),
    regionCommand("fill", "command.fill", ["f"], () =>
      drawingStore.setState(({ filled }) => ({ filled: !filled })),
    ),
    regionCommand("show-regions", "command.showRegions", ["a"], () =>
      drawingStore.setState(({ shown }) => ({ shown: !shown })),
    ),
    regionCommand("snap", "command.snap", [], () =>
      drawingStore.setState(({ snapping }) => ({ snapping: !snapping })),
    ),
    regionCommand("next-region", "command.nextRegion", ["j"], () => selectNext(1, centiscope)),
    regionCommand("previous-region", "command.previousRegion", ["j"], () => selectNext(-1, centiscope), {
      shift: true,
    }),
    regionCommand("lock", "command.lockRegions", [], toggleLock, { when: hasSelection }),
    regionCommand("hide", "command.hideRegions", [], hideSelected, { when: hasSelection }),
    regionCommand("region-history", "command.regionHistory", [], () =>
      sessionStore.setState(openDialog("region-history")),
    ),
    regionCommand("compare-regions", "command.compareRegions", [], () =>
      sessionStore.setState(openDialog("compare-regions")),
    ),
    regionCommand("import-regions", "command.importRegions", [], () => chooseImport(centiscope)),
    regionCommand(
      "export-regions",
      "command.exportRegions",
      [],
      () => void saveRegions("geojson", centiscope),
    ),
    regionCommand("link-file", "command.linkFile", [], () => void linkFile(slideTitle(), centiscope), {
      when: canLinkFile,
    }),
    regionCommand("regions", "command.regions", [], () => viewStore.setState(showPanel("regions"))),
  ];
}
