import { CentiscopeError } from "../core/errors.ts";
import { MAX_GENES } from "../core/table.ts";
import type { Quality } from "./features.ts";
import type { StoreColumn } from "./row-blocks.ts";
import type { StorePlan } from "./store-plan.ts";
import type { Json } from "./zarr-metadata.ts";

/** The newest version of SPEC.md that this code reads; it writes it where genes are divided, else the first. */
export const STORE_VERSION = 2;
/** The file that is written last: without it there is no store, whatever else lies in the folder. */
export const MANIFEST_FILE = "manifest.json";

/** Where a store's rows come from. */
export interface Provenance {
  readonly platform: string;
  readonly source: {
    readonly name: string;
    readonly formatVersion: string;
    readonly bytes: number;
    /** Hexadecimal; null when the source is not one file. */
    readonly sha256: string | null;
  };
  readonly converter: string;
  /** True when the rows were made up: shown as such wherever they are. */
  readonly simulated: boolean;
  /** `[a, b, c, d, e, f]`: image pixel (a·x + b·y + c, d·x + e·y + f) of a position in the source's units. */
  readonly toImagePx: readonly number[] | null;
}

export interface ManifestColumn extends StoreColumn {
  /** True when values are indices into the strings of `dictionaries/{name}`. */
  readonly dictionary: boolean;
}

/** What the root group says: the plan, the columns, and where it all comes from (SPEC §3). */
export interface StoreManifest extends Provenance {
  readonly plan: StorePlan;
  readonly columns: readonly ManifestColumn[];
  readonly hasGeneIds: boolean;
  /** What divides the genes into features; null where each is one. */
  readonly quality: Quality | null;
}

/** The version of SPEC.md that says how to read a store. */
export function versionOf({ quality }: Pick<StoreManifest, "quality">): number {
  return quality ? STORE_VERSION : 1;
}

/** Genes, however many features they are divided into. */
export function geneCount({ plan, quality }: Pick<StoreManifest, "plan" | "quality">): number {
  return quality?.genes ?? plan.genes;
}

/** The manifest as the root's attribute `centiscope`. */
export function manifestJson({ plan, ...manifest }: StoreManifest): { readonly [key: string]: Json } {
  return {
    format: "centiscope-store",
    version: versionOf(manifest),
    platform: manifest.platform,
    lattice: plan.lattice,
    unit_um: plan.unitUm,
    quanta_per_unit: plan.quantaPerUnit,
    origin: [plan.originX, plan.originY],
    grid_log2: plan.gridLog2,
    tile_log2: plan.tileLog2,
    curve: "morton",
    extent: [plan.extent.x0, plan.extent.y0, plan.extent.x1, plan.extent.y1],
    rows: plan.rows,
    total: plan.total,
    genes: plan.genes,
    gene_ids: manifest.hasGeneIds,
    ...(manifest.quality
      ? {
          quality: {
            column: manifest.quality.column,
            at_least: manifest.quality.atLeast,
            genes: manifest.quality.genes,
            max_count: manifest.quality.maxCount,
          },
        }
      : {}),
    ladder: plan.ladder,
    limbs: { ...plan.limbs },
    raster_dtype: plan.rasterDtype,
    columns: manifest.columns.map(({ name, dtype, byGene, dictionary }) => ({
      name,
      dtype,
      by_gene: byGene,
      dictionary,
    })),
    to_image_px: manifest.toImagePx,
    simulated: manifest.simulated,
    source: {
      name: manifest.source.name,
      format_version: manifest.source.formatVersion,
      bytes: manifest.source.bytes,
      sha256: manifest.source.sha256,
    },
    converter: manifest.converter,
  };
}

type Fields = { readonly [key: string]: unknown };

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0;

/**
 * Checks and takes the attribute `centiscope` of a root group.
 * @param file the store's name
 * @throws CentiscopeError `store-not`, `store-newer`, `store-manifest` naming the member that is wrong
 */
