import { Tooltip } from "@mantine/core";
import { useRef } from "react";
import { magnificationOf } from "../../core/camera.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { useActiveSlide } from "../stores.ts";
import { magnificationWords } from "./nice-length.ts";
import classes from "./stage.module.css";
import { useCamera } from "./use-camera.ts";

/** Objective magnifications that a pathologist's nosepiece has. */
export const MAGNIFICATIONS = [2, 4, 10, 20, 40] as const;

/** Fit, the live magnification, the objectives and 1:1. */
export function MagnificationBar() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  // Also to ask again for 1:1 when the slide or its image changes.
  const scaleKnown = useActiveSlide()?.scaleKnown ?? true;
  const live = useRef<HTMLSpanElement>(null);
  useCamera(({ umPerPx }) => {
    if (!live.current) return;
    // Without a scale there is no magnification, only a zoom.
    const value = scaleKnown ? magnificationWords(magnificationOf(umPerPx)) : "–";
    live.current.textContent = value;
    live.current.setAttribute("aria-label", `${t("stage.magnificationValue")}: ${value}`);
  });
  const oneToOne = centiscope.oneToOneUmPerPx();
  return (
    <div
      className={`${classes.float} ${classes.magnification}`}
      role="toolbar"
      aria-label={t("stage.magnification")}
    >
      <Tooltip label={t("stage.fitLabel")}>
        <button type="button" onClick={() => centiscope.fit()}>
          {t("stage.fit")}
        </button>
      </Tooltip>
      <span
        ref={live}
        className={classes.live}
        role="img"
        aria-label={t("stage.magnificationValue")}
        data-testid="magnification"
      />
      {MAGNIFICATIONS.map((times) => (
        <button
          key={times}
          type="button"
          disabled={!scaleKnown}
          aria-label={t("stage.goTo", { times: `${times}×` })}
          onClick={() => centiscope.setMagnification(times)}
        >
          {times}×
        </button>
      ))}
      <Tooltip label={t("stage.oneToOne")}>
        <button
          type="button"
          aria-label={`1:1 – ${t("stage.oneToOne")}`}
          disabled={oneToOne === null}
          onClick={() => oneToOne !== null && centiscope.setCamera({ umPerPx: oneToOne }, { animate: true })}
        >
          1:1
        </button>
      </Tooltip>
    </div>
  );
}
