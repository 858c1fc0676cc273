import type { AnnotationGeometry, Position } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { chainLength, ringArea } from "../../core/ring-measure.ts";
import { isRecord } from "../json-file.ts";
import type { AnnotationImport, FrameSuggestion } from "./annotation-import.ts";
import { ImportCollector } from "./import-collector.ts";

/** True for Sectra's export: one annotation, or a list of them, with `content` of `{x, y}`. */
export function isSectra(value: unknown): boolean {
  const one = Array.isArray(value) ? value[0] : value;
  return isRecord(one) && typeof one.type === "string" && Array.isArray(one.content) && "slideId" in one;
}

/**
 * Annotations of Sectra PathologyCore. Positions are shares of the slide's width, y too, so their scale is not in the
 * file; but it says the area or length that it measured, and what one unit must be for that is the first suggestion.
 * @throws annotations-none
 */
export function importSectra(file: string, value: unknown): AnnotationImport {
  const collector = new ImportCollector(file, "sectra");
  const { report } = collector;
  const scales: number[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    report.found += 1;
    const label = isRecord(one) ? String(one.name ?? one.id ?? report.found) : `#${report.found}`;
    if (!isRecord(one) || !Array.isArray(one.content)) {
      report.note("import-object-invalid", label);
      continue;
    }
    const positions = one.content.map((at): Position => [Number(at?.x ?? "x"), Number(at?.y ?? "x")]);
    const geometry = sectraGeometry(String(one.type), positions);
    if (!geometry) {
      report.note("import-geometry-unknown", label);
      continue;
    }
    const name = typeof one.name === "string" && one.name !== "" ? one.name : null;
    const added = collector.add({
      id: typeof one.id === "string" ? one.id : null,
      name,
      geometry,
      locked: one.readOnly === true,
    });
    const scale = scaleOf(String(one.result ?? ""), geometry);
    if (added && scale) scales.push(scale);
  }
  if (report.found === 0) throw new CentiscopeError("annotations-none", { file, format: "Sectra JSON" });
  const [scale] = scales.sort((p, q) => p - q).slice(Math.floor(scales.length / 2));
  const suggestions: FrameSuggestion[] = scale ? [{ frame: "um", scale, reason: "measured" }] : [];
  return collector.finish("unknown", suggestions);
}

function sectraGeometry(type: string, positions: readonly Position[]): AnnotationGeometry | undefined {
  switch (type) {
    case "Area":
    case "Polygon":
    case "Freehand":
      return { type: "area", region: [[positions]], shape: "polygon" };
    case "Polyline":
      return { type: "line", lines: [positions], shape: "polyline" };
    case "Line":
    case "Distance":
      return { type: "line", lines: [positions], shape: "ruler" };
    case "Arrow":
      return { type: "line", lines: [positions], shape: "arrow" };
    case "Point":
    case "Marker":
      return { type: "points", positions, shape: "points" };
    default:
      return undefined;
  }
}

const UNIT_UM: Readonly<Record<string, number>> = { cm: 1e4, mm: 1e3, µm: 1, μm: 1, um: 1 };

/** µm in one unit of the positions, from a result such as "5.33 mm²". */
function scaleOf(result: string, geometry: AnnotationGeometry): number | undefined {
  const [, number, unit, square] = /^([\d.]+)\s*([a-zµμ]+)(²|\^?2)?$/.exec(result.trim()) ?? [];
  const um = UNIT_UM[unit ?? ""];
  const measured = Number(number);
  if (!um || !(measured > 0)) return undefined;
  if (square && geometry.type === "area") {
    const area = Math.abs(ringArea(geometry.region[0]?.[0] ?? []));
    return area > 0 ? um * Math.sqrt(measured / area) : undefined;
  }
  if (square || geometry.type !== "line") return undefined;
  const length = chainLength(geometry.lines[0] ?? [], false);
  return length > 0 ? (um * measured) / length : undefined;
}

/** True for the lists of vertices that NCRF made of CAMELYON16's outlines. */
export function isCamelyon(value: unknown): boolean {
  return isRecord(value) && Array.isArray(value.positive) && Array.isArray(value.negative);
}

/** CAMELYON16 as JSON: outlines by name, in pixels of level 0; negative ones are normal tissue inside. */
export function importCamelyon(file: string, value: unknown): AnnotationImport {
  const collector = new ImportCollector(file, "camelyon");
  const { report } = collector;
  const lists = isRecord(value) ? value : {};
  for (const [key, label] of [
    ["positive", "Tumor"],
    ["negative", "Normal"],
  ] as const) {
    for (const one of Array.isArray(lists[key]) ? lists[key] : []) {
      report.found += 1;
      if (!isRecord(one) || !Array.isArray(one.vertices)) {
        report.note("import-object-invalid", `#${report.found}`);
        continue;
      }
      const ring = one.vertices.map(
        (at): Position => (Array.isArray(at) ? [Number(at[0] ?? "x"), Number(at[1] ?? "x")] : [NaN, NaN]),
      );
      collector.add({
        name: typeof one.name === "string" ? one.name : null,
        geometry: { type: "area", region: [[ring]], shape: "polygon" },
        classification: { names: [label], color: null },
      });
    }
  }
  if (report.found === 0) throw new CentiscopeError("annotations-none", { file, format: "CAMELYON JSON" });
  return collector.finish("imagePx");
}
