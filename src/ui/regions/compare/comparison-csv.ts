import { csvText } from "../../../core/csv-text.ts";
import { type ComparisonLine, density } from "./comparison-columns.ts";
import { molecules } from "./comparison-counts.ts";

/** A gene that has a column. */
export interface ComparedGene {
  readonly name: string;
  readonly code: number;
}

/**
 * The comparison as CSV: full precision, empty cells where a figure is not known. Areas are mm² and lengths µm, or
 * px² and px where nobody knows the scale.
 */
export function comparisonCsv(
  lines: readonly ComparisonLine[],
  genes: readonly ComparedGene[],
  scaleKnown: boolean,
): string {
  const [area, length, areaUnits] = scaleKnown ? (["mm2", "um", 1e6] as const) : (["px2", "px", 1] as const);
  const header = [
    "name",
    "class",
    `area_${area}`,
    `perimeter_${length}`,
    "rows",
    "molecules",
    `molecules_per_${area}`,
    ...genes.map(({ name }) => name),
  ];
  const rows = lines.map(({ subject, counts }) => {
    const { areaUm2, perimeterUm } = subject;
    const sums = counts.status === "ready" ? counts.sums : null;
    return [
      subject.title,
      subject.className,
      areaUm2 === null ? "" : areaUm2 / areaUnits,
      perimeterUm ?? "",
      sums?.rows ?? "",
      sums?.count ?? "",
      (sums && density(sums.count, areaUm2, areaUnits)) ?? "",
      ...genes.map(({ code }) => (sums ? molecules(sums, code) : "")),
    ];
  });
  return csvText([header, ...rows]);
}
