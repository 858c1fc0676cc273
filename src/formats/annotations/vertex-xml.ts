import type { AnnotationGeometry, Position, Rgb } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import type { Polygon, Ring } from "../../core/region.ts";
import { chainsBox } from "../../core/ring-measure.ts";
import { ellipseRing, isUprightRectangle, rectangleRing, withoutClosing } from "../../core/shape-rings.ts";
import { type AnnotationFormat, type AnnotationImport, FORMAT_NAMES } from "./annotation-import.ts";
import { ImportCollector } from "./import-collector.ts";
import { bgrColor, readXml } from "./xml-events.ts";

type Attributes = Readonly<Record<string, string>>;

interface Layer {
  readonly name: string;
  readonly color: Rgb | null;
  readonly shapes: Shape[];
}

interface Shape {
  readonly attributes: Attributes;
  readonly corners: Position[];
}

/**
 * Aperio ImageScope XML and HALO .annotations, which are of one family: layers named `Annotation`, in them `Region`s,
 * in these vertices. Positions are pixels of level 0. A layer's name is the class. Negative regions
 * (`NegativeROA="1"`) are holes of the layer's other regions.
 * @throws annotations-none, annotations-xml-invalid, annotations-too-deep
 */
export function importVertexXml(file: string, text: string, format: "aperio" | "halo"): AnnotationImport {
  const collector = new ImportCollector(file, format);
  const layers: Layer[] = [];
  let shape: Shape | null = null;
  readXml(file, text, {
    open(name, attributes) {
      if (name === "Annotation") {
        const color = bgrColor(attributes.LineColor);
        layers.push({ name: attributes.Name ?? "", color, shapes: [] });
      } else if (name === "Region") {
        shape = { attributes, corners: [] };
        layers.at(-1)?.shapes.push(shape);
      } else if ((name === "Vertex" || name === "V") && shape) {
        shape.corners.push([Number(attributes.X ?? "x"), Number(attributes.Y ?? "x")]);
      }
    },
    close(name) {
      if (name === "Region") shape = null;
    },
  });
  for (const layer of layers) addLayer(layer, collector, format);
  if (collector.report.found === 0) {
    throw new CentiscopeError("annotations-none", { file, format: FORMAT_NAMES[format] });
  }
  return collector.finish("imagePx");
}

function addLayer(
  { name, color, shapes }: Layer,
  collector: ImportCollector,
  format: AnnotationFormat,
): void {
  const { report } = collector;
  const isHole = ({ attributes }: Shape): boolean => attributes.NegativeROA === "1";
  const holes = shapes.filter(isHole).map(({ corners }) => opened(corners));
  for (const shape of shapes) {
    report.found += 1;
    if (isHole(shape)) continue;
    const { attributes } = shape;
    const geometry = geometryOf(shape, format, holes);
    const label = attributes.Text || name || attributes.Id || `#${report.found}`;
    if (!geometry) {
      report.note("import-geometry-unknown", label);
      continue;
    }
    collector.add({
      geometry,
      name: attributes.Text || null,
      classification: name ? { names: [name], color } : null,
      color: name ? null : color,
    });
  }
}

function geometryOf(
  { attributes, corners }: Shape,
  format: AnnotationFormat,
  holes: readonly Ring[],
): AnnotationGeometry | undefined {
  const type = format === "aperio" ? APERIO_TYPES[attributes.Type ?? "0"] : attributes.Type;
  switch (type) {
    case "Polygon":
      return area([opened(corners)], "polygon", holes);
    case "Rectangle":
      return corners.length === 2
        ? area([rectangleRing(chainsBox([corners]))], "rectangle", holes)
        : area([opened(corners)], isUprightRectangle(opened(corners)) ? "rectangle" : "polygon", holes);
    case "Ellipse": {
      const ring = corners.length < 2 ? corners : ellipseRing(chainsBox([corners]));
      return area([ring], "ellipse", []);
    }
    case "Ruler":
    case "Arrow":
      return { type: "line", lines: [corners], shape: type === "Ruler" ? "ruler" : "arrow" };
    case "Line":
      return { type: "line", lines: [corners], shape: "polyline" };
    case "Pin":
      return { type: "points", positions: corners, shape: "points" };
    default:
      return undefined;
  }
}

/** ImageScope's numbers: 0 freehand, 1 rectangle, 2 ellipse, 3 arrow, 4 ruler, 5 counter. */
const APERIO_TYPES: Readonly<Record<string, string>> = {
  0: "Polygon",
  1: "Rectangle",
  2: "Ellipse",
  3: "Arrow",
  4: "Ruler",
  5: "Pin",
};

function area(
  rings: readonly Ring[],
  shape: "polygon" | "rectangle" | "ellipse",
  holes: readonly Ring[],
): AnnotationGeometry {
  const polygon: Polygon = [...rings, ...holes.filter((hole) => liesIn(hole, rings[0] ?? []))];
  return { type: "area", region: [polygon], shape: polygon.length > 1 ? "polygon" : shape };
}

/** By the hole's first corner, even-odd. */
function liesIn([corner]: Ring, ring: Ring): boolean {
  if (!corner) return false;
  const [x, y] = corner;
  let inside = false;
  ring.forEach(([ax, ay], i) => {
    const [bx, by] = ring[(i + 1) % ring.length]!;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  });
  return inside;
}

function opened(corners: Ring): Ring {
  return withoutClosing(corners) ?? corners;
}
