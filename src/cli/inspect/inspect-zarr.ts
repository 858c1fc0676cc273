import { isRecord, readJson } from "../../formats/json-file.ts";
import type { SourceFile } from "../../io/byte-source.ts";
import type { Findings, ImageFigures, TableFigures } from "./inspection.ts";

/** The files of one Zarr group by their path inside it. */
export interface ZarrFiles {
  readonly name: string;
  get(path: string): SourceFile["source"] | undefined;
  readonly paths: readonly string[];
  readonly sizeBytes: number | null;
}

type Json = Readonly<Record<string, unknown>>;

/** The attributes of a group or array, of either Zarr version; undefined when it is none. */
async function attributesAt(zarr: ZarrFiles, path: string, signal: AbortSignal): Promise<Json | undefined> {
  const at = (name: string) => zarr.get(path === "" ? name : `${path}/${name}`);
  const v3 = at("zarr.json");
  if (v3) {
    const json = await readJson(v3, signal);
    return isRecord(json.attributes) ? json.attributes : {};
  }
  const v2 = at(".zattrs");
  if (v2) return readJson(v2, signal);
  return at(".zgroup") ? {} : undefined;
}

async function shapeAt(zarr: ZarrFiles, path: string, signal: AbortSignal): Promise<Json | undefined> {
  const file = zarr.get(`${path}/zarr.json`) ?? zarr.get(`${path}/.zarray`);
  return file ? readJson(file, signal) : undefined;
}

