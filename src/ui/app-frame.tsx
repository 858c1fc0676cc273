import "@mantine/core/styles.layer.css";
import "@mantine/spotlight/styles.layer.css";
import "./global.css";
import { MantineProvider } from "@mantine/core";
import { useColorScheme } from "@mantine/hooks";
import { type ReactNode, useEffect } from "react";
import { WordsContext, wordsIn } from "./i18n/i18n.ts";
import { usePreferences } from "./stores.ts";
import { theme, themeVariables } from "./theme.ts";

/** Theme and language around a page; both follow the preferences at once, without a reload. */
export function AppFrame({ children }: { readonly children: ReactNode }) {
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
        {children}
      </MantineProvider>
    </WordsContext>
  );
}
