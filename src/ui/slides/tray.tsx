import { Button } from "@mantine/core";
import { IconFiles, IconFolderOpen, IconLayoutGrid, IconWorld } from "@tabler/icons-react";
import { openDialog } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import { chromeStore } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { useSession } from "../stores.ts";
import { LayersPanel } from "./layers-panel.tsx";
import { SlideCard } from "./slide-card.tsx";
import classes from "./tray.module.css";
import { useOpen } from "./use-open.ts";

/** The left side: open slides, ways to open more, and the layers of the slide on screen. */
export function Tray() {
  const { t } = useWords();
  const slides = useSession((session) => session.slides);
  const open = useOpen();
  return (
    <>
      <h2 className={classes.heading}>{t("tray.slides")}</h2>
      <ul className={classes.list}>
        {slides.map((slide) => (
          <li key={slide.id}>
            <SlideCard slide={slide} />
          </li>
        ))}
      </ul>
      <div className={classes.drop}>
        <div className={classes.dropZone}>{t("tray.drop")}</div>
        <div className={classes.buttons}>
          <Button onClick={open.pickFiles} leftSection={<IconFiles size={14} aria-hidden="true" />}>
            {t("tray.openFiles")}
          </Button>
          <Button onClick={open.pickFolder} leftSection={<IconFolderOpen size={14} aria-hidden="true" />}>
            {t("tray.openFolder")}
          </Button>
          <Button
            onClick={() => sessionStore.setState(openDialog("open-url"))}
            leftSection={<IconWorld size={14} aria-hidden="true" />}
          >
            {t("tray.openUrl")}
          </Button>
          <Button
            onClick={() => chromeStore.setState({ startOpen: true })}
            leftSection={<IconLayoutGrid size={14} aria-hidden="true" />}
          >
            {t("tray.samples")}
          </Button>
        </div>
      </div>
      <LayersPanel />
    </>
  );
}
