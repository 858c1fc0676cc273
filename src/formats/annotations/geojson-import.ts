import { CentiscopeError } from "../../core/errors.ts";
import { isRecord } from "../json-file.ts";
import type { AnnotationImport, FrameSuggestion } from "./annotation-import.ts";
import { parseFeature, QUPATH_TYPES } from "./geojson-feature.ts";
import { ImportCollector } from "./import-collector.ts";
import type { ReportBuilder } from "./import-report.ts";

const GEOMETRIES = new Set([
  "Point",
  "MultiPoint",
  "LineString",
  "MultiLineString",
  "Polygon",
  "MultiPolygon",
  "GeometryCollection",
]);
const USUAL: readonly FrameSuggestion[] = [
  { frame: "imagePx", scale: 1, reason: "usual" },
  { frame: "um", scale: 1, reason: "usual" },
];
/** Features within features (QuPath's `childObjects`), deepest. */
const MOST_NESTED = 64;

/** True for a FeatureCollection, a Feature, a geometry, or an array of them: what QuPath opens. */
export function isGeojson(value: unknown): boolean {
  const one = Array.isArray(value) ? value.find(isRecord) : value;
  if (!isRecord(one)) return false;
  return one.type === "FeatureCollection" || one.type === "Feature" || GEOMETRIES.has(String(one.type));
}

/**
 * Annotations of a GeoJSON file. QuPath's are in pixels of the image; files without any mark of QuPath's, or with a
 * reference system, do not say in what they are. `words` is how many bare NaN the text held.
 * @throws annotations-none
 */
export function importGeojson(file: string, value: unknown, words = 0): AnnotationImport {
  const collector = new ImportCollector(file, "geojson");
  const { report } = collector;
  if (words > 0) report.note("import-number-words", "NaN", words);
  const file_: FileFacts = { frame: null, crs: false, isQupath: false };
  for (const feature of featuresOf(value, report, file_)) addFeature(feature, null, collector, file_, 0);
  if (report.found === 0) throw new CentiscopeError("annotations-none", { file, format: "GeoJSON" });
  if (file_.frame) return collector.finish(file_.frame);
  return file_.isQupath && !file_.crs ? collector.finish("imagePx") : collector.finish("unknown", USUAL);
}

interface FileFacts {
  frame: "imagePx" | "um" | null;
  crs: boolean;
  isQupath: boolean;
}

function* featuresOf(value: unknown, report: ReportBuilder, facts: FileFacts): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const one of value) yield* featuresOf(one, report, facts);
    return;
  }
  if (isRecord(value) && value.type === "GeometryCollection" && Array.isArray(value.geometries)) {
    // Baysor writes its cells so, each with a member `cell`.
    yield* value.geometries;
    return;
  }
  if (!isRecord(value) || value.type !== "FeatureCollection") {
    yield value;
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (key === "type" || key === "features") continue;
    if (key === "centiscope" && isRecord(member) && (member.frame === "um" || member.frame === "imagePx")) {
      facts.frame = member.frame;
    } else if (key === "crs" && member !== null) {
      facts.crs = true;
      report.note("import-crs", JSON.stringify(member));
    } else report.note("import-collection-member", key);
  }
  if (Array.isArray(value.features)) yield* value.features;
}

function addFeature(
  value: unknown,
  parentId: string | null,
  collector: ImportCollector,
  facts: FileFacts,
  depth: number,
): void {
  const { report } = collector;
  report.found += 1;
  const feature =
    isRecord(value) && GEOMETRIES.has(String(value.type))
      ? { type: "Feature", geometry: value, properties: {} }
      : value;
  if (!isRecord(feature) || feature.type !== "Feature" || depth > MOST_NESTED) {
    report.note("import-object-invalid", `#${report.found}`);
    return;
  }
  const properties = isRecord(feature.properties) ? feature.properties : {};
  if (QUPATH_TYPES.has(String(feature.id)) || QUPATH_MARKS.some((mark) => Object.hasOwn(properties, mark))) {
    facts.isQupath = true;
  }
  const drafts = parseFeature(feature, report);
  const own = drafts.map((draft) => collector.add({ ...draft, parentId: draft.parentId ?? parentId }));
  for (const children of [feature.childObjects, properties.childObjects]) {
    if (!Array.isArray(children)) continue;
    for (const child of children) addFeature(child, own[0] ?? parentId, collector, facts, depth + 1);
  }
}

/** Members that only QuPath and what imitates it write. */
const QUPATH_MARKS = ["objectType", "object_type", "classification", "isLocked", "measurements"];
