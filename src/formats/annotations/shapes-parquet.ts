import type { AnnotationGeometry } from "../../core/annotation.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { ellipseRing } from "../../core/shape-rings.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import { type BytesVector, type ColumnVector, isValid } from "../column-vector.ts";
import { isRecord } from "../json-file.ts";
import { openParquet } from "../parquet-file.ts";
import type { ParquetGroup } from "../parquet-groups.ts";
import type { AnnotationImport } from "./annotation-import.ts";
import { parseGeometry } from "./geojson-geometry.ts";
import { ImportCollector } from "./import-collector.ts";
import { parseWkb } from "./wkb.ts";

const FORMAT = "SpatialData shapes";
const GEOMETRY = ["geometry", "Geometry"];
const IDS = ["cell_id", "EntityID", "__index_level_0__", "id"];
/** Far more than regions; cells of a large slide are a layer of their own, not annotations. */
const MOST_ROWS = 1_000_000;

/**
 * Shapes of SpatialData, and other GeoParquet: outlines as well-known binary in the file's primary column, or in one
 * named `geometry`; with a column `radius`, points are circles. Their unit is in the folder's attributes, not in this
 * file, so the frame is unknown.
 * @throws annotations-none, annotations-unknown, annotations-geoarrow, annotations-too-large, and what a damaged Parquet
 * file throws
 */
export async function importShapes(source: ByteSource, signal?: AbortSignal): Promise<AnnotationImport> {
  const file = source.name;
  const parquet = await openParquet(source, signal);
  const { primary, encoding } = geoFacts(parquet.metadata("geo"));
  if (encoding !== undefined && encoding !== "WKB") {
    throw new CentiscopeError("annotations-geoarrow", { file, encoding });
  }
  const { names } = parquet;
  const geometry = names.find((name) => name === primary) ?? names.find((name) => GEOMETRY.includes(name));
  if (!geometry) {
    const detail = `Parquet, columns ${parquet.names.slice(0, 8).join(", ")}`;
    throw new CentiscopeError("annotations-unknown", { file, detail });
  }
  if (parquet.rows > MOST_ROWS) {
    throw new CentiscopeError("annotations-too-large", { file, limit: `${MOST_ROWS} objects` });
  }
  const radius = parquet.names.find((name) => name === "radius");
  const id = IDS.find((name) => parquet.names.includes(name));
  const collector = new ImportCollector(file, "shapes");
  const { report } = collector;
  const wanted = [geometry, radius, id].filter((name) => name !== undefined);
  for await (const group of parquet.groups(wanted)) {
    // Copied out: a vector lives only until the next is asked for.
    const shapes = valuesOf(group, geometry, (vector, row) => bytesAt(vector, row)?.slice());
    const radii = radius ? valuesOf(group, radius, numberAt) : [];
    const ids = id ? valuesOf(group, id, textAt) : [];
    for (let row = 0; row < group.rows; row++) {
      report.found += 1;
      const label = ids[row] ?? `#${report.found}`;
      const bytes = shapes[row];
      if (!bytes) {
        report.note("import-geometry-missing", label);
        continue;
      }
      const parsed = parseGeometry(parseWkb(bytes) ?? { type: "" });
      if ("refused" in parsed) {
        report.note(parsed.refused, label);
        continue;
      }
      for (const remark of parsed.remarks) report.note(remark, label);
      for (const one of parsed.geometries) {
        collector.add({
          name: ids[row] ?? null,
          geometry: circle(one, radii[row]),
          objectType: "annotation",
        });
      }
    }
  }
  if (report.found === 0) throw new CentiscopeError("annotations-none", { file, format: FORMAT });
  return collector.finish("unknown", [
    { frame: "um", scale: 1, reason: "usual" },
    { frame: "imagePx", scale: 1, reason: "usual" },
  ]);
}

/** The primary column and how its outlines are stored, by GeoParquet's metadata (geoparquet.org, 1.1). */
function geoFacts(text: string | undefined): { readonly primary?: string; readonly encoding?: string } {
  const geo = parsed(text);
  const primary = isRecord(geo) ? geo.primary_column : undefined;
  if (!isRecord(geo) || typeof primary !== "string") return {};
  const column = isRecord(geo.columns) ? geo.columns[primary] : undefined;
  const encoding = isRecord(column) ? column.encoding : undefined;
  return typeof encoding === "string" ? { primary, encoding } : { primary };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

function circle(geometry: AnnotationGeometry, radius: number | undefined): AnnotationGeometry {
  const [at] = geometry.type === "points" ? geometry.positions : [];
  if (!at || !(radius !== undefined && radius > 0)) return geometry;
  const box = { x0: at[0] - radius, y0: at[1] - radius, x1: at[0] + radius, y1: at[1] + radius };
  return { type: "area", region: [[ellipseRing(box)]], shape: "ellipse" };
}

function valuesOf<T>(group: ParquetGroup, name: string, take: (vector: ColumnVector, row: number) => T): T[] {
  const values: T[] = [];
  for (const vector of group.vectors(name) ?? []) {
    for (let row = 0; row < vector.length; row++) values.push(take(vector, row));
  }
  return values;
}

function bytesAt(vector: ColumnVector, row: number): Uint8Array | undefined {
  if (vector.kind === "bytes") return isValid(vector.valid, row) ? slice(vector, row) : undefined;
  if (vector.kind !== "dictionary" || !isValid(vector.valid, row)) return undefined;
  const code = vector.codes.values[row]!;
  return code >= 0 && code < vector.values.length ? slice(vector.values, code) : undefined;
}

function slice({ data, offsets, gap }: BytesVector, row: number): Uint8Array {
  return data.subarray(offsets[row]!, offsets[row + 1]! - gap);
}

function textAt(vector: ColumnVector, row: number): string | null {
  if (vector.kind === "other" || !isValid(vector.valid, row)) return null;
  if (vector.kind === "number" || vector.kind === "long") return String(vector.values[row]);
  const bytes = bytesAt(vector, row);
  return bytes ? new TextDecoder().decode(bytes) : null;
}

function numberAt(vector: ColumnVector, row: number): number | undefined {
  if (vector.kind !== "number" && vector.kind !== "long") return undefined;
  return isValid(vector.valid, row) ? Number(vector.values[row]) : undefined;
}
