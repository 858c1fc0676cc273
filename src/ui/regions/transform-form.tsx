import { Button, NumberInput } from "@mantine/core";
import { useState } from "react";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { type Transform, transformSelected } from "./region-operations.ts";
import classes from "./regions-panel.module.css";

/** Moves, turns and mirrors what is selected by exact numbers: right and down are positive, turns go clockwise. */
export function TransformForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const [dx, setDx] = useState<string | number>(0);
  const [dy, setDy] = useState<string | number>(0);
  const [degrees, setDegrees] = useState<string | number>(90);
  const apply = (transform: Transform) => () => transformSelected(transform, centiscope);
  return (
    <div className={classes.newClass}>
      <NumberInput size="xs" label={t("shape.moveX")} value={dx} onChange={setDx} />
      <NumberInput size="xs" label={t("shape.moveY")} value={dy} onChange={setDy} />
      <Button
        disabled={typeof dx !== "number" || typeof dy !== "number" || (dx === 0 && dy === 0)}
        onClick={apply({ kind: "move", dxUm: Number(dx), dyUm: Number(dy) })}
      >
        {t("shape.move")}
      </Button>
      <NumberInput size="xs" label={t("shape.degrees")} value={degrees} onChange={setDegrees} />
      <Button
        disabled={typeof degrees !== "number"}
        onClick={apply({ kind: "turn", degrees: Number(degrees) })}
      >
        {t("shape.turn")}
      </Button>
      <Button onClick={apply({ kind: "mirror", across: "leftRight" })}>{t("shape.mirrorX")}</Button>
      <Button onClick={apply({ kind: "mirror", across: "upDown" })}>{t("shape.mirrorY")}</Button>
      <Button variant="subtle" color="gray" onClick={onDone}>
        {t("app.close")}
      </Button>
    </div>
  );
}
