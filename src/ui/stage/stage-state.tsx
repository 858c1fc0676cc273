import { Button, Progress } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { useCentiscope } from "../centiscope-context.ts";
import { askAgain } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { progressWords } from "../slides/progress-words.ts";
import { useActiveSlide } from "../stores.ts";
import classes from "./stage.module.css";

/** What stands in the middle while there is no picture: loading with a way out, or the reason and Retry. */
export function StageState() {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const slide = useActiveSlide();
  if (!slide) return null;
  const parts = [slide.image, slide.expression];
  if (parts.some((part) => part.status === "ready")) return null;
  if (slide.question) {
    return (
      <div className={classes.center}>
        <div className={classes.card}>
          <span className={classes.cardTitle}>{t("status.question", { title: slide.title })}</span>
          <Button variant="filled" onClick={() => askAgain(slide.id)}>
            {t("tray.answer")}
          </Button>
        </div>
      </div>
    );
  }

  const loading = parts.find((part) => part.status === "loading");
  if (loading?.status === "loading") {
    const { fraction } = loading.progress;
    return (
      <div className={classes.center}>
        <div className={classes.card}>
          <span className={classes.cardTitle}>{slide.title}</span>
          <Progress
            w="100%"
            size={5}
            value={fraction === null ? 100 : fraction * 100}
            animated={fraction === null}
            aria-label={t("load.progress")}
          />
          <p className={classes.cardText}>{progressWords(loading.progress, t, language)}</p>
          <Button onClick={() => centiscope.cancel(slide.id)}>{t("app.cancel")}</Button>
        </div>
      </div>
    );
  }

  const failures = parts.filter((part) => part.status === "failed");
  if (failures.length === 0) {
    return (
      <div className={classes.center}>
        <div className={classes.card}>
          <span className={classes.cardTitle}>{slide.title}</span>
          <p className={classes.cardText}>{t("stage.nothing")}</p>
          <Button onClick={() => void centiscope.retry(slide.id)}>{t("app.retry")}</Button>
        </div>
      </div>
    );
  }
  return (
    <div className={classes.center}>
      <div className={classes.card} role="alert">
        <IconAlertTriangle size={26} color="var(--cs-danger)" aria-hidden="true" />
        <span className={classes.cardTitle}>{t("stage.failed")}</span>
        {failures.map((part) => (
          <p key={messageText(part.error, language)} className={classes.cardText}>
            {messageText(part.error, language)}
          </p>
        ))}
        <Button
          variant="filled"
          leftSection={<IconRefresh size={14} aria-hidden="true" />}
          onClick={() => void centiscope.retry(slide.id)}
        >
          {t("app.retry")}
        </Button>
      </div>
    </div>
  );
}
