import { Button, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useWords } from "../i18n/i18n.ts";
import { parseUrls, useOpen } from "../slides/use-open.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";

/** Addresses, one a line, that belong to one slide. */
export function UrlDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const open = useOpen();
  const [text, setText] = useState("");
  const { urls, badLine } = parseUrls(text);
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (badLine !== null || urls.length === 0) return;
    open.urls(urls);
    onClose();
  };
  return (
    <Dialog title={t("url.title")} onClose={onClose} width={560}>
      <p className={classes.text}>{t("url.text")}</p>
      <form onSubmit={submit}>
        <Textarea
          data-autofocus
          autosize
          minRows={4}
          maxRows={10}
          label={t("url.field")}
          placeholder={"https://…/image.ome.tif\nhttps://…/transcripts.parquet"}
          value={text}
          spellCheck={false}
          error={tried && badLine !== null && t("url.bad", { line: badLine })}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={classes.actions}>
          <Button size="sm" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button size="sm" variant="filled" type="submit" disabled={text.trim() === ""}>
            {t("url.open")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
