import { formatLength, formatSignificant } from "../../core/format-number.ts";
import { GlyphIcon } from "../../kit/glyph-icon.tsx";
import { colormapCss } from "../bins/colormap-css.ts";
import { legendPerArea, legendUnit } from "../bins/legend-words.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown, useSession, useView } from "../stores.ts";
import stage from "./stage.module.css";
import classes from "./stage-legend.module.css";

function BinsLegend() {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  const legend = useSession((session) => session.legend);
  const drawn = useSession((session) => session.status.mode === "bins" || session.status.mode === "both");
  const shown = useView((view) => view.layers.bins.visible);
  const bins = useView((view) => view.bins);
  if (!legend || !drawn || !shown) return null;
  const perArea = legendPerArea(legend, bins, t, language, scaleKnown);
  return (
    <section
      className={`${stage.float} ${classes.legend}`}
      aria-label={t("legend.label")}
      data-testid="legend"
    >
      <div className={classes.ramp} style={{ background: colormapCss(bins.colormap) }} />
      <div className={classes.ends}>
        <span>{formatSignificant(legend.low, language, 3)}</span>
        <span>
          {legend.high < legend.max ? "≥ " : ""}
          {formatSignificant(legend.high, language, 3)}
        </span>
      </div>
      <div className={classes.unit}>{legendUnit(legend, bins, t, language, scaleKnown)}</div>
      {perArea && <div className={classes.unit}>{perArea}</div>}
      {bins.smoothUm > 0 && (
        <div className={classes.unit}>
          {t("legend.smoothed", { sigma: formatLength(bins.smoothUm, language, scaleKnown) })}
        </div>
      )}
    </section>
  );
}

function GenesLegend() {
  const { t } = useWords();
  const genes = useView((view) => view.genes);
  const solo = useView((view) => view.soloGene);
  const shown = genes.filter((gene) => (solo === null ? gene.visible : gene.name === solo));
  if (shown.length === 0) return null;
  return (
    <ul className={`${stage.float} ${classes.genes}`} aria-label={t("legend.genes")}>
      {shown.map((gene) => (
        <li key={gene.name}>
          <GlyphIcon shape={gene.shape} color={gene.color} />
          {gene.name}
        </li>
      ))}
    </ul>
  );
}

/** What colours mean, on the picture; with the genes too when no panel tells them. */
export function StageLegend({ withGenes }: { readonly withGenes: boolean }) {
  return (
    <>
      {withGenes && <GenesLegend />}
      <BinsLegend />
    </>
  );
}
