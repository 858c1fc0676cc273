import { CloseButton } from "@mantine/core";
import { type CSSProperties, useLayoutEffect, useRef } from "react";
import type { PickedRow } from "../../core/expression.ts";
import { formatFixed, formatInteger, lengthUnit } from "../../core/format-number.ts";
import { GlyphIcon } from "../../kit/glyph-icon.tsx";
import { unpin } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown, useSession, useView } from "../stores.ts";
import classes from "./point-tooltip.module.css";

interface TipProps {
  readonly row: PickedRow;
  readonly screenPx: readonly [number, number];
  readonly pinned: boolean;
}

/** To the lower right of the point; to the other side past the middle, so that it never leaves the stage. */
function placeBeside([x, y]: readonly [number, number]): CSSProperties {
  return {
    left: x,
    top: y,
    transform: `translate(${x > 420 ? "calc(-100% - 14px)" : "14px"}, ${y > 360 ? "calc(-100% - 10px)" : "10px"})`,
  };
}

function Tip({ row, screenPx, pinned }: TipProps) {
  const { t, language } = useWords();
  const unit = lengthUnit(useScaleKnown());
  const gene = useView((view) => view.genes.find((candidate) => candidate.name === row.geneName) ?? null);
  const hasCells = useSession(
    (session) =>
      session.slides.find((slide) => slide.id === session.activeId)?.expressionInfo?.hasCells ?? false,
  );
  return (
    <>
      {pinned && <span className={classes.mark} style={{ left: screenPx[0], top: screenPx[1] }} />}
      <div
        className={classes.tip}
        style={placeBeside(screenPx)}
        data-pinned={pinned}
        role={pinned ? "status" : "tooltip"}
        data-testid={pinned ? "pinned" : "hover"}
      >
        <div className={classes.head}>
          {gene && <GlyphIcon shape={gene.shape} color={gene.color} />}
          <span>{row.geneName}</span>
          <span className={classes.count}>
            {t("row.count", { count: row.count, molecules: formatInteger(row.count, language) })}
          </span>
          {pinned && (
            <CloseButton
              size={24}
              iconSize={13}
              ml="auto"
              aria-label={t("row.unpin")}
              onClick={() => sessionStore.setState(unpin())}
            />
          )}
        </div>
        <div className={classes.facts}>
          x {formatFixed(row.xUm, language, 1)} {unit} · y {formatFixed(row.yUm, language, 1)} {unit}
        </div>
        {hasCells && (
          <div className={classes.facts}>
            {row.cell === null ? t("row.noCell") : `${t("row.cell")} ${row.cell}`}
          </div>
        )}
        {row.qv !== null && (
          <div className={classes.facts}>
            {t("row.qv")} {formatFixed(row.qv, language, 1)}
          </div>
        )}
      </div>
    </>
  );
}

/** Stays on its transcript while the camera moves, without React: only the anchor's place changes. */
function PinnedTip({ row, screenPx }: Pick<TipProps, "row" | "screenPx">) {
  const centiscope = useCentiscope();
  const anchor = useRef<HTMLDivElement>(null);
  useLayoutEffect(
    () =>
      centiscope.onCamera(() => {
        const at = centiscope.project([row.xUm, row.yUm]);
        if (at && anchor.current)
          anchor.current.style.translate = `${at[0] - screenPx[0]}px ${at[1] - screenPx[1]}px`;
      }),
    [centiscope, row, screenPx],
  );
  return (
    <div ref={anchor} className={classes.anchor}>
      <Tip row={row} screenPx={screenPx} pinned />
    </div>
  );
}

/** The transcript under the pointer, and the one that a click keeps open. */
export function PointTooltip() {
  const hover = useSession((session) => session.hover);
  const pinned = useSession((session) => session.pinned);
  return (
    <>
      {pinned && <PinnedTip row={pinned.row} screenPx={pinned.screenPx} />}
      {hover && hover.row !== pinned?.row && <Tip row={hover.row} screenPx={hover.screenPx} pinned={false} />}
    </>
  );
}
