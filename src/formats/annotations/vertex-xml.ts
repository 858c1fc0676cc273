import type { AnnotationGeometry, Position, Rgb } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import type { Ring } from "../../core/region.ts";
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
  /** What `Attribute` elements say of it, by name. */
  readonly notes: Map<string, string>;
}

interface Shape {
  readonly attributes: Attributes;
  readonly corners: Position[];
  readonly notes: Map<string, string>;
}

/**
 * Aperio ImageScope XML and HALO .annotations, which are of one family: layers named `Annotation`, in them `Region`s,
 * in these vertices. Positions are pixels of level 0. A layer's name is the class, or its `Description` where ImageScope
 * left the name empty. Negative regions (`NegativeROA="1"`) are holes of the layer's other regions.
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
        layers.push({ name: attributes.Name ?? "", color, shapes: [], notes: new Map() });
      } else if (name === "Region") {
        shape = { attributes, corners: [], notes: new Map() };
        layers.at(-1)?.shapes.push(shape);
      } else if (name === "Attribute" && attributes.Name && attributes.Value) {
        (shape ?? layers.at(-1))?.notes.set(attributes.Name, attributes.Value);
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

const DESCRIPTION = "Description";

function addLayer(layer: Layer, collector: ImportCollector, format: AnnotationFormat): void {
  const { color, shapes } = layer;
  const { report } = collector;
  const className = layer.name || layer.notes.get(DESCRIPTION) || "";
  const layerNotes = [...layer.notes].filter(([key, value]) => key !== DESCRIPTION || value !== className);
  const isHole = ({ attributes }: Shape): boolean => attributes.NegativeROA === "1";
  const holes = shapes.filter(isHole).map((shape) => outline(shape, format));
  const used = new Set<Ring>();
  for (const shape of shapes) {
    report.found += 1;
    if (isHole(shape)) continue;
    const { attributes, notes } = shape;
    const geometry = geometryOf(shape, format, holes, used);
    const label = attributes.Text || className || attributes.Id || `#${report.found}`;
    if (!geometry) {
      report.note("import-geometry-unknown", label);
      continue;
    }
    collector.add({
      geometry,
      name: attributes.Text || null,
      description: notes.get(DESCRIPTION) ?? null,
      classification: className ? { names: [className], color } : null,
      color: className ? null : color,
      metadata: Object.fromEntries([...layerNotes, ...[...notes].filter(([key]) => key !== DESCRIPTION)]),
    });
  }
  shapes.filter(isHole).forEach(({ attributes }, i) => {
    if (!used.has(holes[i]!))
      report.note("import-hole-alone", attributes.Text || className || `#${attributes.Id ?? i + 1}`);
  });
}

function geometryOf(
  shape: Shape,
  format: AnnotationFormat,
  holes: readonly Ring[],
  used: Set<Ring>,
): AnnotationGeometry | undefined {
  const { corners } = shape;
  const type = typeOf(shape, format);
  switch (type) {
    case "Polygon":
    case "Rectangle":
    case "Ellipse": {
      const ring = outline(shape, format);
      const inside = holes.filter((hole) => hole.length >= 3 && liesIn(hole, ring));
      for (const hole of inside) used.add(hole);
      const region = [[ring, ...inside]];
      if (inside.length > 0 || type === "Polygon") return { type: "area", region, shape: "polygon" };
      if (type === "Ellipse") return { type: "area", region, shape: "ellipse" };
      return { type: "area", region, shape: isUprightRectangle(ring) ? "rectangle" : "polygon" };
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

function typeOf({ attributes }: Shape, format: AnnotationFormat): string | undefined {
  return format === "aperio" ? APERIO_TYPES[attributes.Type ?? "0"] : attributes.Type;
}

/** Corners of an area: rectangles and ellipses may be written by two opposite corners of their box. */
function outline(shape: Shape, format: AnnotationFormat): Ring {
  const { corners } = shape;
  const type = typeOf(shape, format);
  if (type === "Ellipse" && corners.length >= 2) return ellipseRing(chainsBox([corners]));
  if (type === "Rectangle" && corners.length === 2) return rectangleRing(chainsBox([corners]));
  return opened(corners);
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
