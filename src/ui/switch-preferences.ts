import { preferencesStore, type Theme } from "../state/preferences.ts";

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { dark: "light", light: "auto", auto: "dark" };

/** dark → light → as the system → dark. */
export function nextTheme(): void {
  preferencesStore.setState((now) => ({ theme: NEXT_THEME[now.theme] }));
}

/** English ↔ 中文. */
export function nextLanguage(): void {
  preferencesStore.setState((now) => ({ language: now.language === "en" ? "zh-CN" : "en" }));
}