/** What a Zarr folder or archive is: a Centiscope store, SpatialData, OME-Zarr image, AnnData, or Xenium archive. */
export async function inspectZarr(zarr: ZarrFiles, signal: AbortSignal): Promise<Findings | undefined> {
  const root = await attributesAt(zarr, "", signal);
  if (!root) return undefined;
  const version = zarr.get("zarr.json") ? 3 : 2;
  const facts = { "Zarr version": version, files: zarr.paths.length };
  if (isRecord(root.centiscope)) return storeFindings(root.centiscope, zarr);
  const ome = isRecord(root.ome) ? root.ome : root;
  if (Array.isArray(ome.multiscales)) {
    const image = await multiscales(zarr, "", ome, signal);
    return { what: `${image.format} image`, images: [image], facts };
  }
  const holds = (group: string) => zarr.paths.some((path) => path.startsWith(`${group}/`));
  if (root["encoding-type"] === "anndata" || (holds("obs") && holds("var"))) {
    return { what: "AnnData (Zarr): a cell table, without positions of molecules", facts };
  }
  if (Array.isArray(root.gene_names) || zarr.paths.some((path) => /^grids\/\d+\//.test(path))) {
    return { what: "Xenium transcripts (transcripts.zarr.zip)", facts: { ...facts, ...xeniumFacts(root) } };
  }
  const kinds = ["images", "labels", "points", "shapes", "tables", "table"];
  const elements = kinds.flatMap((kind) =>
    zarr.paths.flatMap((path) => {
      const match = new RegExp(`^${kind}/([^/]+)/(\\.zattrs|\\.zgroup|zarr\\.json)$`).exec(path);
      return match ? [`${kind}/${match[1]}`] : [];
    }),
  );
  const named = [...new Set(elements)];
  if (!isRecord(root.spatialdata_attrs) && named.length === 0) return { what: `Zarr group`, facts };
  const images: ImageFigures[] = [];
  for (const element of named.filter((one) => one.startsWith("images/"))) {
    const attributes = (await attributesAt(zarr, element, signal)) ?? {};
    const multi = isRecord(attributes.ome) ? attributes.ome : attributes;
    if (Array.isArray(multi.multiscales)) images.push(await multiscales(zarr, element, multi, signal));
  }
  return {
    what: "SpatialData store",
    images,
    facts: { ...facts, elements: named.join(", ") },
  };
}

function xeniumFacts(root: Json): Json & Record<string, string | number> {
  const number = (key: string) => (typeof root[key] === "number" ? { [key]: root[key] } : {});
  return {
    genes: Array.isArray(root.gene_names) ? root.gene_names.length : 0,
    ...number("number_rnas"),
    ...number("major_version"),
    ...number("minor_version"),
  } as Json & Record<string, string | number>;
}

/** Levels and channels of an OME-Zarr image (NGFF 0.4, 0.5). */
async function multiscales(
  zarr: ZarrFiles,
  path: string,
  ome: Json,
  signal: AbortSignal,
): Promise<ImageFigures> {
  const first = (ome.multiscales as unknown[])[0];
  const multi: Json = isRecord(first) ? first : {};
  const axes = (Array.isArray(multi.axes) ? multi.axes : []).filter(isRecord);
  const axis = (name: string) => axes.findIndex((one) => one.name === name);
  const datasets = (Array.isArray(multi.datasets) ? multi.datasets : []).filter(isRecord);
  const levels: ImageFigures["levels"][number][] = [];
  let channelCount = 0;
  for (const dataset of datasets) {
    const array = await shapeAt(zarr, [path, String(dataset.path)].filter(Boolean).join("/"), signal);
    const shape = Array.isArray(array?.shape) ? array.shape.map(Number) : [];
    const rank = shape.length;
    const [x, y, c] = [axis("x") < 0 ? rank - 1 : axis("x"), axis("y") < 0 ? rank - 2 : axis("y"), axis("c")];
    const grid =
      isRecord(array?.chunk_grid) && isRecord(array.chunk_grid.configuration)
        ? array.chunk_grid.configuration.chunk_shape
        : array?.chunks;
    const chunk = Array.isArray(grid) ? grid.map(Number) : [];
    levels.push({
      widthPx: shape[x] ?? 0,
      heightPx: shape[y] ?? 0,
      tileWidthPx: chunk[x] ?? null,
      tileHeightPx: chunk[y] ?? null,
    });
    channelCount = c >= 0 ? (shape[c] ?? 1) : 1;
  }
  const omero =
    isRecord(ome.omero) && Array.isArray(ome.omero.channels) ? ome.omero.channels.filter(isRecord) : [];
  const channels = Array.from({ length: channelCount }, (_, i) => ({
    name: String(omero[i]?.label ?? `channel ${i + 1}`),
    range: null,
  }));
  const full = levels[0] ?? { widthPx: 0, heightPx: 0 };
  return {
    file: path || zarr.name,
    format: `OME-Zarr ${String(ome.version ?? multi.version ?? "").trim()}`.trim(),
    widthPx: full.widthPx,
    heightPx: full.heightPx,
    umPerPx: scaleOf(datasets[0], axes),
    magnification: null,
    levels,
    channels,
  };
}

const UNITS: Readonly<Record<string, number>> = { micrometer: 1, nanometer: 0.001, millimeter: 1000 };

/** Micrometres per pixel of the first level, when its axes have a unit of length. */
function scaleOf(dataset: Json | undefined, axes: readonly Json[]): readonly [number, number] | null {
  const list = Array.isArray(dataset?.coordinateTransformations) ? dataset.coordinateTransformations : [];
  const scale = list.filter(isRecord).find((one) => one.type === "scale")?.scale;
  if (!Array.isArray(scale)) return null;
  const size = (name: string) => {
    const at = axes.findIndex((one) => one.name === name);
    const unit = UNITS[String(axes[at]?.unit ?? "")];
    return unit === undefined || at < 0 ? null : Number(scale[at]) * unit;
  };
  const [x, y] = [size("x"), size("y")];
  return x !== null && y !== null ? [x, y] : null;
}

/** A half-open box of quanta in units: of spots the first and last, else the edges of the quanta. */
function boundsOf(
  extent: readonly number[],
  lattice: boolean,
  quantaPerUnit: number,
): TableFigures["bounds"] {
  const [minX, minY, endX, endY] = extent.map((at) => at / quantaPerUnit) as [number, number, number, number];
  if (endX <= minX || endY <= minY) return null;
  const last = lattice ? 1 : 0;
  return { minX, minY, maxX: endX - last, maxY: endY - last };
}

/** A Centiscope store tells everything in its manifest (`src/store/SPEC.md`). */
function storeFindings(manifest: Json, zarr: ZarrFiles): Findings {
  const number = (key: string) => (typeof manifest[key] === "number" ? manifest[key] : null);
  const source: Json = isRecord(manifest.source) ? manifest.source : {};
  const extent = Array.isArray(manifest.extent) ? manifest.extent.map(Number) : [];
  const columns = Array.isArray(manifest.columns) ? manifest.columns.filter(isRecord) : [];
  const lattice = manifest.lattice === true;
  const quality = isRecord(manifest.quality) ? manifest.quality : undefined;
  const genes = typeof quality?.genes === "number" ? quality.genes : number("genes");
  const table: TableFigures = {
    file: zarr.name,
    format: "Centiscope store",
    version: String(manifest.version ?? ""),
    platform: String(manifest.platform ?? ""),
    sizeBytes: zarr.sizeBytes ?? 0,
    rows: number("rows"),
    genes,
    genesListed: genes,
    controlFeatures: null,
    totalCount: number("total"),
    bounds: extent.length === 4 ? boundsOf(extent, lattice, number("quanta_per_unit") ?? 1) : null,
    unit: lattice ? "spot" : "unknown",
    unitUm: number("unit_um"),
    unitSource: "the store's manifest",
    lattice,
    columns: columns.map((column) => String(column.name)),
    simulated: manifest.simulated === true,
  };
  const facts: Record<string, string | number | boolean | null> = {
    "made from": `${source.name ?? "?"} (${source.format_version ?? "?"})`,
    "sha256 of the source": typeof source.sha256 === "string" ? source.sha256 : null,
    ...(quality ? { "quality filter": `${quality.column} ≥ ${quality.at_least}` } : {}),
    "made by": String(manifest.converter ?? "?"),
    files: zarr.paths.length,
  };
  return { what: `Centiscope store, version ${table.version}`, table, facts };
}
