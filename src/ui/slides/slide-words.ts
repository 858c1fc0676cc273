import { formatExtent, formatInteger } from "../../core/format-number.ts";
import type { Language } from "../../state/preferences.ts";
import type { SlideEntry } from "../../state/session.ts";
import type { Translate } from "../i18n/i18n.ts";

/** "Xenium · 7.5 × 5.5 mm": what and how large; the entry's own subtitle until that is known. */
export function slideWords(slide: SlideEntry, t: Translate, language: Language): string {
  const parts: string[] = [];
  if (slide.expressionInfo) parts.push(t(`platform.${slide.expressionInfo.platform}`));
  else if (slide.imageFacts) parts.push(slide.imageFacts.format);
  if (slide.boundsUm) {
    const { minX, minY, maxX, maxY } = slide.boundsUm;
    parts.push(formatExtent(maxX - minX, maxY - minY, language, slide.scaleKnown));
  }
  return parts.length > 0 ? parts.join(" · ") : slide.subtitle;
}

/** "5 936 transcripts" when each row is one molecule; else both figures, for a row is then not a transcript. */
export function countWords(rows: number, molecules: number, t: Translate, language: Language): string {
  const words = { rows: formatInteger(rows, language), molecules: formatInteger(molecules, language) };
  return rows === molecules
    ? t("count.transcripts", { count: rows, ...words })
    : t("count.molecules", { count: molecules, ...words });
}
