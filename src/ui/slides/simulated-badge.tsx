import { useWords } from "../i18n/i18n.ts";
import classes from "./badge.module.css";

/** Stands wherever a slide with simulated counts is named, so that nobody takes them for a measurement. */
export function SimulatedBadge() {
  const { t } = useWords();
  return <span className={classes.badge}>{t("app.simulated")}</span>;
}
