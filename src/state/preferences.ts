import { createStore } from "zustand/vanilla";

export type Language = "en" | "zh-CN";
export type Theme = "dark" | "light" | "auto";

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** As annotations are to be signed; empty until the person gives a name. */
  readonly author: string;
}

const KEY = "centiscope.preferences";

function stored(): Partial<Preferences> {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof raw === "object" && raw !== null ? (raw as Partial<Preferences>) : {};
  } catch {
    return {};
  }
}

function initial(): Preferences {
  const found = stored();
  const browser: Language = navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
  return {
    language: found.language === "en" || found.language === "zh-CN" ? found.language : browser,
    author: typeof found.author === "string" ? found.author : "",
    theme: found.theme === "dark" || found.theme === "light" || found.theme === "auto" ? found.theme : "dark",
  };
}

/** Language and theme: of the person, not of the slide; kept in the browser. */
export const preferencesStore = createStore<Preferences>()(() => initial());

preferencesStore.subscribe((preferences) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A full or forbidden storage costs only the memory of a preference.
  }
});
