import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { formatFixed, formatInteger, lengthUnit } from "../../core/format-number.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { PlaceDoubt } from "../slides/place-doubt.tsx";
import { SimulatedBadge } from "../slides/simulated-badge.tsx";
import { countWords } from "../slides/slide-words.ts";
import { useActiveSlide, useScaleKnown, useSession } from "../stores.ts";
import classes from "./status-line.module.css";
import { comingWords, failureOf, statusState, statusWords } from "./status-words.ts";

/** Position under the pointer, written straight into the DOM: React never renders per mouse move. */
function CursorReadout() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const pitchUm = useSession(
    (session) =>
      session.slides.find((slide) => slide.id === session.activeId)?.expressionInfo?.pitchUm ?? null,
  );
  const unit = lengthUnit(useScaleKnown());
  const element = useRef<HTMLSpanElement>(null);

  useEffect(
    () =>
      centiscope.onCursor((at) => {
        if (!element.current) return;
        if (!at) {
          element.current.textContent = "";
          return;
        }
        const parts = [
          `x ${formatFixed(at.xUm, language, 1)} ${unit} · y ${formatFixed(at.yUm, language, 1)} ${unit}`,
        ];
        if (pitchUm) {
          const spot = (um: number) => formatInteger(Math.floor(um / pitchUm), language);
          parts.push(t("status.spot", { x: spot(at.xUm), y: spot(at.yUm) }));
        }
        if (at.xImagePx !== null && at.yImagePx !== null) {
          const pixel = (px: number) => formatInteger(Math.floor(px), language);
          parts.push(t("status.imagePx", { x: pixel(at.xImagePx), y: pixel(at.yImagePx) }));
        }
        element.current.textContent = parts.join(" · ");
      }),
    [centiscope, language, pitchUm, t, unit],
  );
  return <span ref={element} className={classes.cursor} data-testid="cursor" />;
}

/** One honest line: what is drawn, how much of the data that is, and where the pointer stands. */
export function StatusLine() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const slide = useActiveSlide();
  const status = useSession((session) => session.status);
  const failure = failureOf(slide, status);
  const rows = status.mode === "points" ? null : status.rowsInView;
  return (
    <div className={classes.line}>
      <span className={classes.dot} data-state={statusState(slide, status)} />
      <span className={classes.sentence} role="status" aria-label={t("status.label")} data-testid="status">
        {statusWords(slide, status, t, language)}
      </span>
      {slide?.simulated && <SimulatedBadge />}
      <PlaceDoubt />
      {failure && slide && (
        <span className={classes.failed}>
          <span title={messageText(failure, language)}>{messageText(failure, language)}</span>
          <Button size="compact-xs" mih={24} flex="none" onClick={() => void centiscope.retry(slide.id)}>
            {t("app.retry")}
          </Button>
        </span>
      )}
      {slide && status.loading && <span className={classes.fixed}>{comingWords(status.coming, t)}</span>}
      {slide && rows !== null && status.mode !== "none" && (
        <span className={classes.aside}>
          {t(status.ofSelected ? "status.inViewSelected" : "status.inView", {
            what: countWords(rows, status.countInView ?? rows, t, language),
          })}
        </span>
      )}
      <CursorReadout />
      <span className={classes.space} />
      <span className={classes.fixed}>{t("app.notDiagnostic")}</span>
    </div>
  );
}
