import { useEffect, useMemo, useRef, useState } from "react";
import { annotationHistory } from "../../../state/history.ts";
import { pause } from "../../../viewer/pauses.ts";
import { useCentiscope } from "../../centiscope-context.ts";
import { useWords } from "../../i18n/i18n.ts";
import { useSession } from "../../stores.ts";
import { useDocument } from "../use-document.ts";
import { useFrameToUm } from "../use-frame.ts";
import type { ComparisonLine } from "./comparison-columns.ts";
import { ComparisonCounts } from "./comparison-counts.ts";
import { type ComparisonBy, type ComparisonSubject, comparisonSubjects } from "./comparison-subjects.ts";

/** More lines are counted only when asked for: each may read a part of a store. */
export const COUNTED_UNASKED = 100;

export interface Comparison {
  /** null while areas are united. */
  readonly lines: readonly ComparisonLine[] | null;
  readonly counted: number;
  /** Lines that are not counted before `countAll`. */
  readonly left: number;
  readonly countAll: () => void;
}

/**
 * The areas of the slide (or those selected), each for itself or by class, with their exact counts as they come. What
 * an edit, another filter or another slide has superseded is given up.
 */
export function useComparison(by: ComparisonBy, onlySelected: boolean): Comparison {
  const { t } = useWords();
  const centiscope = useCentiscope();
  const toUm = useFrameToUm();
  const annotations = useDocument(() => annotationHistory.base.annotations);
  const documentClasses = useDocument(() => annotationHistory.base.classes);
  const selected = useDocument((state) => state.selected);
  const genes = useSession((session) => session.genes);
  const filter = useSession((session) => session.filterSummary);
  const [subjects, setSubjects] = useState<readonly ComparisonSubject[] | null>(null);
  const [most, setMost] = useState(COUNTED_UNASKED);
  const [version, setVersion] = useState(0);
  const frame = useRef(0);
  const counts = useMemo(
    () =>
      new ComparisonCounts(
        (region, options) => centiscope.countRegion(region, options),
        () => {
          if (frame.current) return;
          frame.current = requestAnimationFrame(() => {
            frame.current = 0;
            setVersion((now) => now + 1);
          });
        },
      ),
    [centiscope],
  );

  const chosen = onlySelected ? selected : null;
  useEffect(() => {
    let superseded = false;
    const make = async () => {
      if (!toUm) return;
      const all = [...annotations.values()].filter(({ id }) => !chosen || chosen.has(id));
      const request = { annotations: all, by, classes: documentClasses, toUm, t };
      const made = await comparisonSubjects(request, () => pause());
      if (!superseded) setSubjects(made);
    };
    setSubjects(null);
    void make();
    return () => {
      superseded = true;
    };
  }, [annotations, documentClasses, chosen, by, toUm, t]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter or table is other rows
  useEffect(() => counts.forget(), [counts, genes, filter]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: counted anew when other rows count
  useEffect(() => {
    if (genes && subjects) void counts.run(subjects.slice(0, most).map(({ region }) => region));
    return () => counts.stop();
  }, [counts, subjects, most, genes, filter]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` tells that something is known that was not
  const lines = useMemo(
    () => subjects?.map((subject) => ({ subject, counts: counts.of(subject.region) })) ?? null,
    [subjects, counts, version],
  );
  return {
    lines,
    counted: lines?.filter((line) => line.counts.status === "ready").length ?? 0,
    left: Math.max(0, (subjects?.length ?? 0) - most),
    countAll: () => setMost(Number.POSITIVE_INFINITY),
  };
}
