import { CentiscopeError } from "../core/errors.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { Hdf5File, type Hdf5Value } from "./hdf5.ts";
import type { Hdf5Dataset } from "./hdf5-dataset.ts";
import type { Hdf5Type } from "./hdf5-types.ts";
import type { RecordField } from "./record-columns.ts";

/** One binning of a square-bin GEF: `/geneExp/binN`. */
export interface GefBin {
  /** Spots along a bin's side: the N of binN. */
  readonly size: number;
  readonly rows: number;
  /** Path of the records, for messages. */
  readonly path: string;
  readonly expression: Hdf5Dataset;
  readonly x: RecordField;
  readonly y: RecordField;
  readonly count: RecordField;
  readonly gene: Hdf5Dataset;
  /** Counts of exonic molecules, one a row; null when the file has none. */
  readonly exon: { readonly dataset: Hdf5Dataset; readonly field: RecordField } | null;
  /** The chip position of the matrix's first spot. */
  readonly minX: number;
  readonly minY: number;
  /** Spots along the sides of the matrix (`wholeExp`); null when the file does not say. */
  readonly matrix: readonly [width: number, height: number] | null;
  /** Distance between spots in nm; 0 when not stated. */
  readonly resolutionNm: number;
}

/** What a GEF says of itself. */
export interface GefFacts {
  readonly kind: "bin" | "cell";
  readonly version: number;
  /** "1.1.2"; "" when not stated. */
  readonly geftoolVersion: string;
  readonly omics: string;
  /** The file says that its counts are made up (attribute `simulated`, which `centiscope generate` writes). */
  readonly simulated: boolean;
}

/** A Stereo-seq GEF, open: its bins by size, or the number of its cells. */
export type GefFile =
  | (GefFacts & { readonly kind: "bin"; readonly bins: readonly GefBin[] })
  | (GefFacts & {
      readonly kind: "cell";
      readonly cells: number;
      readonly genes: number;
      readonly resolutionNm: number;
    });

/** What the groups at the top of an HDF5 file say it is. */
export function gefKind(members: ReadonlyMap<string, number>): "bin" | "cell" | undefined {
  return members.has("cellBin") ? "cell" : members.has("geneExp") ? "bin" : undefined;
}

/**
 * Opens a GEF by its metadata [geftools `bgef_writer.cpp`, `cgef_writer.cpp`; versions ≤ 3 and ≥ 4]. Compound members
 * are matched by name at their stored offsets. Throws `hdf5-unsupported` for an HDF5 file of another kind.
 */
export async function openGef(source: ByteSource, signal?: AbortSignal): Promise<GefFile> {
  const file = await Hdf5File.open(source, signal);
  const root = await file.get("");
  const kind = gefKind(root.members);
  if (!kind) throw new CentiscopeError("hdf5-unsupported", { file: source.name });
  const tool = root.attributes.get("geftool_ver");
  const facts = {
    version: numberOf(root.attributes, "version") ?? 0,
    geftoolVersion: Array.isArray(tool) ? tool.join(".") : "",
    omics: textOf(root.attributes.get("omics")),
    simulated: root.attributes.has("simulated"),
  };
  if (kind === "cell") {
    const [cells, genes] = [await file.dataset("cellBin/cell"), await file.find("cellBin/gene")];
    return {
      ...facts,
      kind,
      cells: cells.length,
      genes: genes?.dataset?.length ?? 0,
      resolutionNm: numberOf(root.attributes, "resolution") ?? 0,
    };
  }
  const names = [...(await file.get("geneExp")).members.keys()];
  const sizes = names.flatMap((name) => /^bin([1-9]\d{0,5})$/.exec(name)?.[1] ?? []).map(Number);
  if (sizes.length === 0) {
    throw new CentiscopeError("hdf5-missing", { file: source.name, dataset: "/geneExp/bin1" });
  }
  const bins = await Promise.all(sizes.sort((a, b) => a - b).map((size) => openBin(file, size)));
  return { ...facts, kind, bins };
}

async function openBin(file: Hdf5File, size: number): Promise<GefBin> {
  const path = `geneExp/bin${size}`;
  const { attributes } = await file.get(`${path}/expression`);
  const expression = await file.dataset(`${path}/expression`);
  const field = (name: string) => integerField(file.name, `/${path}/expression`, expression.type, name);
  const exonObject = await file.find(`${path}/exon`);
  const exon = exonObject?.dataset ? await file.dataset(`${path}/exon`) : null;
  if (exon && exon.length !== expression.length) {
    const fact = `${exon.length} for ${expression.length} rows`;
    throw new CentiscopeError("hdf5-missing", { file: file.name, dataset: `/${path}/exon (${fact})` });
  }
  const whole = await file.find(`wholeExp/bin${size}`);
  const [width, height] = whole?.dataset?.shape ?? [];
  return {
    size,
    rows: expression.length,
    path: `/${path}/expression`,
    expression,
    x: field("x"),
    y: field("y"),
    count: field("count"),
    gene: await file.dataset(`${path}/gene`),
    exon: exon && { dataset: exon, field: integer(file.name, `/${path}/exon`, exon.type, "exon", 0) },
    minX: numberOf(attributes, "minX") ?? 0,
    minY: numberOf(attributes, "minY") ?? 0,
    matrix: width && height ? [width * size, height * size] : null,
    resolutionNm: numberOf(attributes, "resolution") ?? 0,
  };
}

/** Where an integer member stands in a compound record. Throws `gef-members` when it is not there. */
export function integerField(file: string, dataset: string, type: Hdf5Type, name: string): RecordField {
  const members = type.kind === "compound" ? type.members : [];
  const member = members.find((one) => one.name === name);
  if (!member) {
    const found = members.map((one) => one.name).join(", ") || type.kind;
    throw new CentiscopeError("gef-members", { file, dataset, missing: name, found });
  }
  return integer(file, dataset, member.type, name, member.offset);
}

function integer(file: string, dataset: string, type: Hdf5Type, name: string, offset: number): RecordField {
  const { size } = type;
  if (type.kind !== "int" || (type.bigEndian && size > 1) || (size !== 1 && size !== 2 && size !== 4)) {
    const found = `${name} as ${type.kind} of ${size} bytes`;
    throw new CentiscopeError("gef-members", { file, dataset, missing: `${name} (integer)`, found });
  }
  return { offset, size, signed: type.signed };
}

/** The first number of an attribute (GEF keeps arrays of one); undefined when there is none. */
export function numberOf(attributes: ReadonlyMap<string, Hdf5Value>, name: string): number | undefined {
  const value = attributes.get(name);
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "number" && Number.isFinite(first) ? first : undefined;
}

function textOf(value: Hdf5Value | undefined): string {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : "";
}
