import type { Annotation } from "../../core/annotation.ts";
import { csvText, unguarded } from "../../core/csv-text.ts";
import { CentiscopeError } from "../../core/errors.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { columnAt, parseCsv } from "./csv-rows.ts";
import { parseGeometry } from "./geojson-geometry.ts";
import { ImportCollector } from "./import-collector.ts";
import { looksLikeWkt, parseWkt, writeWkt } from "./wkt.ts";

const FORMAT = "WKT CSV";

/**
 * Rows with a geometry as well-known text, in the first column that holds such. Columns `id`, `name` and
 * `class`/`classification`/`label` are taken as that, other columns as metadata. The unit is not in the file.
 * @throws annotations-none, annotations-csv-invalid
 */
export function importWktCsv(file: string, text: string): AnnotationImport {
  const collector = new ImportCollector(file, "wkt");
  const { report } = collector;
  const all = parseCsv(file, FORMAT, text, separatorOf(text));
  const shape = wktColumn(all.map(({ cells }) => cells));
  const hasHeader = shape >= 0 && !looksLikeWkt(all[0]?.cells[shape] ?? "");
  const names = hasHeader ? (all[0]?.cells ?? []).map((cell) => cell.trim()) : [];
  const [id, name] = [columnAt(names, "id", "cell_id"), columnAt(names, "name")];
  const classed = columnAt(names, "class", "classification", "label");
  for (const { line, cells } of all.slice(hasHeader ? 1 : 0)) {
    report.found += 1;
    const cell = (column: number): string | null =>
      column < 0 ? null : unguarded(cells[column] ?? "") || null;
    const label = cell(name) ?? cell(id) ?? `#${line}`;
    const parsed = parseGeometry(parseWkt(cells[shape] ?? ""));
    if ("refused" in parsed) {
      report.note(parsed.refused, label);
      continue;
    }
    for (const remark of parsed.remarks) report.note(remark, label);
    const others = names.flatMap((key, column): [string, string][] =>
      [shape, id, name, classed].includes(column) || !key ? [] : [[key, unguarded(cells[column] ?? "")]],
    );
    const className = cell(classed);
    parsed.geometries.forEach((geometry, index) => {
      collector.add({
        id: index === 0 ? cell(id) : null,
        name: cell(name),
        geometry,
        classification: className ? { names: className.split(": "), color: null } : null,
        metadata: Object.fromEntries(others.filter(([, value]) => value !== "")),
      });
    });
  }
  if (report.found === 0) throw new CentiscopeError("annotations-none", { file, format: FORMAT });
  return collector.finish("unknown", [
    { frame: "um", scale: 1, reason: "usual" },
    { frame: "imagePx", scale: 1, reason: "usual" },
  ]);
}

/** The column that holds well-known text in one of the first rows; −1 when none does. */
export function wktColumn(rows: readonly (readonly string[])[]): number {
  for (const cells of rows.slice(0, 10)) {
    const column = cells.findIndex(looksLikeWkt);
    if (column >= 0) return column;
  }
  return -1;
}

/** What separates columns in the first line. Commas in well-known text are quoted. */
export function separatorOf(text: string): string {
  const line = text
    .slice(0, text.indexOf("\n") < 0 ? text.length : text.indexOf("\n"))
    .replace(/"[^"]*"/g, "");
  const count = (separator: string): number => line.split(separator).length;
  return [",", "\t", ";"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** Annotations as rows of well-known text with id, name and class, in the positions they have. */
export function exportWktCsv(annotations: Iterable<Annotation>): string {
  function* rows(): Generator<string[]> {
    yield ["id", "name", "classification", "wkt"];
    for (const { id, name, classification, geometry } of annotations) {
      yield [id, name ?? "", classification?.names.join(": ") ?? "", writeWkt(geometry)];
    }
  }
  return csvText(rows());
}
