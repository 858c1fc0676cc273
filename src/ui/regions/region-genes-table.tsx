import { SegmentedControl } from "@mantine/core";
import { IconCheck, IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import type { RegionSums } from "../../core/expression.ts";
import { formatFixed, formatInteger } from "../../core/format-number.ts";
import { regionGenes } from "../../core/region-genes.ts";
import { toggleGene } from "../../state/actions.ts";
import { viewStore } from "../../state/view.ts";
import { useWords } from "../i18n/i18n.ts";
import { useSession, useView } from "../stores.ts";
import classes from "./regions-panel.module.css";

const SHOWN = 12;

/** The genes of a region, most abundant or most enriched first; a press shows one on the slide. */
export function RegionGenesTable({ sums }: { readonly sums: RegionSums }) {
  const { t, language } = useWords();
  const genes = useSession((session) => session.genes);
  const filter = useSession((session) => session.filterSummary);
  const selected = useView((view) => view.genes);
  const [order, setOrder] = useState<"count" | "enriched">("count");
  const totals = filter?.totals ?? genes?.totals;
  const rows = useMemo(
    () => (totals ? regionGenes(sums.genes, totals, order, SHOWN) : []),
    [sums, totals, order],
  );
  if (!genes) return null;
  return (
    <div>
      <SegmentedControl
        aria-label={t("regions.genesOrder")}
        value={order}
        onChange={(value) => setOrder(value === "enriched" ? "enriched" : "count")}
        data={[
          { value: "count", label: t("regions.topGenes") },
          { value: "enriched", label: t("regions.enriched") },
        ]}
      />
      {rows.length === 0 ? (
        <p className={classes.nothing}>{t("regions.genesNone")}</p>
      ) : (
        <table className={classes.genes}>
          <thead>
            <tr>
              <th scope="col">{t("genes.title")}</th>
              <th scope="col">{t("regions.inRegion")}</th>
              <th scope="col">{t("regions.onSlide")}</th>
              <th scope="col" title={t("regions.logRatioHint")}>
                {t("regions.logRatio")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ code, count, total, logRatio }) => {
              const name = genes.names[code] ?? "";
              const isOn = selected.some((gene) => gene.name === name);
              return (
                <tr key={code}>
                  <th scope="row">
                    <button
                      type="button"
                      className={classes.gene}
                      aria-pressed={isOn}
                      aria-label={t("regions.showGene", { gene: name })}
                      onClick={() => viewStore.setState(toggleGene(name))}
                    >
                      {isOn ? (
                        <IconCheck size={13} aria-hidden="true" />
                      ) : (
                        <IconPlus size={13} aria-hidden="true" />
                      )}
                      {name}
                    </button>
                  </th>
                  <td>{formatInteger(count, language)}</td>
                  <td>{formatInteger(total, language)}</td>
                  <td>
                    {logRatio > 0 ? "+" : ""}
                    {formatFixed(logRatio, language, 2)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </div>
  );
}
