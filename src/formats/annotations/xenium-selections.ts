import type { Annotation, Position } from "../../core/annotation.ts";
import { csvCell, unguarded } from "../../core/csv-text.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { mapRing, type PlaneMap } from "../../core/plane-map.ts";
import { ringArea } from "../../core/ring-measure.ts";
import { withoutClosing } from "../../core/shape-rings.ts";
import { fillHoles } from "../../geometry/region-clean.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { type CsvRow, columnAt, parseCsv } from "./csv-rows.ts";
import { ImportCollector } from "./import-collector.ts";

const FORMAT = "Xenium Explorer CSV";

/** True for the header of a selection's coordinates, alone or several together. */
export function isXeniumSelection(header: readonly string[]): boolean {
  const names = header.map((cell) => cell.trim());
  return names.join() === "X,Y" || names.join() === "Selection,X,Y";
}

/**
 * Selections of Xenium Explorer: one file for each (name in a `#` line above, columns X, Y), or several in one
 * (columns Selection, X, Y). Positions are µm of the Xenium slide.
 * @throws annotations-none, annotations-csv-invalid
 */
export function importXeniumSelections(file: string, text: string): AnnotationImport {
  const collector = new ImportCollector(file, "xenium");
  const rows = parseCsv(file, FORMAT, text);
  const remarks = rows.filter(({ cells }) => cells[0]!.startsWith("#"));
  const named = remarks.map(({ cells }) => /^#Selection name:\s*(.*)$/.exec(cells.join(","))?.[1]);
  const table = rows.filter(({ cells }) => !cells[0]!.startsWith("#"));
  const [header, ...data] = table;
  const names = header?.cells ?? [];
  const [which, x, y] = [columnAt(names, "selection"), columnAt(names, "x"), columnAt(names, "y")];
  const rings = new Map<string, Position[]>();
  const own = named.find((name) => name !== undefined) ?? file.replace(/(_coordinates)?\.csv$/i, "");
  for (const row of data) {
    const name = which < 0 ? own : unguarded(row.cells[which] ?? "");
    const ring = rings.get(name) ?? [];
    ring.push(position(file, row, x, y));
    rings.set(name, ring);
  }
  if (rings.size === 0) throw new CentiscopeError("annotations-none", { file, format: FORMAT });
  for (const [name, ring] of rings) {
    collector.report.found += 1;
    const open = withoutClosing(ring);
    if (!open) collector.report.note("import-ring-open", name);
    collector.add({ name, geometry: { type: "area", region: [[open ?? ring]], shape: "polygon" } });
  }
  return collector.finish("um");
}

function position(file: string, { line, cells }: CsvRow, x: number, y: number): Position {
  const [px, py] = [cells[x], cells[y]];
  const at: Position = [Number(px?.trim() || "x"), Number(py?.trim() || "x")];
  if (Number.isFinite(at[0]) && Number.isFinite(at[1])) return at;
  const detail = `${px}, ${py}`;
  throw new CentiscopeError("annotations-csv-invalid", { file, format: FORMAT, line, detail });
}

/** What a file of selections cannot hold, counted. */
export interface XeniumExport {
  readonly text: string;
  /** Lines, points and notes, left out. */
  readonly leftOut: number;
  /** Regions with holes; these are filled. */
  readonly filled: number;
  /** Regions of several parts; each part is a selection of its own. */
  readonly parted: number;
}

/**
 * Areas as a file of selections that Xenium Explorer imports: columns Selection, X, Y in µm with two decimals, rings
 * closed. Selections have neither holes nor several parts; what becomes of those is counted. Names are made distinct.
 * @param toUm from the document's frame to µm of the Xenium slide
 */
export function exportXeniumSelections(annotations: Iterable<Annotation>, toUm: PlaneMap): XeniumExport {
  const selections: { name: string; ring: readonly Position[] }[] = [];
  const taken = new Set<string>();
  let [leftOut, filled, parted, number] = [0, 0, 0, 0];
  for (const { geometry, name } of annotations) {
    if (geometry.type !== "area") {
      leftOut += 1;
      continue;
    }
    number += 1;
    const hasHoles = geometry.region.some((polygon) => polygon.length > 1);
    const parts = hasHoles || geometry.region.length > 1 ? fillHoles(geometry.region) : geometry.region;
    if (hasHoles) filled += 1;
    if (parts.length > 1) parted += 1;
    parts.forEach(([outline], part) => {
      const base = `${name || `Selection ${number}`}${parts.length > 1 ? ` (${part + 1})` : ""}`;
      let own = base;
      for (let copy = 2; taken.has(own); copy++) own = `${base} ${copy}`;
      taken.add(own);
      selections.push({ name: own, ring: mapRing(toUm, outline ?? []) });
    });
  }
  const areas = selections.map(({ ring }) => Math.abs(ringArea(ring)).toFixed(2));
  const names = selections.map(({ name }) => name);
  const lines = [
    `#Selection names:,${csvCell(names.join(", "))}`,
    `"#Areas (µm^2): ${areas.join(", ")}"`,
    "Selection,X,Y",
  ];
  for (const { name, ring } of selections) {
    const cell = csvCell(name);
    for (const [x, y] of [...ring, ring[0]!]) lines.push(`${cell},${x.toFixed(2)},${y.toFixed(2)}`);
  }
  return { text: `${lines.join("\n")}\n`, leftOut, filled, parted };
}
