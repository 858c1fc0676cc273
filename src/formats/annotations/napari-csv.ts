import type { AnnotationGeometry, Position } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { chainsBox } from "../../core/ring-measure.ts";
import { ellipseRing, isUprightRectangle } from "../../core/shape-rings.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { type CsvRow, columnAt, parseCsv } from "./csv-rows.ts";
import { ImportCollector } from "./import-collector.ts";

const FORMAT = "Napari CSV";

/** True for the header of a shapes layer's file, and of a points layer's. */
export function isNapari(header: readonly string[]): boolean {
  return columnAt(header, "axis-0") >= 0 && columnAt(header, "axis-1") >= 0;
}

/**
 * Shapes of Napari, a row for each vertex, or its points, a row for each [napari_builtins `io/_write.py`]. The last two
 * axes are y and x, in units of the layer. Its pixels have their centre at whole numbers, ours at halves: half a unit is
 * added to be the same place of the image. Points with features are an annotation each, else all are one.
 * @throws annotations-none, annotations-csv-invalid
 */
export function importNapari(file: string, text: string): AnnotationImport {
  const collector = new ImportCollector(file, "napari");
  const { report } = collector;
  const [header, ...rows] = parseCsv(file, FORMAT, text);
  const names = (header?.cells ?? []).map((name) => name.trim());
  const axes = names.flatMap((name, i) => (/^axis-\d+$/.test(name) ? [i] : []));
  const positions = rows.map((row) => position(file, row, axes));
  if (rows.length === 0) throw new CentiscopeError("annotations-none", { file, format: FORMAT });
  if (axes.length > 2) report.note("import-third-coordinate", "#1", rows.length);
  if (columnAt(names, "shape-type") >= 0) addShapes(collector, names, rows, positions);
  else addPoints(collector, names, rows, positions);
  return collector.finish("unknown", [{ frame: "imagePx", scale: 1, reason: "usual" }]);
}

function position(file: string, { line, cells }: CsvRow, axes: readonly number[]): Position {
  const [y, x] = axes.slice(-2);
  const at: Position = [
    Number(cells[x ?? -1]?.trim() || "x") + 0.5,
    Number(cells[y ?? -1]?.trim() || "x") + 0.5,
  ];
  if (Number.isFinite(at[0]) && Number.isFinite(at[1])) return at;
  const detail = cells.join(", ").slice(0, 80);
  throw new CentiscopeError("annotations-csv-invalid", { file, format: FORMAT, line, detail });
}

function addPoints(
  collector: ImportCollector,
  names: readonly string[],
  rows: readonly CsvRow[],
  positions: readonly Position[],
): void {
  const { report } = collector;
  const features = names.flatMap((name, i) =>
    name && name !== "index" && !/^axis-\d+$/.test(name) ? [i] : [],
  );
  if (features.length === 0) {
    report.found += 1;
    collector.add({ geometry: { type: "points", positions, shape: "points" } });
    return;
  }
  rows.forEach(({ cells }, row) => {
    report.found += 1;
    const metadata = features.map((i): [string, string] => [names[i]!, cells[i] ?? ""]);
    collector.add({
      geometry: { type: "points", positions: [positions[row]!], shape: "points" },
      metadata: Object.fromEntries(metadata.filter(([, value]) => value !== "")),
    });
  });
}

function addShapes(
  collector: ImportCollector,
  names: readonly string[],
  rows: readonly CsvRow[],
  positions: readonly Position[],
): void {
  const [index, type] = [columnAt(names, "index"), columnAt(names, "shape-type")];
  const shapes = new Map<string, { type: string; corners: Position[] }>();
  rows.forEach(({ cells }, row) => {
    const key = index < 0 ? "0" : (cells[index] ?? "");
    const shape = shapes.get(key) ?? { type: (cells[type] ?? "").trim(), corners: [] };
    shape.corners.push(positions[row]!);
    shapes.set(key, shape);
  });
  for (const [key, shape] of shapes) {
    collector.report.found += 1;
    const geometry = geometryOf(shape.type, shape.corners);
    if (geometry) collector.add({ geometry });
    else collector.report.note("import-geometry-unknown", `${key}: ${shape.type}`);
  }
}

function geometryOf(type: string, corners: readonly Position[]): AnnotationGeometry | undefined {
  switch (type) {
    case "polygon":
      return { type: "area", region: [[corners]], shape: "polygon" };
    case "rectangle":
      return {
        type: "area",
        region: [[corners]],
        shape: isUprightRectangle(corners) ? "rectangle" : "polygon",
      };
    case "ellipse":
      return isUprightRectangle(corners)
        ? { type: "area", region: [[ellipseRing(chainsBox([corners]))]], shape: "ellipse" }
        : { type: "area", region: [[turnedEllipse(corners)]], shape: "polygon" };
    case "line":
    case "path":
      return { type: "line", lines: [corners], shape: "polyline" };
    default:
      return undefined;
  }
}

/** Of the four corners of its turned box. */
function turnedEllipse(corners: readonly Position[]): readonly Position[] {
  const [p, q, , s] = corners;
  if (corners.length !== 4 || !p || !q || !s) return corners;
  return ellipseRing({ x0: 0, y0: 0, x1: 1, y1: 1 }).map(
    ([u, v]): Position => [
      p[0] + u * (q[0] - p[0]) + v * (s[0] - p[0]),
      p[1] + u * (q[1] - p[1]) + v * (s[1] - p[1]),
    ],
  );
}
