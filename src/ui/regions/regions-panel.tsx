import { useWords } from "../i18n/i18n.ts";
import { InTurn } from "../in-turn.tsx";
import { RegionDetails } from "./region-details.tsx";
import { RegionFiles } from "./region-files.tsx";
import { RegionList } from "./region-list.tsx";
import classes from "./regions-panel.module.css";
import { useDocument } from "./use-document.ts";

/** The regions of the slide and what is known of those selected; before there are any, how one draws them. */
export function RegionsPanel() {
  const { t } = useWords();
  const empty = useDocument((state) => state.document.annotations.size === 0);
  if (empty)
    return (
      <section className={classes.panel} aria-label={t("regions.title")}>
        <RegionFiles />
        <div className={classes.empty}>
          <strong>{t("regions.none")}</strong>
          <span>{t("regions.noneHint")}</span>
          <span>{t("regions.noneKeys")}</span>
        </div>
      </section>
    );
  return (
    <section className={classes.panel} aria-label={t("regions.title")}>
      <InTurn>
        <RegionFiles />
        <RegionList />
        <RegionDetails />
      </InTurn>
    </section>
  );
}
