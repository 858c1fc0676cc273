/**
 * What the attributes of an OME-Zarr image say [NGFF 0.1–0.5: `multiscales` and `omero`, in `.zattrs` (zarr v2) or
 * under `ome` in `zarr.json` (v3)]. Pure: reading the files is the caller's.
 */

/** One channel of `omero`; null for what is not said. */
export interface OmeroChannel {
  readonly name: string | null;
  /** `#rrggbb` */
  readonly color: string | null;
}

/** A level of the pyramid: where its array lies in the group, and the size of its pixels by axis. */
export interface ZarrDataset {
  readonly path: string;
  /** Parallel to the axes; null where no scale is stated. */
  readonly scale: readonly number[] | null;
}

/** The first multiscale image of a group. */
export interface Multiscale {
  /** Names of the arrays' dimensions, slowest first: of t, c, z, y, x. */
  readonly axes: readonly string[];
  /** Micrometres per unit of y and x; null where no unit of length is stated. */
  readonly umPerUnit: readonly [y: number | null, x: number | null];
  readonly datasets: readonly ZarrDataset[];
  readonly channels: readonly OmeroChannel[];
  /** To the coordinate systems of a SpatialData store; empty elsewhere. */
  readonly transformations: readonly unknown[];
}

type Json = Readonly<Record<string, unknown>>;

/** UDUNITS names of lengths that microscopes use, in µm. */
const LENGTHS: Readonly<Record<string, number>> = {
  angstrom: 1e-4,
  nanometer: 1e-3,
  nanometre: 1e-3,
  nm: 1e-3,
  micrometer: 1,
  micrometre: 1,
  micron: 1,
  um: 1,
  µm: 1,
  μm: 1,
  millimeter: 1e3,
  millimetre: 1e3,
  mm: 1e3,
  centimeter: 1e4,
  centimetre: 1e4,
  meter: 1e6,
  metre: 1e6,
};

/** The axes of NGFF 0.1 and 0.2, which names none. */
const FIRST_AXES = ["t", "c", "z", "y", "x"];

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The attributes of a zarr group from its metadata file: `.zattrs`, or `zarr.json` with its `attributes`. */
export function groupAttributes(metadata: Json): Json {
  const own = metadata.zarr_format === 3 ? metadata.attributes : metadata;
  return isObject(own) ? own : {};
}

/** NGFF's own attributes: under `ome` since 0.5. */
function ngff(attributes: Json): Json {
  return isObject(attributes.ome) ? attributes.ome : attributes;
}

/** True for the attributes of an OME-Zarr image. */
export function isMultiscale(attributes: Json): boolean {
  return list(ngff(attributes).multiscales).length > 0;
}

/** True for a folder of images `0`, `1`, … as bioformats2raw writes it. */
export function isSeriesFolder(attributes: Json): boolean {
  return ngff(attributes)["bioformats2raw.layout"] !== undefined;
}

/** The first image of the attributes, or what is wrong with them. */
export function parseMultiscale(attributes: Json): Multiscale | string {
  const own = ngff(attributes);
  const [image] = list(own.multiscales);
  if (!isObject(image)) return "multiscales";
  const stated = list(image.axes);
  const axes = stated.length > 0 ? stated.map(axisName) : FIRST_AXES;
  if (["y", "x"].some((name) => axes.filter((axis) => axis === name).length !== 1)) return "axes";
  if (axes.some((axis) => !FIRST_AXES.includes(axis))) return `axes ${axes.join(", ")}`;
  const datasets: ZarrDataset[] = [];
  const common = scaleOf(plain(image.coordinateTransformations), axes.length);
  for (const dataset of list(image.datasets)) {
    const path = isObject(dataset) ? dataset.path : undefined;
    if (typeof path !== "string" || path === "" || path.split("/").includes("..")) return "datasets";
    const scale = scaleOf(list((dataset as Json).coordinateTransformations), axes.length);
    datasets.push({ path, scale: scale && (common ? scale.map((s, i) => s * common[i]!) : scale) });
  }
  if (datasets.length === 0) return "datasets";
  const unit = (name: string): number | null => {
    const axis = stated.find((one) => axisName(one) === name);
    const text = isObject(axis) ? axis.unit : undefined;
    return typeof text === "string" ? (LENGTHS[text.toLowerCase()] ?? null) : null;
  };
  return {
    axes,
    umPerUnit: [unit("y"), unit("x")],
    datasets,
    channels: list(isObject(own.omero) ? own.omero.channels : undefined).map(omeroChannel),
    transformations: list(image.coordinateTransformations).filter(
      (one) => isObject(one) && one.output !== undefined,
    ),
  };
}

function axisName(axis: unknown): string {
  return String(isObject(axis) ? axis.name : axis).toLowerCase();
}

/** Those of NGFF itself, which name no coordinate systems as SpatialData's do. */
function plain(transformations: unknown): readonly unknown[] {
  return list(transformations).filter((one) => isObject(one) && one.output === undefined);
}

function scaleOf(transformations: readonly unknown[], axes: number): readonly number[] | null {
  for (const one of transformations) {
    if (!isObject(one) || one.type !== "scale") continue;
    const scale = list(one.scale);
    const usable = scale.every((value) => typeof value === "number" && value > 0 && Number.isFinite(value));
    if (scale.length === axes && usable) return scale as number[];
  }
  return null;
}

function omeroChannel(channel: unknown): OmeroChannel {
  if (!isObject(channel)) return { name: null, color: null };
  const { label, color } = channel;
  const named = typeof label === "string" && label !== "";
  const hex = typeof color === "string" ? /^#?([0-9a-f]{6})/i.exec(color)?.[1] : undefined;
  return { name: named ? label : null, color: hex ? `#${hex.toLowerCase()}` : null };
}

/** The path of a chunk within its array, by the array's metadata (`.zarray` or `zarr.json`); null when they name none. */
export function chunkPath(metadata: Json, place: (chunks: number) => number): string | null {
  const v3 = metadata.zarr_format === 3;
  const grid = isObject(metadata.chunk_grid) ? metadata.chunk_grid.configuration : undefined;
  const shape = list(metadata.shape);
  const chunk = list(v3 ? (isObject(grid) ? grid.chunk_shape : undefined) : metadata.chunks);
  if (shape.length === 0 || chunk.length !== shape.length) return null;
  const at = shape.map((size, i) => place(Math.ceil(Number(size) / Number(chunk[i]))));
  if (at.some((index) => !Number.isInteger(index) || index < 0)) return null;
  if (!v3) return at.join(metadata.dimension_separator === "/" ? "/" : ".");
  const encoding = isObject(metadata.chunk_key_encoding) ? metadata.chunk_key_encoding : {};
  const { separator } = isObject(encoding.configuration) ? encoding.configuration : { separator: undefined };
  if (encoding.name === "v2") return at.join(typeof separator === "string" ? separator : ".");
  return ["c", ...at].join(typeof separator === "string" ? separator : "/");
}
