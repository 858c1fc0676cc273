import type { AnnotationGeometry, Position } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { chainsBox } from "../../core/ring-measure.ts";
import { ellipseRing, isUprightRectangle } from "../../core/shape-rings.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { columnAt, parseCsv } from "./csv-rows.ts";
import { ImportCollector } from "./import-collector.ts";

const FORMAT = "Napari shapes CSV";

export function isNapari(header: readonly string[]): boolean {
  return columnAt(header, "shape-type") >= 0 && columnAt(header, "vertex-index") >= 0;
}

/**
 * Shapes of Napari: a row for each vertex, the last two axes are y and x, in units of its layer. Its pixels have their
 * centre at whole numbers, ours at halves: half a unit is added to be the same place of the image.
 * @throws annotations-none, annotations-csv-invalid
 */
export function importNapari(file: string, text: string): AnnotationImport {
  const collector = new ImportCollector(file, "napari");
  const [header, ...rows] = parseCsv(file, FORMAT, text);
  const names = header?.cells ?? [];
  const [index, type] = [columnAt(names, "index"), columnAt(names, "shape-type")];
  const axes = names.flatMap((name, i) => (/^axis-\d+$/.test(name.trim()) ? [i] : []));
  const [y, x] = axes.slice(-2);
  const shapes = new Map<string, { type: string; corners: Position[] }>();
  for (const { line, cells } of rows) {
    const key = index < 0 ? "0" : (cells[index] ?? "");
    const shape = shapes.get(key) ?? { type: (cells[type] ?? "").trim(), corners: [] };
    const at: Position = [
      Number(cells[x ?? -1]?.trim() || "x") + 0.5,
      Number(cells[y ?? -1]?.trim() || "x") + 0.5,
    ];
    if (!Number.isFinite(at[0]) || !Number.isFinite(at[1])) {
      const detail = cells.join(", ").slice(0, 80);
      throw new CentiscopeError("annotations-csv-invalid", { file, format: FORMAT, line, detail });
    }
    shape.corners.push(at);
    shapes.set(key, shape);
  }
  if (shapes.size === 0) throw new CentiscopeError("annotations-none", { file, format: FORMAT });
  for (const [key, shape] of shapes) {
    collector.report.found += 1;
    const geometry = geometryOf(shape.type, shape.corners);
    if (geometry) collector.add({ geometry });
    else collector.report.note("import-geometry-unknown", `${key}: ${shape.type}`);
  }
  return collector.finish("unknown", [{ frame: "imagePx", scale: 1, reason: "usual" }]);
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
