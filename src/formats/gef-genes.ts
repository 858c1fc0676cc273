import { CentiscopeError } from "../core/errors.ts";
import { type GefBin, integerField } from "./gef-file.ts";
import { decodeColumn } from "./record-columns.ts";

/** More genes than any assay has; beyond it the table is damaged. */
const MAX_GENES_LISTED = 1 << 20;

/** The genes of a bin and the rows of each. */
export interface GefGenes {
  readonly names: readonly string[];
  /** Ensembl ids of versions ≥ 4; null before. */
  readonly ids: readonly string[] | null;
  /** Genes with rows, in the order of their rows: these follow one another without gap or overlap. */
  readonly order: Uint32Array;
  /** (order.length + 1,) first row of each gene of `order`. */
  readonly starts: Float64Array;
}

/**
 * Reads a bin's gene table: `{gene, offset, count}` up to version 3, `{geneID, geneName, offset, count}` from 4 on.
 * Every row must belong to exactly one gene, else `gef-gene-rows`: a wrong table would count under wrong names.
 */
export async function readGefGenes(file: string, bin: GefBin, signal?: AbortSignal): Promise<GefGenes> {
  const { gene } = bin;
  const path = bin.path.replace(/expression$/, "gene");
  const members = gene.type.kind === "compound" ? gene.type.members : [];
  const text = (name: string) => members.find((one) => one.name === name && one.type.kind === "string");
  const name = text("geneName") ?? text("gene");
  const id = text("geneID") ?? text("geneId");
  const shown = name ?? id;
  if (!shown) {
    const found = members.map((one) => one.name).join(", ") || gene.type.kind;
    throw new CentiscopeError("gef-members", { file, dataset: path, missing: "gene", found });
  }
  const count = gene.length;
  if (count > MAX_GENES_LISTED) {
    const limit = MAX_GENES_LISTED.toLocaleString("en-US");
    throw new CentiscopeError("too-many-genes", { file, limit, column: path });
  }
  const bytes = await gene.read(0, count, signal);
  const stride = gene.type.size;
  const decoder = new TextDecoder();
  const texts = (member: typeof shown) =>
    Array.from({ length: count }, (_, i) => {
      const start = i * stride + member.offset;
      const field = bytes.subarray(start, start + member.type.size);
      const end = field.indexOf(0);
      return decoder.decode(end < 0 ? field : field.subarray(0, end)).trim();
    });
  const offsets = new Uint32Array(count);
  const counts = new Uint32Array(count);
  decodeColumn(bytes, stride, integerField(file, path, gene.type, "offset"), count, offsets);
  decodeColumn(bytes, stride, integerField(file, path, gene.type, "count"), count, counts);
  const names = texts(shown);
  const listed = { file, path, names, offsets, counts };
  return { names, ids: id && name ? texts(id) : null, ...orderOf(listed, bin.rows) };
}

function orderOf(
  table: { file: string; path: string; names: readonly string[]; offsets: Uint32Array; counts: Uint32Array },
  rows: number,
): Pick<GefGenes, "order" | "starts"> {
  const { file, path, names, offsets, counts } = table;
  const order = Uint32Array.from(names.keys())
    .filter((gene) => counts[gene]! > 0)
    .sort((a, b) => offsets[a]! - offsets[b]!);
  const starts = new Float64Array(order.length + 1);
  let end = 0;
  const fault = (gene: number, fact: string) =>
    new CentiscopeError("gef-gene-rows", {
      file,
      dataset: path,
      gene: names[gene] || `number ${gene + 1}`,
      start: offsets[gene]!,
      end: offsets[gene]! + counts[gene]!,
      fact,
    });
  order.forEach((gene, i) => {
    const start = offsets[gene]!;
    if (start + counts[gene]! > rows) throw fault(gene, `there are ${rows} rows`);
    if (start < end) throw fault(gene, `rows up to ${end} are ${names[order[i - 1]!]}'s`);
    if (start > end) throw fault(gene, `rows ${end} to ${start} before it are no gene's`);
    starts[i] = start;
    end = start + counts[gene]!;
  });
  if (end < rows) {
    const last = order.at(-1);
    if (last === undefined) {
      const params = { file, dataset: path, gene: "–", start: 0, end: 0, fact: `there are ${rows} rows` };
      throw new CentiscopeError("gef-gene-rows", params);
    }
    throw fault(last, `the rows from there up to ${rows} are no gene's`);
  }
  starts[order.length] = end;
  return { order, starts };
}
