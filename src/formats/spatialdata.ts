import { CentiscopeError } from "../core/errors.ts";
import type { CoordinateFrame, TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { isRecord, readJson } from "./json-file.ts";
import type { ReadOptions } from "./read-options.ts";
import { isIdentity, isInvertible, NotPlanar, planarTransform } from "./spatialdata-transform.ts";
import { NO_CELL, plainMeaning, type TableMeaning, type TablePreview, zColumn } from "./table-meaning.ts";

/** Molecules of a row, where points are bins; of the library's own readers none writes such a column. */
const COUNTS = ["count", "counts", "MIDCount", "MIDCounts", "UMICount"];

/** The files of one points element of a SpatialData store. */
export interface PointsElement {
  /** The element's name in the store. */
  readonly name: string;
  /** Its `.zattrs` (zarr v2) or `zarr.json` (v3). */
  readonly attributes: ByteSource;
  /** Its `points.parquet/part.N.parquet`, in order of N. */
  readonly parts: readonly ByteSource[];
}

/**
 * Reads a points element of a SpatialData store [scverse/spatialdata `_io/io_points.py`]: positions as stored, with
 * the element's transformation to its coordinate system. What unit the stored positions have, no field says:
 * a pure scale whose inverse is a known instrument's pixel (0.2125 µm, Xenium) does.
 */
export async function readSpatialdata(
  element: PointsElement,
  options: ReadOptions = {},
): Promise<TranscriptColumns> {
  const meaning = await spatialdataMeaning(element, options);
  const { readParquet } = await import("./parquet.ts");
  return readParquet(element.parts, options, meaning);
}

/** What the columns of a points element mean, by its attributes. */
export async function spatialdataMeaning(
  element: PointsElement,
  options: ReadOptions,
): Promise<(preview: TablePreview) => TableMeaning> {
  const file = element.name;
  const attributes = await readAttributes(element.attributes, options.signal);
  const transform = transformOf(attributes, file);
  const spatialdata = isRecord(attributes.spatialdata_attrs) ? attributes.spatialdata_attrs : {};
  const text = (key: string) => (typeof spatialdata[key] === "string" ? (spatialdata[key] as string) : null);
  const frame = frameOf(transform);
  if (element.parts.length === 0) throw new CentiscopeError("spatialdata-no-points", { file });
  return (preview) => {
    const has = (name: string | null): string | null =>
      name !== null && preview.names.includes(name) ? name : null;
    const { guess } = preview;
    const native = {
      x: "x",
      y: "y",
      gene: has(text("feature_key")) ?? guess.gene,
      count: COUNTS.find((name) => has(name)) ?? null,
      qv: has("qv"),
      cell: has(text("instance_key")) ?? has("cell_id"),
    };
    const known = has("x") && has("y") && native.gene !== null;
    const roles = options.roles ?? (known ? native : plainMeaning(preview, undefined).roles);
    return {
      platform: frame.unit === "um" ? "spatialdata-xenium" : "spatialdata",
      roles,
      frame,
      instrumentToImagePx: isIdentity(transform) ? null : transform,
      noCell: NO_CELL,
      z: zColumn(preview),
    };
  };
}

/** The attributes of a zarr group: all of `.zattrs`, or `attributes` of `zarr.json`. */
export async function readAttributes(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const json = await readJson(source, signal);
  return json.zarr_format === 3 && isRecord(json.attributes) ? json.attributes : json;
}

function transformOf(attributes: Readonly<Record<string, unknown>>, file: string) {
  const list = attributes.coordinateTransformations;
  const all: unknown[] = Array.isArray(list) ? list : [];
  if (all.length === 0) return planarTransform({ type: "identity" });
  const systemOf = (item: unknown) =>
    isRecord(item) && isRecord(item.output) ? item.output.name : undefined;
  const chosen = all.find((item) => systemOf(item) === "global") ?? all[0];
  try {
    const transform = planarTransform(chosen);
    if (!isInvertible(transform)) throw new NotPlanar("it cannot be inverted");
    return transform;
  } catch (thrown) {
    if (!(thrown instanceof NotPlanar)) throw thrown;
    throw new CentiscopeError("spatialdata-transform", { file, found: thrown.message }, { cause: thrown });
  }
}

/** Xenium's pixel, the only instrument whose SpatialData points are µm under a scale to its pixels. */
const XENIUM_PX_UM = 0.2125;

function frameOf(map: { a: number; b: number; c: number; d: number; e: number; f: number }): CoordinateFrame {
  const xenium = [map.a, map.d].every((scale) => Math.abs(scale * XENIUM_PX_UM - 1) < 1e-6);
  if (xenium && map.b === 0 && map.c === 0) {
    return { unit: "um", umPerUnit: 1, source: "scale 4.70588 = 1 / 0.2125 (Xenium pixels per µm)" };
  }
  return { unit: "unknown", umPerUnit: null, source: "SpatialData states no unit" };
}
