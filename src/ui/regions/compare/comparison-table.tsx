import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { hexOf } from "../../../core/annotation-color.ts";
import { formatInteger, formatSignificant } from "../../../core/format-number.ts";
import { useWords } from "../../i18n/i18n.ts";
import { messageText } from "../../message-text.ts";
import { formatArea, formatDistance } from "../region-words.ts";
import classes from "./comparison.module.css";
import {
  type ComparisonColumn,
  type ComparisonLine,
  type ComparisonSort,
  figure,
} from "./comparison-columns.ts";
import type { ComparedGene } from "./comparison-csv.ts";

const ROW_PX = 30;

export interface WholeSlide {
  readonly rows: number;
  readonly count: number;
  /** Molecules of each compared gene. */
  readonly genes: readonly number[];
}

export interface ComparisonTableProps {
  readonly lines: readonly ComparisonLine[];
  readonly genes: readonly ComparedGene[];
  readonly slide: WholeSlide | null;
  readonly scaleKnown: boolean;
  /** Genes' figures are per mm² (px²), not molecules. */
  readonly perArea: boolean;
  readonly sort: ComparisonSort;
  readonly onSort: (sort: ComparisonSort) => void;
  readonly onOpen: (line: ComparisonLine) => void;
}

/** Lines side by side; a press on a header sorts, a press on a name goes there. Only the rows in sight are made. */
export function ComparisonTable(props: ComparisonTableProps) {
  const { lines, genes, slide, scaleKnown, perArea, sort, onSort, onOpen } = props;
  const { t, language } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const areaUnits = scaleKnown ? 1e6 : 1;
  const unit = scaleKnown ? "mm²" : "px²";
  const heads: readonly { column: ComparisonColumn; label: string; number: boolean }[] = [
    { column: "title", label: t("regions.name"), number: false },
    { column: "class", label: t("regions.class"), number: false },
    { column: "area", label: t("regions.area"), number: true },
    { column: "perimeter", label: t("regions.perimeter"), number: true },
    { column: "rows", label: t("facts.rows"), number: true },
    { column: "count", label: t("facts.molecules"), number: true },
    { column: "density", label: t("compare.perArea", { unit }), number: true },
    ...genes.map(({ code, name }) => ({ column: code, label: name, number: true })),
  ];
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);

  const exact = (line: ComparisonLine, column: "rows" | "count" | "density" | number) => {
    const per = column === "density" ? areaUnits : typeof column === "number" && perArea ? areaUnits : null;
    const value = figure(line, column, per);
    if (value === null) return "–";
    return per === null ? formatInteger(value, language) : formatSignificant(value, language, 4);
  };
  const cells = (line: ComparisonLine) => {
    const { counts } = line;
    const columns = ["rows", "count", "density", ...genes.map(({ code }) => code)] as const;
    if (counts.status === "ready")
      return columns.map((column) => <td key={column}>{exact(line, column)}</td>);
    return (
      <td colSpan={columns.length} className={counts.status === "failed" ? classes.failed : classes.coming}>
        {counts.status === "failed"
          ? messageText(counts.error, language)
          : counts.status === "counting"
            ? t("regions.bracket", {
                low: formatInteger(counts.low, language),
                high: formatInteger(counts.high, language),
              })
            : t("compare.waiting")}
      </td>
    );
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} className={classes.scroller} aria-label={t("compare.title")} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            {heads.map(({ column, label, number }) => {
              const own = sort.column === column;
              const direction = own ? (sort.descending ? "descending" : "ascending") : "none";
              return (
                <th key={column} scope="col" aria-sort={direction} data-number={number}>
                  <button
                    type="button"
                    onClick={() => onSort({ column, descending: own ? !sort.descending : number })}
                  >
                    {label}
                    <span aria-hidden="true">{own ? (sort.descending ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {slide && (
            <tr className={classes.slide}>
              <th scope="row">{t("compare.slide")}</th>
              <td />
              <td>–</td>
              <td>–</td>
              <td>{formatInteger(slide.rows, language)}</td>
              <td>{formatInteger(slide.count, language)}</td>
              <td>–</td>
              {slide.genes.map((count, i) => (
                <td key={genes[i]?.code}>{perArea ? "–" : formatInteger(count, language)}</td>
              ))}
            </tr>
          )}
          {above > 0 && <tr style={{ height: above }} />}
          {items.map(({ index }) => {
            const line = lines[index]!;
            const { subject } = line;
            return (
              <tr key={subject.key} data-subject={subject.key}>
                <th scope="row">
                  <button type="button" className={classes.name} onClick={() => onOpen(line)}>
                    <i style={{ background: hexOf(subject.color) }} />
                    <span className={classes.long} title={subject.title}>
                      {subject.title}
                    </span>
                    {subject.ids.length > 1 && <span className={classes.of}>{subject.ids.length}</span>}
                  </button>
                </th>
                <td data-word className={classes.long} title={subject.className}>
                  {subject.className}
                </td>
                <td>{subject.areaUm2 === null ? "–" : formatArea(subject.areaUm2, language, scaleKnown)}</td>
                <td>
                  {subject.perimeterUm === null
                    ? "–"
                    : formatDistance(subject.perimeterUm, language, scaleKnown)}
                </td>
                {cells(line)}
              </tr>
            );
          })}
          {below > 0 && <tr style={{ height: below }} />}
        </tbody>
      </table>
    </section>
  );
}
