import type { Affine } from "../../core/affine.ts";
import type { CoordinateFrame, ReaderWarning } from "../../core/table.ts";
import type { ByteDictionary } from "../../formats/byte-dictionary.ts";
import { isControlName } from "../../formats/control-probes.ts";
import type { TranscriptBuilder } from "../../formats/transcript-builder.ts";
import type { RowBatch, RowSource } from "../row-source.ts";

/** Batches are drained when they hold this many rows: large enough that the work per batch does not count. */
export const DRAIN_ROWS = 1 << 17;
/** A builder of text that is drained never holds more: a piece of text has fewer rows than this. */
export const BUILDER_ROWS = 1 << 20;

/** Which of a table's columns are kept beside position, gene and count. */
export interface KeptColumns {
  readonly qv: boolean;
  readonly cell: boolean;
  readonly z: boolean;
  readonly exon: boolean;
}

/** The kept columns as a row source states them. */
export function extraColumnsOf(kept: KeptColumns): RowSource["extraColumns"] {
  return [
    ...(kept.qv ? [{ name: "qv", dtype: "float32" } as const] : []),
    ...(kept.cell ? [{ name: "cell", dtype: "string" } as const] : []),
    ...(kept.z ? [{ name: "z", dtype: "float32" } as const] : []),
    ...(kept.exon ? [{ name: "exon", dtype: "uint32" } as const] : []),
  ];
}

/** Takes the rows out of a builder batch by batch; cell codes become names, float32 positions float64. */
export class Drain {
  private readonly cells: CellNames;
  private readonly builder: TranscriptBuilder;
  private readonly flipY: boolean;

  constructor(builder: TranscriptBuilder, flipY: boolean) {
    this.builder = builder;
    this.flipY = flipY;
    this.cells = new CellNames(builder.cells);
  }

  take(): RowBatch {
    const { rows, x, y, gene, count, qv, cell, z, exon } = this.builder.drain();
    const yOut = y instanceof Int32Array || y instanceof Float64Array ? y : Float64Array.from(y);
    // 0 − y keeps +0.
    if (this.flipY) for (let i = 0; i < rows; i++) yOut[i] = 0 - yOut[i]!;
    return {
      rows,
      x: x instanceof Int32Array || x instanceof Float64Array ? x : Float64Array.from(x),
      y: yOut,
      gene,
      count,
      extra: {
        ...(qv ? { qv } : {}),
        ...(cell ? { cell: this.cells.of(cell) } : {}),
        ...(z ? { z } : {}),
        ...(exon ? { exon } : {}),
      },
    };
  }
}

/** Names of cell codes, each decoded once; code 0 is "", no cell. */
class CellNames {
  private readonly names: string[] = [""];
  private readonly cells: ByteDictionary;
  private readonly decoder = new TextDecoder();

  constructor(cells: ByteDictionary) {
    this.cells = cells;
  }

  of(codes: Uint32Array): readonly string[] {
    const { names, cells } = this;
    while (names.length <= cells.size) names.push(this.decoder.decode(cells.key(names.length - 1)));
    return Array.from(codes, (code) => names[code]!);
  }
}

/** Genes as a row source states them: names made unique, by their ids where there are any. */
export function genesOf(
  names: readonly string[],
  ids: readonly string[] | null,
): ReturnType<RowSource["genes"]> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  const used = new Map<string, number>();
  const unique = names.map((name, code) => {
    if (times.get(name) === 1) return name;
    const nth = (used.get(name) ?? 0) + 1;
    used.set(name, nth);
    return ids ? `${name} (${ids[code]})` : nth === 1 ? name : `${name} (${nth})`;
  });
  return {
    names: unique,
    ids,
    isControl: Uint8Array.from(unique, (name) => (isControlName(name) ? 1 : 0)),
  };
}

/** A row source with what was noticed on the way: complete after the last batch. */
export interface OpenedRows {
  readonly source: RowSource;
  /** Where the size of a unit comes from: "chip prefix SS2". */
  readonly unitSource: string;
  /** What one unit of x and y is. */
  readonly unit: CoordinateFrame["unit"];
  /** From the units to pixels of the image that the files name; null when they name none. */
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  /** The file says that its counts are made up. */
  readonly simulated: boolean;
  readonly warnings: () => readonly ReaderWarning[];
}

/** A batch without its rows of count 0, which carry no molecule; the batch itself when it has none. */
export function withCounts(batch: RowBatch): RowBatch {
  const { count } = batch;
  return count.indexOf(0) < 0 ? batch : rowsWhere(batch, (i) => count[i] !== 0);
}

/** The rows of a batch that hold, in columns of their own. */
export function rowsWhere(
  { rows, x, y, gene, count, extra }: RowBatch,
  holds: (i: number) => boolean,
): RowBatch {
  const kept = new Uint32Array(rows);
  let n = 0;
  for (let i = 0; i < rows; i++) if (holds(i)) kept[n++] = i;
  const pick = <T extends RowBatch["x"] | RowBatch["extra"][string]>(column: T): T => {
    if (!ArrayBuffer.isView(column)) {
      return Array.from(kept.subarray(0, n), (i) => column[i]!) as unknown as T;
    }
    const out = column.slice(0, n);
    for (let i = 0; i < n; i++) out[i] = column[kept[i]!]!;
    return out as T;
  };
  return {
    rows: n,
    x: pick(x),
    y: pick(y),
    gene: pick(gene),
    count: pick(count),
    extra: Object.fromEntries(Object.entries(extra).map(([name, column]) => [name, pick(column)])),
  };
}
