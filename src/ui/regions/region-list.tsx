import { ActionIcon, Button, Select, TextInput } from "@mantine/core";
import { IconEye, IconEyeOff, IconLock, IconLockOpen2 } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useDeferredValue, useMemo, useRef, useState } from "react";
import { annotationColor, className, hexOf } from "../../core/annotation-color.ts";
import { openDialog } from "../../state/actions.ts";
import { hideAnnotations, lockAnnotations } from "../../state/annotation-commands.ts";
import { documentStore, select } from "../../state/document.ts";
import { annotationHistory } from "../../state/history.ts";
import { sessionStore } from "../../state/session.ts";
import { measured } from "../../viewer/region-measures.ts";
import { useCentiscope } from "../centiscope-context.ts";
import { useWords } from "../i18n/i18n.ts";
import { useScaleKnown } from "../stores.ts";
import { goTo } from "./region-actions.ts";
import { type RegionRow, type RegionSort, regionRows } from "./region-rows.ts";
import { counted, formatArea, formatDistance, regionTitle } from "./region-words.ts";
import classes from "./regions-panel.module.css";
import { useDocument } from "./use-document.ts";
import { useFrameToUm } from "./use-frame.ts";
import { useMeasured } from "./use-measured.ts";

const ROW_PX = 32;
const SORTS = { order: "sortOrder", name: "sortName", class: "sortClass", area: "sortArea" } as const;

/** Area of an area, length of a line, number of points. */
function Size({ row }: { readonly row: RegionRow }) {
  const { language } = useWords();
  const scaleKnown = useScaleKnown();
  const toUm = useFrameToUm();
  useMeasured();
  const { geometry } = row.annotation;
  if (geometry.type === "points") return <span className={classes.size}>{geometry.positions.length}</span>;
  const measure = toUm && measured(geometry, toUm);
  if (!measure || measure === "coming")
    return <span className={classes.size}>{measure === "coming" ? "…" : ""}</span>;
  return (
    <span className={classes.size}>
      {geometry.type === "area"
        ? formatArea(measure.areaUm2, language, scaleKnown)
        : formatDistance(measure.lengthUm, language, scaleKnown)}
    </span>
  );
}

interface RowProps {
  readonly row: RegionRow;
  readonly selected: boolean;
  readonly tabbable: boolean;
  readonly onPress: (event: MouseEvent, id: string) => void;
}

function Row({ row, selected, tabbable, onPress }: RowProps) {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const documentClasses = useDocument((state) => state.document.classes);
  const { annotation, depth } = row;
  const name = regionTitle(annotation, t);
  const color = hexOf(annotationColor(annotation, documentClasses));
  const { base } = annotationHistory;
  const Lock = annotation.locked ? IconLock : IconLockOpen2;
  const Eye = annotation.hidden ? IconEyeOff : IconEye;
  return (
    <div className={classes.row} data-selected={selected} data-hidden={annotation.hidden}>
      <button
        type="button"
        className={classes.rowName}
        style={{ paddingLeft: 8 + 12 * Math.min(depth, 6) }}
        aria-pressed={selected}
        tabIndex={tabbable ? 0 : -1}
        data-region={annotation.id}
        onClick={(event) => onPress(event, annotation.id)}
        onDoubleClick={() => goTo(annotation.id, centiscope)}
      >
        <i className={classes.swatch} style={{ background: color }} />
        <span className={classes.rowText}>{name}</span>
        <Size row={row} />
      </button>
      <ActionIcon
        size={24}
        tabIndex={tabbable ? 0 : -1}
        aria-label={t(annotation.locked ? "regions.unlock" : "regions.lock", { name })}
        data-on={annotation.locked}
        onClick={() => annotationHistory.run(lockAnnotations(base, [annotation.id], !annotation.locked))}
      >
        <Lock size={14} aria-hidden="true" />
      </ActionIcon>
      <ActionIcon
        size={24}
        tabIndex={tabbable ? 0 : -1}
        aria-label={t(annotation.hidden ? "regions.show" : "regions.hide", { name })}
        data-on={annotation.hidden}
        onClick={() => annotationHistory.run(hideAnnotations(base, [annotation.id], !annotation.hidden))}
      >
        <Eye size={14} aria-hidden="true" />
      </ActionIcon>
    </div>
  );
}

