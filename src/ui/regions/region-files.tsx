import { Button, Menu, NumberInput } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconDownload,
  IconLoader2,
  IconUpload,
} from "@tabler/icons-react";
import { useState } from "react";
import { formatInteger } from "../../core/format-number.ts";
import { openDialog } from "../../state/actions.ts";
import { sessionStore } from "../../state/session.ts";
import type { AnnotationExportFormat } from "../../viewer/annotation-exchange.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { activeSlide, useSession } from "../stores.ts";
import { canLinkFile, LinkedFileState, linkFile } from "./linked-file.tsx";
import { chooseImport, saveCounts, saveLabels, saveRegions } from "./region-exchange.ts";
import classes from "./regions-panel.module.css";
import { useDocument } from "./use-document.ts";

const FORMATS: readonly AnnotationExportFormat[] = [
  "geojson",
  "geojson.gz",
  "geojson.zip",
  "xenium.csv",
  "wkt.csv",
];

const COUNTS = ["counts.csv", "counts.parquet"] as const;

/** Honest: "saved" is said when the browser has confirmed it. */
function SaveState() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const saved = useDocument((state) => state.saved);
  const persistent = useDocument((state) => state.persistent);
  const linked = useDocument((state) => state.linked);
  const oneCopy = useDocument((state) => state.oneCopy);
  const failed = typeof saved === "object" ? saved.failed : null;
  if (failed)
    return (
      <div className={classes.failed} role="alert">
        <IconAlertTriangle size={15} aria-hidden="true" /> {messageText(failed, language)}
        <div className={classes.actions}>
          <Button onClick={() => void centiscope.annotations().then(({ autosave }) => autosave.retry())}>
            {t("app.retry")}
          </Button>
          <Button onClick={() => void saveRegions("geojson", centiscope)}>{t("regions.exportNow")}</Button>
        </div>
      </div>
    );
  return (
    <>
      <p className={classes.saved} role="status">
        {saved === "saving" ? (
          <IconLoader2 size={14} aria-hidden="true" />
        ) : (
          <IconCloudCheck size={14} aria-hidden="true" />
        )}
        {t(saved === "saving" ? "regions.saving" : "regions.saved")}
        {persistent === false && oneCopy === null && !linked && ` · ${t("regions.mayClear")}`}
      </p>
      {oneCopy !== null && (
        <div className={classes.cutOff} role="note">
          {t(`regions.oneCopy.${oneCopy}`)}
          <div className={classes.actions}>
            <Button onClick={() => void saveRegions("geojson", centiscope)}>{t("regions.exportNow")}</Button>
          </div>
        </div>
      )}
    </>
  );
}

/** What a crash cut off, offered back. */
function CutOff() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const draft = useDocument((state) => state.draft);
  if (!draft) return null;
  const changed = draft.patch.created.length + draft.patch.updated.length + draft.patch.removed.length;
  const act = (restore: boolean) => () =>
    void centiscope
      .annotations()
      .then(({ autosave }) => (restore ? autosave.restoreDraft() : autosave.discardDraft()));
  return (
    <div className={classes.cutOff} role="status">
      {t("regions.cutOff", { count: changed, n: formatInteger(changed, language) })}
      <div className={classes.actions}>
        <Button onClick={act(true)}>{t("regions.restore")}</Button>
        <Button variant="subtle" color="gray" onClick={act(false)}>
          {t("regions.discard")}
        </Button>
      </div>
    </div>
  );
}

/** How many image pixels lie along a pixel of the label mask. */
function LabelForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const [downsample, setDownsample] = useState<string | number>(4);
  return (
    <div className={classes.newClass}>
      <NumberInput
        size="xs"
        label={t("regions.downsample")}
        min={1}
        value={downsample}
        onChange={setDownsample}
      />
      <Button
        disabled={typeof downsample !== "number" || downsample < 1}
        onClick={() => {
          void saveLabels(Number(downsample), centiscope);
          onDone();
        }}
      >
        {t("regions.export")}
      </Button>
    </div>
  );
}

/** Import, export and the state of saving. */
export function RegionFiles() {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const counted = useSession((session) => session.genes !== null);
  const hasImage = useDocument((state) => state.document.frame === "imagePx");
  const title = useSession((session) => activeSlide(session)?.title ?? "regions");
  const [labels, setLabels] = useState(false);
  const any = useDocument((state) => state.document.annotations.size > 0);
  return (
    <div className={classes.files}>
      <div className={classes.actions}>
        <Button
          leftSection={<IconUpload size={14} aria-hidden="true" />}
          onClick={() => chooseImport(centiscope)}
        >
          {t("regions.import")}
        </Button>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button disabled={!any} leftSection={<IconDownload size={14} aria-hidden="true" />}>
              {t("regions.export")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {FORMATS.map((format) => (
              <Menu.Item key={format} onClick={() => void saveRegions(format, centiscope)}>
                {t(`regions.format.${format}`)}
              </Menu.Item>
            ))}
            {canLinkFile() && <Menu.Divider />}
            {canLinkFile() && (
              <Menu.Item onClick={() => void linkFile(title, centiscope)}>{t("linked.choose")}</Menu.Item>
            )}
            {counted && <Menu.Divider />}
            {counted &&
              COUNTS.map((format) => (
                <Menu.Item key={format} onClick={() => void saveCounts(format, centiscope)}>
                  {t(`regions.format.${format}`)}
                </Menu.Item>
              ))}
            {hasImage && <Menu.Divider />}
            {hasImage && <Menu.Item onClick={() => setLabels(true)}>{t("regions.format.labels")}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
        <Button
          variant="subtle"
          color="gray"
          disabled={!any}
          onClick={() => sessionStore.setState(openDialog("region-history"))}
        >
          {t("history.button")}
        </Button>
      </div>
      {labels && <LabelForm onDone={() => setLabels(false)} />}
      <CutOff />
      {any && <SaveState />}
      <LinkedFileState />
    </div>
  );
}
