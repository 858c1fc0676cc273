import { Button } from "@mantine/core";
import { IconAlertTriangle, IconDownload } from "@tabler/icons-react";
import { formatBytes } from "../../core/format-number.ts";
import type { StorageRoom } from "../../viewer/storage-room.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { saveFile } from "../save-file.ts";
import { KeptSlideRow } from "./kept-slide-row.tsx";
import classes from "./recovery.module.css";
import { useRecovery } from "./use-recovery.ts";

function Room({ room, onPersist }: { readonly room: StorageRoom; readonly onPersist: () => void }) {
  const { t, language } = useWords();
  const { usedBytes, quotaBytes, persisted } = room;
  return (
    <div className={classes.room}>
      <p>
        {usedBytes !== null &&
          quotaBytes !== null &&
          t("recovery.room", {
            used: formatBytes(usedBytes, language),
            quota: formatBytes(quotaBytes, language),
          })}{" "}
        {t(persisted === null ? "recovery.unknown" : persisted ? "recovery.persisted" : "recovery.evictable")}
      </p>
      {persisted === false && <Button onClick={onPersist}>{t("recovery.persist")}</Button>}
    </div>
  );
}

/** Everything that this browser keeps of regions: to be exported, restored or deleted. */
export function Recovery() {
  const { t, language } = useWords();
  const { kept, room, examined, failures, act, busy, persist } = useRecovery();
  const troubles = [kept?.database, kept?.journals, ...failures].filter((one) => one != null);
  return (
    <div className={classes.recovery}>
      <p className={classes.text}>{t("recovery.text")}</p>
      {room && <Room room={room} onPersist={persist} />}
      {kept && !kept.hasJournal && (
        <p className={classes.warn}>
          {t(isSecureContext ? "regions.oneCopy.private" : "regions.oneCopy.insecure")}
        </p>
      )}
      <div aria-live="polite">
        {troubles.map((facts) => (
          <p key={messageText(facts, language)} className={classes.failed}>
            <IconAlertTriangle size={15} aria-hidden="true" /> {messageText(facts, language)}
          </p>
        ))}
        {!kept && failures.length === 0 && <p className={classes.text}>{t("recovery.reading")}</p>}
        {kept?.slides.length === 0 && <p className={classes.text}>{t("recovery.nothing")}</p>}
      </div>
      {kept && kept.slides.length > 0 && (
        <>
          <ul className={classes.slides}>
            {kept.slides.map((slide) => (
              <KeptSlideRow
                key={slide.slideKey}
                slide={slide}
                examined={examined.get(slide.slideKey) ?? "reading"}
                act={act}
                busy={busy}
              />
            ))}
          </ul>
          <div className={classes.all}>
            <Button
              disabled={busy}
              leftSection={<IconDownload size={14} aria-hidden="true" />}
              onClick={() =>
                act(async (recovery, report) => {
                  const { bytes, failures: failed } = await recovery.zip(kept.slides);
                  saveFile(bytes, "centiscope-regions.zip");
                  report(failed);
                })
              }
            >
              {t("recovery.exportAll")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
