import { Button, Menu } from "@mantine/core";
import { IconAlertTriangle, IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import type { StoredSlide } from "../../core/annotation-storage.ts";
import type { ErrorFacts } from "../../core/errors.ts";
import { formatBytes, formatInteger } from "../../core/format-number.ts";
import { formatTime } from "../../core/format-time.ts";
import { geojsonName } from "../../core/geojson-name.ts";
import type { AnnotationRecovery, KeptSlide } from "../../viewer/annotation-recovery.ts";
import { type Translate, useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { counted } from "../regions/region-words.ts";
import { saveFile } from "../save-file.ts";
import classes from "./recovery.module.css";
import type { Examined, RecoveryState } from "./use-recovery.ts";

export interface KeptSlideRowProps {
  readonly slide: StoredSlide;
  readonly examined: Examined;
  readonly act: RecoveryState["act"];
  readonly busy: boolean;
}

async function download(recovery: AnnotationRecovery, slide: StoredSlide, upTo?: string): Promise<void> {
  saveFile(await recovery.geojson(slide, upTo), geojsonName(slide));
}

/** What is wrong with it, and what restoring does about it. */
function troubleOf({ unsaved, damaged, lost, whole }: KeptSlide, t: Translate): string[] {
  const cured = damaged - lost;
  return [
    ...(unsaved - cured > 0 ? [t("recovery.unsaved", { count: unsaved - cured })] : []),
    ...(cured > 0 ? [t("recovery.cured", { count: cured })] : []),
    ...(lost > 0 ? [t(whole ? "recovery.lostWhole" : "recovery.lost", { count: lost })] : []),
  ];
}

/** One slide's annotations: what there is, and what can be done with it. */
export function KeptSlideRow({ slide: listed, examined, act, busy }: KeptSlideRowProps) {
  const { t, language } = useWords();
  const [asking, setAsking] = useState(false);
  const failed: ErrorFacts | null =
    typeof examined === "object" && "failed" in examined ? examined.failed : null;
  const kept = typeof examined === "object" && "slide" in examined ? examined : null;
  const slide = kept?.slide ?? listed;
  const title = slide.title || t("recovery.untitled", { key: slide.slideKey.slice(0, 8) });
  const facts = [
    kept && t("regions.count", counted(kept.regions, language)),
    slide.time > 0 && t("recovery.changed", { time: formatTime(slide.time, language) }),
    kept && formatBytes(kept.sizeBytes, language),
    examined === "reading" && t("recovery.reading"),
  ];
  const trouble = kept ? troubleOf(kept, t) : [];
  const remove = () => {
    setAsking(false);
    act((recovery) => recovery.forget(slide));
  };
  return (
    <li className={classes.slide} aria-label={title}>
      <div className={classes.about}>
        <h3 className={classes.title}>{title}</h3>
        <p className={classes.facts}>{facts.filter((one) => one !== null && one !== false).join(" · ")}</p>
        {failed && (
          <p className={classes.trouble}>
            <IconAlertTriangle size={14} aria-hidden="true" /> {messageText(failed, language)}
          </p>
        )}
        {trouble.map((line) => (
          <p key={line} className={classes.trouble}>
            <IconAlertTriangle size={14} aria-hidden="true" /> {line}
          </p>
        ))}
      </div>
      {asking && kept ? (
        <div className={classes.actions}>
          <p className={classes.question}>
            {t("recovery.deleteAsk", { count: kept.regions, n: formatInteger(kept.regions, language) })}
          </p>
          <Button mod={{ danger: true }} variant="filled" disabled={busy} onClick={remove}>
            {t("recovery.deleteDo")}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => setAsking(false)} data-autofocus>
            {t("app.cancel")}
          </Button>
        </div>
      ) : (
        <div className={classes.actions}>
          {trouble.length > 0 && (
            <Button
              variant="filled"
              disabled={busy}
              onClick={() => act((recovery) => recovery.restore(slide))}
              aria-label={t("recovery.restoreNamed", { title })}
            >
              {t("recovery.restore")}
            </Button>
          )}
          <Button
            disabled={!kept || busy}
            onClick={() => act((recovery) => download(recovery, slide))}
            aria-label={t("recovery.exportNamed", { title })}
          >
            {t("regions.export")}
          </Button>
          {kept && kept.versions.length > 0 && (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <Button
                  disabled={busy}
                  rightSection={<IconChevronDown size={13} aria-hidden="true" />}
                  aria-label={t("recovery.versionsNamed", { title })}
                >
                  {t("recovery.versions")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {kept.versions.toReversed().map(({ opId, label, time: at }) => (
                  <div key={opId}>
                    <Menu.Label>
                      {label} · {formatTime(at, language)}
                    </Menu.Label>
                    <Menu.Item onClick={() => act((recovery) => download(recovery, slide, opId))}>
                      {t("recovery.exportVersion", { name: label })}
                    </Menu.Item>
                    <Menu.Item onClick={() => act((recovery) => recovery.restore(slide, opId))}>
                      {t("recovery.restoreVersion", { name: label })}
                    </Menu.Item>
                  </div>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
          <Button
            variant="subtle"
            color="gray"
            disabled={!kept || busy}
            onClick={() => setAsking(true)}
            aria-label={t("recovery.delete", { title })}
          >
            {t("regions.delete")}
          </Button>
        </div>
      )}
    </li>
  );
}
