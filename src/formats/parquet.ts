import { CentiscopeError } from "../core/errors.ts";
import { MAX_ROWS, type TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { hashBytes } from "./byte-dictionary.ts";
import { CellCoder, GeneCoder } from "./column-codes.ts";
import { copyCoordinates, copyCounts, copyFloats, type Place } from "./column-numbers.ts";
import type { ColumnVector } from "./column-vector.ts";
import { Breather } from "./event-loop.ts";
import { openParquet, type ParquetFile, vectorTexts } from "./parquet-file.ts";
import type { ParquetGroup } from "./parquet-groups.ts";
import type { ReadOptions } from "./read-options.ts";
import {
  ALL_POINTS,
  ColumnsNeeded,
  checkRoles,
  plainMeaning,
  previewOf,
  type TableMeaning,
  type TablePreview,
} from "./table-meaning.ts";
import { TranscriptBuilder } from "./transcript-builder.ts";

const SAMPLE_ROWS = 20;

/** A table of Parquet parts, open: what it means, and its rows. */
export interface ParquetRows {
  readonly meaning: TableMeaning;
  /** Rows that the footers announce. */
  readonly rows: number;
  readonly bytesTotal: number;
  /**
   * Fills the builder row group by row group; the consumer may drain it at each. `room`: rows to make room for at
   * once, when they are to stay.
   */
  batches(room?: number): AsyncGenerator<TranscriptBuilder, void, undefined>;
}

/**
 * Opens a table of one or more Parquet files (the parts of one table, in order); only the columns it needs are read.
 * Roles and meaning as in `readCsv`. Throws CentiscopeErrors, ColumnsNeeded among them, `too-many-rows` past `limit`.
 * That is Infinity when the rows are drained: a row group enters the builder whole, however many rows it has.
 */
export async function openParquetRows(
  sources: readonly ByteSource[],
  options: ReadOptions,
  limit: number,
  meaningOf?: (preview: TablePreview) => TableMeaning,
): Promise<ParquetRows> {
  const { signal } = options;
  const file = sources[0]?.name ?? "";
  const breather = new Breather(signal);
  let bytesTotal = 0;
  let bytesRead = 0;
  let announced = 0;
  const parts: ParquetFile[] = [];
  for (const source of sources) {
    bytesTotal += await source.size(signal);
    const part = await openParquet(source, signal, (bytes) => {
      bytesRead += bytes;
    });
    parts.push(part);
    announced += part.rows;
    if (announced > limit) {
      throw new CentiscopeError("too-many-rows", { file, limit: limit.toLocaleString("en-US") });
    }
  }
  const first = parts.find((part) => part.rows > 0);
  if (!first) throw new CentiscopeError("table-empty", { file });
  const meaning = await meaningFor(file, first, (preview) =>
    meaningOf ? meaningOf(preview) : plainMeaning(preview, options.roles),
  );
  async function* batches(room = 0) {
    const table = new ParquetTable(file, meaning, options, limit);
    table.builder.reserve(room);
    for (const [index, part] of parts.entries()) {
      if (part.rows === 0) continue;
      checkRoles(sources[index]?.name ?? file, part.names, meaning.roles);
      for await (const group of part.groups(table.columns)) {
        for (const rows of table.append(group)) {
          if (!breather.due) continue;
          options.onProgress?.({ bytesRead: Math.min(bytesRead, bytesTotal), bytesTotal, rows });
          await breather.breathe();
        }
        yield table.builder;
      }
    }
  }
  return { meaning, rows: announced, bytesTotal, batches };
}

/**
 * Reads a table of Parquet files whole. Positions are float32 when the file stores that, else float64. Throws as
 * {@link openParquetRows}.
 */
export async function readParquet(
  sources: readonly ByteSource[],
  options: ReadOptions = {},
  meaningOf?: (preview: TablePreview) => TableMeaning,
): Promise<TranscriptColumns> {
  const limit = Math.min(options.maxRows ?? MAX_ROWS, MAX_ROWS);
  const table = await openParquetRows(sources, options, limit, meaningOf);
  let builder: TranscriptBuilder | undefined;
  for await (const filled of table.batches(table.rows)) builder = filled;
  const { platform, frame, instrumentToImagePx } = table.meaning;
  const { bytesTotal } = table;
  if (!builder) throw new CentiscopeError("table-empty", { file: sources[0]?.name ?? "" });
  const columns = builder.finish({ platform, frame, instrumentToImagePx: instrumentToImagePx ?? null });
  options.onProgress?.({ bytesRead: bytesTotal, bytesTotal, rows: columns.rows });
  return columns;
}

/** Most tables tell by their names alone; only for a guess the first rows are decoded, which reads a row group. */
async function meaningFor(
  file: string,
  part: ParquetFile,
  meaningOf: (preview: TablePreview) => TableMeaning,
): Promise<TableMeaning> {
  try {
    return meaningOf(previewOf(file, part.names, []));
  } catch (thrown) {
    if (!(thrown instanceof ColumnsNeeded)) throw thrown;
    return meaningOf(await previewParquet(file, part));
  }
}

/** Column names and first rows of an open file. */
export async function previewParquet(file: string, part: ParquetFile): Promise<TablePreview> {
  const { names } = part;
  const texts = new Map<string, string[]>();
  for await (const group of part.groups(names, SAMPLE_ROWS)) {
    for (const name of names) {
      const found: string[] = [];
      for (const vector of group.vectors(name) ?? []) {
        found.push(...vectorTexts(vector, SAMPLE_ROWS - found.length));
        if (found.length === SAMPLE_ROWS) break;
      }
      if (found.length > 0) texts.set(name, found);
    }
  }
  const flat = [...texts.keys()];
  const rows = Math.min(SAMPLE_ROWS, texts.get(flat[0] ?? "")?.length ?? 0);
  const sample = Array.from({ length: rows }, (_, row) => flat.map((name) => texts.get(name)?.[row] ?? ""));
  return previewOf(file, flat, sample);
}

/** The columns of one table, filled row group by row group. */
class ParquetTable {
  readonly builder: TranscriptBuilder;
  readonly columns: readonly string[];
  private readonly file: string;
  private readonly meaning: TableMeaning;
  private readonly genes: GeneCoder;
  private readonly cells: CellCoder;
  private readonly z: string | null;
  private rowsSeen = 0;

  constructor(file: string, meaning: TableMeaning, options: ReadOptions, maxRows: number) {
    this.z = options.extras ? (meaning.z ?? null) : null;
    const { x, y, gene, count, qv, cell } = meaning.roles;
    this.file = file;
    this.meaning = meaning;
    this.columns = [...new Set([x, y, gene, count, qv, cell, this.z].filter((name) => name !== null))];
    this.builder = new TranscriptBuilder({
      file,
      coordinates: "float32",
      hasCount: count !== null,
      hasQv: qv !== null,
      hasCell: cell !== null,
      hasZ: this.z !== null,
      geneColumn: gene ?? "",
      maxRows,
    });
    this.genes = new GeneCoder(this.builder);
    this.cells = new CellCoder(this.builder, meaning.noCell);
    if (gene === null) {
      const name = new TextEncoder().encode(ALL_POINTS);
      this.builder.internGene(name, 0, name.length, hashBytes(name, 0, name.length));
    }
  }

  /** Adds a row group, column by column; after each piece it yields how many rows its values so far would make. */
  *append(group: ParquetGroup): Generator<number> {
    const { builder, meaning, genes, cells } = this;
    const { roles } = meaning;
    const start = builder.rows;
    let zeros = 0;
    builder.reserve(group.rows);
    const copies: [string | null, (vector: ColumnVector, to: number, at: Place) => void][] = [
      [roles.x, (vector, to, at) => copyCoordinates(vector, this.widened(vector).x, to, at)],
      [roles.y, (vector, to, at) => copyCoordinates(vector, this.widened(vector).y, to, at)],
      [roles.gene, (vector, to, at) => genes.copy(vector, to, at)],
      [
        roles.qv,
        (vector, to, at) => {
          builder.missingQv += copyFloats(vector, builder.qv, to, at, 0);
        },
      ],
      [roles.cell, (vector, to, at) => cells.copy(vector, to, at)],
      [this.z, (vector, to, at) => copyFloats(vector, builder.z, to, at, Number.NaN)],
      [
        roles.count,
        (vector, to, at) => {
          zeros += copyCounts(vector, builder.count, to, at);
        },
      ],
    ];
    const used = copies.flatMap(([column, copy]) => (column === null ? [] : [{ column, copy }]));
    for (const [i, { column, copy }] of used.entries()) {
      let done = 0;
      for (const vector of this.vectorsOf(group, column)) {
        copy(vector, start + done, { file: this.file, column, firstRow: this.rowsSeen + done });
        done += vector.length;
        yield start + Math.floor((i * group.rows + done) / used.length);
      }
    }
    this.rowsSeen += group.rows;
    builder.rows = zeros === 0 ? start + group.rows : this.dropZeros(start, start + group.rows);
    builder.zeroRows += zeros;
    builder.checkRows();
  }

  private vectorsOf(group: ParquetGroup, column: string): Iterable<ColumnVector> {
    const vectors = group.vectors(column);
    if (vectors) return vectors;
    const columns = this.columns.filter((name) => group.vectors(name)).join(", ");
    throw new CentiscopeError("column-unknown", { file: this.file, column, columns });
  }

  /** The builder, with positions wide enough for these. */
  private widened(vector: ColumnVector): TranscriptBuilder {
    const isFloat32 = vector.kind === "number" && vector.values instanceof Float32Array;
    if (!isFloat32) this.builder.widenCoordinates();
    return this.builder;
  }

  /** Closes the gaps of rows without counts in `[start, end)`; returns the new end. */
  private dropZeros(start: number, end: number): number {
    const { x, y, gene, count, qv, cell, z, hasQv, hasCell, hasZ } = this.builder;
    let to = start;
    for (let from = start; from < end; from++) {
      if (count[from] === 0) continue;
      x[to] = x[from]!;
      y[to] = y[from]!;
      gene[to] = gene[from]!;
      count[to] = count[from]!;
      if (hasQv) qv[to] = qv[from]!;
      if (hasCell) cell[to] = cell[from]!;
      if (hasZ) z[to] = z[from]!;
      to++;
    }
    return to;
  }
}
