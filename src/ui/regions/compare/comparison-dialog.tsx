import { Button, SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { formatInteger } from "../../../core/format-number.ts";
import { documentStore, select } from "../../../state/document.ts";
import { annotationHistory } from "../../../state/history.ts";
import { useCentiscope } from "../../centiscope-context.ts";
import { Dialog } from "../../dialogs/dialog.tsx";
import { useWords } from "../../i18n/i18n.ts";
import { useScaleKnown, useSession, useView } from "../../stores.ts";
import { goTo } from "../region-actions.ts";
import { saveTable } from "../region-exchange.ts";
import { writeMeasurements } from "../region-measurements.ts";
import { useDocument } from "../use-document.ts";
import classes from "./comparison.module.css";
import { type ComparisonLine, type ComparisonSort, sortedLines } from "./comparison-columns.ts";
import { comparisonCsv } from "./comparison-csv.ts";
import { ComparisonPair } from "./comparison-pair.tsx";
import type { ComparisonBy } from "./comparison-subjects.ts";
import { ComparisonTable, type WholeSlide } from "./comparison-table.tsx";
import { useComparison } from "./use-comparison.ts";

/** Regions or classes side by side: sizes, exact counts, and what differs between two of them. */
export function ComparisonDialog({ onClose }: { readonly onClose: () => void }) {
  const { t, language } = useWords();
  const centiscope = useCentiscope();
  const scaleKnown = useScaleKnown();
  const table = useSession((session) => session.genes);
  const filter = useSession((session) => session.filterSummary);
  const shownGenes = useView((view) => view.genes);
  const several = useDocument((state) => state.selected.size > 1);
  const [by, setBy] = useState<ComparisonBy>("region");
  const [onlySelected, setOnlySelected] = useState(several);
  const [perArea, setPerArea] = useState(false);
  const [sort, setSort] = useState<ComparisonSort>({ column: "title", descending: false });
  const { lines, counted, left, countAll } = useComparison(by, onlySelected);

  const genes = useMemo(
    () =>
      shownGenes.flatMap(({ name }) => {
        const code = table?.names.indexOf(name) ?? -1;
        return code < 0 ? [] : [{ name, code }];
      }),
    [shownGenes, table],
  );
  const slide = useMemo((): WholeSlide | null => {
    if (!table) return null;
    const totals = filter?.totals ?? table.totals;
    return {
      rows: filter?.rows ?? table.rows.reduce((sum, rows) => sum + rows, 0),
      count: filter?.count ?? totals.reduce((sum, count) => sum + count, 0),
      genes: genes.map(({ code }) => totals[code] ?? 0),
    };
  }, [table, filter, genes]);
  const areaUnits = scaleKnown ? 1e6 : 1;
  const sorted = useMemo(
    () => sortedLines(lines ?? [], sort, perArea ? areaUnits : null, areaUnits),
    [lines, sort, perArea, areaUnits],
  );
  const open = ({ subject }: ComparisonLine) => {
    select(documentStore, subject.ids);
    onClose();
    if (subject.ids[0]) goTo(subject.ids[0], centiscope);
  };
  const write = () => {
    const { annotations } = annotationHistory.base;
    const all = sorted.flatMap(({ subject }) => subject.ids.flatMap((id) => annotations.get(id) ?? []));
    void writeMeasurements(all, centiscope);
  };

  return (
    <Dialog title={t("compare.title")} onClose={onClose} width={1080}>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t("compare.by")}
          value={by}
          onChange={(value) => setBy(value === "class" ? "class" : "region")}
          data={[
            { value: "region", label: t("compare.byRegion") },
            { value: "class", label: t("compare.byClass") },
          ]}
        />
        {(several || onlySelected) && (
          <SegmentedControl
            aria-label={t("compare.which")}
            value={onlySelected ? "selected" : "all"}
            onChange={(value) => setOnlySelected(value === "selected")}
            data={[
              { value: "all", label: t("compare.all") },
              { value: "selected", label: t("compare.selected") },
            ]}
          />
        )}
        {genes.length > 0 && (
          <SegmentedControl
            aria-label={t("compare.genesAs")}
            value={perArea ? "area" : "count"}
            onChange={(value) => setPerArea(value === "area")}
            data={[
              { value: "count", label: t("facts.molecules") },
              { value: "area", label: t("compare.perArea", { unit: scaleKnown ? "mm²" : "px²" }) },
            ]}
          />
        )}
        <p role="status" className={classes.state}>
          {lines === null
            ? t("compare.uniting")
            : t("compare.counted", {
                done: formatInteger(counted, language),
                all: formatInteger(lines.length, language),
              })}
        </p>
        {left > 0 && (
          <Button size="xs" variant="default" onClick={countAll}>
            {t("compare.countAll")}
          </Button>
        )}
      </div>
      {lines?.length === 0 ? (
        <p>{t("compare.none")}</p>
      ) : (
        <>
          <ComparisonTable
            lines={sorted}
            genes={genes}
            slide={slide}
            scaleKnown={scaleKnown}
            perArea={perArea}
            sort={sort}
            onSort={setSort}
            onOpen={open}
          />
          <p className={classes.hint}>{t(by === "class" ? "compare.hintClass" : "compare.hintRegion")}</p>
          {table && lines && <ComparisonPair lines={lines} genes={table} />}
          <div className={classes.actions}>
            <Button variant="subtle" color="gray" disabled={counted === 0} onClick={write}>
              {t("regions.writeMeasurements")}
            </Button>
            <Button
              variant="default"
              disabled={counted === 0}
              onClick={() =>
                void saveTable(comparisonCsv(sorted, genes, scaleKnown), "comparison.csv", centiscope)
              }
            >
              {t("compare.save")}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
