import { NumberInput, RangeSlider, SegmentedControl } from "@mantine/core";
import { formatDecimal, formatInteger, formatSignificant } from "../../core/format-number.ts";
import { Histogram } from "../../kit/histogram.tsx";
import { changeBins } from "../../state/actions.ts";
import type { BinLegend } from "../../state/session.ts";
import { type BinView, type Limits, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown, useSession, useView } from "../stores.ts";
import classes from "./bins-panel.module.css";
import { colormapCss } from "./colormap-css.ts";
import { legendPerArea, legendUnit } from "./legend-words.ts";
import { movedLimits } from "./moved-limits.ts";
import { valueAxis } from "./value-axis.ts";

const STEPS = 400;

/** Absolute limits are counts per bin of the size asked for; larger bins on screen carry more in proportion. */
const areaFactor = (legend: BinLegend, bins: BinView) => (legend.binUm / bins.binUm) ** 2;

const setLimits = (limits: Limits) => viewStore.setState(changeBins({ limits }));

function Distribution({ legend, bins }: { readonly legend: BinLegend; readonly bins: BinView }) {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  const { edges, counts, percentiles } = legend.histogram;
  const axis = valueAxis(bins.scale, Math.max(legend.max, legend.high));
  const tallest = Math.max(1, ...counts);
  const bars = Array.from(counts, (count, i) => ({
    from: axis.share(edges[i]!),
    to: axis.share(edges[i + 1]!),
    // A log of the counts: the few strong bins are what limits are set for, and must be seen.
    height: Math.log1p(count) / Math.log1p(tallest),
  })).filter((bar) => bar.height > 0);
  const low = axis.share(legend.low);
  const high = axis.share(legend.high);
  const show = (value: number) => formatSignificant(value, language, 3);

  /** Which end the value stands for, and why it is that: "p99 = ". */
  const percentileWord = (at: number) =>
    bins.limits.mode === "percentile" && at > 0 && at < 100 ? `p${formatDecimal(at, language, 1)} = ` : "";

  const thumbs = [Math.round(low * STEPS), Math.max(1, Math.round(high * STEPS))] as [number, number];
  const onChange = (to: [number, number]) => {
    const valueAt = (step: number) => axis.value(step / STEPS);
    setLimits(
      movedLimits(bins.limits, { from: thumbs, to, valueAt, percentiles, factor: areaFactor(legend, bins) }),
    );
  };

  return (
    <div className={classes.distribution}>
      <Histogram
        bars={bars}
        gradient={colormapCss(bins.colormap)}
        low={low}
        high={high}
        label={t("bins.histogram", {
          n: formatInteger(legend.nonEmpty, language),
          low: show(legend.low),
          high: show(legend.high),
        })}
      />
      <RangeSlider
        className={classes.range ?? ""}
        min={0}
        max={STEPS}
        step={1}
        minRange={1}
        value={thumbs}
        thumbFromLabel={t("bins.low")}
        thumbToLabel={t("bins.high")}
        thumbValueText={(at) => show(axis.value(at / STEPS))}
        onChange={onChange}
      />
      <div className={classes.ends}>
        <span>
          {percentileWord(bins.limits.low)}
          {show(legend.low)}
        </span>
        <span>{legendUnit(legend, bins, t, language, scaleKnown)}</span>
        <span>
          {percentileWord(bins.limits.high)}
          {show(legend.high)}
        </span>
      </div>
      <div className={classes.ends}>
        <span />
        <span>{legendPerArea(legend, bins, t, language, scaleKnown)}</span>
        <span />
      </div>
    </div>
  );
}

/** The distribution of the bins' values and the two values between which the colours run. */
export function LimitsControl() {
  const { t } = useWords();
  const legend = useSession((session) => session.legend);
  const bins = useView((view) => view.bins);
  const { limits } = bins;
  const percentile = limits.mode === "percentile";

  const setMode = (mode: Limits["mode"]) => {
    if (mode === limits.mode) return;
    if (mode === "percentile") setLimits({ mode, low: 0, high: 99 });
    else {
      const factor = legend ? areaFactor(legend, bins) : 1;
      setLimits({ mode, low: (legend?.low ?? 0) / factor, high: (legend?.high ?? 10) / factor });
    }
  };
  const field = (end: "low" | "high") => (
    <NumberInput
      size="xs"
      aria-label={t(`bins.${end}`)}
      value={Number(limits[end].toPrecision(6))}
      min={0}
      {...(percentile ? { max: 100, suffix: " %", step: 0.5 } : {})}
      decimalScale={4}
      onChange={(value) => {
        if (typeof value !== "number") return;
        const next = { ...limits, [end]: value };
        if (next.low < next.high) setLimits(next);
      }}
    />
  );

  return (
    <>
      {legend ? (
        <Distribution legend={legend} bins={bins} />
      ) : (
        <p className={classes.note}>{t("bins.histogramEmpty")}</p>
      )}
      <div className={classes.row}>
        <span className={classes.label}>{t("bins.limits")}</span>
        <SegmentedControl
          aria-label={t("bins.limits")}
          value={limits.mode}
          data={[
            { value: "percentile", label: t("bins.percentile") },
            { value: "absolute", label: t("bins.absolute") },
          ]}
          onChange={setMode}
        />
      </div>
      <div className={classes.row}>
        <span />
        <div className={classes.pair}>
          {field("low")}
          {field("high")}
        </div>
      </div>
    </>
  );
}
