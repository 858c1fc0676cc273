import { startTransition } from "react";
import { createRoot } from "react-dom/client";
import { preferencesStore } from "../state/preferences.ts";
import type { Centiscope } from "../viewer/centiscope.ts";
import { AppFrame } from "./app-frame.tsx";
import { CentiscopeContext } from "./centiscope-context.ts";
import { Shell } from "./shell/shell.tsx";

/** Puts the whole interface into `root`. Called once; the picture comes through `centiscope.mount`. */
export function mountApp(root: HTMLElement, centiscope: Centiscope): void {
  document.documentElement.lang = preferencesStore.getState().language;
  // No StrictMode: its second mount would make the controller build the picture twice.
  // In slices, as all that follows.
  startTransition(() =>
    createRoot(root).render(
      <AppFrame>
        <CentiscopeContext value={centiscope}>
          <Shell />
        </CentiscopeContext>
      </AppFrame>,
    ),
  );
}
