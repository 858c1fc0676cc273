import "@mantine/core/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import "./global.css";
import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { startTransition, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { preferencesStore } from "../state/preferences.ts";
import type { Centiscope } from "../viewer/centiscope.ts";
import { CentiscopeContext } from "./centiscope-context.ts";
import { WordsContext, wordsIn } from "./i18n/i18n.ts";
import { Shell } from "./shell/shell.tsx";
import { usePreferences } from "./stores.ts";
import { theme, themeVariables } from "./theme.ts";

/** Theme and language around the shell; both follow the preferences at once, without a reload. */
function App({ centiscope }: { readonly centiscope: Centiscope }) {
  const language = usePreferences((preferences) => preferences.language);
  const chosen = usePreferences((preferences) => preferences.theme);
  const system = useColorScheme("dark");

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  return (
    <WordsContext value={wordsIn(language)}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={themeVariables}
        forceColorScheme={chosen === "auto" ? system : chosen}
      >
        <CentiscopeContext value={centiscope}>
          <Shell />
        </CentiscopeContext>
      </MantineProvider>
    </WordsContext>
  );
}

/** Puts the whole interface into `root`. Called once; the picture comes through `centiscope.mount`. */
export function mountApp(root: HTMLElement, centiscope: Centiscope): void {
  document.documentElement.lang = preferencesStore.getState().language;
  // No StrictMode: its second mount would make the controller build the picture twice.
  // In slices, as all that follows.
  startTransition(() => createRoot(root).render(<App centiscope={centiscope} />));
}
