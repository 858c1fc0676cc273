import { Button } from "@mantine/core";
import type { Annotation } from "../../core/annotation.ts";
import { formatInteger, formatSignificant } from "../../core/format-number.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { useScaleKnown } from "../stores.ts";
import { RegionGenesTable } from "./region-genes-table.tsx";
import { writeMeasurements } from "./region-measurements.ts";
import classes from "./regions-panel.module.css";
import { type RegionCounts, useRegionCounts } from "./use-region-counts.ts";

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Rows, molecules and genes of the selected areas; `areaUm2` is that of all of them together. */
function Figures({ counts, areaUm2 }: { readonly counts: RegionCounts; readonly areaUm2: number }) {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  if (counts.status === "failed")
    return (
      <p className={classes.failed} role="alert">
        {messageText(counts.error, language)}
      </p>
    );
  if (counts.status !== "ready") {
    const bracket = counts.status === "counting" ? counts.bracket : null;
    return (
      <p className={classes.count} aria-live="polite">
        {bracket
          ? t("regions.bracket", {
              low: formatInteger(total(bracket.lower), language),
              high: formatInteger(total(bracket.upper), language),
            })
          : t("regions.counting")}
      </p>
    );
  }
  const { sums } = counts;
  const perArea = scaleKnown ? sums.count / (areaUm2 / 1e6) : sums.count / areaUm2;
  return (
    <>
      <dl className={classes.facts} data-exact>
        <dt>{t("facts.rows")}</dt>
        <dd>{formatInteger(sums.rows, language)}</dd>
        <dt>{t("facts.molecules")}</dt>
        <dd>{formatInteger(sums.count, language)}</dd>
        {areaUm2 > 0 && (
          <>
            <dt>{t("regions.density")}</dt>
            <dd>
              {formatSignificant(perArea, language, 4)} / {scaleKnown ? "mm²" : "px²"}
            </dd>
          </>
        )}
      </dl>
      <RegionGenesTable sums={sums} />
    </>
  );
}

/** What the selected areas hold, live: bounds first, then exact. */
export function RegionFigures(props: { readonly selected: readonly Annotation[]; readonly areaUm2: number }) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const { selected, areaUm2 } = props;
  const counts = useRegionCounts(selected);
  if (counts.status === "none") return null;
  if (counts.status === "many") return <p className={classes.count}>{t("regions.tooManyToJoin")}</p>;
  return (
    <section aria-label={t("regions.counts")} className={classes.figures}>
      <Figures counts={counts} areaUm2={areaUm2} />
      {counts.status === "ready" && (
        <Button variant="subtle" color="gray" onClick={() => void writeMeasurements(selected, centiscope)}>
          {t("regions.writeMeasurements")}
        </Button>
      )}
    </section>
  );
}
