import { Button, Menu, NumberInput } from "@mantine/core";
import { useState } from "react";
import { errorFacts } from "../../core/errors.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown } from "../stores.ts";
import { hasSelection } from "./region-actions.ts";
import {
  addMargins,
  combineSelected,
  fillSelectedHoles,
  nestByPlace,
  repairSelected,
  selectedAreas,
  simplifySelected,
} from "./region-operations.ts";
import classes from "./regions-panel.module.css";
import { TransformForm } from "./transform-form.tsx";

/** Bands along the edge: their width in µm, negative = inwards, and their number. */
function Margins({ onDone }: { readonly onDone: () => void }) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const [width, setWidth] = useState<string | number>(100);
  const [count, setCount] = useState<string | number>(1);
  const valid = typeof width === "number" && width !== 0 && typeof count === "number" && count >= 1;
  return (
    <div className={classes.newClass}>
      <NumberInput size="xs" label={t("shape.marginWidth")} value={width} onChange={setWidth} />
      <NumberInput
        size="xs"
        label={t("shape.marginCount")}
        min={1}
        max={20}
        allowDecimal={false}
        value={count}
        onChange={setCount}
      />
      <Button
        disabled={!valid}
        onClick={() => {
          addMargins(Number(width), Math.min(20, Number(count)), t("shape.margin"), centiscope);
          onDone();
        }}
      >
        {t("shape.marginAdd")}
      </Button>
    </div>
  );
}

/** What can be done to the outlines of what is selected. */
export function ShapeMenu() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const scaleKnown = useScaleKnown();
  const [form, setForm] = useState<"none" | "margins" | "transform">("none");
  const areas = selectedAreas().length;
  if (!hasSelection()) return null;
  const act = (work: () => void) => () => {
    try {
      work();
    } catch (thrown) {
      centiscope.notify(errorFacts(thrown, ""));
    }
  };
  return (
    <>
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button variant="subtle" color="gray">
            {t("shape.title")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={areas < 2} onClick={act(() => combineSelected("union"))}>
            {t("shape.union")}
          </Menu.Item>
          <Menu.Item disabled={areas < 2} onClick={act(() => combineSelected("subtract"))}>
            {t("shape.subtract")}
          </Menu.Item>
          <Menu.Item disabled={areas < 2} onClick={act(() => combineSelected("intersect"))}>
            {t("shape.intersect")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item disabled={areas === 0} onClick={act(() => simplifySelected(centiscope))}>
            {t("shape.simplify")}
          </Menu.Item>
          <Menu.Item disabled={areas === 0} onClick={act(repairSelected)}>
            {t("shape.repair")}
          </Menu.Item>
          <Menu.Item disabled={areas === 0} onClick={act(fillSelectedHoles)}>
            {t("shape.fillHoles")}
          </Menu.Item>
          <Menu.Item disabled={!scaleKnown || areas === 0} onClick={() => setForm("margins")}>
            {t("shape.margins")}
          </Menu.Item>
          <Menu.Item onClick={() => setForm("transform")}>{t("shape.transform")}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={act(nestByPlace)}>{t("shape.nest")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {form === "margins" && <Margins onDone={() => setForm("none")} />}
      {form === "transform" && <TransformForm onDone={() => setForm("none")} />}
    </>
  );
}
