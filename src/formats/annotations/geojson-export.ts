import { gzipSync, zipSync } from "fflate";
import type { Annotation, AnnotationFrame, Json } from "../../core/annotation.ts";
import { carriedMetadata } from "./carried-metadata.ts";
import { writeClass } from "./geojson-class.ts";
import { writeGeometry } from "./geojson-geometry.ts";

/** Objects to a piece: pieces stay far below the longest string. */
const PIECE = 256;
/** No clock: equal annotations give equal archives. 1980 is the first that a zip can tell. */
const ARCHIVE_TIME = "1980-01-01T00:00:00";

/**
 * The annotations as QuPath GeoJSON, in pieces of text: a FeatureCollection, one Feature a line, members in a fixed
 * order, numbers as short as they come back exactly. Importing and exporting it again gives the same bytes. Positions
 * are the document's; QuPath takes them as pixels of the image. Where the frame is µm, a member of the collection
 * that QuPath passes over says so.
 */
export function* geojsonPieces(
  annotations: Iterable<Annotation>,
  frame: AnnotationFrame,
): Generator<string, void, undefined> {
  const own = frame === "um" ? `"centiscope":{"frame":"um"},` : "";
  yield `{"type":"FeatureCollection",${own}"features":[`;
  let lines: string[] = [];
  let isFirst = true;
  for (const annotation of annotations) {
    lines.push(`${isFirst ? "" : ","}\n${JSON.stringify(featureOf(annotation))}`);
    isFirst = false;
    if (lines.length < PIECE) continue;
    yield lines.join("");
    lines = [];
  }
  yield `${lines.join("")}\n]}\n`;
}

/** The same as bytes, packed where asked. The file in a zip is `annotations.geojson`. */
export function exportGeojson(
  annotations: Iterable<Annotation>,
  frame: AnnotationFrame,
  packing: "none" | "gzip" | "zip" = "none",
): Uint8Array {
  const encoder = new TextEncoder();
  const pieces = [...geojsonPieces(annotations, frame)].map((piece) => encoder.encode(piece));
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  if (packing === "gzip") return gzipSync(bytes, { mtime: 0 });
  if (packing === "zip") return zipSync({ "annotations.geojson": bytes }, { mtime: ARCHIVE_TIME });
  return bytes;
}

type Members = { [key: string]: Json };

function featureOf(annotation: Annotation): Members {
  const { name, color, classification, locked, objectType } = annotation;
  const metadata = carriedMetadata(annotation);
  const measurements = Object.entries(annotation.measurements);
  const properties: Members = Object.fromEntries<Json>([
    ["objectType", objectType],
    ...(name === null ? [] : [["name", name] as [string, Json]]),
    ...(color === null ? [] : [["color", color] as [string, Json]]),
    ...(classification === null ? [] : [["classification", writeClass(classification)] as [string, Json]]),
    ...(locked ? [["isLocked", true] as [string, Json]] : []),
    ...(measurements.length === 0
      ? []
      : [["measurements", Object.fromEntries(measurements.map(writeMeasurement))] as [string, Json]]),
    ...(Object.keys(metadata).length === 0 ? [] : [["metadata", metadata] as [string, Json]]),
  ]);
  const feature: Members = {
    type: "Feature",
    id: annotation.id,
    geometry: writeGeometry(annotation.geometry),
    properties,
  };
  for (const [path, value] of Object.entries(annotation.extra)) restore(feature, path, value);
  return feature;
}

/** JSON has no NaN; QuPath reads the word as text, too. */
function writeMeasurement([name, value]: [string, number]): [string, Json] {
  return [name, Number.isFinite(value) ? value : String(value)];
}

/** Puts a carried member back at its path, where its holder is there and has no such member of our own. */
function restore(feature: Members, path: string, value: Json): void {
  const keys = path
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop();
  if (last === undefined) return;
  let holder = feature;
  for (const key of keys) {
    if (!Object.hasOwn(holder, key)) {
      if (key !== "metadata") return;
      define(holder, key, {});
    }
    const next = holder[key];
    if (typeof next !== "object" || next === null || Array.isArray(next)) return;
    holder = next as Members;
  }
  const isAlpha = path === "/properties/classification/color" && Array.isArray(value);
  if (isAlpha && String(value.slice(0, 3)) === String(holder[last])) define(holder, last, value);
  else if (!Object.hasOwn(holder, last)) define(holder, last, value);
}

/** Also for the key `__proto__`. */
function define(holder: Members, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}