export function parseManifest(attributes: unknown, file: string): StoreManifest {
  const root = isFields(attributes) ? attributes.centiscope : undefined;
  if (!isFields(root) || root.format !== "centiscope-store") {
    throw new CentiscopeError("store-not", { file, detail: "zarr.json: centiscope" });
  }
  if (isCount(root.version) && root.version > STORE_VERSION) {
    throw new CentiscopeError("store-newer", { file, found: root.version, known: STORE_VERSION });
  }
  const wrong = (member: string): CentiscopeError =>
    new CentiscopeError("store-manifest", { file, part: "zarr.json", detail: member });
  const take = <T>(member: string, value: unknown, holds: (value: unknown) => value is T): T => {
    if (!holds(value)) throw wrong(member);
    return value;
  };
  const count = (from: Fields, member: string): number => take(member, from[member], isCount);
  const wholes = (member: string, length: number): number[] =>
    take(
      member,
      root[member],
      (value): value is number[] => Array.isArray(value) && value.length === length && value.every(isWhole),
    );
  const fields = (member: string): Fields => take(member, root[member], isFields);
  const isText = (value: unknown): value is string => typeof value === "string";
  const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
  const isPositive = (value: unknown): value is number =>
    typeof value === "number" && Number.isFinite(value) && value > 0;
  if (root.version !== 1 && root.version !== STORE_VERSION) throw wrong("version");
  if (root.curve !== "morton") throw wrong("curve");
  const ladder = wholes("ladder", Array.isArray(root.ladder) ? root.ladder.length : 0);
  if (ladder.length === 0 || ladder.some((bin, i) => bin <= (ladder[i - 1] ?? 0) || bin % ladder[0]! !== 0)) {
    throw wrong("ladder");
  }
  const [originX, originY] = wholes("origin", 2) as [number, number];
  const [x0, y0, x1, y1] = wholes("extent", 4) as [number, number, number, number];
  const limbs = fields("limbs");
  const source = fields("source");
  const gridLog2 = count(root, "grid_log2");
  const tileLog2 = count(root, "tile_log2");
  if (gridLog2 > 26 || tileLog2 > Math.min(16, gridLog2) || gridLog2 - tileLog2 > 11)
    throw wrong("grid_log2");
  const takeQuality = (): Quality | null => {
    if (root.version === 1) return null;
    const quality = fields("quality");
    const of = count(quality, "genes");
    if (of > count(root, "genes")) throw wrong("quality: genes");
    return {
      column: take("quality: column", quality.column, isText),
      atLeast: take("quality: at_least", quality.at_least, isPositive),
      genes: of,
      maxCount: count(quality, "max_count"),
    };
  };
  const rasterDtype = root.raster_dtype;
  if (rasterDtype !== "uint32" && rasterDtype !== "uint64") throw wrong("raster_dtype");
  const columns = take("columns", root.columns, (value): value is Fields[] => Array.isArray(value));
  const transform = root.to_image_px;
  const isMap = Array.isArray(transform) && transform.length === 6 && transform.every(Number.isFinite);
  if (transform !== null && !isMap) throw wrong("to_image_px");
  const lattice = take("lattice", root.lattice, isFlag);
  const quantaPerUnit = take("quanta_per_unit", root.quanta_per_unit, isPositive);
  const power = Math.log2(quantaPerUnit);
  if (!Number.isInteger(power) || power < 0 || (lattice && power > 0)) throw wrong("quanta_per_unit");
  const rows = count(root, "rows");
  const genes = count(root, "genes");
  if (genes > MAX_GENES) throw wrong("genes");
  const isWithin = (origin: number, start: number, end: number): boolean =>
    origin <= start && start < end && end <= origin + 2 ** gridLog2;
  const isEmpty = rows === 0 && [x0, y0, x1, y1].every((at) => at === 0);
  if (!isEmpty && !(isWithin(originX, x0, x1) && isWithin(originY, y0, y1))) throw wrong("extent");
  // Widths of what SPEC §9 allows: positions and counts below 2^32, codes and sums below 2^53.
  const width = (member: string, most: number): number => {
    const found = count(limbs, member);
    if (found < 1 || found > most) throw wrong(`limbs: ${member}`);
    return found;
  };
  return {
    platform: take("platform", root.platform, isText),
    plan: {
      lattice,
      unitUm: take("unit_um", root.unit_um, isPositive),
      quantaPerUnit,
      originX,
      originY,
      gridLog2,
      tileLog2,
      extent: { x0, y0, x1, y1 },
      rows,
      total: count(root, "total"),
      genes,
      ladder,
      limbs: {
        position: width("position", 2),
        code: width("code", 4),
        gene: width("gene", 2),
        count: width("count", 2),
        sum: width("sum", 4),
      },
      rasterDtype,
    },
    columns: columns.map((column) => {
      if (!isFields(column)) throw wrong("columns");
      const dtype = column.dtype;
      if (!isColumnDtype(dtype)) throw wrong("columns");
      const name = take("columns", column.name, isText);
      if (!/^[\w-]+$/.test(name)) throw wrong("columns");
      return {
        name,
        dtype,
        byGene: take("columns", column.by_gene, isFlag),
        dictionary: take("columns", column.dictionary, isFlag),
      };
    }),
    hasGeneIds: take("gene_ids", root.gene_ids, isFlag),
    quality: takeQuality(),
    toImagePx: transform as number[] | null,
    simulated: take("simulated", root.simulated, isFlag),
    source: {
      name: take("source", source.name, isText),
      formatVersion: take("source", source.format_version, isText),
      bytes: count(source, "bytes"),
      sha256: source.sha256 === null ? null : take("source", source.sha256, isText),
    },
    converter: take("converter", root.converter, isText),
  };
}

function isColumnDtype(value: unknown): value is StoreColumn["dtype"] {
  return ["uint8", "uint32", "int32", "float32", "float64"].includes(value as string);
}
