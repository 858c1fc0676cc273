import { Button, NumberInput, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useStore } from "zustand";
import type { AnnotationFrame } from "../../core/annotation.ts";
import { formatInteger } from "../../core/format-number.ts";
import { annotationHistory } from "../../state/history.ts";
import type { AnnotationImport, ImportOutcome } from "../../viewer/annotation-exchange.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { Dialog } from "../dialogs/dialog.tsx";
import dialogs from "../dialogs/dialogs.module.css";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { importStore, place } from "./region-exchange.ts";

function Outcome({ outcome }: { readonly outcome: ImportOutcome }) {
  const { t, language } = useWords();
  const { file, found, imported, known, lines } = outcome;
  const word = (n: number) => formatInteger(n, language);
  return (
    <section className={dialogs.group}>
      <h3 className={dialogs.file}>{file}</h3>
      <p className={dialogs.plain}>
        {t("import.outcome", { imported: word(imported), found: word(found) })}
        {known > 0 && ` ${t("import.known", { known: word(known) })}`}
        {lines.length === 0 && ` ${t("import.whole")}`}
      </p>
      {lines.length > 0 && (
        <ul>
          {lines.map(({ outcome: what, code, count, first }) => (
            <li key={code}>
              <strong>{t(`import.${what}`)}</strong>{" "}
              {messageText({ code, params: { file, count, first } }, language)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The file does not say what its positions are: unit, size of a unit, and where it begins. */
function Question({ read }: { readonly read: AnnotationImport }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const own = annotationHistory.base.frame;
  const [suggested] = read.suggestions;
  const [frame, setFrame] = useState<AnnotationFrame>(own === "um" ? "um" : (suggested?.frame ?? own));
  const [scale, setScale] = useState<string | number>(suggested?.scale ?? 1);
  const [x, setX] = useState<string | number>(0);
  const [y, setY] = useState<string | number>(0);
  const valid = [x, y].every((value) => typeof value === "number") && typeof scale === "number" && scale > 0;
  return (
    <section className={dialogs.group}>
      <h3 className={dialogs.file}>{read.file}</h3>
      <p className={dialogs.text}>
        {t("import.ask", { n: formatInteger(read.annotations.length, language) })}
      </p>
      <SegmentedControl
        aria-label={t("import.frame")}
        value={frame}
        onChange={(value) => setFrame(value === "um" ? "um" : "imagePx")}
        data={[
          { value: "imagePx", label: t("import.pixels"), disabled: own === "um" },
          { value: "um", label: t("import.um") },
        ]}
      />
      <NumberInput label={t("import.scale")} size="xs" min={0} value={scale} onChange={setScale} />
      <NumberInput label={t("import.offsetX")} size="xs" value={x} onChange={setX} />
      <NumberInput label={t("import.offsetY")} size="xs" value={y} onChange={setY} />
      <div className={dialogs.actions}>
        <Button
          variant="filled"
          disabled={!valid}
          onClick={() =>
            place(read, { frame, scale: Number(scale), offset: [Number(x), Number(y)] }, centiscope)
          }
        >
          {t("import.place")}
        </Button>
      </div>
    </section>
  );
}

/** What became of the files, what could not be kept, and what must be known of the rest. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, language } = useWords();
  const { asking, outcomes, failures } = useStore(importStore);
  return (
    <Dialog title={t("import.title")} onClose={onClose} width={560}>
      {failures.map((facts) => (
        <p key={JSON.stringify(facts)} className={dialogs.warn} role="alert">
          {messageText(facts, language)}
        </p>
      ))}
      {asking.map((read) => (
        <Question key={read.file} read={read} />
      ))}
      {outcomes.map((outcome) => (
        <Outcome key={outcome.file} outcome={outcome} />
      ))}
    </Dialog>
  );
}
