import { useRef } from "react";
import { formatLength } from "../../core/format-number.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown } from "../stores.ts";
import { niceLength } from "./nice-length.ts";
import classes from "./stage.module.css";
import { useCamera } from "./use-camera.ts";

const MAX_PX = 128;

/** A bar of round length in the slide's own micrometres or millimetres. */
export function ScaleBar() {
  const { t, language } = useWords();
  const scaleKnown = useScaleKnown();
  const box = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLSpanElement>(null);
  const bar = useRef<HTMLSpanElement>(null);
  useCamera(({ umPerPx }) => {
    if (!(umPerPx > 0) || !box.current || !text.current || !bar.current) return;
    const { lengthUm, widthPx } = niceLength(umPerPx, MAX_PX);
    const words = formatLength(lengthUm, language, scaleKnown);
    bar.current.style.width = `${widthPx}px`;
    if (text.current.textContent !== words) {
      text.current.textContent = words;
      box.current.setAttribute("aria-label", t("stage.scale", { length: words }));
    }
  });
  return (
    <div
      ref={box}
      className={`${classes.float} ${classes.scale}`}
      role="img"
      aria-label={t("stage.scale", { length: "" })}
      data-testid="scale-bar"
    >
      <span ref={text} className={classes.scaleText} />
      <span ref={bar} className={classes.scaleBar} />
    </div>
  );
}
