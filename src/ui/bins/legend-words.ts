import { formatLength, formatSignificant, lengthUnit } from "../../core/format-number.ts";
import type { Language } from "../../state/preferences.ts";
import type { BinLegend } from "../../state/session.ts";
import type { BinView } from "../../state/view.ts";
import type { Translate } from "../i18n/i18n.ts";

/** "counts per 20 µm bin · log": what a colour stands for. */
export function legendUnit(
  legend: BinLegend,
  bins: BinView,
  t: Translate,
  language: Language,
  scaleKnown: boolean,
): string {
  const size = formatLength(legend.binUm, language, scaleKnown);
  const statistic = bins.of === "genes" ? bins.statistic : "sum";
  const unit =
    statistic === "ratio"
      ? t(legend.isShare ? "legend.share" : "legend.ratio", { size })
      : statistic === "mean"
        ? t("legend.mean", { size })
        : t(legend.shape === "hex" ? "legend.perHex" : "legend.perBin", { size });
  return `${unit} · ${t(`scale.${bins.scale}`)}`;
}

/** The same limits per area, so that slides with other bins compare; null for a ratio, which has no unit. */
export function legendPerArea(
  legend: BinLegend,
  bins: BinView,
  t: Translate,
  language: Language,
  scaleKnown: boolean,
): string | null {
  if (bins.of === "genes" && bins.statistic === "ratio") return null;
  return t("legend.perArea", {
    unit: `${lengthUnit(scaleKnown)}²`,
    low: formatSignificant(legend.low / legend.binAreaUm2, language, 3),
    high: formatSignificant(legend.high / legend.binAreaUm2, language, 3),
  });
}
