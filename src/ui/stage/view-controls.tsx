import { ActionIcon, Tooltip } from "@mantine/core";
import { IconFlipHorizontal, IconMaximize, IconMinus, IconPlus } from "@tabler/icons-react";
import { useCentiscope } from "../centiscope-context.ts";
import { toggleFullScreen } from "../full-screen.ts";
import type { WordKey } from "../i18n/en.ts";
import { useWords } from "../i18n/i18n.ts";
import { RotationDial } from "./rotation-dial.tsx";
import classes from "./stage.module.css";

interface ControlProps {
  readonly word: WordKey;
  readonly Icon: typeof IconPlus;
  readonly onClick: () => void;
}

function Control({ word, Icon, onClick }: ControlProps) {
  const { t } = useWords();
  return (
    <Tooltip label={t(word)} position="right">
      <ActionIcon size={30} aria-label={t(word)} onClick={onClick}>
        <Icon size={17} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}

/** Zoom, rotation, flip and full screen: every movement of the picture as a button. */
export function ViewControls() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  return (
    <div className={`${classes.float} ${classes.controls}`} role="toolbar" aria-label={t("stage.view")}>
      <Control word="stage.zoomIn" Icon={IconPlus} onClick={() => centiscope.zoomBy(1.5)} />
      <Control word="stage.zoomOut" Icon={IconMinus} onClick={() => centiscope.zoomBy(1 / 1.5)} />
      <RotationDial />
      <Control word="stage.flip" Icon={IconFlipHorizontal} onClick={() => centiscope.flip()} />
      <Control word="stage.fullScreen" Icon={IconMaximize} onClick={toggleFullScreen} />
    </div>
  );
}
