import type { Json } from "../../core/annotation.ts";
import { isRecord } from "../json-file.ts";
import { withoutCarried, withShape } from "./carried-metadata.ts";
import { parseClass, parseColor } from "./geojson-class.ts";
import { GEOMETRY_MEMBERS, parseGeometry } from "./geojson-geometry.ts";
import type { Draft } from "./import-collector.ts";
import type { ReportBuilder } from "./import-report.ts";

/** QuPath 0.2 wrote an object's type in the place of its id. */
export const QUPATH_TYPES: ReadonlyMap<string, string> = new Map([
  ["PathAnnotationObject", "annotation"],
  ["PathDetectionObject", "detection"],
  ["PathCellObject", "cell"],
  ["PathTileObject", "tile"],
  ["TMACoreObject", "tmaCore"],
  ["PathRootObject", "root"],
]);
const TYPES = new Set([...QUPATH_TYPES.values(), "tma_core"]);

const FEATURE_MEMBERS = new Set(["type", "id", "geometry", "properties", "childObjects"]);

/**
 * One Feature as annotations: one, or one for each kind of geometry that it mixes, or none where it is refused, which
 * the report then says. Members that have no place in an `Annotation` go to `extra` under their path.
 */
export function parseFeature(feature: Readonly<Record<string, unknown>>, report: ReportBuilder): Draft[] {
  const properties = isRecord(feature.properties) ? feature.properties : {};
  const fileId = typeof feature.id === "string" || typeof feature.id === "number" ? String(feature.id) : null;
  const legacy = fileId === null ? undefined : QUPATH_TYPES.get(fileId);
  const id = legacy === undefined && fileId !== "" ? fileId : null;
  const name = typeof properties.name === "string" ? properties.name : null;
  const label = name || id || `#${report.found}`;
  const parsed = parseGeometry(feature.geometry);
  if ("refused" in parsed) {
    report.note(parsed.refused, label);
    return [];
  }
  for (const remark of parsed.remarks) report.note(remark, label);
  const extra = new Map<string, Json>();
  const carry = (path: string, value: unknown): void => {
    if (value === null) report.note("import-null-member", path);
    else extra.set(path, value as Json);
  };
  carryOthers(feature, "", FEATURE_MEMBERS, carry);
  if (feature.properties === null) report.note("import-null-member", "/properties");
  if (isRecord(feature.geometry)) carryOthers(feature.geometry, "/geometry", GEOMETRY_MEMBERS, carry);
  const known = parseProperties(properties, legacy, label, report, carry);
  return parsed.geometries.map((geometry, index): Draft => {
    const isEllipse = properties.isEllipse === true && geometry.type === "area";
    const shaped = isEllipse ? { ...geometry, shape: "ellipse" as const } : geometry;
    return {
      ...known.draft,
      id: index === 0 ? id : null,
      name,
      geometry: withShape(shaped, known.shape),
      extra: index === 0 ? Object.fromEntries(extra) : {},
    };
  });
}

function carryOthers(
  value: Readonly<Record<string, unknown>>,
  path: string,
  known: ReadonlySet<string> | readonly string[],
  carry: (path: string, value: unknown) => void,
): void {
  const names = new Set(known);
  for (const [key, member] of Object.entries(value)) {
    if (!names.has(key)) carry(`${path}/${escapePointer(key)}`, member);
  }
}

/** As in a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

type Carry = (path: string, value: unknown) => void;

function parseProperties(
  properties: Readonly<Record<string, unknown>>,
  legacy: string | undefined,
  label: string,
  report: ReportBuilder,
  carry: Carry,
): { readonly draft: Omit<Draft, "geometry">; readonly shape: string | null } {
  let objectType = legacy ?? "annotation";
  let draft: Omit<Draft, "geometry"> = {};
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [key, value] of Object.entries(properties)) {
    const path = `/properties/${escapePointer(key)}`;
    const text = typeof value === "string" ? value : null;
    if (value === null) carry(path, value);
    else if (key === "childObjects" && Array.isArray(value)) continue;
    else if (key === "isEllipse" && value === true) continue;
    else if (key === "name" && text !== null) continue;
    else if ((key === "objectType" || key === "object_type") && text !== null) objectType = typeNamed(text);
    else if (key === "type" && text !== null && isType(text) && !Object.hasOwn(properties, "objectType")) {
      objectType = typeNamed(text);
    } else if (key === "isLocked" && typeof value === "boolean") draft = { ...draft, locked: value };
    else if (key === "color" && parseColor(value)) draft = { ...draft, color: parseColor(value) };
    else if (key === "classification" && parseClass(value)) {
      const { classification, color } = parseClass(value)!;
      if (!classification) report.note("import-class-empty", label);
      draft = { ...draft, classification };
      if (color && !properties.color) draft = { ...draft, color };
      const alpha = isRecord(value) && Array.isArray(value.color) && value.color.length > 3;
      if (alpha && classification) carry(`${path}/color`, value.color);
    } else if (key === "measurements" && (Array.isArray(value) || isRecord(value))) {
      draft = { ...draft, measurements: Object.fromEntries(parseMeasurements(value, report)) };
    } else if (key === "metadata" && isRecord(value)) metadata = parseMetadata(value, report, carry);
    else carry(path, value);
  }
  const { shape, ...known } = withoutCarried(metadata);
  return { draft: { ...draft, ...known, objectType }, shape };
}

function isType(text: string): boolean {
  return TYPES.has(text) || QUPATH_TYPES.has(text);
}

function typeNamed(text: string): string {
  if (text === "tma_core") return "tmaCore";
  return QUPATH_TYPES.get(text) ?? text;
}

/** QuPath's object of numbers, or the array of `{name, value}` that it wrote before 0.4. */
function parseMeasurements(value: object, report: ReportBuilder): Map<string, number> {
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((one) => (isRecord(one) ? [String(one.name), one.value] : ["?", undefined]))
    : Object.entries(value);
  const numbers = new Map<string, number>();
  for (const [name, given] of entries) {
    const number = typeof given === "number" ? given : SPECIAL.get(String(given));
    if (number === undefined) report.note("import-measurement-invalid", name);
    else numbers.set(name, number);
  }
  return numbers;
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

function parseMetadata(
  value: Readonly<Record<string, unknown>>,
  report: ReportBuilder,
  carry: Carry,
): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === "string") texts.set(key, member);
    else if (typeof member === "number" || typeof member === "boolean") {
      report.note("import-metadata-text", key);
      texts.set(key, String(member));
    } else carry(`/properties/metadata/${escapePointer(key)}`, member);
  }
  return texts;
}