/** All regions of the slide: searched, filtered, sorted; Ctrl and Shift select several. */
export function RegionList() {
  const { t, language } = useWords();
  const toUm = useFrameToUm();
  // Not the gesture under way: the list follows when it is done.
  const annotations = useDocument(() => annotationHistory.base.annotations);
  const selected = useDocument((state) => state.selected);
  const [search, setSearch] = useState("");
  const [classFilter, setClassFilter] = useState<string | null>(null);
  const [sort, setSort] = useState<RegionSort>("order");
  const [active, setActive] = useState(0);
  const anchor = useRef<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const needle = useDeferredValue(search);
  const sizes = useMeasured();
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes that have come may sort rows elsewhere
  const rows = useMemo(
    () => regionRows(annotations, { search: needle, classFilter, sort }, t, toUm),
    [annotations, needle, classFilter, sort, t, toUm, sizes],
  );
  const inUse = useMemo(() => {
    const names = new Set<string>();
    for (const { classification } of annotations.values())
      names.add(classification ? className(classification.names) : "");
    return [...names].toSorted();
  }, [annotations]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
  });

  const press = (event: MouseEvent, id: string) => {
    const at = rows.findIndex(({ annotation }) => annotation.id === id);
    setActive(at);
    const from = rows.findIndex(({ annotation }) => annotation.id === anchor.current);
    if (event.shiftKey && from >= 0) {
      const range = rows.slice(Math.min(at, from), Math.max(at, from) + 1);
      select(
        documentStore,
        range.map(({ annotation }) => annotation.id),
      );
      return;
    }
    anchor.current = id;
    if (!event.ctrlKey && !event.metaKey) select(documentStore, [id]);
    else if (selected.has(id))
      select(
        documentStore,
        [...selected].filter((one) => one !== id),
      );
    else select(documentStore, [...selected, id]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length }[event.key];
    if (step === undefined || rows.length === 0) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, active + step));
    setActive(next);
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => {
      const id = rows[next]?.annotation.id;
      if (id) scroller.current?.querySelector<HTMLElement>(`[data-region="${CSS.escape(id)}"]`)?.focus();
    });
  };

  return (
    <section aria-label={t("regions.list")}>
      <div className={classes.finder}>
        <TextInput
          size="xs"
          aria-label={t("regions.search")}
          placeholder={t("regions.search")}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Select
          aria-label={t("regions.filter")}
          value={classFilter === null ? "all" : `class ${classFilter}`}
          data={[
            { value: "all", label: t("regions.filterAll") },
            ...inUse.map((name) => ({
              value: `class ${name}`,
              label: name === "" ? t("regions.classNone") : name,
            })),
          ]}
          onChange={(value) => setClassFilter(value?.startsWith("class ") ? value.slice(6) : null)}
        />
        <Select
          aria-label={t("regions.sort")}
          value={sort}
          data={Object.entries(SORTS).map(([value, word]) => ({ value, label: t(`regions.${word}`) }))}
          onChange={(value) => {
            if (value && value in SORTS) setSort(value as RegionSort);
          }}
        />
      </div>
      <div className={classes.countLine}>
        <p className={classes.count} aria-live="polite">
          {t("regions.count", counted(rows.length, language))}
          {selected.size > 0 && ` · ${t("regions.selectedCount", counted(selected.size, language))}`}
        </p>
        <Button
          variant="subtle"
          color="gray"
          onClick={() => sessionStore.setState(openDialog("compare-regions"))}
        >
          {t("compare.open")}
        </Button>
      </div>
      {rows.length === 0 && <p className={classes.nothing}>{t("regions.noMatch")}</p>}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move the focus among the buttons within */}
      <div ref={scroller} className={classes.rows} style={{ maxHeight: ROW_PX * 9 }} onKeyDown={onKeyDown}>
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <div
                  key={row.annotation.id}
                  className={classes.placed}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Row
                    row={row}
                    selected={selected.has(row.annotation.id)}
                    tabbable={index === Math.min(active, rows.length - 1)}
                    onPress={press}
                  />
                </div>
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}
