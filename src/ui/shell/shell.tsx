import { viewStore } from "../../state/view.ts";
import { useChrome } from "../chrome.ts";
import { Hotkeys } from "../commands/hotkeys.tsx";
import { Palette } from "../commands/palette.tsx";
import { Dialogs } from "../dialogs/dialogs.tsx";
import { useWords } from "../i18n/i18n.ts";
import { InTurn } from "../in-turn.tsx";
import { DropTarget } from "../slides/drop-target.tsx";
import { StartPage } from "../slides/start-page.tsx";
import { Tray } from "../slides/tray.tsx";
import { Stage } from "../stage/stage.tsx";
import { useSession } from "../stores.ts";
import { useInSlices } from "../use-in-slices.ts";
import { Notices } from "./notices.tsx";
import classes from "./shell.module.css";
import { SidePanel } from "./side-panel.tsx";
import { StatusLine } from "./status-line.tsx";
import { TopBar } from "./top-bar.tsx";

/** The window: bars, panels and the stage. The stage stays mounted, so the picture survives every panel. */
export function Shell() {
  const { t } = useWords();
  const empty = useSession((session) => session.slides.length === 0);
  const startOpen = useChrome((chrome) => chrome.startOpen);
  const left = useInSlices(viewStore, (view) => view.panels.left);
  const right = useInSlices(viewStore, (view) => view.panels.right);
  const start = empty || startOpen;
  const presenting = !start && !left && !right;

  return (
    <div className={classes.shell} data-left={left} data-right={right}>
      <a className={classes.skip} href="#stage">
        {t("app.skip")}
      </a>
      {!presenting && (
        <header className={classes.top}>
          <TopBar />
        </header>
      )}
      {!start && left && (
        <nav className={classes.left} aria-label={t("tray.label")}>
          <InTurn atOnce={0}>
            <Tray />
          </InTurn>
        </nav>
      )}
      <main className={classes.main} id="stage" tabIndex={-1}>
        <Stage
          covered={start}
          presenting={presenting}
          onShowPanels={() =>
            viewStore.setState((view) => ({ ...view, panels: { left: true, right: true } }))
          }
        />
        {start && <StartPage canGoBack={!empty} />}
        <Notices />
      </main>
      {!start && right && (
        <aside className={classes.right} aria-label={t("tabs.label")}>
          <InTurn atOnce={0}>
            <SidePanel />
          </InTurn>
        </aside>
      )}
      <footer className={classes.status}>
        <StatusLine />
      </footer>
      <DropTarget />
      <InTurn atOnce={0}>
        <Hotkeys />
        <Dialogs />
        <Palette />
      </InTurn>
    </div>
  );
}
