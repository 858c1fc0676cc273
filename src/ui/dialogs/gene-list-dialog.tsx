import { Button, Checkbox, Textarea } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconFileText, IconX } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { formatBytes } from "../../core/format-number.ts";
import { clearGenes, selectGenes } from "../../state/actions.ts";
import { MAX_SELECTED_GENES, viewStore } from "../../state/view.ts";
import { compareGeneList, parseGeneList } from "../genes/gene-list.ts";
import { useWords } from "../i18n/i18n.ts";
import { pickFiles } from "../slides/dropped-files.ts";
import { useSession, useView } from "../stores.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";

const MAX_BYTES = 1_000_000;

/** Pastes or loads names; says before anything happens which are found, missing, or too many. */
export function GeneListDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, language } = useWords();
  const genes = useSession((session) => session.genes);
  const chosen = useView((view) => view.genes);
  const [text, setText] = useState("");
  const [replace, setReplace] = useState(false);
  const [tooLarge, setTooLarge] = useState<File | null>(null);

  const report = useMemo(() => {
    const selected = new Set(replace ? [] : chosen.map((gene) => gene.name));
    return compareGeneList(
      parseGeneList(text),
      genes?.names ?? [],
      selected,
      MAX_SELECTED_GENES - selected.size,
    );
  }, [text, genes, chosen, replace]);

  const load = async () => {
    const [picked] = await pickFiles(false);
    if (!picked) return;
    const large = picked.file.size > MAX_BYTES;
    setTooLarge(large ? picked.file : null);
    if (!large) setText(await picked.file.text());
  };
  const add = () => {
    if (replace) viewStore.setState(clearGenes());
    viewStore.setState(selectGenes(report.found));
    onClose();
  };
  const names = (list: readonly string[]) => (
    <div className={classes.names}>{list.join(t("app.listJoin"))}</div>
  );

  return (
    <Dialog title={t("list.title")} onClose={onClose} width={520}>
      <p className={classes.text}>{t("list.text")}</p>
      <Textarea
        data-autofocus
        label={t("list.field")}
        autosize
        minRows={5}
        maxRows={9}
        value={text}
        spellCheck={false}
        placeholder={"ERBB2\nKRT7\nCXCR4"}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button mt={8} leftSection={<IconFileText size={14} aria-hidden="true" />} onClick={() => void load()}>
        {t("list.file")}
      </Button>
      {tooLarge && (
        <p className={classes.error} role="alert">
          {t("list.tooLarge", { file: tooLarge.name, size: formatBytes(tooLarge.size, language) })}
        </p>
      )}
      <div aria-live="polite">
        {text.trim() !== "" && (
          <ul className={classes.report}>
            <li>
              <IconCheck size={16} color="var(--cs-accent)" aria-hidden="true" />
              <div>
                {t("list.found", { count: report.found.length })}
                {report.found.length > 0 && names(report.found)}
              </div>
            </li>
            {report.notFound.length > 0 && (
              <li>
                <IconX size={16} color="var(--cs-danger)" aria-hidden="true" />
                <div>
                  {t("list.notFound", { count: report.notFound.length })}
                  {names(report.notFound)}
                </div>
              </li>
            )}
            {report.over.length > 0 && (
              <li>
                <IconAlertTriangle size={16} color="var(--cs-warn)" aria-hidden="true" />
                <div>
                  {t("list.over", { count: report.over.length, max: MAX_SELECTED_GENES })}
                  {names(report.over)}
                </div>
              </li>
            )}
          </ul>
        )}
      </div>
      {chosen.length > 0 && (
        <Checkbox
          mt={14}
          label={t("list.replace")}
          checked={replace}
          onChange={(event) => setReplace(event.currentTarget.checked)}
        />
      )}
      <div className={classes.actions}>
        <Button size="sm" onClick={onClose}>
          {t("app.cancel")}
        </Button>
        <Button size="sm" variant="filled" disabled={report.found.length === 0} onClick={add}>
          {t("list.add", { count: report.found.length })}
        </Button>
      </div>
    </Dialog>
  );
}
