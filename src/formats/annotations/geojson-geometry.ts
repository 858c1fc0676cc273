import type { AnnotationGeometry, Json, Position } from "../../core/annotation.ts";
import type { Polygon, Region, Ring } from "../../core/region.ts";
import { isUprightRectangle, withoutClosing } from "../../core/shape-rings.ts";
import { isRecord } from "../json-file.ts";
import type { ReportCode } from "./import-report.ts";

/** Geometries of one object, one for each kind that it mixes, or why there is none. */
export type ParsedGeometry =
  | { readonly geometries: readonly AnnotationGeometry[]; readonly remarks: ReadonlySet<ReportCode> }
  | { readonly refused: ReportCode };

/** Members of a geometry that this module reads; others are carried. */
export const GEOMETRY_MEMBERS: readonly string[] = ["type", "coordinates", "geometries", "isEllipse"];

const MOST_NESTED = 16;

class Refusal extends Error {
  readonly code: ReportCode;
  constructor(code: ReportCode) {
    super(code);
    this.code = code;
  }
}

interface Parts {
  readonly polygons: Polygon[];
  readonly lines: Ring[];
  readonly points: Position[];
  readonly remarks: Set<ReportCode>;
}

/** A GeoJSON geometry (RFC 7946 §3.1), with QuPath's `isEllipse`. */
export function parseGeometry(value: unknown): ParsedGeometry {
  const parts: Parts = { polygons: [], lines: [], points: [], remarks: new Set() };
  try {
    collect(value, parts, 0);
  } catch (thrown) {
    if (thrown instanceof Refusal) return { refused: thrown.code };
    throw thrown;
  }
  const { polygons, lines, points, remarks } = parts;
  const geometries: AnnotationGeometry[] = [];
  const isEllipse = isRecord(value) && value.isEllipse === true;
  if (polygons.length > 0) {
    geometries.push({ type: "area", region: polygons, shape: isEllipse ? "ellipse" : shapeOf(polygons) });
  }
  if (lines.length > 0) geometries.push({ type: "line", lines, shape: "polyline" });
  if (points.length > 0) geometries.push({ type: "points", positions: points, shape: "points" });
  if (geometries.length === 0) return { refused: "import-too-few-positions" };
  if (geometries.length > 1) remarks.add("import-collection-split");
  return { geometries, remarks };
}

function collect(value: unknown, parts: Parts, depth: number): void {
  if (!isRecord(value)) throw new Refusal("import-geometry-missing");
  const at = value.coordinates;
  switch (value.type) {
    case "Point":
      parts.points.push(position(at, parts));
      return;
    case "MultiPoint":
      for (const one of list(at)) parts.points.push(position(one, parts));
      return;
    case "LineString":
      parts.lines.push(chain(at, parts));
      return;
    case "MultiLineString":
      for (const one of list(at)) parts.lines.push(chain(one, parts));
      return;
    case "Polygon":
      parts.polygons.push(polygon(at, parts));
      return;
    case "MultiPolygon":
      for (const one of list(at)) parts.polygons.push(polygon(one, parts));
      return;
    case "GeometryCollection":
      if (depth >= MOST_NESTED) throw new Refusal("import-geometry-unknown");
      for (const one of list(value.geometries)) collect(one, parts, depth + 1);
      return;
    default:
      throw new Refusal("import-geometry-unknown");
  }
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal("import-geometry-unknown");
  return value;
}

function position(value: unknown, { remarks }: Parts): Position {
  if (!Array.isArray(value)) throw new Refusal("import-position-invalid");
  const [x, y] = value;
  if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y)) {
    throw new Refusal("import-position-invalid");
  }
  if (value.length > 2) remarks.add("import-third-coordinate");
  return [x + 0, y + 0];
}

function chain(value: unknown, parts: Parts): Position[] {
  return list(value).map((one) => position(one, parts));
}

function polygon(value: unknown, parts: Parts): Polygon {
  return list(value).map((one) => {
    const written = chain(one, parts);
    const ring = withoutClosing(written);
    if (!ring) parts.remarks.add("import-ring-open");
    if ((ring ?? written).length < 3) throw new Refusal("import-too-few-positions");
    return ring ?? written;
  });
}

/** As QuPath tells it: four corners along the axes are a rectangle. */
function shapeOf(region: Region): "rectangle" | "polygon" {
  const ring = region.length === 1 && region[0]!.length === 1 ? region[0]![0]! : [];
  return isUprightRectangle(ring) ? "rectangle" : "polygon";
}

/** The same the other way: rings closed, one part written as the single kind. */
export function writeGeometry(geometry: AnnotationGeometry): { readonly [key: string]: Json } {
  if (geometry.type === "points") {
    const { positions } = geometry;
    return positions.length === 1
      ? { type: "Point", coordinates: positions[0]! }
      : { type: "MultiPoint", coordinates: positions };
  }
  if (geometry.type === "line") {
    const { lines } = geometry;
    return lines.length === 1
      ? { type: "LineString", coordinates: lines[0]! }
      : { type: "MultiLineString", coordinates: lines };
  }
  const polygons = geometry.region.map((rings) =>
    rings.map((ring): Json => (ring.length > 0 ? [...ring, ring[0]!] : [])),
  );
  const written =
    polygons.length === 1
      ? { type: "Polygon", coordinates: polygons[0]! }
      : { type: "MultiPolygon", coordinates: polygons };
  return geometry.shape === "ellipse" ? { ...written, isEllipse: true } : written;
}
