import type { AnnotationGeometry, Position } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { isUprightRectangle } from "../../core/shape-rings.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { ImportCollector } from "./import-collector.ts";
import { hexColor, readXml } from "./xml-events.ts";

/** What ASAP writes where an annotation is in no group. */
const NO_GROUP = "None";

interface Open {
  readonly name: string;
  readonly type: string;
  readonly group: string;
  readonly color: string;
  readonly corners: { order: number; at: Position }[];
}

/**
 * Annotations of ASAP (and so CAMELYON's XML): positions are pixels of level 0; the group is the class, with the
 * group's colour. Splines are imported as the polygon of their knots.
 * @throws annotations-none, annotations-xml-invalid, annotations-too-deep
 */
export function importAsap(file: string, text: string): AnnotationImport {
  const collector = new ImportCollector(file, "asap");
  const { report } = collector;
  const found: Open[] = [];
  const groupColors = new Map<string, string>();
  let current: Open | null = null;
  readXml(file, text, {
    open(name, attributes) {
      if (name === "Annotation") {
        const { Name = "", Type = "", PartOfGroup = NO_GROUP, Color = "" } = attributes;
        current = { name: Name, type: Type, group: PartOfGroup, color: Color, corners: [] };
        found.push(current);
      } else if (name === "Coordinate" && current) {
        const order = Number(attributes.Order ?? current.corners.length);
        current.corners.push({ order, at: [Number(attributes.X ?? "x"), Number(attributes.Y ?? "x")] });
      } else if (name === "Group") {
        groupColors.set(attributes.Name ?? "", attributes.Color ?? "");
        if (attributes.PartOfGroup && attributes.PartOfGroup !== NO_GROUP) {
          report.note("import-member-missing", `${attributes.Name} < ${attributes.PartOfGroup}`);
        }
      }
    },
    close(name) {
      if (name === "Annotation") current = null;
    },
  });
  if (found.length === 0) throw new CentiscopeError("annotations-none", { file, format: "ASAP XML" });
  for (const { name, type, group, color, corners } of found) {
    report.found += 1;
    const positions = corners.sort((p, q) => p.order - q.order).map(({ at }) => at);
    const geometry = geometryOf(type, positions);
    if (!geometry) {
      report.note("import-geometry-unknown", name || type);
      continue;
    }
    const hasGroup = group !== NO_GROUP && group !== "";
    collector.add({
      geometry,
      name: name || null,
      color: hexColor(color),
      classification: hasGroup ? { names: [group], color: hexColor(groupColors.get(group)) } : null,
    });
  }
  return collector.finish("imagePx");
}

function geometryOf(type: string, positions: readonly Position[]): AnnotationGeometry | undefined {
  switch (type) {
    case "Polygon":
    case "Spline":
      return { type: "area", region: [[positions]], shape: "polygon" };
    case "Rectangle":
      // It may be turned.
      return {
        type: "area",
        region: [[positions]],
        shape: isUprightRectangle(positions) ? "rectangle" : "polygon",
      };
    case "Dot":
    case "PointSet":
      return { type: "points", positions, shape: "points" };
    case "Measurement":
      return { type: "line", lines: [positions], shape: "ruler" };
    default:
      return undefined;
  }
}
