import { molecules, type SubjectCounts, type SubjectSums } from "./comparison-counts.ts";
import type { ComparisonSubject } from "./comparison-subjects.ts";

/** A line with what is known of it. */
export interface ComparisonLine {
  readonly subject: ComparisonSubject;
  readonly counts: SubjectCounts;
}

/** A column by which lines are sorted; a number is the code of a gene. */
export type ComparisonColumn =
  | "title"
  | "class"
  | "area"
  | "perimeter"
  | "rows"
  | "count"
  | "density"
  | number;

export interface ComparisonSort {
  readonly column: ComparisonColumn;
  readonly descending: boolean;
}

/** Molecules per mm² (per px² where `areaUnits` is 1 because nobody knows the scale); null where there is no area. */
export function density(molecules: number, areaUm2: number | null, areaUnits: number): number | null {
  return areaUm2 === null || areaUm2 === 0 ? null : molecules / (areaUm2 / areaUnits);
}

/** The figure that a column shows; null where it is not known. */
export function figure(
  { subject, counts }: ComparisonLine,
  column: Exclude<ComparisonColumn, "title" | "class">,
  perAreaUnits: number | null,
): number | null {
  if (column === "area") return subject.areaUm2;
  if (column === "perimeter") return subject.perimeterUm;
  if (counts.status !== "ready") return null;
  const { sums } = counts;
  if (column === "rows") return sums.rows;
  if (column === "count") return sums.count;
  if (column === "density") return density(sums.count, subject.areaUm2, perAreaUnits ?? 1);
  return geneFigure(sums, column, subject.areaUm2, perAreaUnits);
}

/** Molecules of a gene, or of it per area where `perAreaUnits` is given. */
function geneFigure(
  sums: SubjectSums,
  code: number,
  areaUm2: number | null,
  perAreaUnits: number | null,
): number | null {
  const found = molecules(sums, code);
  return perAreaUnits === null ? found : density(found, areaUm2, perAreaUnits);
}

/** Sorted by a column; lines without that figure last, equal ones in their order. */
export function sortedLines(
  lines: readonly ComparisonLine[],
  { column, descending }: ComparisonSort,
  genePerArea: number | null,
  areaUnits: number,
): readonly ComparisonLine[] {
  const sign = descending ? -1 : 1;
  if (column === "title" || column === "class") {
    const { compare } = new Intl.Collator(undefined, { numeric: true });
    const word = ({ subject }: ComparisonLine) => (column === "title" ? subject.title : subject.className);
    return lines.toSorted((a, b) => sign * compare(word(a), word(b)));
  }
  const per = column === "density" ? areaUnits : genePerArea;
  const valued = lines.map((line) => ({ line, value: figure(line, column, per) }));
  valued.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return sign * (a.value - b.value);
  });
  return valued.map(({ line }) => line);
}
