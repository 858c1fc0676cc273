import { Button, Checkbox, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { differencePatch } from "../../core/annotation-difference.ts";
import { errorFacts } from "../../core/errors.ts";
import { formatTime } from "../../core/format-time.ts";
import type { OperationHeader } from "../../core/operation.ts";
import { annotationHistory } from "../../state/history.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { Dialog } from "../dialogs/dialog.tsx";
import dialogs from "../dialogs/dialogs.module.css";
import { useWords } from "../i18n/i18n.ts";
import { stepWord } from "./region-words.ts";
import { useDocument } from "./use-document.ts";

/** More are not listed: the newest tell most. */
const SHOWN = 200;

/** What was done to the slide's annotations, newest first, or to those selected; and a name for what stands now. */
export function HistoryDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const selected = useDocument((state) => state.selected);
  const saved = useDocument((state) => state.saved);
  const [headers, setHeaders] = useState<readonly OperationHeader[]>([]);
  const [onlySelected, setOnlySelected] = useState(false);
  const [name, setName] = useState("");

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is saved anew is listed anew
  useEffect(() => {
    void centiscope.annotations().then(({ autosave }) => setHeaders(autosave.headers()));
  }, [centiscope, saved]);

  const concerned = headers.filter(
    ({ ids }) => !onlySelected || ids === null || ids.some((id) => selected.has(id)),
  );
  const keep = () => {
    void centiscope.annotations().then(({ autosave }) => autosave.nameVersion(name.trim()));
    setName("");
  };
  /** What stood then stands again, as one more step that can be undone. */
  const goBack = async (opId: string) => {
    try {
      const then = await (await centiscope.annotations()).asOf(opId);
      annotationHistory.run(differencePatch("restore", annotationHistory.base, then));
    } catch (thrown) {
      centiscope.notify(errorFacts(thrown, ""));
    }
  };
  return (
    <Dialog title={t("history.title")} onClose={onClose} width={520}>
      <div className={dialogs.fieldLine}>
        <TextInput
          size="xs"
          label={t("history.name")}
          placeholder={t("history.example")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button variant="filled" disabled={name.trim() === ""} onClick={keep}>
          {t("history.keep")}
        </Button>
      </div>
      {selected.size > 0 && (
        <Checkbox
          label={t("history.onlySelected")}
          checked={onlySelected}
          onChange={(event) => setOnlySelected(event.currentTarget.checked)}
        />
      )}
      {concerned.length === 0 && <p className={dialogs.text}>{t("history.none")}</p>}
      <ol reversed>
        {concerned
          .slice(-SHOWN)
          .toReversed()
          .map(({ opId, kind, label, author, time: at }) => (
            <li key={opId}>
              {kind === "version" ? <strong>{label}</strong> : stepWord(label, t)}
              {kind === "undo" && ` (${t("history.undone")})`}
              {kind === "redo" && ` (${t("history.redone")})`} · {formatTime(at, language)}
              {author !== "" && ` · ${author}`}
              {kind === "version" && (
                <Button variant="subtle" size="compact-xs" mih={24} onClick={() => void goBack(opId)}>
                  {t("history.goBack")}
                </Button>
              )}
            </li>
          ))}
      </ol>
    </Dialog>
  );
}
