import { Button, NumberInput, SegmentedControl, Slider } from "@mantine/core";
import { IconArrowsHorizontal, IconArrowsVertical } from "@tabler/icons-react";
import { lengthUnit } from "../../core/format-number.ts";
import { drawingStore, MAX_BRUSH_PX, MIN_BRUSH_PX, type Stamp } from "../../state/drawing.ts";
import { measured } from "../../viewer/region-measures.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown } from "../stores.ts";
import classes from "./tool-bar.module.css";
import { useDocument, useDrawing } from "./use-document.ts";
import { useFrameToUm } from "./use-frame.ts";
import { useMeasured } from "./use-measured.ts";

/** Area of a stamp, mm². */
function areaMm2({ shape, widthUm, heightUm }: Stamp): number {
  return ((shape === "ellipse" ? Math.PI / 4 : 1) * widthUm * heightUm) / 1e6;
}

/** A stamp of the same proportions and this area. */
function withArea(stamp: Stamp, mm2: number): Stamp {
  const factor = Math.sqrt(mm2 / areaMm2(stamp));
  return { ...stamp, widthUm: stamp.widthUm * factor, heightUm: stamp.heightUm * factor };
}

/** Area of all areas that are selected, each for itself; 0 of none. */
function useSelectedAreaUm2(): number {
  const annotations = useDocument((state) => state.document.annotations);
  const selected = useDocument((state) => state.selected);
  const toUm = useFrameToUm();
  useMeasured();
  return [...selected].reduce((sum, id) => {
    const found = annotations.get(id);
    const measure = found && toUm ? measured(found.geometry, toUm) : null;
    return sum + (!measure || measure === "coming" ? 0 : measure.areaUm2);
  }, 0);
}

function StampOptions() {
  const { t } = useWords();
  const stamp = useDrawing((drawing) => drawing.stamp);
  const set = (next: Stamp) => {
    if (next.widthUm > 0 && next.heightUm > 0) drawingStore.setState({ stamp: next });
  };
  const selectedUm2 = useSelectedAreaUm2();
  const scaleKnown = useScaleKnown();
  const unit = lengthUnit(scaleKnown);
  const round = (value: number) => Number(value.toPrecision(6));
  return (
    <>
      <SegmentedControl
        aria-label={t("options.stampShape")}
        value={stamp.shape}
        onChange={(value) =>
          set(withArea({ ...stamp, shape: value === "ellipse" ? "ellipse" : "rectangle" }, areaMm2(stamp)))
        }
        data={[
          { value: "rectangle", label: t("tool.rectangle") },
          { value: "ellipse", label: t("tool.ellipse") },
        ]}
      />
      {scaleKnown && (
        <>
          <NumberInput
            size="xs"
            w={118}
            aria-label={t("options.stampArea")}
            suffix=" mm²"
            value={round(areaMm2(stamp))}
            onChange={(value) => {
              if (typeof value === "number" && value > 0) set(withArea(stamp, value));
            }}
          />
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            disabled={selectedUm2 === 0}
            onClick={() => set(withArea(stamp, selectedUm2 / 1e6))}
          >
            {t("options.stampAsSelected")}
          </Button>
        </>
      )}
      <NumberInput
        size="xs"
        w={112}
        leftSection={<IconArrowsHorizontal size={14} aria-hidden="true" />}
        aria-label={t("options.stampWidth", { unit })}
        suffix={` ${unit}`}
        value={round(stamp.widthUm)}
        onChange={(value) => {
          if (typeof value === "number") set({ ...stamp, widthUm: value });
        }}
      />
      <NumberInput
        size="xs"
        w={112}
        leftSection={<IconArrowsVertical size={14} aria-hidden="true" />}
        aria-label={t("options.stampHeight", { unit })}
        suffix={` ${unit}`}
        value={round(stamp.heightUm)}
        onChange={(value) => {
          if (typeof value === "number") set({ ...stamp, heightUm: value });
        }}
      />
    </>
  );
}

/** What the chosen tool can be told; nothing of most. */
export function ToolOptions() {
  const { t } = useWords();
  const tool = useDrawing((drawing) => drawing.tool);
  const brushPx = useDrawing((drawing) => drawing.brushPx);
  if (tool !== "brush" && tool !== "stamp") return null;
  return (
    <fieldset className={classes.options} aria-label={t("options.label")}>
      {tool === "stamp" ? (
        <StampOptions />
      ) : (
        <>
          <span>{t("options.brush")}</span>
          <Slider
            w={150}
            min={MIN_BRUSH_PX}
            max={MAX_BRUSH_PX}
            value={brushPx}
            thumbLabel={t("options.brush")}
            onChange={(value) => drawingStore.setState({ brushPx: value })}
          />
          <span>{brushPx} px</span>
        </>
      )}
    </fieldset>
  );
}
