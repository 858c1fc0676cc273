import { beginsAnnotations } from "../core/annotation-sniff.ts";
import { guessColumns, SURE } from "../core/column-guess.ts";
import { CentiscopeError } from "../core/errors.ts";
import { type ForeignImage, foreignImage } from "../core/foreign-image.ts";
import type { ForeignCode } from "../core/unopened.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { columnNames, looksLikeText, parseTableHead } from "./delimited-head.ts";
import { isGem } from "./gem-columns.ts";
import { platformByColumns } from "./instrument-tables.ts";
import { isRecord } from "./json-file.ts";
import { parseMatrix } from "./matrix.ts";
import { isParquet } from "./parquet-magic.ts";
import { sniff } from "./sniff.ts";

/** What one file is, by its content. */
export type FileClass =
  | { readonly kind: "gem" }
  | { readonly kind: "gef" }
  /** A 10x matrix; `placed` when its barcodes say where they lie (Visium HD). */
  | { readonly kind: "matrix"; readonly placed: boolean }
  /** A GEF of counts per cell. */
  | { readonly kind: "gef-cells"; readonly cells: number }
  | { readonly kind: "instrument"; readonly platform: "xenium" | "merscope" | "cosmx" | "iss" }
  /** A picture of a kind that we do not read. */
  | ({ readonly kind: "foreign-image" } & ForeignImage)
  /** A table whose columns are told (`sure`) or must be chosen. */
  | { readonly kind: "table"; readonly container: "text" | "parquet"; readonly sure: boolean }
  /** What is known and is no slide; its message says what to do instead. */
  | { readonly kind: "foreign"; readonly code: ForeignCode }
  | {
      readonly kind:
        | "transform"
        | "experiment"
        | "positions"
        | "scalefactors"
        | "tiff"
        | "dzi"
        | "iiif"
        | "zarr"
        | "raster"
        | "empty"
        | "unknown";
    };

const SNIFF = 1 << 16;
const UNKNOWN: FileClass = { kind: "unknown" };

function starts(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/** Tells a file by its magic bytes and, for text, by its column names. Rejects when it cannot be read. */
export async function classify(
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<FileClass & { readonly gzip: boolean }> {
  const { bytes, ended, gzip } = await sniff(source, SNIFF, signal);
  if (ended && bytes.length === 0) return { kind: "empty", gzip };
  const found = gzip
    ? classifyText(bytes, ended, source.name)
    : await classifyBytes(source, bytes, ended, signal);
  return { ...found, gzip };
}

async function classifyBytes(
  source: ByteSource,
  bytes: Uint8Array,
  ended: boolean,
  signal: AbortSignal | undefined,
): Promise<FileClass> {
  if (starts(bytes, 0x50, 0x4b, 3, 4) && /\.zip$/i.test(source.name)) {
    const isXenium = /transcripts\.zarr\.zip$/i.test(source.name);
    return { kind: "foreign", code: isXenium ? "xenium-zarr-zip" : "zip-packed" };
  }
  const foreign = foreignImage(source.name, bytes);
  if (foreign) return { kind: "foreign-image", ...foreign };
  if (starts(bytes, 0x49, 0x49, 0x2a, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2a)) return { kind: "tiff" };
  if (starts(bytes, 0x49, 0x49, 0x2b, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2b)) return { kind: "tiff" };
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47) || starts(bytes, 0xff, 0xd8, 0xff)) return { kind: "raster" };
  if (starts(bytes, 0x52, 0x49, 0x46, 0x46) && starts(bytes.subarray(8), 0x57, 0x45, 0x42, 0x50)) {
    return { kind: "raster" };
  }
  if (starts(bytes, 0x89, 0x48, 0x44, 0x46)) return classifyHdf5(source, signal);
  if (isParquet(bytes)) return classifyParquet(source, signal);
  return classifyText(bytes, ended, source.name);
}

function classifyText(bytes: Uint8Array, ended: boolean, file: string): FileClass {
  if (!looksLikeText(bytes)) return UNKNOWN;
  const text = new TextDecoder()
    .decode(bytes.subarray(0, 4096))
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (beginsAnnotations(text)) return { kind: "foreign", code: "annotations-alone" };
  if (text.startsWith("%%MatrixMarket")) return { kind: "foreign", code: "matrix-market" };
  if (text.startsWith("<")) return isDeepZoom(text) ? { kind: "dzi" } : UNKNOWN;
  if (text.startsWith("{") || text.startsWith("[")) return classifyJson(bytes, ended);
  if (ended && bytes.length < 4096 && typeof parseMatrix(text) !== "string") return { kind: "transform" };
  // Vizgen's own name for it: what is wrong inside must be said, or the image would lose its place silently.
  if (/micron_to_mosaic_pixel_transform/i.test(file)) return { kind: "transform" };
  try {
    const head = parseTableHead(bytes, ended, file);
    if (isGem(head)) return { kind: "gem" };
    // Space Ranger 1 wrote the places of its spots without a row of names.
    if (head.names.length === 0 && /tissue_positions_list\.csv$/i.test(file)) return UNKNOWN;
    const names = columnNames(head);
    return tableClass(names, head.sample, "text");
  } catch (thrown) {
    if (thrown instanceof CentiscopeError) return UNKNOWN;
    throw thrown;
  }
}

