import type { Affine } from "../core/affine.ts";
import type { ColumnRoles } from "../core/column-guess.ts";
import type { CoordinateFrame, Platform, TranscriptColumns } from "../core/table.ts";
import type { ByteSource } from "../io/byte-source.ts";
import { readCsv } from "./csv.ts";
import { isParquet } from "./parquet-magic.ts";
import type { ReadOptions } from "./read-options.ts";
import { NO_CELL, plainMeaning, type TableMeaning, type TablePreview, zColumn } from "./table-meaning.ts";

/** What an instrument's transcript table is, apart from its container. */
export interface Instrument {
  readonly platform: Platform;
  /** The columns by their native names; those that a file lacks must be null. */
  readonly roles: (names: ReadonlySet<string>) => ColumnRoles;
  readonly frame: CoordinateFrame;
  readonly instrumentToImagePx: Affine<"instrument", "imagePx"> | null;
  /** More cell names that mean "in no cell". */
  readonly noCell?: readonly string[];
  readonly cellPrefix?: string;
  /** The instrument's y points up: what is read must be negated. */
  readonly flipY?: boolean;
}

/**
 * What an instrument's table means. When native columns are missing the columns are those of `options.roles` or a
 * sure guess; the instrument's frame still holds.
 */
export function instrumentMeaning(
  options: ReadOptions,
  instrument: Instrument,
): (preview: TablePreview) => TableMeaning {
  return (preview) => {
    const native = instrument.roles(new Set(preview.names));
    const complete = [native.x, native.y, native.gene].every(
      (name) => name !== null && preview.names.includes(name),
    );
    const roles = options.roles ?? (complete ? native : plainMeaning(preview, undefined).roles);
    return {
      platform: instrument.platform,
      roles,
      frame: instrument.frame,
      instrumentToImagePx: instrument.instrumentToImagePx,
      noCell: [...NO_CELL, ...(instrument.noCell ?? [])],
      z: zColumn(preview),
      ...(instrument.cellPrefix === undefined ? {} : { cellPrefix: instrument.cellPrefix }),
    };
  };
}

/** Reads an instrument's table from delimited text or Parquet, as its content says. */
export async function readInstrument(
  source: ByteSource,
  options: ReadOptions,
  instrument: Instrument,
): Promise<TranscriptColumns> {
  const meaning = instrumentMeaning(options, instrument);
  if (isParquet(await source.read(0, 4, options.signal))) {
    const { readParquet } = await import("./parquet.ts");
    return readParquet([source], options, meaning);
  }
  return readCsv(source, options, meaning);
}

/** The first of `names` that the table has; null when none. */
export function oneOf(has: ReadonlySet<string>, ...names: readonly string[]): string | null {
  return names.find((name) => has.has(name)) ?? null;
}
