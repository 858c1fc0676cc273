import { type Affine, composeAffine, invertAffine } from "../core/affine.ts";
import { CentiscopeError } from "../core/errors.ts";
import { groupAttributes, parseMultiscale } from "../core/ome-zarr.ts";
import type { CoordinateFrame, TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { isRecord, readJson } from "./json-file.ts";
import type { ReadOptions } from "./read-options.ts";
import { isIdentity, isInvertible, NotPlanar, planarTransform } from "./spatialdata-transform.ts";
import { NO_CELL, plainMeaning, type TableMeaning, type TablePreview, zColumn } from "./table-meaning.ts";

/** Molecules of a row, where points are bins; of the library's own readers none writes such a column. */
const COUNTS = ["count", "counts", "MIDCount", "MIDCounts", "UMICount"];

/** The coordinate system that every store has. */
const GLOBAL = "global";

/** The files of one points element of a SpatialData store. */
export interface PointsElement {
  /** The element's name in the store. */
  readonly name: string;
  /** Its `.zattrs` (zarr v2) or `zarr.json` (v3). */
  readonly attributes: ByteSource;
  /** Its `points.parquet/part.N.parquet`, in order of N. */
  readonly parts: readonly ByteSource[];
  /** Metadata of an image of the same store that is shown with it. */
  readonly image: ByteSource | null;
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
  const { attributes, transform, image } = await readPlaces(element, options.signal);
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
      instrumentToImagePx: image ? onImage(transform, image) : isIdentity(transform) ? null : transform,
      noCell: NO_CELL,
      z: zColumn(preview),
    };
  };
}

/**
 * Where the points lie: their transformation to a coordinate system of the store, and their image's to the same one.
 * Throws `spatialdata-transform`, which names the element or the image.
 */
export async function readPlaces(element: PointsElement, signal: AbortSignal | undefined) {
  const attributes = await readAttributes(element.attributes, signal);
  const { transform, system } = transformOf(listOf(attributes.coordinateTransformations), null, element.name);
  const image = element.image && (await imageTransform(element.image, system, signal));
  return { attributes, transform, image };
}

/** The attributes of a zarr group: all of `.zattrs`, or `attributes` of `zarr.json`. */
export async function readAttributes(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  return groupAttributes(await readJson(source, signal));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * The transformation to the coordinate system `wanted`, else to `global`, else the first; without any, the identity to
 * `global`. Throws `spatialdata-transform` where it is none of the plane, or none leads to `wanted`.
 */
function transformOf(all: readonly unknown[], wanted: string | null, file: string) {
  const systemOf = (item: unknown): string =>
    isRecord(item) && isRecord(item.output) ? String(item.output.name) : GLOBAL;
  const items = all.length > 0 ? all : [{ type: "identity" }];
  const named = items.find((item) => systemOf(item) === (wanted ?? GLOBAL));
  const chosen = named ?? (wanted === null ? items[0] : undefined);
  try {
    if (chosen === undefined) throw new NotPlanar(`none to ${wanted}`);
    const transform = planarTransform(chosen);
    if (!isInvertible(transform)) throw new NotPlanar("it cannot be inverted");
    return { transform, system: systemOf(chosen) };
  } catch (thrown) {
    if (!(thrown instanceof NotPlanar)) throw thrown;
    throw new CentiscopeError("spatialdata-transform", { file, found: thrown.message }, { cause: thrown });
  }
}

/** From an image's pixels to a coordinate system of its store. */
async function imageTransform(image: ByteSource, system: string, signal: AbortSignal | undefined) {
  const found = parseMultiscale(await readAttributes(image, signal));
  const all = typeof found === "string" ? [] : found.transformations;
  return transformOf(all, system, image.name).transform;
}

/** By the common coordinate system; `planarTransform` names the spaces of points. */
function onImage(
  points: Affine<"instrument", "imagePx">,
  image: Affine<"instrument", "imagePx">,
): Affine<"instrument", "imagePx"> {
  const back = invertAffine(image) as unknown as Affine<"imagePx", "imagePx">;
  return composeAffine(back, points);
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
