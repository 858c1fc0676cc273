import { spotlight } from "@mantine/spotlight";
import { openDialog, showPanel, togglePresenting, unpin } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import { viewStore } from "../../state/view.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { chromeStore } from "../chrome.ts";
import { toggleFullScreen } from "../full-screen.ts";
import { savePicture } from "../shell/save-picture.ts";
import { openers } from "../slides/use-open.ts";
import { nextLanguage, nextTheme } from "../switch-preferences.ts";
import type { Command } from "./command.ts";
import { expressionCommands } from "./expression-commands.ts";
import { regionCommands } from "./region-commands.ts";
import { viewCommands } from "./view-commands.ts";

/** Leaves the presentation if one is on; else closes the pinned transcript. */
function leave(): void {
  const { panels } = viewStore.getState();
  if (sessionStore.getState().pinned) sessionStore.setState(unpin());
  else if (!panels.left && !panels.right) viewStore.setState(togglePresenting());
  else if (sessionStore.getState().slides.length > 0) chromeStore.setState({ startOpen: false });
}

function windowCommands(centiscope: Centiscope): Command[] {
  const group = "group.window";
  return [
    {
      id: "palette",
      word: "command.palette",
      group,
      keys: ["k", "l"],
      mod: true,
      inFields: true,
      keyOnly: true,
      run: spotlight.toggle,
    },
    {
      id: "present",
      word: "command.present",
      group,
      keys: ["h"],
      slide: true,
      run: () => viewStore.setState(togglePresenting()),
    },
    { id: "full-screen", word: "command.fullScreen", group, keys: ["f"], shift: true, run: toggleFullScreen },
    {
      id: "slide-facts",
      word: "command.slideFacts",
      group,
      keys: [],
      slide: true,
      run: () => viewStore.setState(showPanel("slide")),
    },
    {
      id: "picture",
      word: "command.picture",
      group,
      keys: [],
      slide: true,
      run: () => void savePicture(centiscope).catch(() => undefined),
    },
    { id: "theme", word: "command.theme", group, keys: [], run: nextTheme },
    { id: "language", word: "command.language", group, keys: [], run: nextLanguage },
    {
      id: "recovery",
      word: "command.recovery",
      group,
      keys: [],
      run: () => sessionStore.setState(openDialog("recovery")),
    },
    {
      id: "messages",
      word: "command.messages",
      group,
      keys: [],
      run: () => sessionStore.setState(openDialog("messages")),
    },
    {
      id: "keys",
      word: "command.keys",
      group,
      keys: ["?"],
      run: () => sessionStore.setState(openDialog("keys")),
    },
    {
      id: "about",
      word: "command.about",
      group,
      keys: [],
      run: () => sessionStore.setState(openDialog("about")),
    },
    { id: "escape", word: "command.escape", group, keys: ["Escape"], keyOnly: true, run: leave },
  ];
}

function openCommands(centiscope: Centiscope): Command[] {
  const group = "group.open";
  const open = openers(centiscope);
  return [
    { id: "open-files", word: "command.openFiles", group, keys: [], run: open.pickFiles },
    { id: "open-folder", word: "command.openFolder", group, keys: [], run: open.pickFolder },
    {
      id: "open-url",
      word: "command.openUrl",
      group,
      keys: [],
      run: () => sessionStore.setState(openDialog("open-url")),
    },
    {
      id: "start",
      word: "command.start",
      group,
      keys: [],
      run: () => chromeStore.setState({ startOpen: true }),
    },
  ];
}

/** Every command. */
export function commands(centiscope: Centiscope): Command[] {
  return [
    ...viewCommands(centiscope),
    ...expressionCommands(centiscope),
    ...regionCommands(centiscope),
    ...openCommands(centiscope),
    ...windowCommands(centiscope),
  ];
}
