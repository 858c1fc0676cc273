import { Button } from "@mantine/core";
import { IconAlertTriangle, IconFileCheck, IconLoader2 } from "@tabler/icons-react";
import { errorFacts } from "../../core/errors.ts";
import type { Centiscope } from "../../viewer/centiscope.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { importFiles, importStore } from "./region-exchange.ts";
import classes from "./regions-panel.module.css";
import { useDocument } from "./use-document.ts";

/** Browsers that let no page write files have no such picker. */
export const canLinkFile = (): boolean => "showSaveFilePicker" in globalThis;

export async function linkFile(title: string, centiscope: Centiscope): Promise<void> {
  try {
    await (await centiscope.annotations()).linkFile(`${title.replace(/[^\p{L}\p{N}._-]+/gu, "-")}.geojson`);
  } catch (thrown) {
    centiscope.notify(errorFacts(thrown, title));
  }
}

/** What another program wrote is joined to what is on the slide; then both are in the file. */
async function takeIn(name: string, centiscope: Centiscope): Promise<void> {
  const { file } = await centiscope.annotations();
  const bytes = await file.content();
  if (!bytes) return;
  await importFiles([new File([bytes], name)], centiscope);
  const { asking, failures } = importStore.getState();
  if (asking.length + failures.length === 0) file.overwrite();
}

/** The file that every step is written to, and what stands in the way. */
export function LinkedFileState() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const linked = useDocument((state) => state.linked);
  if (!linked) return null;
  const { name, status } = linked;
  const act = (work: "retry" | "overwrite" | "unlink") => () =>
    void centiscope
      .annotations()
      .then(({ file }) => file[work]())
      .catch((thrown: unknown) => centiscope.notify(errorFacts(thrown, name)));
  const unlink = (
    <Button
      variant="subtle"
      color="gray"
      onClick={act("unlink")}
      aria-label={t("linked.unlinkNamed", { name })}
    >
      {t("linked.unlink")}
    </Button>
  );
  if (status === "written" || status === "writing")
    return (
      <div className={classes.saved} role="status">
        {status === "writing" ? (
          <IconLoader2 size={14} aria-hidden="true" />
        ) : (
          <IconFileCheck size={14} aria-hidden="true" />
        )}
        {t(`linked.${status}`, { name })}
        {unlink}
      </div>
    );
  if (status === "asks")
    return (
      <div className={classes.cutOff} role="note">
        {t("linked.asks", { name })}
        <div className={classes.actions}>
          <Button onClick={act("retry")}>{t("linked.allow")}</Button>
          {unlink}
        </div>
      </div>
    );
  if (status === "changed")
    return (
      <div className={classes.failed} role="alert">
        <IconAlertTriangle size={15} aria-hidden="true" /> {t("linked.changed", { name })}
        <div className={classes.actions}>
          <Button
            onClick={() =>
              void takeIn(name, centiscope).catch((thrown: unknown) =>
                centiscope.notify(errorFacts(thrown, name)),
              )
            }
          >
            {t("linked.takeIn")}
          </Button>
          <Button onClick={act("overwrite")}>{t("linked.overwrite")}</Button>
          {unlink}
        </div>
      </div>
    );
  return (
    <div className={classes.failed} role="alert">
      <IconAlertTriangle size={15} aria-hidden="true" /> {messageText(status.failed, language)}
      <div className={classes.actions}>
        <Button onClick={act("retry")}>{t("app.retry")}</Button>
        {unlink}
      </div>
    </div>
  );
}
