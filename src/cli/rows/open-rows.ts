import type { ColumnRoles } from "../../core/column-guess.ts";
import { CentiscopeError } from "../../core/errors.ts";
import { COSMX } from "../../formats/cosmx.ts";
import { type Instrument, instrumentMeaning } from "../../formats/instrument-meaning.ts";
import { ISS } from "../../formats/iss.ts";
import { merscope } from "../../formats/merscope.ts";
import { isParquet } from "../../formats/parquet-magic.ts";
import type { SlidePlan } from "../../formats/slide-plan.ts";
import { spatialdataMeaning } from "../../formats/spatialdata.ts";
import { plainMeaning, type TableMeaning, type TablePreview } from "../../formats/table-meaning.ts";
import { visiumFiles } from "../../formats/visium-files.ts";
import { xenium } from "../../formats/xenium.ts";
import type { ByteSource } from "../../io/byte-source.ts";
import type { OpenedRows } from "./table-rows.ts";

export interface RowOptions {
  readonly signal: AbortSignal;
  /** Micrometres per unit, where the files do not say or are to be overruled. */
  readonly unitUm?: number | undefined;
  /** Which columns hold what, for a table that no instrument claims. */
  readonly roles?: ColumnRoles | undefined;
}

/**
 * The rows of a plan's expression as a stream of constant memory, in the coordinates that the viewer shows (CosMx's y
 * negated). `unitUm` is NaN when neither the files nor the options say it. Readers load on demand.
 */
export async function openRows(plan: SlidePlan, options: RowOptions): Promise<OpenedRows> {
  const { expression } = plan;
  const { unitUm, signal, roles } = options;
  if (!expression) throw new CentiscopeError("no-expression", { file: plan.name });
  switch (expression.format) {
    case "gef": {
      const { openGefRows } = await import("./gef-source.ts");
      return openGefRows(expression.file.source, unitUm, signal);
    }
    case "visium-hd": {
      const { openVisiumRows } = await import("./visium-source.ts");
      // A store says where the bins lie on the full image, whatever picture of it lies beside the matrix now.
      return openVisiumRows({ ...visiumFiles(expression), picture: null }, unitUm, signal);
    }
    case "gem": {
      const { openGemRows } = await import("./text-source.ts");
      return openGemRows(expression.file.source, unitUm, signal);
    }
    case "xenium":
      return ofInstrument(
        expression.file.source,
        // A store says where the run's own images are, whatever lies beside it now.
        await xenium({ experiment: expression.experiment?.source ?? null, alignment: null }, signal),
        options,
      );
    case "merscope":
      return ofInstrument(
        expression.file.source,
        await merscope(expression.transform?.source ?? null, signal),
        options,
      );
    case "cosmx":
      return ofInstrument(expression.file.source, COSMX, options);
    case "iss":
      return ofInstrument(expression.file.source, ISS, options);
    case "spatialdata": {
      const { element, attributes, parts, image } = expression;
      const sources = parts.map((part) => part.source);
      const points = {
        name: element,
        attributes: attributes.source,
        parts: sources,
        image: image?.source ?? null,
      };
      return ofTable(sources, element, await spatialdataMeaning(points, { signal, roles }), false, options);
    }
    case "table": {
      const sources = expression.files.map((file) => file.source);
      const meaning = (preview: TablePreview) => plainMeaning(preview, roles);
      return ofTable(sources, sources[0]!.name, meaning, false, options);
    }
  }
}

function ofInstrument(source: ByteSource, instrument: Instrument, options: RowOptions): Promise<OpenedRows> {
  const meaning = instrumentMeaning({ roles: options.roles }, instrument);
  return ofTable([source], source.name, meaning, instrument.flipY ?? false, options);
}

async function ofTable(
  sources: readonly ByteSource[],
  path: string,
  meaning: (preview: TablePreview) => TableMeaning,
  flipY: boolean,
  { unitUm, signal }: RowOptions,
): Promise<OpenedRows> {
  const first = sources[0]!;
  if (isParquet(await first.read(0, 4, signal))) {
    const { openParquetSource } = await import("./parquet-source.ts");
    return openParquetSource(sources, path, unitUm, meaning, flipY, signal);
  }
  const { openTextRows } = await import("./text-source.ts");
  return openTextRows(first, unitUm, meaning, flipY, signal);
}
