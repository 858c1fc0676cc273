import { useEffect, useState } from "react";
import { sessionStore } from "../../state/session.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { holdsAnnotations } from "../regions/annotation-sniff.ts";
import { importFiles } from "../regions/region-exchange.ts";
import classes from "./drop-target.module.css";
import { readDrop } from "./dropped-files.ts";
import { useOpen } from "./use-open.ts";

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

/** The whole window takes files and folders at any time. The buttons beside it are its keyboard alternative. */
export function DropTarget() {
  const { t } = useWords();
  const open = useOpen();
  const centiscope = useCentiscope();
  const [over, setOver] = useState(false);

  useEffect(() => {
    let depth = 0;
    const onEnter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth++;
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const onOver = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      void readDrop(event.dataTransfer).then(async (files) => {
        // Annotations belong on the slide that is there.
        const onSlide = sessionStore.getState().activeId !== null;
        const all = onSlide && (await Promise.all(files.map(({ file }) => holdsAnnotations(file))));
        if (all && all.length > 0 && all.every((one) => one))
          await importFiles(
            files.map(({ file }) => file),
            centiscope,
          );
        else open.files(files);
      });
    };
    window.addEventListener("dragenter", onEnter);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("dragover", onOver);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("dragenter", onEnter);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("drop", onDrop);
    };
  }, [open, centiscope]);

  if (!over) return null;
  return (
    <div className={classes.overlay}>
      <div className={classes.title}>{t("drop.overlay")}</div>
      <div className={classes.hint}>{t("drop.overlayHint")}</div>
    </div>
  );
}
