import { Button, CloseButton, Progress } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { formatInteger } from "../../core/format-number.ts";
import type { LoadProgress, PartState, SlideEntry } from "../../state/session.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { askAgain } from "../chrome.ts";
import { useWords } from "../i18n/i18n.ts";
import { messageText } from "../message-text.ts";
import { useSession } from "../stores.ts";
import { progressWords } from "./progress-words.ts";
import { SimulatedBadge } from "./simulated-badge.tsx";
import { countWords, slideWords } from "./slide-words.ts";
import classes from "./tray.module.css";
import { useOpen } from "./use-open.ts";

function Loading({ slide, progress }: { readonly slide: SlideEntry; readonly progress: LoadProgress }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  return (
    <div className={classes.part}>
      <div className={classes.partLine}>
        <span>{progressWords(progress, t, language)}</span>
        <Button
          size="compact-xs"
          flex="none"
          aria-label={t("tray.cancelLoad", { title: slide.title })}
          onClick={() => centiscope.cancel(slide.id)}
          mih={24}
        >
          {t("app.cancel")}
        </Button>
      </div>
      <Progress
        size={4}
        value={progress.fraction === null ? 100 : progress.fraction * 100}
        animated={progress.fraction === null}
        aria-label={t("load.progress")}
      />
    </div>
  );
}

function Part({ slide, part }: { readonly slide: SlideEntry; readonly part: PartState }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  if (part.status === "loading") {
    return slide.question ? null : <Loading slide={slide} progress={part.progress} />;
  }
  if (part.status !== "failed") return null;
  return (
    <div className={classes.failed}>
      <p>
        <IconAlertTriangle size={13} aria-hidden="true" style={{ verticalAlign: "-2px" }} />{" "}
        {messageText(part.error, language)}
      </p>
      <Button
        size="compact-xs"
        mih={24}
        aria-label={t("tray.retryLoad", { title: slide.title })}
        leftSection={<IconRefresh size={12} aria-hidden="true" />}
        onClick={() => void centiscope.retry(slide.id)}
      >
        {t("app.retry")}
      </Button>
    </div>
  );
}

/** One slide of the tray: picture, name, size, what loads, what failed and what waits for an answer. */
export function SlideCard({ slide }: { readonly slide: SlideEntry }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const open = useOpen();
  const active = useSession((session) => session.activeId === slide.id);
  const genes = useSession((session) => (session.activeId === slide.id ? session.genes : null));
  const facts = [slideWords(slide, t, language)];
  if (slide.expressionInfo) {
    const { rows, totalCount } = slide.expressionInfo;
    facts.push(countWords(rows, totalCount, t, language));
  }
  if (genes) {
    const count = genes.names.length;
    facts.push(t("tray.genes", { count, genes: formatInteger(count, language) }));
  }
  return (
    <div className={classes.card} data-active={active}>
      <button
        type="button"
        className={classes.open}
        aria-label={t("tray.activate", { title: slide.title })}
        aria-current={active ? "true" : undefined}
        onClick={() => open.slide(slide.id)}
      >
        {slide.previewUrl ? (
          <img className={classes.preview} src={slide.previewUrl} alt="" />
        ) : (
          <span className={classes.noPreview}>{t("tray.noPreview")}</span>
        )}
        <span className={classes.text}>
          <span className={classes.name}>{slide.title}</span>
          <span className={classes.facts}>{facts.filter(Boolean).join(" · ")}</span>
          {slide.simulated && (
            <span>
              <SimulatedBadge />
            </span>
          )}
        </span>
      </button>
      <CloseButton
        className={classes.close ?? ""}
        size={24}
        iconSize={14}
        aria-label={t("tray.closeSlide", { title: slide.title })}
        onClick={() => centiscope.closeSlide(slide.id)}
      />
      {slide.question && (
        <div className={classes.question}>
          <Button
            size="compact-xs"
            mih={24}
            fullWidth
            variant="light"
            styles={{ label: { whiteSpace: "normal" } }}
            h="auto"
            py={4}
            onClick={() => askAgain(slide.id)}
          >
            {t("tray.answer")}
          </Button>
        </div>
      )}
      <Part slide={slide} part={slide.image} />
      <Part slide={slide} part={slide.expression} />
    </div>
  );
}
