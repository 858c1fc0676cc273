import { SegmentedControl, Select, Slider, Switch } from "@mantine/core";
import type { ReactNode } from "react";
import { formatDecimal, formatLength } from "../../core/format-number.ts";
import { changeBins, changePoints } from "../../state/actions.ts";
import { viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { InTurn } from "../in-turn.tsx";
import { useActiveSlide, useScaleKnown, useView } from "../stores.ts";
import { smoothAt, smoothPosition } from "./bin-size.ts";
import classes from "./bins-panel.module.css";
import { COLORMAPS, colormapCss } from "./colormap-css.ts";
import { LimitsControl } from "./limits-control.tsx";
import { SizeControl } from "./size-control.tsx";

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={classes.row}>
      <span className={classes.label}>{label}</span>
      {children}
    </div>
  );
}

function Swatch({ name }: { readonly name: (typeof COLORMAPS)[number] }) {
  return <span className={classes.swatch} style={{ background: colormapCss(name) }} />;
}

function Counted() {
  const { t } = useWords();
  const of = useView((view) => view.bins.of);
  const statistic = useView((view) => view.bins.statistic);
  const none = useView((view) => view.genes.length === 0);
  return (
    <>
      <SegmentedControl
        aria-label={t("bins.of")}
        value={of}
        data={[
          { value: "all", label: t("bins.all") },
          { value: "genes", label: t("bins.selected") },
        ]}
        onChange={(value) => viewStore.setState(changeBins({ of: value }))}
      />
      {of === "genes" && none && <p className={classes.note}>{t("bins.selectedNone")}</p>}
      {of === "genes" && (
        <Row label={t("bins.statistic")}>
          <SegmentedControl
            aria-label={t("bins.statistic")}
            value={statistic}
            data={[
              { value: "sum", label: t("bins.sum") },
              { value: "mean", label: t("bins.mean") },
              { value: "ratio", label: t("bins.ratio") },
            ]}
            onChange={(value) => viewStore.setState(changeBins({ statistic: value }))}
          />
        </Row>
      )}
      {of === "genes" && statistic === "ratio" && <p className={classes.note}>{t("bins.ratioHint")}</p>}
    </>
  );
}

function Colour() {
  const { t } = useWords();
  const colormap = useView((view) => view.bins.colormap);
  return (
    <Row label={t("bins.colour")}>
      <Select
        aria-label={t("bins.colour")}
        value={colormap}
        data={[...COLORMAPS]}
        leftSection={<Swatch name={colormap} />}
        leftSectionWidth={58}
        renderOption={({ option }) => (
          <span className={classes.option}>
            <Swatch name={option.value as (typeof COLORMAPS)[number]} />
            {option.label}
          </span>
        )}
        onChange={(value) => {
          const name = COLORMAPS.find((candidate) => candidate === value);
          if (name) viewStore.setState(changeBins({ colormap: name }));
        }}
      />
    </Row>
  );
}

function Scale() {
  const { t } = useWords();
  const scale = useView((view) => view.bins.scale);
  return (
    <Row label={t("bins.scale")}>
      <SegmentedControl
        aria-label={t("bins.scale")}
        value={scale}
        data={[
          { value: "linear", label: t("scale.linear") },
          { value: "log", label: t("scale.log") },
          { value: "sqrt", label: t("scale.sqrt") },
        ]}
        onChange={(value) => viewStore.setState(changeBins({ scale: value }))}
      />
    </Row>
  );
}

function Smoothing() {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  const smoothUm = useView((view) => view.bins.smoothUm);
  const smooth = (um: number) =>
    um === 0 ? t("bins.smoothNone") : `σ ${formatLength(um, language, scaleKnown)}`;
  return (
    <Row label={t("bins.smooth")}>
      <div className={classes.sliderRow}>
        <Slider
          className={classes.slider ?? ""}
          min={0}
          max={100}
          value={smoothPosition(smoothUm)}
          thumbLabel={t("bins.smooth")}
          thumbValueText={(at) => smooth(smoothAt(at))}
          onChange={(at) => viewStore.setState(changeBins({ smoothUm: smoothAt(at) }))}
        />
        <span className={classes.value}>{smooth(smoothUm)}</span>
      </div>
    </Row>
  );
}

function Points() {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  const { sizeUm, minPx, outline } = useView((view) => view.points);
  return (
    <section className={classes.panel} aria-labelledby="points-title">
      <h2 className={classes.title} id="points-title">
        {t("points.title")}
      </h2>
      <Row label={t("points.size")}>
        <div className={classes.sliderRow}>
          <Slider
            className={classes.slider ?? ""}
            min={0.2}
            max={20}
            step={0.2}
            value={sizeUm}
            thumbLabel={t("points.size")}
            thumbValueText={(value) => formatLength(value, language, scaleKnown)}
            onChange={(value) => viewStore.setState(changePoints({ sizeUm: Number(value.toFixed(1)) }))}
          />
          <span className={classes.value}>{formatLength(sizeUm, language, scaleKnown)}</span>
        </div>
      </Row>
      <Row label={t("points.minPx")}>
        <div className={classes.sliderRow}>
          <Slider
            className={classes.slider ?? ""}
            min={1}
            max={16}
            step={0.5}
            value={minPx}
            thumbLabel={t("points.minPx")}
            thumbValueText={(value) => `${formatDecimal(value, language, 1)} px`}
            onChange={(value) => viewStore.setState(changePoints({ minPx: value }))}
          />
          <span className={classes.value}>{formatDecimal(minPx, language, 1)} px</span>
        </div>
      </Row>
      <Row label={t("points.outline")}>
        <Switch
          size="xs"
          aria-label={t("points.outline")}
          checked={outline}
          onChange={(event) => viewStore.setState(changePoints({ outline: event.currentTarget.checked }))}
        />
      </Row>
    </section>
  );
}

function Shape() {
  const { t } = useWords();
  const shape = useView((view) => view.bins.shape);
  return (
    <SegmentedControl
      aria-label={t("bins.shape")}
      value={shape}
      data={[
        { value: "square", label: t("bins.square") },
        { value: "hex", label: t("bins.hex") },
        { value: "off", label: t("bins.off") },
      ]}
      onChange={(value) => viewStore.setState(changeBins({ shape: value }))}
    />
  );
}

/** How counts become colour: shape, what is counted, size, colours, limits, smoothing; and how points look. */
export function BinsPanel() {
  const { t } = useWords();
  const hasExpression = useActiveSlide()?.expression.status !== "idle";
  if (!hasExpression) return null;
  return (
    <InTurn>
      <section className={classes.panel} aria-labelledby="bins-title">
        <h2 className={classes.title} id="bins-title">
          {t("bins.title")}
        </h2>
        <InTurn>
          <Shape />
          <Counted />
          <SizeControl />
          <Colour />
          <Scale />
          <LimitsControl />
          <Smoothing />
        </InTurn>
      </section>
      <Points />
    </InTurn>
  );
}
