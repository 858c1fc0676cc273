import type { ErrorFacts } from "../../core/errors.ts";
import { formatLength, formatPercent } from "../../core/format-number.ts";
import type { Language } from "../../state/preferences.ts";
import type { SlideEntry, ViewStatus } from "../../state/session.ts";
import type { Translate } from "../i18n/i18n.ts";
import { countWords } from "../slides/slide-words.ts";

/** How the picture stands: nothing open, loading, some part failed, all failed, or complete. */
export type StatusState = "idle" | "loading" | "partial" | "failed" | "ready";

/** The first failure of the slide or of the picture; null when all is well. */
export function failureOf(slide: SlideEntry | null, status: ViewStatus): ErrorFacts | null {
  if (status.error) return status.error;
  if (slide?.expression.status === "failed") return slide.expression.error;
  if (slide?.image.status === "failed") return slide.image.error;
  return null;
}

export function statusState(slide: SlideEntry | null, status: ViewStatus): StatusState {
  if (!slide) return "idle";
  if (slide.image.status === "loading" || slide.expression.status === "loading") return "loading";
  if (failureOf(slide, status)) {
    return slide.image.status === "ready" || slide.expression.status === "ready" ? "partial" : "failed";
  }
  return status.loading ? "loading" : "ready";
}

/** What is still on its way: what is drawn until then is exact too, only coarser or not yet there. */
export function comingWords(coming: string, t: Translate): string {
  const parts = coming.split(" ").flatMap((name) => COMING.find((known) => known === name) ?? []);
  if (parts.length === 0) return t("status.updating");
  return t("status.coming", {
    what: parts.map((name) => t(`status.coming.${name}`)).join(t("app.listJoin")),
  });
}

const COMING = ["bins", "points", "count", "filter"] as const;

/** The honest sentence: what each drawn thing stands for, and how much of the data it carries. */
export function statusWords(
  slide: SlideEntry | null,
  status: ViewStatus,
  t: Translate,
  language: Language,
): string {
  if (!slide) return t("status.none");
  if (slide.question) return t("status.question", { title: slide.title });
  const size = status.binUm === null ? "" : formatLength(status.binUm, language, slide.scaleKnown);
  const percent = formatPercent(status.percentShown, language);
  let sentence = "";
  if (status.aggregated && status.binUm !== null) sentence = t("status.aggregated", { size, percent });
  else if (status.mode === "bins" || status.mode === "both") {
    const bins = t(status.binShape === "hex" ? "status.hex" : "status.bins", { size, percent });
    sentence = status.mode === "both" ? t("status.both", { bins }) : bins;
  } else if (status.mode === "points") {
    sentence =
      status.rowsInView === null
        ? t("status.pointsCounting")
        : t("status.points", {
            what: countWords(status.rowsInView, status.countInView ?? status.rowsInView, t, language),
          });
  } else if (slide.expression.status === "ready") return t("status.hidden");
  else if (slide.image.status === "ready" && slide.expression.status === "idle") return t("status.imageOnly");
  else {
    const part = [slide.expression, slide.image].find((candidate) => candidate.status === "loading");
    if (part?.status !== "loading") return failureOf(slide, status) ? t("status.failed") : slide.title;
    return t("status.loading", { title: slide.title, stage: t(`load.${part.progress.stage}`) });
  }
  if (status.smoothUm > 0 && status.mode !== "points") {
    sentence += ` · ${t("status.smoothed", { sigma: formatLength(status.smoothUm, language, slide.scaleKnown) })}`;
  }
  if (status.filtered) sentence += ` · ${t("status.filtered")}`;
  return sentence;
}
