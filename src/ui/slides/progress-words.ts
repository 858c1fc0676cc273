import { formatInteger, formatPercent } from "../../core/format-number.ts";
import type { Language } from "../../state/preferences.ts";
import type { LoadProgress } from "../../state/session.ts";
import type { Translate } from "../i18n/i18n.ts";

/** "Reading · 42 % · 1 284 201 rows · about 8 s left", leaving out what is unknown. */
export function progressWords(progress: LoadProgress, t: Translate, language: Language): string {
  const parts = [t(`load.${progress.stage}`)];
  if (progress.fraction !== null) parts.push(formatPercent(Math.floor(progress.fraction * 100), language));
  if (progress.rows !== null) parts.push(t("load.rows", { rows: formatInteger(progress.rows, language) }));
  if (progress.etaSeconds !== null) {
    const seconds = Math.max(1, Math.round(progress.etaSeconds));
    const time =
      seconds < 90 ? t("time.seconds", { n: seconds }) : t("time.minutes", { n: Math.round(seconds / 60) });
    parts.push(t("load.eta", { time }));
  }
  return parts.join(" · ");
}
