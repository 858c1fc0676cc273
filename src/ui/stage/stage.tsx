import { Button } from "@mantine/core";
import { IconLayoutSidebar } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { InTurn } from "../in-turn.tsx";
import { RegionTools } from "../regions/region-tools.tsx";
import { activeSlide, useSession } from "../stores.ts";
import { MagnificationBar } from "./magnification-bar.tsx";
import { PointTooltip } from "./point-tooltip.tsx";
import { ScaleBar } from "./scale-bar.tsx";
import classes from "./stage.module.css";
import { StageLegend } from "./stage-legend.tsx";
import { StageState } from "./stage-state.tsx";
import { ViewControls } from "./view-controls.tsx";

export interface StageProps {
  /** The start page lies over it: its own controls hide. */
  readonly covered: boolean;
  readonly presenting: boolean;
  readonly onShowPanels: () => void;
}

/** Where the picture is. The controller fills the two elements; everything else floats over them. */
export function Stage({ covered, presenting, onShowPanels }: StageProps) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const active = useSession((session) => session.activeId !== null);
  const shown = useSession((session) => {
    const slide = activeSlide(session);
    return slide?.image.status === "ready" || slide?.expression.status === "ready";
  });
  const picture = useRef<HTMLDivElement>(null);
  const minimap = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (picture.current && minimap.current) return centiscope.mount(picture.current, minimap.current);
  }, [centiscope]);

  const controls = active && !covered;
  return (
    <div className={`${classes.stage} ${covered ? classes.covered : ""}`} inert={covered}>
      <div
        ref={picture}
        className={classes.picture}
        data-stage
        role="application"
        aria-label={t("stage.label")}
        tabIndex={covered ? -1 : 0}
      />
      <div
        className={`${classes.float} ${classes.minimapBox}`}
        style={{ visibility: controls && shown ? "visible" : "hidden" }}
      >
        <div ref={minimap} className={classes.minimap} role="img" aria-label={t("stage.overview")} />
      </div>
      {controls && (
        <>
          {shown && (
            <InTurn>
              <RegionTools withBar={!presenting} />
              <PointTooltip />
              <div className={classes.bottomLeft}>
                <StageLegend withGenes={presenting} />
                <ScaleBar />
              </div>
              <ViewControls />
              <MagnificationBar />
            </InTurn>
          )}
          <StageState />
          {presenting && (
            <div className={`${classes.float} ${classes.panelsButton}`}>
              <Button
                variant="subtle"
                color="gray"
                onClick={onShowPanels}
                leftSection={<IconLayoutSidebar size={15} aria-hidden="true" />}
              >
                {t("top.showPanels")}
              </Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}
