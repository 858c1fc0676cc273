import { type Language, preferencesStore, type Theme } from "../../../src/state/preferences.ts";
import { type SessionState, sessionStore } from "../../../src/state/session.ts";
import { viewStore } from "../../../src/state/view.ts";
import { mountApp } from "../../../src/ui/app.tsx";
import { createFakeCentiscope } from "./fake-centiscope.ts";
import { applyFakeState } from "./fake-state.ts";

const query = new URLSearchParams(location.search);
const state = query.get("state") ?? "slide";
preferencesStore.setState({
  theme: (query.get("theme") ?? "dark") as Theme,
  language: (query.get("lang") ?? "en") as Language,
});
applyFakeState(state);
const pictures: Readonly<Record<string, string>> = {
  slide: "/samples/xenium-breast/preview.webp",
  many: "/samples/xenium-breast/preview.webp",
  simulated: "/samples/he-simulated/preview.webp",
};
const { centiscope, calls } = createFakeCentiscope(pictures[state] ?? null);
const root = document.getElementById("root");
if (root) mountApp(root, centiscope);
const dialog = query.get("dialog");
if (dialog) sessionStore.setState({ dialog: dialog as SessionState["dialog"] });
Object.assign(window, { harness: { calls, sessionStore, viewStore, preferencesStore } });