async function classifyHdf5(source: ByteSource, signal: AbortSignal | undefined): Promise<FileClass> {
  const [{ Hdf5File }, { gefKind }] = await Promise.all([import("./hdf5.ts"), import("./gef-file.ts")]);
  const file = await Hdf5File.open(source, signal);
  const root = await file.get("");
  const kind = gefKind(root.members);
  if (kind === "bin") return { kind: "gef" };
  if (kind === "cell") return { kind: "gef-cells", cells: (await file.dataset("cellBin/cell")).length };
  if ((await file.find("matrix/barcodes"))?.dataset) {
    const { hasHdBarcodes } = await import("./visium-hd.ts");
    return { kind: "matrix", placed: await hasHdBarcodes(file, signal) };
  }
  return { kind: "foreign", code: foreignHdf5(source.name, root.members) };
}

/** Space Ranger's `feature_slice.h5` and `molecule_info.h5`; StereoMap's `.rpi` and `.ipr`; else `h5ad` and all others. */
function foreignHdf5(file: string, members: ReadonlyMap<string, number>): ForeignCode {
  const has = (...names: readonly string[]) => names.every((name) => members.has(name));
  if (has("feature_slices") || has("barcode_idx", "feature_idx")) return "visium-not-bins";
  return /\.(rpi|ipr)$/i.test(file) ? "stereomap-file" : "hdf5-unsupported";
}

async function classifyParquet(source: ByteSource, signal: AbortSignal | undefined): Promise<FileClass> {
  const { openParquet } = await import("./parquet-file.ts");
  const file = await openParquet(source, signal);
  if (POSITIONS.every((name) => file.names.includes(name))) return { kind: "positions" };
  return tableClass(file.names, [], "parquet");
}

/** Columns by which 10x's `tissue_positions.parquet` is known. */
const POSITIONS = ["barcode", "array_row", "array_col", "pxl_row_in_fullres", "pxl_col_in_fullres"];

/** Tables of outlines have positions too; these columns tell them from transcripts. */
const NOT_TRANSCRIPTS = ["vertex_x", "geometry", "Geometry", "in_tissue", "barcode", "transcript_count"];

function tableClass(
  names: readonly string[],
  sample: readonly (readonly string[])[],
  container: "text" | "parquet",
): FileClass {
  const platform = platformByColumns(names);
  if (platform === "xenium" || platform === "merscope" || platform === "cosmx" || platform === "iss") {
    return { kind: "instrument", platform };
  }
  if (names.some((name) => NOT_TRANSCRIPTS.includes(name))) return UNKNOWN;
  const guess = guessColumns(names, sample);
  // Without sample values (Parquet) a guess by name counts half; types are checked when it is read.
  const sure = guess.confidence >= (sample.length > 0 ? SURE : SURE / 2);
  if (sample.length > 0 && numericColumns(names, sample) < 2) return UNKNOWN;
  return { kind: "table", container, sure };
}

/** How many columns hold nothing but numbers; fewer than two hold no positions. */
function numericColumns(names: readonly string[], sample: readonly (readonly string[])[]): number {
  const isNumeric = (column: number) => {
    const values = sample.map((row) => (row[column] ?? "").trim()).filter((value) => value !== "");
    return values.length > 0 && values.every((value) => Number.isFinite(Number(value)));
  };
  return names.filter((_, column) => isNumeric(column)).length;
}

function isDeepZoom(text: string): boolean {
  return /<Image\b[^>]*>/.test(text) && /schemas\.microsoft\.com\/deepzoom/.test(text);
}

function classifyJson(bytes: Uint8Array, ended: boolean): FileClass {
  if (!ended) return UNKNOWN;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isRecord(json)) return UNKNOWN;
    if (
      typeof json.pixel_size === "number" &&
      ("xenium_explorer_files" in json || "analysis_sw_version" in json)
    ) {
      return { kind: "experiment" };
    }
    if (typeof json.bin_size_um === "number" && typeof json.tissue_hires_scalef === "number") {
      return { kind: "scalefactors" };
    }
    if ("StereoMap_explorer_files" in json) return { kind: "foreign", code: "stereomap-file" };
    const iiif = [json.protocol, json["@context"]]
      .flat()
      .some((v) => String(v).includes("iiif.io/api/image"));
    return iiif && "width" in json ? { kind: "iiif" } : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}
