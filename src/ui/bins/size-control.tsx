import { NumberInput, Slider } from "@mantine/core";
import { useEffect, useRef } from "react";
import { formatLength, lengthUnit } from "../../core/format-number.ts";
import { changeBins, MAX_BIN_UM, MIN_BIN_UM } from "../../state/actions.ts";
import { BIN_STOPS_UM, viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown, useView } from "../stores.ts";
import { binSizeAt, LAST_POSITION, POSITION_STEP, positionOf } from "./bin-size.ts";
import classes from "./bins-panel.module.css";

/** Bin size from single transcripts to 200 µm, live while it is dragged; the stops are Stereo-seq's. */
export function SizeControl() {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  const shape = useView((view) => view.bins.shape);
  const binUm = useView((view) => view.bins.binUm);
  const lastShape = useRef<"square" | "hex">("square");
  useEffect(() => {
    if (shape !== "off") lastShape.current = shape;
  }, [shape]);

  const setSize = (sizeUm: number | null) =>
    viewStore.setState(
      changeBins(
        sizeUm === null
          ? { shape: "off" }
          : { shape: shape === "off" ? lastShape.current : shape, binUm: sizeUm },
      ),
    );
  const words = (sizeUm: number | null) =>
    sizeUm === null ? t("bins.single") : formatLength(sizeUm, language, scaleKnown);

  return (
    <div>
      <div className={classes.sizeHead}>
        <span className={classes.label}>{t("bins.size")}</span>
        <NumberInput
          size="xs"
          aria-label={t("bins.sizeField")}
          value={shape === "off" ? "" : Number(binUm.toPrecision(4))}
          placeholder={t("bins.single")}
          min={MIN_BIN_UM}
          max={MAX_BIN_UM}
          clampBehavior="blur"
          decimalScale={2}
          suffix={` ${lengthUnit(scaleKnown)}`}
          step={1}
          onChange={(value) => {
            if (typeof value === "number" && value >= MIN_BIN_UM && value <= MAX_BIN_UM) setSize(value);
          }}
        />
      </div>
      <div className={classes.size}>
        <Slider
          min={0}
          max={LAST_POSITION}
          step={POSITION_STEP}
          value={positionOf(shape === "off" ? null : binUm)}
          thumbLabel={t("bins.size")}
          thumbValueText={(at) => words(binSizeAt(at))}
          marks={[
            { value: 0, label: t("bins.singleShort") },
            ...BIN_STOPS_UM.map((stop) => ({ value: positionOf(stop), label: String(stop) })),
          ]}
          onChange={(at) => setSize(binSizeAt(at))}
        />
      </div>
    </div>
  );
}
