import { Button } from "@mantine/core";
import type { StoredSlide } from "../../core/annotation-storage.ts";
import { formatTime } from "../../core/format-time.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { Dialog } from "../dialogs/dialog.tsx";
import dialogs from "../dialogs/dialogs.module.css";
import { useWords } from "../i18n/i18n.ts";
import { counted } from "../regions/region-words.ts";
import classes from "./recovery.module.css";

/** Whose regions the slide's are, when its content does not tell. Closed unanswered, they are kept apart. */
export function IdentityDialog({ mayBe }: { readonly mayBe: readonly StoredSlide[] }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const answer = (slideKey: string | null) =>
    void centiscope.annotations().then((keeper) => keeper.answer(slideKey));
  return (
    <Dialog title={t("identity.title")} onClose={() => answer(null)} width={560}>
      <p className={dialogs.text}>{t("identity.text")}</p>
      <ul className={classes.slides}>
        {mayBe.map((slide) => (
          <li key={slide.slideKey} className={classes.slide}>
            <div className={classes.about}>
              <h3 className={classes.title}>{slide.title}</h3>
              <p className={classes.facts}>
                {t("regions.count", counted(slide.count, language))} ·{" "}
                {t("recovery.changed", { time: formatTime(slide.time, language) })}
              </p>
            </div>
            <Button
              onClick={() => answer(slide.slideKey)}
              aria-label={t("identity.useNamed", { title: slide.title })}
            >
              {t("identity.use")}
            </Button>
          </li>
        ))}
      </ul>
      <div className={dialogs.actions}>
        <Button variant="filled" data-autofocus onClick={() => answer(null)}>
          {t("identity.apart")}
        </Button>
      </div>
    </Dialog>
  );
}
