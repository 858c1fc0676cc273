import { CentiscopeError } from "../../core/errors.ts";
import { isRecord, readJson } from "../../formats/json-file.ts";
import { readSmallArray } from "../../formats/zarr-v2.ts";
import { readZipDirectory, storedEntry } from "../../formats/zip-directory.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { RowBatch } from "../row-source.ts";
import { extraColumnsOf, genesOf, type OpenedRows } from "./table-rows.ts";

/** What must be in an archive of Xenium's transcripts. */
const GRIDS = "grids/.zattrs";

/**
 * The molecules of a Xenium `transcripts.zarr.zip` (10x Genomics, "Understanding Xenium Outputs"; sopa writes it too):
 * all of them are in the tiles of the finest level, `grids/0`; coarser levels hold some of them again. Positions in µm.
 * Undefined when the archive holds none.
 */
export async function openXeniumZarr(
  input: ByteSource,
  unitUm: number | undefined,
  signal: AbortSignal,
): Promise<OpenedRows | undefined> {
  const file = input.name;
  const found = await readZipDirectory(input, signal);
  const top = found
    .find(({ name }) => name === GRIDS || name.endsWith(`/${GRIDS}`))
    ?.name.slice(0, -GRIDS.length);
  if (top === undefined || top.split("/").length > 2) return undefined;
  const entries = new Map(
    found.filter(({ name }) => name.startsWith(top)).map((entry) => [entry.name.slice(top.length), entry]),
  );
  const open = (path: string): ByteSource => {
    const entry = entries.get(path);
    const bytes = async (): Promise<ByteSource> => {
      if (!entry) throw new CentiscopeError("file-missing", { file: path, detail: file });
      return storedEntry(input, entry, signal);
    };
    return {
      name: path,
      size: async () => (await bytes()).size(signal),
      read: async (start, end, abort) => (await bytes()).read(start, end, abort),
      stream: () => {
        throw new Error("entries are read whole");
      },
    };
  };
  const wrong = (array: string, detail: string): CentiscopeError =>
    new CentiscopeError("zarr-array", { file, array, detail });
  const root = await readJson(open(".zattrs"), signal);
  const grids = await readJson(open(GRIDS), signal);
  const names: unknown = root.gene_names;
  const keys = Array.isArray(grids.grid_keys) ? (grids.grid_keys[0] as unknown) : undefined;
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string"))
    throw wrong("", "gene_names");
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === "string"))
    throw wrong("grids", "grid_keys");
  const geneNames: readonly string[] = names;
  const first = keys[0] === undefined ? undefined : `grids/0/${keys[0]}`;
  const hasQv = first !== undefined && entries.has(`${first}/quality_score/.zarray`);
  const counts =
    isRecord(grids) && Array.isArray(grids.grid_number_objects) ? grids.grid_number_objects[0] : null;
  const rowsExpected =
    Array.isArray(counts) && counts.every((rows) => Number.isSafeInteger(rows))
      ? (counts as number[]).reduce((sum, rows) => sum + rows, 0)
      : null;

  /** Genes of a tile's rows: each row's own, or, where rows are sorted by gene, its range in `gene_offset`. */
  async function genesIn(tile: string, rows: number, abort: AbortSignal): Promise<Uint32Array> {
    if (entries.has(`${tile}/gene_identity/.zarray`)) {
      const { shape, values } = await readSmallArray(file, `${tile}/gene_identity`, open, abort);
      if (shape[0] !== rows) throw wrong(`${tile}/gene_identity`, `${shape[0]} rows of ${rows}`);
      const columns = shape[1] ?? 1;
      return Uint32Array.from({ length: rows }, (_, i) => values[i * columns]!);
    }
    const { shape, values } = await readSmallArray(file, `${tile}/gene_offset`, open, abort);
    const gene = new Uint32Array(rows).fill(geneNames.length);
    const columns = shape[1] ?? 1;
    for (let g = 0; g < shape[0]!; g++) {
      // Below and above the quality threshold: two half-open ranges.
      for (let k = 0; k + 1 < columns; k += 2) {
        gene.fill(g, values[g * columns + k]!, values[g * columns + k + 1]!);
      }
    }
    return gene;
  }

  async function* batches(abort: AbortSignal): AsyncGenerator<RowBatch, void, undefined> {
    for (const key of keys as string[]) {
      abort.throwIfAborted();
      const tile = `grids/0/${key}`;
      const { shape, values } = await readSmallArray(file, `${tile}/location`, open, abort);
      const [rows, axes] = [shape[0]!, shape[1] ?? 1];
      if (axes < 3) throw wrong(`${tile}/location`, `${axes} columns`);
      const gene = await genesIn(tile, rows, abort);
      const outside = gene.findIndex((code) => code >= geneNames.length);
      if (outside >= 0)
        throw wrong(tile, `row ${outside + 1} is of gene ${gene[outside]} of ${geneNames.length}`);
      const column = (k: number) => Float64Array.from({ length: rows }, (_, i) => values[i * axes + k]!);
      const qv = hasQv ? await readSmallArray(file, `${tile}/quality_score`, open, abort) : null;
      if (qv && qv.values.length !== rows)
        throw wrong(`${tile}/quality_score`, `${qv.values.length} rows of ${rows}`);
      yield {
        rows,
        x: column(0),
        y: column(1),
        gene,
        count: new Uint32Array(rows).fill(1),
        extra: { ...(qv ? { qv: Float32Array.from(qv.values) } : {}), z: Float32Array.from(column(2)) },
      };
    }
  }

  const genes = genesOf(geneNames, null);
  const version = [root.major_version, root.minor_version]
    .filter((part) => typeof part === "number")
    .join(".");
  return {
    source: {
      path: file,
      platform: "xenium",
      formatVersion: `transcripts.zarr ${version}`.trim(),
      lattice: false,
      unitUm: unitUm ?? 1,
      extraColumns: extraColumnsOf({ qv: hasQv, cell: false, z: true, exon: false }),
      rowsExpected,
      batches,
      genes: () => genes,
      sizeBytes: await input.size(signal),
    },
    unit: "um",
    unitSource: unitUm === undefined ? "Xenium" : "--um-per-unit",
    instrumentToImagePx: null,
    simulated: false,
    warnings: () => [],
  };
}
