import { useWords } from "../i18n/i18n.ts";
import { SimulatedBadge } from "../slides/simulated-badge.tsx";
import { useSamples } from "../slides/use-samples.ts";
import { VERSION } from "../version.ts";
import { Dialog } from "./dialog.tsx";
import classes from "./dialogs.module.css";
import { PARTS } from "./parts.ts";

const PARTS_TEXT = Object.entries(PARTS)
  .map(([licence, parts]) => `${Object.values(parts).join(", ")} (${licence})`)
  .join(" · ");

/** Name, version, licence, what it must not be used for, and whose data the samples are. */
export function AboutDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, language } = useWords();
  const samples = useSamples();
  const words = language === "zh-CN" ? "zh" : "en";
  return (
    <Dialog title={t("about.title")} onClose={onClose} width={560}>
      <p className={classes.plain}>{t("about.text")}</p>
      <p className={classes.text}>
        {t("about.version", { version: VERSION })} · {t("about.licence")}
      </p>
      <p className={classes.warn}>{t("about.diagnosis")}</p>
      <p className={classes.text}>{t("about.privacy")}</p>
      <h3 className={classes.subtitle}>{t("about.parts")}</h3>
      <p className={classes.text}>{PARTS_TEXT}</p>
      <p className={classes.text}>{t("about.colour")}</p>
      {samples.status === "ready" && samples.cards.length > 0 && (
        <>
          <h3 className={classes.subtitle}>{t("about.samples")}</h3>
          <ul className={classes.credits}>
            {samples.cards.map((card) => (
              <li key={card.id}>
                {card.title[words]} {card.simulated && <SimulatedBadge />}
                <br />
                <span>{t("start.licence", { licence: card.licence, attribution: card.attribution })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}
